// One question of a page: whether the answer is right, and what helps in stages while it is not. First which line, and a
// check to do oneself; then the slip, as a question; then the wrong line beside the right one, and the fold.
// It speaks of the number, not of the person.
// @ts-check

import { el } from "../dom/elements.mjs";
import { symbols } from "../numbers/evaluate.mjs";
import { Typesetter } from "../formulas/equation.mjs";
import { parseName, symbolOf } from "../network/course.mjs";
import { translate } from "../numbers/language.mjs";
import { readAnswer } from "./answer.mjs";

/** @typedef {import("../page/live_page.mjs").LivePage} LivePage */
/** @typedef {import("../numbers/evaluate.mjs").Tree} Tree */
/** @typedef {import("./judging.mjs").Judged} Judged */
/** @typedef {import("./judge.mjs").Explanation} Explanation */
/** @typedef {(Node | string)[]} Words */

const MOST = 3; // explanations at a time
const [FRACTION, ATOM] = [3, 4]; // how tightly a symbol binds

/** @param {Element} element */
const textOf = (element) => (element.textContent ?? "").replaceAll("\u200b", "").trim();

/** A question that a reader has turned to. */
export class Question {
  /** @param {HTMLElement} element @param {LivePage} page @param {import("./judging.mjs").Judge} judge */
  constructor(element, page, judge) {
    this.element = element;
    this.page = page;
    this.judge = judge;
    const { ask = "", asks = "", digits, wrong = "" } = element.dataset;
    this.kind = ask;
    this.names = asks.split(" ");
    this.digits = Number(digits);
    this.wrong = wrong; // the line that has the slip
    this.typed = ""; // what was last judged
    this.tries = 0;
    /** @param {string} english @param {Record<string, string>} [values] */
    this.say = (english, values) => translate(page.settings.language, english, values);
    this.status = el("div", { class: "bp-quiz-said", role: "status" });
    this.fold = /** @type {HTMLDetailsElement} */ (element.querySelector("details"));
    this.fold.before(this.status);
    this.before = this.values();
  }

  /** What the answer hangs on, to tell whether it has changed. */
  values() {
    return this.names.map((name) => this.value(name));
  }

  /** A quantity's double; what needs a training first is read off the answer. @param {string} name */
  value(name) {
    const { course } = this.page;
    if (course.ready(name)) return course.value(name).double;
    return Number(this.fold.querySelector(`data[data-q="${CSS.escape(name)}"]`)?.getAttribute("value") ?? NaN);
  }

  /** The numbers are others: so is the question, if its answer is. */
  follow() {
    const now = this.values();
    if (now.every((value, at) => Object.is(value, this.before[at]))) return;
    this.before = now;
    const begun = this.tries || this.element.dataset.done || this.element.dataset.shown !== undefined;
    this.tries = 0;
    this.typed = "";
    delete this.element.dataset.done;
    delete this.element.dataset.shown;
    this.fold.open = false;
    this.tell(begun ? [this.say("The numbers are others now: the question is a new one.")] : []);
  }

  /** A key of our own, for keypads without it: a minus goes to the front, and away again. @param {string} sign */
  type(sign) {
    const input = /** @type {HTMLInputElement} */ (this.element.querySelector("input"));
    const { value } = input;
    if (sign === "−") input.value = /^\s*[-−]/.test(value) ? value.replace(/^\s*[-−]/, "") : `−${value}`;
    else input.setRangeText(sign, input.selectionStart ?? value.length, input.selectionEnd ?? value.length, "end");
    input.focus();
  }

  /** @param {Map<string, string>} own the reader's other answers */
  check(own) {
    if (!this.before.every(Number.isFinite)) return this.tell([this.say("With these numbers there is nothing to answer.")]);
    if (this.kind === "number") this.checkNumber(this.element.querySelector("input")?.value ?? "", own);
    else this.checkOption(own);
  }

