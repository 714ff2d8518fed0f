// The reader's own settings, and the doors to what is loaded when it is wanted: where a number comes from,
// the reading menu, the projector. This much every page of the tutorial loads.
// @ts-check

import { IN_MATHS, markOf, markOutputs, NUMBERS } from "../origin/marks.mjs";
import { Companion } from "./companion.mjs";
import { meanwhile, stylesheet } from "../dom/site.mjs";
import { make, moved } from "../dom/widgets.mjs";

/** @typedef {import("../page/live_page.mjs").LivePage} LivePage */
/** @typedef {import("../origin/card.mjs").Trace} Trace */
/** @typedef {{ colours: boolean, ask: boolean, figure: boolean, digits: number | null }} Preferences digits: decimals, null for the site's own */

const CARDS = "assets/cards.css";
const FOLDED = "details:not([open]) > :not(summary)";
const CALM = 200; // ms after the last change of the page until the tabulator's stops are set anew
const PATIENCE = 180; // ms that the pointer rests on a number before it is told about
const MARK = "M9.1 9a3 3 0 1 1 4.3 2.7c-.9.5-1.4 1.1-1.4 2.3m0 3v.1";
const BOOK = "M3 5.5C6 4.5 9 5 12 6.5v13C9 18 6 17.5 3 18.5zM21 5.5c-3-1-6-.5-9 1v13c3-1.5 6-2 9-1z";

/** @param {string} path */
function icon(path) {
  const holder = make("span", { class: "bp-icon", "aria-hidden": "true" });
  holder.innerHTML = `<svg viewBox="0 0 24 24" width="24" height="24"><path d="${path}"/></svg>`;
  return holder;
}

/** What a button says beside its icon where there is room. @param {string} text */
const word = (text) => make("span", { class: "bp-word" }, text);
/** Whether an element of the text is a number that can be asked, or a formula with such; not what a question lets choose between. @param {Element} element */
const asked = (element) =>
  !element.closest(".bp-quiz label") &&
  (element.matches("bp-math") ? element.querySelector(IN_MATHS) !== null : element.matches(NUMBERS) && markOf(element) !== null);

/** What a reader of this site prefers, kept in the browser. */
export class Reader {
  /**
   * @param {string} key where the settings are kept
   * @param {Record<string, string>} strings of this page's language
   * @param {() => Promise<LivePage>} live
   * @param {AbortSignal} left the page is left
   */
  constructor(key, strings, live, left) {
    this.key = `${key}:reading`;
    /** @param {string} english @param {Record<string, string>} [values] */
    this.say = (english, values = {}) =>
      (strings[english] || english).replace(/\{(\w+)\}/g, (_, name) => values[name]);
    this.live = live;
    this.left = left;
    /** @type {Preferences} */
    this.preferences = { colours: true, ask: true, figure: true, digits: null, ...this.stored() };
    this.article = /** @type {HTMLElement} */ (document.querySelector(".md-content article"));
    /** @type {Promise<Trace> | null} */
    this.tracing = null;
    /** @type {Trace | null} */
    this.asked = null;
    /** @type {import("./menu.mjs").Menu | null} */
    this.menu = null;
  }

  /** @returns {Partial<Preferences>} */
  stored() {
    try {
      const found = JSON.parse(localStorage.getItem(this.key) ?? "{}");
      /** @type {Partial<Preferences>} */
      const safe = {};
      for (const name of /** @type {const} */ (["colours", "ask", "figure"])) {
        if (typeof found[name] === "boolean") safe[name] = found[name];
      }
      if (Number.isInteger(found.digits) && found.digits >= 2 && found.digits <= 15) safe.digits = found.digits;
      return safe;
    } catch {
      return {};
    }
  }

  /** @param {Partial<Preferences>} changed */
  prefer(changed) {
    Object.assign(this.preferences, changed);
    try {
      localStorage.setItem(this.key, JSON.stringify(this.preferences));
    } catch {
      // a browser that keeps nothing forgets the settings with the page
    }
    this.settle();
  }

  settle() {
    const { colours, ask } = this.preferences;
    const root = document.documentElement;
    root.toggleAttribute("data-bp-plain", !colours); // nothing to change, nothing to style anew, for most readers
    root.dataset.bpAsk = ask ? "on" : "off";
    this.stops();
    document.dispatchEvent(new Event("bp-prefer"));
  }

