// What is said of one step while it is tried: first a check to do oneself, then the slip as a question, then the line. No DOM.
// @ts-check

/** @typedef {"open" | "right" | "carried" | "wrong" | "shown" | "empty"} State "wrong": left as it is; "empty": left without an answer */
/** @typedef {"right" | "carried" | "short" | "check" | "question" | "shown"} Said what is to be said after an answer */

/** Wrong answers after which the result is shown. */
const MOST_TRIES = 3;

/** One step in a reader's hands. */
export class Stages {
  constructor() {
    this.tries = 0; // wrong ones
    /** @type {State} */
    this.state = "open";
    this.text = ""; // the last answer
    /** Whether the first wrong answer was a slip that is known: kept for the summary. @type {string | null} */
    this.slip = null;
  }

  get settled() {
    return this.state !== "open";
  }

  /** Whether it was right the first time. */
  get first() {
    return this.state === "right" && this.tries === 0;
  }

  /**
   * An answer was judged. One with too few digits is no try.
   * @param {string} verdict as the judge has them @param {string} text @returns {Said}
   */
  take(verdict, text) {
    this.text = text;
    if (verdict === "short") return "short";
    if (verdict === "right" || verdict === "carried") {
      this.state = verdict;
      return verdict;
    }
    this.tries += 1;
    if (this.tries >= MOST_TRIES) this.state = "shown";
    return this.tries === 1 ? "check" : this.tries === 2 ? "question" : "shown";
  }

  /** The reader asks for the result: it does not count as solved. */
  show() {
    this.state = "shown";
  }

  /** The reader goes on with his number. */
  leave() {
    this.state = "wrong";
  }

  /** All is handed in at once: what the answer was worth. @param {string | null} verdict null: there was none @param {string} text */
  hand(verdict, text) {
    this.text = text;
    this.state = verdict === null ? "empty" : verdict === "right" || verdict === "carried" ? verdict : "wrong";
    if (this.state === "wrong") this.tries = 1;
  }
}
