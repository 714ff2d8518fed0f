// One field of the panel: a number and its slider.
// @ts-check

import { parseName } from "../network/course.mjs";
import { el } from "../dom/elements.mjs";
import { arrow, complain, entry } from "./entry.mjs";
import { literal, read } from "../numbers/numeral.mjs";
import { add, compare, decimalPlaces, multiply, parse, rational } from "../numbers/rational.mjs";
import { rounded } from "../numbers/rounding.mjs";

/** @typedef {import("./fields.mjs").Fields} Fields */

const MOST_PLACES = 20; // decimals that the arrow keys keep
const SHORT = 9; // characters that are seen at once beside a slider

/** A number that can be changed. */
export class Field {
  /** @param {Fields} fields @param {string} name */
  constructor(fields, name) {
    this.fields = fields;
    this.name = name;
    this.sliding = false;
    this.ends = "";
    this.grain = "0.01";
    /** @type {number | undefined} */
    this.frame = undefined;
    const { session } = fields;
    const id = `bp-field-${name.replace(/\W/g, "-")}`;
    this.problem = el("p", { id: `${id}-problem`, class: "bp-problem", hidden: true });
    this.number = entry({
      id,
      name,
      "data-live": name,
      inputmode: "decimal",
      "aria-describedby": `${id}-problem`,
      input: () => this.write(this.number.value),
      change: () => fields.settled(this),
      focus: () => this.enter(),
      blur: () => fields.settled(this),
      keydown: (event) => this.step(event),
    });
    this.slider = el("input", {
      type: "range",
      "aria-labelledby": `${id}-label`,
      input: () => this.move(),
      change: () => this.release(),
    });
    this.slide = el("span", { class: "bp-slide" }, this.slider);
    const label = el("label", { for: id, id: `${id}-label` }, symbol(name), " ", fields.note(name));
    this.element = el("div", { class: "bp-field" }, label, this.number, this.slide, this.problem);
    this.show(session.givens.literal(session.now.changes, name));
  }

  /** The number that is written, as a literal; null where there is none. */
  read() {
    const found = read(this.number.value, this.name);
    return "literal" in found ? found.literal : null;
  }

  /**
   * Show what the number is now. What is refused stays as it was written; so does another way of writing the same, until
   * the field is left.
   * @param {string} text a literal @param {boolean} [left]
   */
  show(text, left = false) {
    const shown = this.marked(text);
    this.element.classList.toggle("bp-long", shown.length > SHORT);
    if (!this.fields.problems.has(this.name) && (left || !equal(this.read(), text))) this.number.value = shown;
    const range = this.fields.session.givens.range(this.name, Number(text));
    const ends = `${range.min} ${range.max} ${range.step}`;
    if (ends !== this.ends) {
      Object.assign(this.slider, { min: String(range.min), max: String(range.max), step: String(range.step) });
      this.ends = ends;
      this.grain = String(range.step);
    }
    if (!this.sliding) this.slider.value = text;
    this.slider.setAttribute("aria-valuetext", shown);
  }

  /** @param {string} text @param {boolean} [dragged] */
  write(text, dragged) {
    this.fields.draft(this.name, text, dragged);
  }

  /** A slider moves more often than a page is drawn, and than what can be seen of it can follow. */
  move() {
    this.sliding = true;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      if (this.fields.session.page.behind) this.move();
      else this.take();
    });
  }

  take() {
    this.frame = undefined;
    this.put(this.slider.value, true);
  }

  /** With the decimal mark of the page. @param {string} text a literal */
  marked(text) {
    return text.replace(".", this.fields.session.page.settings.language.mark);
  }

  /** @param {string} text a literal @param {boolean} [dragged] */
  put(text, dragged) {
    this.number.value = this.marked(text);
    this.write(this.number.value, dragged);
  }

  /** The number is about to be written: whoever comes by its label goes on at its end. */
  enter() {
    const { number } = this;
    const { length } = number.value;
    queueMicrotask(() => number.selectionEnd === 0 && number.setSelectionRange(length, length)); // unless all is selected
    this.fields.offerSign(this);
  }

  /** The other sign, of whatever is written so far. */
  turn() {
    const text = this.number.value.trim();
    this.number.value = /^[-−–‐‑]/.test(text) ? text.slice(1) : `-${text.replace(/^\+/, "")}`;
    this.write(this.number.value);
  }

  /** The slider is let go, perhaps before the page could follow its last move. */
  release() {
    if (this.frame !== undefined) {
      cancelAnimationFrame(this.frame);
      this.take();
    }
    this.fields.settled(this);
  }

  /** The arrow keys go by the slider's step. @param {Event} event */
  step(event) {
    const [way, now] = [arrow(event), parse(this.read() ?? "")];
    const grain = parse(this.grain);
    if (!way || !now || !grain) return;
    event.preventDefault();
    const next = add(now, multiply(grain, rational(BigInt(way))));
    const text = literal(rounded(next, Math.min(MOST_PLACES, decimalPlaces(next) ?? 0)));
    if (text !== null) this.put(text);
  }

  /** @param {string | null} text */
  complain(text) {
    complain(this.number, this.problem, text);
  }
}

/** Whether two literals are the same number. @param {string | null} one @param {string} other */
function equal(one, other) {
  const [left, right] = [parse(one ?? ""), parse(other)];
  return left !== null && right !== null && compare(left, right) === 0;
}

/** The symbol of a number, w₅. @param {string} name */
function symbol(name) {
  if (name === "eta") return el("var", {}, "η");
  const { base } = parseName(name);
  const [, letters, index] = /^(target_|[a-z])(.*)$/.exec(base) ?? ["", base, ""];
  return el("var", {}, letters.replace("_", ""), el("sub", {}, index));
}

/** The same as plain text. @param {string} name */
export const plain = (name) => (name === "eta" ? "η" : parseName(name).base.replace("_", " "));
