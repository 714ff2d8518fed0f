// The worksheet on the page: its lines, worked or blank, and what is said of each.
// @ts-check

import { el } from "../dom/elements.mjs";
import { breathe } from "../dom/page_tools.mjs";
import { describe } from "../network/describe.mjs";
import { AnswerField } from "./field.mjs";
import { firstOff, sentence, unreadable } from "./said.mjs";
import { partOf } from "./shape.mjs";

/** @typedef {import("./attempt.mjs").Attempt} Attempt */
/** @typedef {import("./equations.mjs").Equations} Equations */
/** @typedef {import("./settings.mjs").Way} Way */
/** @typedef {import("./judge.mjs").Verdict} Verdict */
/** @typedef {import("./checks.mjs").Say} Say */
/**
 * @typedef {object} Surroundings what a worksheet needs of its page
 * @property {Say} say
 * @property {import("../network/describe.mjs").Meanings} meanings
 * @property {(tex: string, display: boolean) => string} typeset
 * @property {(words: string) => void} speak to who does not see it
 * @property {() => void} changed an answer was given, or a line settled
 */

const SLICE = 10; // ms of drawing at a time

/** The name of a part of the method. @param {string} part @param {Say} say */
export function partName(part, say) {
  switch (part) {
    case "forward":
      return say("Forward pass");
    case "loss":
      return say("Loss");
    case "delta":
    case "hidden":
      return say("Deltas");
    case "gradient":
      return say("Gradients");
    default:
      return say("Updated weights");
  }
}

export class WorksheetView {
  /** @param {Attempt} attempt @param {Equations} equations @param {Way} way @param {Surroundings} around */
  constructor(attempt, equations, way, around) {
    this.attempt = attempt;
    this.equations = equations;
    this.way = way;
    this.around = around;
    /** @type {Map<string, HTMLElement>} */
    this.items = new Map();
    /** @type {Map<string, AnswerField>} */
    this.fields = new Map();
    /** What was last said of a line. @type {Map<string, { words: string, verdict: Verdict | null }>} */
    this.said = new Map();
    this.element = el("div", { class: "bp-worksheet" }, this.givens());
    let number = 0;
    attempt.shape.groups.forEach((names, at) => {
      const id = `bp-part-${at}`;
      const list = el("ol", { "aria-labelledby": id, start: number + 1 });
      for (const name of names) {
        const item = el("li", { "data-line": name });
        this.items.set(name, item);
        list.append(item);
        number += 1;
      }
      this.element.append(el("p", { id, class: "bp-part" }, partName(partOf(names[0]), around.say)), list);
    });
  }

  /** Draw every line for the first time, a few at once, so that the page can be used meanwhile. */
  async drawInSlices() {
    for (let slice = performance.now(), names = [...this.items.keys()]; names.length; ) {
      this.line(/** @type {string} */ (names.shift()));
      if (performance.now() - slice < SLICE) continue;
      await breathe();
      slice = performance.now();
    }
  }

  /** Typeset mathematics of our own making. @param {string} tex @param {boolean} [display] */
  maths(tex, display = true) {
    const holder = el(display ? "div" : "span", { class: "bp-work" });
    holder.innerHTML = this.around.typeset(tex, display);
    return holder;
  }

  givens() {
    const { say } = this.around;
    const list = el("ul", { class: "bp-givens", "aria-label": say("The numbers of the network") });
    for (const name of this.attempt.shape.givens) list.append(el("li", {}, this.maths(this.equations.given(name), false)));
    return list;
  }

  /** Draw every line anew. */
  draw() {
    for (const name of this.items.keys()) this.line(name);
  }