  open() {
    markOutputs(this.article);
    this.settle();
    this.buttons();
    this.listen();
    this.door();
    if (this.preferences.digits !== null) void this.live().then((page) => page.show(this.preferences.digits));
    const follow = () => this.left.aborted || new Companion(this).watch();
    if (this.article.querySelector("svg [data-of]")) setTimeout(follow); // nobody has scrolled yet
    this.left.addEventListener("abort", () => {
      this.asked?.close();
      this.menu?.close();
    });
  }

  /** The numbers of the text that can be reached, each with the section or the open fold that it stands in. */
  numbers() {
    /** @type {Map<HTMLElement, Element | null>} */
    const found = new Map();
    /** @type {Element | null} */
    let section = null;
    for (const element of this.article.querySelectorAll("h2, data.q, bp-math")) {
      if (element.matches("h2")) section = element;
      else if (asked(element) && !element.closest(FOLDED)) found.set(/** @type {HTMLElement} */ (element), element.closest("details") ?? section);
    }
    return found;
  }

  /** One stop of the tabulator in each section; arrows lead on from number to number. */
  stops() {
    if (!this.preferences.ask) {
      for (const element of this.article.querySelectorAll("[tabindex]:is(data.q, bp-math)")) element.removeAttribute("tabindex");
      return;
    }
    const numbers = [...this.numbers()];
    const served = new Set(numbers.filter(([number]) => number.tabIndex === 0).map(([, place]) => place));
    for (const [number, place] of numbers) {
      if (!served.has(place)) number.tabIndex = 0;
      served.add(place);
    }
  }