  /** @param {string} text @param {Map<string, string>} own */
  checkNumber(text, own) {
    if (!text.trim()) return this.tell([this.say("There is no number yet.")]);
    const found = this.judge({ quantity: this.names[0], text, digits: this.digits, right: this.before[0] }, own);
    if (found.verdict === "refused") return this.tell([this.say("This cannot be read as one number.")]);
    this.typed = text;
    if (found.verdict === "right") return this.right(found.remark === "truncated" ? this.say("The last digit was cut off, not rounded.") : "");
    const digits = String(found.write ?? this.digits);
    if (found.verdict === "short") return this.tell([this.say("Right so far. Go on to {digits} significant digits.", { digits })]);
    if (found.verdict === "carried") return this.tell([this.say("This follows rightly from the number given above, which is not right itself.")]);
    this.tries++;
    const answer = readAnswer(text, this.names[0]);
    const value = "refused" in answer ? NaN : answer.value;
    const few = found.write ? [" ", this.say("With {digits} significant digits more could be said.", { digits })] : [];
    if (this.tries === 1) this.tell([...this.where(found.explanations), " ", this.oneself(value), ...few]);
    else if (this.tries === 2) this.tell([...this.slips(found), ...few]);
    else this.tell(this.beside(found));
  }

  /** @param {Map<string, string>} own */
  checkOption(own) {
    const chosen = this.element.querySelector("input:checked");
    if (!(chosen instanceof HTMLInputElement)) return this.tell([this.say("Nothing is chosen yet.")]);
    const label = /** @type {Element} */ (chosen.closest("label"));
    if (this.kind === "choice") {
      const right = this.element.querySelector('input[value="right"]')?.closest("label");
      // wrong ones may read the same with the reader's numbers
      return right && textOf(label) === textOf(right) ? this.right() : this.checkNumber(textOf(label), own);
    }
    if (this.kind === "order") return this.checkOrder([...chosen.value].map((letter) => this.names["abc".indexOf(letter)]));
    if (this.kind === "line") {
      if (chosen.value === "right") return this.right();
      return this.hint(
        [this.say("That line follows from the numbers that stand in it. Go through them from the top: which formula is not the page's?")],
        [this.say("Put each formula beside the page's own: does one of them leave something out, or take another number?")],
      );
    }
    const [value] = this.before;
    if (chosen.value === (value < 0 ? "negative" : value > 0 ? "positive" : "zero")) return this.right();
    return this.hint(
      [...this.where([]), " ", this.say("Which of its parts are negative?")],
      [this.say("This is its line; put in the signs alone:"), this.line(this.names[0])],
    );
  }

  /** @param {string[]} chosen names, from the smallest */
  checkOrder(chosen) {
    const at = chosen.findIndex((name, place) => place > 0 && this.value(chosen[place - 1]) > this.value(name));
    if (at < 0) return this.right();
    const one = new Set(chosen.map((name) => Math.sign(this.value(name)))).size === 1;
    this.hint(
      [
        one
          ? this.say("Not in this order. All of them have the same sign: which one lies nearest to 0?")
          : this.say("Not in this order. Begin with the signs: what is negative comes before what is positive."),
      ],
      [this.symbol(chosen[at - 1]), " ≤ ", this.symbol(chosen[at]), this.say(": these two stand the wrong way round.")],
    );
  }

  /** Stages where there is no number to explain. @param {Words} first @param {Words} second */
  hint(first, second) {
    this.tries++;
    if (this.tries === 1) this.tell(first);
    else if (this.tries === 2) this.tell(second);
    else this.tell([this.atLast()]);
  }

  /** @param {string} [remark] */
  right(remark = "") {
    const shown = this.element.dataset.shown !== undefined;
    this.element.dataset.done = shown ? "shown" : "solved";
    const words = shown
      ? this.say("Right. The answer had been shown, so it does not count as solved: change a number of the network, and it is a new question.")
      : this.say("Right.");
    this.tell([words, remark && ` ${remark}`]);
  }

  /** Which line. @param {Explanation[]} explanations @returns {Words} */
  where(explanations) {
    const formula = explanations[0]?.formula; // "" where it happens everywhere
    const known = formula && this.knows(formula) ? formula : this.names[0];
    if (!this.hasParts(known)) return [this.say("Not this yet.")];
    return this.with("Not this yet. Look at the line of {symbol}.", this.symbol(known));
  }