  /** @param {string} name */
  line(name) {
    const item = /** @type {HTMLElement} */ (this.items.get(name));
    const line = this.attempt.lines.get(name);
    const { say } = this.around;
    item.removeAttribute("data-state");
    if (!line) return item.replaceChildren(this.maths(this.equations.worked(name)));
    item.setAttribute("data-state", line.state);
    const said = this.said.get(name);
    const words = said ? el("p", { class: "bp-said" }, said.words) : null;
    if (!line.settled) {
      const waits = this.way === "each" && this.attempt.next !== name;
      item.classList.toggle("bp-waits", waits);
      const asked = this.maths(this.equations.asked(name));
      if (waits) return item.replaceChildren(asked, this.blank(name));
      const field = this.fields.get(name) ?? this.field(name);
      return item.replaceChildren(asked, field.row, field.problem, this.actions(name, field), ...(words ? [words] : []));
    }
    item.classList.remove("bp-waits");
    const own = line.text === "" ? null : el("p", { class: "bp-typed" }, say("Your number: {number}", { number: line.text }));
    const shown = line.state === "right" ? [] : [own];
    const sides = line.state === "shown" || (line.state === "wrong" && said?.verdict) ? this.sides(said?.verdict ?? null) : null;
    const carried = line.state === "carried" || line.state === "wrong" || line.state === "empty";
    const work = this.maths(carried && !this.over ? this.equations.asked(name) : this.equations.worked(name));
    item.replaceChildren(...[work, this.mark(line.state), ...shown, words, sides].filter((each) => each !== null));
  }

  /** Whether nothing is open any more: results may be seen. */
  get over() {
    return this.attempt.next === null;
  }

  /** What became of a line, in a word and a sign. @param {string} state */
  mark(state) {
    const { say } = this.around;
    /** @type {Record<string, [string, string]>} */
    const marks = {
      right: ["✓", say("right")],
      carried: ["→", say("carried forward")],
      wrong: ["✗", say("not right")],
      shown: ["○", say("shown")],
      empty: ["–", say("left out")],
    };
    const [sign, word] = marks[state];
    return el("p", { class: "bp-verdict" }, el("span", { "aria-hidden": "true" }, sign), ` ${word}`);
  }

  /** A place to write by hand. @param {string} name */
  blank(name) {
    return el("span", { class: "bp-blank" }, this.maths(`${this.equations.shape.symbol(name)} =`, false), el("span", { class: "bp-write", role: "img", "aria-label": this.around.say("blank") }));
  }

  /** @param {string} name */
  field(name) {
    const { say, meanings } = this.around;
    const { language } = this.equations;
    const id = `bp-answer-${[...this.attempt.lines.keys()].indexOf(name)}`;
    const symbol = this.maths(`${this.equations.shape.symbol(name)} =`, false);
    const field = new AnswerField({ id, label: describe(name, meanings, language), symbol, mark: language.mark, say, digits: this.attempt.digits }, () =>
      this.way === "each" ? this.submit(name) : this.onward(name),
    );
    field.input.addEventListener("input", () => {
      field.complain(null);
      this.around.changed();
    });
    this.fields.set(name, field);
    return field;
  }

  /** What can be done with an open line. @param {string} name @param {AnswerField} _field */
  actions(name, _field) {
    const { say } = this.around;
    const row = el("span", { class: "bp-actions" });
    if (this.way === "end") return row;
    row.append(el("button", { type: "button", class: "bp-check", click: () => this.submit(name) }, say("Check")));
    if (this.attempt.lines.get(name)?.tries) {
      row.append(
        el("button", { type: "button", click: () => this.leave(name) }, say("Go on with my number")),
        el("button", { type: "button", click: () => this.show(name) }, say("Show the result")),
      );
    }
    return row;
  }

  /** Judge what stands in a field. @param {string} name */
  submit(name) {
    const field = /** @type {AnswerField} */ (this.fields.get(name));
    const { say } = this.around;
    const { text } = field;
    const wrong = unreadable(text, say);
    field.complain(wrong);
    if (wrong !== null) {
      this.around.speak(wrong);
      return field.input.focus();
    }
    const { said, verdict } = this.attempt.answer(name, text);
    this.tell(name, sentence(said, verdict, this.attempt, this.equations, name, text, say), verdict);
  }

  /** @param {string} name */
  leave(name) {
    this.attempt.lines.get(name)?.leave();
    this.tell(name, this.around.say("You go on with your number; what follows rightly from it counts as carried forward."), null);
  }

