// The projector: one step a screen, in large type, with the results hidden until they are revealed.
// The page's own elements are shown and hidden in their places, so that they go on following the numbers.
// @ts-check

import { symbols } from "../numbers/evaluate.mjs";
import { translate } from "../numbers/language.mjs";
import { markOf, numbersIn } from "../origin/marks.mjs";
import { AWAY, described, heights, joined, leads, only, piecesOf } from "./pieces.mjs";
import { Screen } from "./screen.mjs";
import { steps } from "./steps.mjs";
import { make } from "../dom/widgets.mjs";

/** @typedef {import("../page/live_page.mjs").LivePage} LivePage */
/** @typedef {import("./reader.mjs").Reader} Reader */
/** @typedef {{ names: string[], element?: Element }} Reveal quantities whose numbers appear, or a block that does */

const [ON, VEILED] = ["bp-projecting", "bp-veiled"];
const FORWARD = ["ArrowRight", "PageDown", " "];
const BACK = ["ArrowLeft", "PageUp"];

/** The quantities that a number is of, or is computed from. @param {Element} element @returns {string[]} */
function quantitiesOf(element) {
  const mark = markOf(element);
  return mark === null ? [] : "tree" in mark ? symbols(mark.tree) : [mark.name];
}

/** The quantity that an equation ends in. @param {Element} equation */
function resultOf(equation) {
  const last = [...equation.querySelectorAll(".katex-html [data-q]")].at(-1);
  return equation.getAttribute("data-ladder") ?? equation.getAttribute("data-worked") ?? last?.getAttribute("data-q") ?? null;
}

/** A page on the wall. */
export class Projector {
  /** @param {Reader} reader @param {LivePage} page @param {HTMLElement} door where the focus goes back to */
  constructor(reader, page, door) {
    this.reader = reader;
    this.article = page.article;
    this.door = door;
    /** @param {string} english @param {Record<string, string>} [values] */
    this.say = (english, values) => translate(page.settings.language, english, values);
    /** @type {import("./pieces.mjs").Piece[]} */
    this.pieces = [];
    /** @type {HTMLElement[]} */
    this.blocks = [];
    /** @type {[number, number][]} */
    this.steps = [];
    this.at = 0;
    /** @type {Set<string>} */
    this.revealed = new Set();
    /** @type {WeakSet<Element>} */
    this.shown = new WeakSet(); // blocks, outputs and answers
    /** @type {HTMLDetailsElement[]} */
    this.folds = [...this.article.querySelectorAll("details")]; // cut into steps like the rest
    this.wasOpen = this.folds.map((each) => each.open);
    this.count = make("span", { role: "status" });
    this.controls = this.bar();
    this.screen = new Screen(this.article, this.controls);
    this.listening = new AbortController();
  }

  start() {
    const read = [...this.article.querySelectorAll("*")].find((each) => each.getBoundingClientRect().bottom > 80 && !each.childElementCount);
    for (const each of this.folds) each.open = true;
    this.pieces = piecesOf(this.article);
    this.blocks = [...new Set(this.pieces.map(({ block }) => block))];
    document.documentElement.classList.add(ON);
    document.body.append(this.controls);
    const { signal } = this.listening;
    this.reader.left.addEventListener("abort", () => this.end(), { signal });
    document.addEventListener("keydown", (event) => this.key(event), { signal });
    document.addEventListener("bp-follow", () => this.show(), { signal });
    const again = () => this.split(this.steps[this.at][0]);
    window.addEventListener("resize", again, { signal });
    this.article.tabIndex = -1;
    this.split(Math.max(this.pieces.findIndex(({ block, part }) => (part ?? block).contains(read ?? null)), 0));
    this.article.focus({ preventScroll: true });
    void document.fonts?.ready.then(() => signal.aborted || again());
  }

  end() {
    const { block } = this.pieces[this.steps[this.at][0]];
    this.listening.abort();
    this.screen.close();
    document.documentElement.classList.remove(ON);
    only(this.pieces, 0, this.pieces.length);
    for (const each of this.folds) each.classList.remove(AWAY);
    for (const each of this.article.querySelectorAll(`.${VEILED}`)) each.classList.remove(VEILED);
    joined(this.article);
    this.folds.forEach((each, place) => (each.open = this.wasOpen[place]));
    this.controls.remove();
    this.article.removeAttribute("tabindex");
    block.scrollIntoView({ block: "center" });
    this.door.focus({ preventScroll: true });
  }

  bar() {
    const { say } = this;
    /** @param {string} sign @param {string} label @param {() => void} action */
    const button = (sign, label, action) => {
      const made = make("button", { type: "button", "aria-label": label, title: label }, sign);
      made.addEventListener("click", action);
      return made;
    };
    return make(
      "nav",
      { class: "bp-wall", "aria-label": say("Projector") },
      button("←", say("Back"), () => this.back()),
      this.count,
      button("→", say("Reveal, or go on"), () => this.forward()),
      button("×", say("End the projector"), () => this.end()),
    );
  }