  /** A check that needs no other number: sign, size. @param {number} value */
  oneself(value) {
    const [right] = this.before;
    if (value && right && value < 0 !== right < 0) return this.say("Its sign cannot be this one.");
    const size = Math.abs(value / right);
    if (size >= 8) return this.say("It is several times too large.");
    if (size <= 1 / 8) return this.say("It is several times too small.");
    if (!this.hasParts(this.names[0])) return this.say("Its sign and its size are plausible.");
    return this.say("Its sign and its size are plausible, so work through it part by part.");
  }

  /** The slip, as a question. @param {Judged} verdict @returns {Words} */
  slips({ explanations, write, sought }) {
    const [first, ...more] = explanations.slice(0, MOST);
    const [name] = this.names;
    if (!first && !this.hasParts(name)) return [this.say("Not this yet, either. Go through it once more, from the beginning.")];
    if (!first) {
      const none = sought && !write ? [this.say("No slip known here gives this number."), " "] : []; // with more digits one might
      return [...none, ...this.with("This is the line of {symbol}:", this.symbol(name)), this.line(name)];
    }
    if (!more.length) return [this.say("Could it be this? {text}", { text: first.text })];
    return [this.say("Could it be one of these?"), el("ul", {}, ...[first, ...more].map(({ text }) => el("li", {}, text)))];
  }

  /** The wrong line beside the right one. @param {Judged} verdict @returns {Words} */
  beside(verdict) {
    const [first] = verdict.explanations;
    if (!first) return [...this.slips(verdict), " ", this.atLast()];
    const [formula] = first.lines;
    if (!formula || !this.knows(formula)) return [first.text, this.line(this.names[0]), this.atLast()];
    const wrong = first.trees[formula];
    const pair = el(
      "dl",
      { class: "bp-quiz-lines" },
      el("div", {}, el("dt", {}, this.say("The line that gives this number")), el("dd", {}, this.line(formula, wrong))),
      el("div", {}, el("dt", {}, this.say("The line as it should be")), el("dd", {}, this.line(formula))),
    );
    return [first.text, pair, this.atLast()];
  }

  atLast() {
    return this.say("If it does not come out, the answer is below. A result that was shown does not count as solved.");
  }

  /** Whether a quantity has a line. @param {string} name */
  knows(name) {
    const { sheet, step } = parseName(name);
    return step < 2 && this.page.course.sheet(sheet).has(this.local(name));
  }

  /** Whether a quantity's line has something to work through; what is only a number would give the answer away. @param {string} name */
  hasParts(name) {
    if (!this.knows(name)) return false;
    const tree = this.page.course.sheet(parseName(name).sheet).tree(this.local(name));
    return symbols(tree).length > 0;
  }

  /** The name of a quantity in its own worksheet. @param {string} name */
  local(name) {
    const { sheet } = parseName(name);
    return sheet ? name.slice(sheet.length + 1) : name;
  }

  /** A quantity's symbol. @param {string} name */
  symbol(name) {
    return this.maths(symbolOf(this.page.course, name), name, false);
  }

  /** A quantity's formula in symbols. @param {string} name @param {Tree | null} [tree] another one in its place */
  line(name, tree) {
    const { course, settings } = this.page;
    const sheet = course.sheet(parseName(name).sheet);
    const found = tree ?? (this.knows(name) ? sheet.tree(this.local(name)) : null);
    if (found === null) return this.symbol(name);
    const letters = new Typesetter(
      (operand) => {
        const tex = sheet.symbol(operand);
        return { tex, rank: tex.startsWith("\\frac") ? FRACTION : ATOM };
      },
      settings.language,
      settings.rules,
    );
    return this.maths(`${sheet.symbol(this.local(name))} = ${letters.piece(found).tex}`, name, true);
  }

  /** @param {string} tex @param {string} otherwise what stands there where KaTeX does not come @param {boolean} display */
  maths(tex, otherwise, display) {
    const holder = el("span", { class: display ? "bp-quiz-line" : "" }, otherwise);
    void this.page.loadTypeset()?.then(() => {
      if (this.page.typeset) holder.innerHTML = this.page.typeset(tex, display);
    });
    return holder;
  }

  /** A sentence with something else than a text in it. @param {string} english @param {Node} symbol @returns {Words} */
  with(english, symbol) {
    const [before, after = ""] = this.say(english, { symbol: "\u0000" }).split("\u0000");
    return [before, symbol, after];
  }

  /** @param {Words} words */
  tell(words) {
    this.status.replaceChildren(...words);
  }
}
