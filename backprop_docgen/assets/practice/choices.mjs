// What a reader chooses: network, numbers, rung, digits, and when something is said.
// @ts-check

import { el } from "../dom/elements.mjs";
import { DIGITS, FIRST, MOST_SEED } from "./settings.mjs";
import { partOf } from "./shape.mjs";
import { partName } from "./worksheet.mjs";

/** @typedef {import("./settings.mjs").Settings} Settings */
/** @typedef {import("./shape.mjs").Shape} Shape */
/** @typedef {import("./checks.mjs").Say} Say */
/** @typedef {[string, string][]} Options value and words of each */

/** A seed nobody has chosen. */
export const anySeed = () => 1 + (crypto.getRandomValues(new Uint32Array(1))[0] % MOST_SEED);

export class Choices {
  /** @param {Options} shapes @param {Say} say @param {(settings: Partial<Settings>) => void} choose */
  constructor(shapes, say, choose) {
    this.say = say;
    this.shapes = shapes;
    /** @param {string} name @param {(value: string) => Partial<Settings>} taken */
    const select = (name, taken) => {
      const found = el("select", { id: `bp-choose-${name}` });
      found.onchange = () => choose(taken(found.value));
      return found;
    };
    this.shape = select("shape", (shape) => ({ shape, numbers: shape === FIRST.shape ? "published" : "drawn", seed: anySeed() }));
    this.numbers = select("numbers", (value) => (value === "drawn" ? { numbers: value, seed: anySeed() } : { numbers: value === "own" ? "own" : "published" }));
    this.rung = select("rung", (value) => ({ rung: Number(value) }));
    this.digits = select("digits", (value) => ({ digits: Number(value) }));
    this.way = select("way", (value) => ({ way: value === "end" ? "end" : "each" }));
    this.seed = el("input", { id: "bp-choose-seed", type: "text", inputmode: "numeric", autocomplete: "off", maxlength: 4 });
    const draw = () => {
      const seed = Number(this.seed.value);
      if (Number.isInteger(seed) && seed >= 1 && seed <= MOST_SEED) choose({ numbers: "drawn", seed });
    };
    this.seed.onchange = draw;
    this.another = el("button", { type: "button", click: () => choose({ numbers: "drawn", seed: anySeed() }) }, say("Draw others"));
    /** @param {string} words @param {HTMLSelectElement | HTMLInputElement} control @param {(Node | null)[]} beside */
    const row = (words, control, ...beside) => el("div", { class: "bp-choice" }, el("label", { for: control.id }, words), control, ...beside);
    this.seedRow = row(say("Seed"), this.seed, this.another);
    this.element = el(
      "form",
      { class: "bp-choices", "aria-label": say("The worksheet"), submit: (event) => event.preventDefault() },
      row(say("Network"), this.shape),
      row(say("Numbers"), this.numbers),
      this.seedRow,
      row(say("Blank"), this.rung),
      row(say("Digits"), this.digits),
      row(say("Feedback"), this.way),
    );
  }

  /** Show what is chosen. @param {Settings} settings @param {Shape} shape */
  follow(settings, shape) {
    const { say } = this;
    fill(this.shape, this.shapes, settings.shape);
    /** @type {Options} */
    const numbers = [["published", say("as published")]];
    if (settings.shape === FIRST.shape) numbers.push(["own", say("your own, from the panel")]);
    fill(this.numbers, [...numbers, ["drawn", say("drawn from a seed")]], settings.numbers);
    this.seedRow.hidden = settings.numbers !== "drawn";
    this.seed.value = String(settings.seed);
    /** @type {Options} */
    const rungs = shape.groups.map((names, at) => {
      const rung = shape.rungs - at;
      const part = partName(partOf(names[0]), say).toLocaleLowerCase();
      return [String(rung), at === 0 ? say("everything") : rung === 1 ? say("the last step: {part}", { part }) : say("from here on: {part}", { part })];
    });
    fill(this.rung, [["0", say("nothing: all lines worked")], ...rungs.reverse()], String(settings.rung));
    fill(this.digits, DIGITS.map((count) => [String(count), String(count)]), String(settings.digits));
    fill(this.way, [["each", say("after each step")], ["end", say("at the end")]], settings.way);
  }
}

/** @param {HTMLSelectElement} select @param {Options} options @param {string} chosen */
function fill(select, options, chosen) {
  select.replaceChildren(...options.map(([value, words]) => el("option", { value }, words)));
  select.value = chosen;
}