  /** @param {string} name */
  show(name) {
    const verdict = this.said.get(name)?.verdict ?? null;
    this.attempt.lines.get(name)?.show();
    const words = this.around.say("The result is {value}. It was shown, so it does not count as solved: the step comes back with other numbers.", {
      value: this.equations.result(name),
    });
    this.tell(name, words, verdict);
  }

  /** @param {string} name @param {string} words @param {Verdict | null} verdict */
  tell(name, words, verdict) {
    this.said.set(name, { words, verdict });
    const settled = this.attempt.lines.get(name)?.settled ?? false;
    if (this.over) this.draw();
    else this.line(name);
    this.around.speak(words);
    const next = this.attempt.next;
    if (settled && next !== null && this.way === "each") this.line(next);
    if (next !== null) this.focus(next);
    this.around.changed();
  }

  /** All answers at once; the first wrong one is explained. @returns {boolean} whether all could be read */
  hand() {
    const { say } = this.around;
    /** @type {Map<string, string>} */
    const texts = new Map();
    /** @type {AnswerField | null} */
    let first = null;
    for (const [name, field] of this.fields) {
      const wrong = field.text === "" ? null : unreadable(field.text, say);
      field.complain(wrong);
      if (wrong !== null) first ??= field;
      else texts.set(name, field.text);
    }
    if (first) {
      this.around.speak(first.problem.textContent ?? "");
      first.input.focus();
      return false;
    }
    const verdicts = this.attempt.hand(texts);
    let explained = false;
    for (const [name, verdict] of verdicts) {
      const { state } = /** @type {import("./stages.mjs").Stages} */ (this.attempt.lines.get(name));
      const text = texts.get(name) ?? "";
      if (state === "right" || state === "carried") {
        if (state === "right" && !verdict.remark) continue;
        this.said.set(name, { words: sentence(state, verdict, this.attempt, this.equations, name, text, say), verdict: null });
      } else if (!explained) {
        this.said.set(name, { words: firstOff(verdict, this.attempt, name, text, say), verdict });
        explained = true;
      }
    }
    this.draw();
    this.around.changed();
    return true;
  }

  /** The wrong lines beside the right ones. @param {Verdict | null} verdict */
  sides(verdict) {
    const [explanation] = verdict?.explanations ?? [];
    if (!explanation) return null;
    const { say } = this.around;
    const { quantities } = this.attempt.shape.published;
    const names = explanation.lines.filter((name) => Object.hasOwn(quantities, name)).slice(0, 3);
    if (!names.length) return null;
    const side = (/** @type {string} */ title, /** @type {string[]} */ lines) => el("div", {}, el("p", { class: "bp-part" }, title), ...lines.map((tex) => this.maths(tex)));
    return el(
      "div",
      { class: "bp-sides" },
      side(say("This gives your number"), names.map((name) => this.equations.asked(name, explanation.trees[name]))),
      side(say("This is right"), names.map((name) => this.equations.asked(name, quantities[name].tree))),
    );
  }

  /** To the field after this one. @param {string} name */
  onward(name) {
    const open = [...this.fields.keys()];
    const next = open[open.indexOf(name) + 1];
    if (next) this.focus(next);
  }

  /** @param {string} name */
  focus(name) {
    this.fields.get(name)?.input.focus({ preventScroll: false });
  }

  /** Answers as they were: those that settle a line do so again, others stand in their fields. @param {Map<string, string | null>} answers */
  restore(answers) {
    for (const [name, text] of answers) {
      const line = this.attempt.lines.get(name);
      if (!line || line.settled || (this.way === "each" && this.attempt.next !== name)) continue;
      if (text === null) line.show();
      else {
        const field = this.fields.get(name) ?? this.field(name);
        field.input.value = text;
        if (this.way === "each" && unreadable(text, this.around.say) === null) this.attempt.answer(name, text);
      }
    }
    this.draw();
  }

  /** The answers that stand in the fields, settled or not. */
  drafts() {
    /** @type {Map<string, string | null>} */
    const found = this.attempt.answers();
    for (const [name, field] of this.fields) if (!this.attempt.lines.get(name)?.settled && field.text) found.set(name, field.text);
    return new Map([...this.attempt.lines.keys()].flatMap((name) => (found.has(name) ? [[name, found.get(name) ?? null]] : [])));
  }
}
