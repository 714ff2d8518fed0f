// The projector: one step a screen, in large type, with the results hidden until they are revealed.
// The page's own elements are shown and hidden in their places, so that they go on following the numbers.
// @ts-check

import { symbols } from "../numbers/evaluate.mjs";
import { translate } from "../numbers/language.mjs";
import { markOf, numbersIn } from "../origin/marks.mjs";
import { steps } from "./steps.mjs";
import { make } from "../dom/widgets.mjs";

/** @typedef {import("../page/live_page.mjs").LivePage} LivePage */
/** @typedef {import("./reader.mjs").Reader} Reader */
/** @typedef {{ names: string[], element?: Element }} Reveal quantities whose numbers appear, or a block that does */

const [ON, AWAY, VEILED] = ["bp-projecting", "bp-away", "bp-veiled"];
const WEIGHTY = ".equation, bp-math-block, figure, .cell, .highlight, table, .md-typeset__scrollwrap, .admonition, .tabbed-set";
const NO_BLOCK = "script, style, template, aside, form, nav, hr, [hidden]";
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
  return equation.getAttribute("data-ladder") ?? last?.getAttribute("data-q") ?? null;
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
    const children = [...this.article.children].flatMap((each) => (each.matches("details") ? [...each.children] : [each]));
    this.blocks = /** @type {HTMLElement[]} */ (children).filter((each) => each instanceof HTMLElement && !each.matches(NO_BLOCK));
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
  }

  start() {
    this.scrolled = scrollY;
    const first = this.blocks.findIndex((each) => each.getBoundingClientRect().bottom > 80);
    for (const each of this.folds) each.open = true;
    document.documentElement.classList.add(ON);
    this.bar();
    this.listening = new AbortController();
    const { signal } = this.listening;
    this.reader.left.addEventListener("abort", () => this.end(), { signal });
    document.addEventListener("keydown", (event) => this.key(event), { signal });
    document.addEventListener("bp-follow", () => this.veil(), { signal });
    window.addEventListener("resize", () => this.split(this.steps[this.at][0]), { signal });
    this.article.tabIndex = -1;
    this.split(Math.max(first, 0));
    this.article.focus({ preventScroll: true });
    void document.fonts?.ready.then(() => this.listening?.signal.aborted || this.split(this.steps[this.at][0]));
  }

  end() {
    const [first] = this.steps[this.at];
    this.listening?.abort();
    document.documentElement.classList.remove(ON);
    for (const each of [...this.blocks, ...this.folds]) each.classList.remove(AWAY);
    for (const each of this.article.querySelectorAll(`.${VEILED}`)) each.classList.remove(VEILED);
    this.folds.forEach((each, place) => (each.open = this.wasOpen[place]));
    this.controls?.remove();
    this.article.removeAttribute("tabindex");
    this.blocks[first].scrollIntoView({ block: "center" });
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
    this.count = make("span", { role: "status" });
    this.controls = make(
      "nav",
      { class: "bp-wall", "aria-label": say("Projector") },
      button("←", say("Back"), () => this.back()),
      this.count,
      button("→", say("Reveal, or go on"), () => this.forward()),
      button("×", say("End the projector"), () => this.end()),
    );
    document.body.append(this.controls);
  }

  /** Cut the page into steps that fit this screen. @param {number} keep the block that is to be in view */
  split(keep) {
    for (const each of [...this.blocks, ...this.folds]) each.classList.remove(AWAY);
    const tops = this.blocks.map((each) => each.getBoundingClientRect().top);
    const end = this.article.getBoundingClientRect().bottom;
    const room = innerHeight - (this.controls?.offsetHeight ?? 0) - 2 * parseFloat(getComputedStyle(this.article).paddingTop || "0");
    const blocks = this.blocks.map((each, place) => ({
      height: (tops[place + 1] ?? end) - tops[place],
      heading: /^H[1-6]$/.test(each.tagName),
      weighty: each.matches(WEIGHTY),
      leads: leads(each),
    }));
    this.steps = steps(blocks, room);
    this.go(Math.max(this.steps.findIndex(([, after]) => after > keep), 0));
  }

  /** @param {number} step */
  go(step) {
    this.at = Math.min(Math.max(step, 0), this.steps.length - 1);
    this.reader.asked?.close(); // a card goes with its step
    const [first, after] = this.steps[this.at];
    this.blocks.forEach((each, place) => each.classList.toggle(AWAY, place < first || place >= after));
    const here = new Set(this.here().map((each) => each.closest("details")));
    for (const each of this.folds) each.classList.toggle(AWAY, each.parentElement === this.article && !here.has(each));
    for (const block of this.blocks.slice(0, first)) for (const name of resultsIn(block)) this.revealed.add(name);
    this.veil();
    scrollTo({ top: 0, behavior: "instant" });
    const values = { number: String(this.at + 1), total: String(this.steps.length) };
    if (this.count) {
      this.count.textContent = `${values.number} / ${values.total}`;
      this.count.setAttribute("aria-label", this.say("Step {number} of {total}", values));
    }
  }

  here() {
    const [first, after] = this.steps[this.at];
    return this.blocks.slice(first, after);
  }

  /** Results of the page that nobody has seen yet. */
  unknown() {
    return new Set(this.blocks.flatMap(resultsIn).filter((name) => !this.revealed.has(name)));
  }

  veil() {
    const unknown = this.unknown();
    for (const block of this.here()) {
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

/** Whether a block leads up to the next one. @param {Element} block */
const leads = (block) => block.matches("summary") || (block.matches("p") && /:\s*$/.test(block.textContent ?? ""));

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