  /** Cut the page into steps that fit this screen. @param {number} keep the piece that is to be in view */
  split(keep) {
    only(this.pieces, 0, this.pieces.length);
    for (const each of this.folds) each.classList.remove(AWAY);
    const { screen } = this;
    const [narrow, wide] = [true, false].map((halved) => screen.as(halved, () => heights(this.pieces, this.article)));
    const blocks = this.pieces.map((each, place) => described(each, screen.leavesRoom(each.block) ? narrow[place] : wide[place]));
    this.steps = steps(blocks, screen.room);
    this.go(Math.max(this.steps.findIndex(([, after]) => after > keep), 0));
  }

  /** @param {number} step */
  go(step) {
    this.at = Math.min(Math.max(step, 0), this.steps.length - 1);
    this.reader.asked?.close(); // a card goes with its step
    const [first, after] = this.steps[this.at];
    only(this.pieces, first, after);
    const here = new Set(this.here().map((each) => each.closest("details")));
    for (const each of this.folds) each.classList.toggle(AWAY, each.parentElement === this.article && !here.has(each));
    for (const { block } of this.pieces.slice(0, first)) {
      if (!this.here().includes(block)) for (const name of resultsIn(block)) this.revealed.add(name);
    }
    this.show();
    scrollTo({ top: 0, behavior: "instant" });
    const values = { number: String(this.at + 1), total: String(this.steps.length) };
    this.count.textContent = `${values.number} / ${values.total}`;
    this.count.setAttribute("aria-label", this.say("Step {number} of {total}", values));
  }

  /** Lay the step out anew, its figure with it. */
  show() {
    this.screen.show(this.here(), this.blocks);
    this.veil();
  }

  here() {
    const [first, after] = this.steps[this.at];
    return [...new Set(this.pieces.slice(first, after).map(({ block }) => block))];
  }

  /** Results of the page that nobody has seen yet. */
  unknown() {
    return new Set(this.blocks.flatMap(resultsIn).filter((name) => !this.revealed.has(name)));
  }

  veil() {
    const unknown = this.unknown();
    for (const block of [...this.here(), this.screen.drawing]) {
      for (const element of numbersIn(block)) {
        const hidden = !this.shown.has(block) && quantitiesOf(element).some((name) => unknown.has(name));
        element.classList.toggle(VEILED, hidden);
      }
      for (const maths of block.querySelectorAll(".katex-mathml")) {
        maths.classList.toggle(VEILED, maths.parentElement?.querySelector(`.katex-html .${VEILED}`) !== null);
      }
      for (const answer of answersIn(block)) answer.classList.toggle(VEILED, !this.shown.has(answer));
    }
  }

  /** What there is to reveal in this step, in order. @returns {Reveal[]} */
  reveals() {
    const unknown = this.unknown();
    const own = new Set(this.here().flatMap(resultsIn));
    /** @type {Reveal[]} */
    const found = [];
    for (const block of this.here()) {
      const results = resultsIn(block).filter((name) => unknown.has(name) && !found.some((each) => each.names.includes(name)));
      for (const name of results) found.push({ names: [name] });
      for (const answer of answersIn(block)) if (!this.shown.has(answer)) found.push({ names: [], element: answer });
      // what later steps will work out is shown here, and stays hidden there
      const later = numbersIn(block).flatMap(quantitiesOf).some((name) => unknown.has(name) && !own.has(name));
      if (later && !this.shown.has(block)) found.push({ names: [], element: block });
    }
    return found;
  }

  forward() {
    const [next] = this.reveals();
    const root = document.documentElement;
    if (next) {
      for (const name of next.names) this.revealed.add(name);
      if (next.element) this.shown.add(next.element);
      this.veil();
    } else if (root.scrollTop + innerHeight < root.scrollHeight - 2) {
      scrollBy({ top: innerHeight * 0.7, behavior: "instant" });
    } else if (this.at < this.steps.length - 1) this.go(this.at + 1);
  }

  back() {
    if (document.documentElement.scrollTop > 2) scrollBy({ top: -innerHeight * 0.7, behavior: "instant" });
    else if (this.at > 0) this.go(this.at - 1);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const target = /** @type {Element} */ (event.target);
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    if (target.closest("input, select, textarea, [contenteditable], .bp-card")) return;
    if (event.key === " " && target.closest("button, a, summary")) return;
    if (FORWARD.includes(event.key)) this.forward();
    else if (BACK.includes(event.key)) this.back();
    else if (event.key === "Home") this.go(0);
    else if (event.key === "End") this.go(this.steps.length - 1);
    else if (event.key === "Escape") {
      if (!this.reader.asked?.isOpen) this.end(); // a card that is open closes by itself
    }
    else return;
    event.preventDefault();
  }
}

/** What code printed, and what a fold answers in words. @param {Element} block */
function answersIn(block) {
  const folded = block.closest("details") && !leads(block) && !block.matches(".equation") && !block.querySelector(".equation");
  return folded ? [block] : [...block.querySelectorAll(":scope > .output")];
}

/** The results of a block's equations. @param {Element} block @returns {string[]} */
function resultsIn(block) {
  const equations = block.matches(".equation") ? [block] : [...block.querySelectorAll(".equation")];
  return equations.map(resultOf).filter((name) => name !== null);
}
