// A worksheet in a reader's hands: which lines are blank, what he answered, and what became of each. No DOM.
// @ts-check

import { Stages } from "./stages.mjs";

/** @typedef {import("./shape.mjs").Shape} Shape */
/** @typedef {import("./judge.mjs").Sheet} Sheet */
/** @typedef {import("./judge.mjs").Verdict} Verdict */
/** @typedef {import("./stages.mjs").Said} Said */

/** Lines right the first time that move one rung up. */
const ENOUGH = 2;

export class Attempt {
  /** @param {Shape} shape @param {Sheet} sheet @param {string[]} blanks names of steps @param {number} digits */
  constructor(shape, sheet, blanks, digits) {
    this.shape = shape;
    this.sheet = sheet;
    this.digits = digits;
    /** In the order of the computation. @type {Map<string, Stages>} */
    this.lines = new Map(shape.steps.filter((name) => blanks.includes(name)).map((name) => [name, new Stages()]));
  }

  /** The first line that is not settled; null where all are. */
  get next() {
    for (const [name, line] of this.lines) if (!line.settled) return name;
    return null;
  }

  /** Whether enough lines were right the first time. */
  get climbs() {
    return [...this.lines.values()].filter((line) => line.first).length >= ENOUGH;
  }

  /** The names of the lines in a state. @param {import("./stages.mjs").State} state */
  in(state) {
    return [...this.lines].flatMap(([name, line]) => (line.state === state ? [name] : []));
  }

  /** The reader's own numbers before a step, as far as he goes on with them: what follows from them is carried. @param {string} name */
  own(name) {
    /** @type {Map<string, string>} */
    const found = new Map();
    for (const [earlier, line] of this.lines) {
      if (earlier === name) break;
      if (line.state === "wrong" || line.state === "carried") found.set(earlier, line.text);
    }
    return found;
  }

  /** @param {string} name @param {string} text @returns {Verdict} */
  judged(name, text) {
    return this.sheet.judge([{ quantity: name, text, digits: this.digits }], this.own(name))[0];
  }

  /** One answer. @param {string} name @param {string} text @returns {{ said: Said, verdict: Verdict }} */
  answer(name, text) {
    const line = /** @type {Stages} */ (this.lines.get(name));
    const verdict = this.judged(name, text);
    const said = line.take(verdict.verdict, text);
    if (line.tries) line.slip ??= verdict.explanations[0]?.text ?? null;
    return { said, verdict };
  }

  /**
   * All answers at once, each with those before it as the reader has them; returns the verdicts of those that there are.
   * @param {Map<string, string>} texts @returns {Map<string, Verdict>}
   */
  hand(texts) {
    /** @type {Map<string, Verdict>} */
    const found = new Map();
    for (const [name, line] of this.lines) {
      const text = texts.get(name) ?? "";
      const verdict = text === "" ? null : this.judged(name, text);
      line.hand(verdict && verdict.verdict, text);
      if (!verdict) continue;
      found.set(name, verdict);
      if (line.state === "wrong") line.slip = verdict.explanations[0]?.text ?? null;
    }
    return found;
  }

  /** The answers for a line of text: null where the result was shown. */
  answers() {
    /** @type {Map<string, string | null>} */
    const found = new Map();
    for (const [name, line] of this.lines) {
      if (line.state === "shown") found.set(name, null);
      else if (line.text !== "") found.set(name, line.text);
    }
    return found;
  }
}