  /** @param {HTMLElement} from @param {number} step */
  step(from, step) {
    const numbers = this.numbers();
    const all = [...numbers.keys()];
    const next = all[all.indexOf(from) + step];
    if (!next || !numbers.has(from)) return;
    for (const [each, place] of numbers) if (place === numbers.get(next) && each.tabIndex === 0) each.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  /** Equations, figures and code cells list their numbers at the press of a button. */
  buttons() {
    for (const block of this.article.querySelectorAll(".equation, figure:has(svg), .cell")) {
      if (![...block.querySelectorAll(NUMBERS)].some(markOf)) continue;
      const title = this.titleOf(block);
      const button = make("button", { type: "button", class: "bp-ask", title, "aria-label": title }, icon(MARK));
      if (!block.matches(".equation")) button.append(word(this.say("Numbers"))); // an equation needs its width
      button.addEventListener("click", async () => (await this.trace()).list(button, block, this.titleOf(block)));
      (block.querySelector(":scope > figcaption") ?? block).append(button);
    }
  }

  /** @param {Element} block */
  titleOf(block) {
    const { say } = this;
    const number = block.querySelector(".equation-number, figcaption [data-number]")?.textContent ?? "";
    if (block.matches("figure"))
      return number ? say("The numbers of {figure}", { figure: number.toLowerCase() }) : say("The numbers of this figure");
    if (block.matches(".cell")) return say("The numbers of this code");
    const called = number || block.getAttribute("data-ladder") || block.getAttribute("data-worked");
    return called ? say("The numbers of equation {number}", { number: called }) : say("The numbers of this equation");
  }

  /** @returns {Promise<Trace>} */
  trace() {
    this.tracing ??= meanwhile(this.left, Promise.all([import("../origin/card.mjs"), this.live(), stylesheet(CARDS)])).then(([{ Trace }, page]) => {
      this.asked = new Trace(page);
      return this.asked;
    });
    return this.tracing;
  }

  listen() {
    let timer = 0;
    /** @type {Element | null} */
    let over = null;
    let there = new DOMRect(); // where in the window the pointer came upon it
    let wanted = 0; // counts the questions: one that is overtaken while the modules load is dropped
    /** @param {Element} element @param {"hover" | "tap" | "focus"} how */
    const ask = async (element, how) => {
      window.clearTimeout(timer); // a press does not wait for the pointer to rest, nor is it overtaken by that
      const turn = ++wanted;
      const trace = await this.trace();
      const gone = how === "hover" && element !== over; // the pointer, or the page under it
      if (turn === wanted && !gone) trace.ask(element, how);
    };
    const projecting = () => document.documentElement.classList.contains("bp-projecting"); // then only who presses asks
    /** @param {Event} event @returns {Element | null} */
    const numberAt = (event) => {
      const target = /** @type {Element} */ (event.target);
      const found = this.preferences.ask ? (target.closest?.(`${NUMBERS}, bp-math`) ?? null) : null;
      return found && this.article.contains(found) && asked(found) ? found : null;
    };
    const away = () => {
      over = null;
      window.clearTimeout(timer);
    };
    // A page that moves under a resting pointer asks nothing: only a pointer that is elsewhere on the screen has moved.
    let place = "";
    this.article.addEventListener("pointermove", (event) => {
      const before = place;
      place = `${event.screenX} ${event.screenY}`;
      if (event.pointerType !== "mouse" || place === before || projecting()) return;
      const found = numberAt(event);
      const number = found?.matches("bp-math") ? null : found;
      if (number === over) return;
      away();
      over = number;
      if (number) {
        there = number.getBoundingClientRect();
        timer = window.setTimeout(() => void ask(number, "hover"), PATIENCE);
      } else this.asked?.leave();
    });
    this.article.addEventListener("pointerleave", () => {
      away();
      this.asked?.leave();
    });
    const signal = this.left;
    document.addEventListener("scroll", () => over && moved(over, there) && away(), { capture: true, passive: true, signal });
    this.article.addEventListener("click", (event) => {
      const number = numberAt(event);
      if (number && !(/** @type {Element} */ (event.target).closest("a, button, summary"))) void ask(number, "tap");
    });
    /** @type {EventTarget | null} */
    let held = null; // had the focus when the reader left the window, and is given it back when he returns
    window.addEventListener("blur", () => (held = document.activeElement), { signal });
    this.article.addEventListener("focusin", (event) => {
      const number = numberAt(event);
      const unasked = event.target === held || this.asked?.returning || projecting();
      held = null;
      if (number && number === event.target && !unasked) void ask(number, "focus");
    });
    this.article.addEventListener("focusout", (event) => {
      const to = /** @type {Node | null} */ (event.relatedTarget);
      const trace = this.asked;
      if (trace?.isOpen && to && trace.anchor === event.target && !trace.card.contains(to)) trace.close();
    });
    this.article.addEventListener("keydown", (event) => {
      const number = numberAt(event);
      if (!number || number !== event.target || event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.key === "Enter" || (event.key === " " && !projecting())) {
        void ask(number, "focus").then(() => this.asked?.enter());
      } else if (projecting()) return; // the arrows are the projector's
      else if (event.key === "ArrowRight") this.step(/** @type {HTMLElement} */ (number), 1);
      else if (event.key === "ArrowLeft") this.step(/** @type {HTMLElement} */ (number), -1);
      else return;
      event.preventDefault();
    });
    const copying = () => void import("./copying.mjs").then(({ copyFormulas }) => copyFormulas(this.article, signal));
    document.addEventListener("selectstart", copying, { once: true, signal });
    let calm = 0;
    const later = () => {
      window.clearTimeout(calm);
      calm = window.setTimeout(() => this.stops(), CALM);
    };
    document.addEventListener("bp-follow", later, { signal });
    this.article.addEventListener("toggle", () => this.stops(), { capture: true, signal }); // a fold
    /** @type {HTMLDetailsElement[]} */
    let opened = []; // folds that only paper sees open
    const print = () => {
      opened = [...this.article.querySelectorAll("details")].filter((each) => !each.open);
      for (const each of opened) each.open = true;
    };
    const printed = () => {
      for (const each of opened) each.open = false;
    };
    window.addEventListener("beforeprint", print, { signal });
    window.addEventListener("afterprint", printed, { signal });
  }

  /** The door to the reading menu, in the site's header, right after the title: nothing else there moves for it. */
  door() {
    const label = this.say("Reading");
    const button = make(
      "button",
      { type: "button", class: "md-header__button md-icon bp-door", "aria-expanded": "false", title: label, "aria-label": label },
      icon(BOOK),
      word(label),
    );
    button.addEventListener("click", async () => {
      const [{ Menu }, page] = await meanwhile(this.left, Promise.all([import("./menu.mjs"), this.live(), stylesheet(CARDS)]));
      this.menu ??= new Menu(this, page, button);
      this.menu.toggle();
    });
    const before = document.querySelector(".md-header__inner > :is(.md-header__option, .md-search, label[for='__search'])");
    (before?.parentElement ?? document.querySelector(".md-header__inner"))?.insertBefore(button, before);
    this.left.addEventListener("abort", () => button.remove());
  }
}
