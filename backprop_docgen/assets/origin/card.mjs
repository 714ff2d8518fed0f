// "Where does this number come from?": a card beside the number that is pointed at, tapped or focused.
// @ts-check

import { ofDouble } from "../numbers/evaluate.mjs";
import { translate } from "../numbers/language.mjs";
import { markOf, numbersIn, shownAt } from "./marks.mjs";
import { originOf } from "./origin.mjs";
import { card, coalesced, isSheet, make, moved, place } from "../dom/widgets.mjs";

/** @typedef {import("../page/live_page.mjs").LivePage} LivePage */
/** @typedef {import("./origin.mjs").Mark} Mark */
/** @typedef {import("./origin.mjs").Item} Item */
/** @typedef {{ kind: "number", mark: Mark, known?: import("../numbers/evaluate.mjs").Value } | { kind: "list", title: string, of: Element }} View */

const MOST = 8;
const HOMES = ".drawing, bp-math, bp-math-block, .chosen, p, li, table"; // what outlives a number that is written anew
const GRACE = 300; // ms in which the pointer may reach the card
const [ASKED, OPERAND, CHOSEN] = ["bp-asked", "bp-operand", "bp-chosen"];

/** Nothing is lit so, wherever it stands: figures are copied while they are. @param {string[]} classes */
function unlight(...classes) {
  for (const one of classes) for (const element of document.querySelectorAll(`.${one}`)) element.classList.remove(one);
}

/** The card and what it lights on the page. */
export class Trace {
  /** @param {LivePage} page */
  constructor(page) {
    this.page = page;
    /** @param {string} english @param {Record<string, string>} [values] */
    this.say = (english, values) => translate(page.settings.language, english, values);
    this.card = card("bp-trace", this.say("Where this number comes from"));
    this.status = make("div", { class: "bp-hidden", role: "status" });
    /** @type {View[]} */
    this.views = []; // the last one is shown; the others are the way back
    /** @type {Element | null} */
    this.anchor = null;
    /** @type {string | null} */
    this.asked = null;
    /** @type {Element | null} */
    this.home = null;
    this.there = new DOMRect(); // where in the window the number is
    this.pinned = false;
    this.unfolded = false;
    this.returning = false;
    this.leaving = 0;
  }

  get isOpen() {
    return this.card.isConnected;
  }

  /**
   * Tell about the number that an element shows.
   * @param {Element} anchor @param {"hover" | "tap" | "focus"} how
   */
  ask(anchor, how) {
    window.clearTimeout(this.leaving);
    const element = anchor.matches("bp-math") ? anchor.querySelector("[data-q]") : anchor;
    const mark = element && markOf(element);
    if (!element || !mark || (this.isOpen && this.pinned && how === "hover")) return;
    if (this.anchor === anchor && this.views.length === 1) {
      this.pinned ||= how !== "hover";
      return;
    }
    const several = anchor.matches("bp-math") && numbersIn(anchor).length > 1;
    /** @type {View} */
    const view = several
      ? { kind: "list", title: this.say("The numbers here"), of: anchor }
      : { kind: "number", mark, known: known(element) };
    this.open(anchor, view, how !== "hover");
  }

  /** List the numbers of an equation, a figure or a code cell. @param {Element} button @param {Element} block @param {string} title */
  list(button, block, title) {
    this.open(button, { kind: "list", title, of: block }, true);
    this.enter();
  }

  /** @param {Element} anchor @param {View} view @param {boolean} pinned */
  open(anchor, view, pinned) {
    if (!this.isOpen) {
      document.body.append(this.card, this.status);
      this.listening = new AbortController();
      const { signal } = this.listening;
      document.addEventListener("keydown", (event) => this.key(event), { signal });
      document.addEventListener("pointerdown", (event) => this.elsewhere(event), { signal });
      document.addEventListener("scroll", () => this.scrolled(), { signal, capture: true, passive: true });
      window.addEventListener("resize", () => this.stand(), { signal });
      this.card.addEventListener("pointerenter", () => window.clearTimeout(this.leaving), { signal });
      this.card.addEventListener("pointerleave", () => this.leave(), { signal });
      document.addEventListener("bp-follow", coalesced(() => this.show()), { signal });
    }
    this.anchor = anchor;
    this.asked = anchor.getAttribute("data-q");
    this.home = anchor.closest(HOMES);
    this.pinned = pinned;
    this.views = [view];
    this.show();
    void this.page.loadTypeset();
  }

  close() {
    window.clearTimeout(this.leaving);
    this.listening?.abort();
    const inside = this.card.contains(document.activeElement);
    this.card.remove();
    this.status.remove();
    this.light([]);
    const { anchor } = this;
    this.anchor = null;
    if (!inside || !(anchor instanceof HTMLElement)) return;
    if (!anchor.matches("button, [tabindex]")) anchor.tabIndex = -1;
    this.returning = true; // a number that gets the focus back is not asked again
    anchor.focus({ preventScroll: true });
    this.returning = false;
  }

  /** The pointer has left the number or the card. */
  leave() {
    window.clearTimeout(this.leaving);
    if (this.isOpen && !this.pinned) this.leaving = window.setTimeout(() => this.close(), GRACE);
  }

  /** Into the card, from the keyboard. */
  enter() {
    this.pinned = true;
    const first = this.card.querySelector(".bp-item") ?? this.card.querySelector(".bp-shut");
    if (first instanceof HTMLElement) first.focus();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key === "Escape") {
      event.stopPropagation();
      this.close();
    }
  }

  /** @param {Event} event */
  elsewhere(event) {
    const target = /** @type {Node} */ (event.target);
    if (!this.card.contains(target) && !this.anchor?.contains(target)) this.close();
  }

  /** Where the number moves, a card that nobody pressed for goes; another one follows it. */
  scrolled() {
    if (!this.anchor?.isConnected || !moved(this.anchor, this.there)) return; // the card's own lists scroll, say
    if (!this.pinned) return this.close();
    const { top, bottom } = this.anchor.getBoundingClientRect();
    if (top <= innerHeight && bottom >= 0) this.stand();
    else if (!this.card.contains(document.activeElement)) this.close();
  }

  /** The number out from behind the sheet, which is higher once its formula is set. */
  uncover() {
    if (!this.anchor || !this.pinned || !isSheet()) return;
    const hidden = this.anchor.getBoundingClientRect().bottom + 16 - this.card.getBoundingClientRect().top;
    if (hidden > 0) scrollBy({ top: hidden, behavior: "instant" });
  }

  /** Beside the number. */
  stand() {
    place(this.card, this.anchor);
    if (this.anchor) this.there = this.anchor.getBoundingClientRect();
  }

  show() {
    const view = this.views.at(-1);
    if (!view || !this.anchor) return;
    if (!this.anchor.isConnected) this.anchor = this.again(); // its figure, formula or sentence is a new one
    if (!this.anchor) return this.close();
    const held = /** @type {HTMLElement | null} */ (document.activeElement);
    const inside = held && this.card.contains(held) ? (held.dataset.name ?? held.className) : null;
    if (view.kind === "list") this.showList(view);
    else this.showNumber(view);
    this.uncover();
    this.stand();
    if (inside !== null) {
      const again = [...this.card.querySelectorAll("button")].find((b) => (b.dataset.name ?? b.className) === inside);
      (again ?? this.card).focus({ preventScroll: true });
    }
  }

  /** The number that stands where the one asked about stood. */
  again() {
    const name = this.asked && CSS.escape(this.asked);
    return name && this.home?.isConnected ? this.home.querySelector(`[data-q="${name}"]`) : null;
  }

  /** @param {{ title: string, of: Element }} view */
  showList({ title, of }) {
    /** @type {Map<string, View & { kind: "number" }>} */
    const found = new Map();
    for (const element of numbersIn(of)) {
      const mark = /** @type {Mark} */ (markOf(element));
      found.set(JSON.stringify(mark), { kind: "number", mark, known: known(element) });
    }
    const { course, settings } = this.page;
    const items = [...found.values()].map((view) => {
      const origin = originOf(view.mark, course, settings, view.known);
      const item = { name: origin.name ?? "", symbol: origin.symbol ?? "", meaning: origin.meaning, value: origin.shown };
      return this.button(item, view);
    });
    this.fill(make("span", {}, title), [make("ul", { class: "bp-items" }, ...items)]);
    this.light([]);
    this.status.textContent = title;
  }

  /** @param {View & { kind: "number" }} view */
  showNumber({ mark, known }) {
    const { say } = this;
    const origin = originOf(mark, this.page.course, this.page.settings, known);
    const title = make("span", {}, this.maths(origin.symbol, ""), " ");
    title.append(origin.name ? make("code", {}, origin.name) : origin.meaning);
    const parts = [];
    if (origin.name) parts.push(make("p", { class: "bp-meaning" }, origin.meaning));
    if (origin.formula) parts.push(this.formula(origin.formula));
    if (origin.note) parts.push(make("p", {}, origin.note));
    const value = make("p", {}, `${origin.exact ? say("Exactly") : say("In full")}: `);
    value.append(make("span", { class: "bp-full" }, origin.full));
    parts.push(value, ...this.section(say("Made of"), origin.operands));
    const rest = [];
    if (origin.shown !== origin.full) rest.push(make("p", {}, `${say("Printed")}: ${origin.shown}`));
    rest.push(...this.section(say("Goes into"), origin.users));
    const name = origin.name && CSS.escape(origin.name);
    const worked = name && document.querySelector(`.equation:is([data-ladder="${name}"], [data-worked="${name}"])[id]`);
    if (worked) {
      const number = worked.querySelector(".equation-number")?.textContent ?? "";
      const where = number ? say("Worked out in equation {number}", { number }) : say("Worked out on this page");
      rest.push(make("p", {}, make("a", { href: `#${worked.id}` }, where)));
    }
    if (rest.length) parts.push(this.fold(rest));
    this.fill(title, parts);
    const operands = origin.operands.map((item) => item.name);
    this.light(operands, origin.name ?? "");
    const listed = origin.operands.map((item) => item.name).join(", ");
    const from = listed ? say("Made of {names}.", { names: listed }) : origin.note;
    this.status.textContent = [origin.name, origin.meaning, origin.full].filter(Boolean).join(": ") + `. ${from}`;
  }

  /** @param {Node} title @param {Node[]} parts */
  fill(title, parts) {
    const head = make("div", { class: "bp-heading", id: "bp-trace-title" }, title);
    const close = make("button", { type: "button", class: "bp-shut", "aria-label": this.say("Close") }, "×");
    close.addEventListener("click", () => this.close());
    const bar = make("div", { class: "bp-top" }, head, close);
    if (this.views.length > 1) {
      const back = make("button", { type: "button", class: "bp-back", "aria-label": this.say("Back") }, "←");
      back.addEventListener("click", () => {
        this.views.pop();
        this.show();
      });
      bar.prepend(back);
    }
    this.card.setAttribute("aria-labelledby", "bp-trace-title");
    this.card.replaceChildren(bar, ...parts);
  }

  /** What need not be there at once; it stays open from number to number. @param {Node[]} rest */
  fold(rest) {
    const fold = make("details", { class: "bp-rest" }, make("summary", {}, this.say("More")), ...rest);
    fold.open = this.unfolded;
    fold.addEventListener("toggle", () => {
      this.unfolded = fold.open;
      this.uncover();
      this.stand();
    });
    return fold;
  }

  /** @param {string} title @param {Item[]} items */
  section(title, items) {
    if (!items.length) return [];
    const shown = items.slice(0, items.length > MOST + 1 ? MOST : items.length);
    const list = make("ul", { class: "bp-items bp-few" });
    list.append(...shown.map((item) => this.button(item, { kind: "number", mark: { name: item.name, format: "rule:0" } })));
    if (shown.length < items.length) {
      list.append(make("li", {}, this.say("and {number} more", { number: String(items.length - shown.length) })));
    }
    return [make("p", { class: "bp-section" }, title), list];
  }

  /** A quantity in a list: pointed at, it lights on the page; pressed, it is told about. @param {Item} item @param {View} view */
  button(item, view) {
    const label = [item.name, item.meaning, item.value].filter(Boolean).join(", ");
    const button = make(
      "button",
      { type: "button", class: "bp-item", "aria-label": label, title: item.meaning },
      make("span", {}, this.maths(item.symbol, item.name ? "" : item.meaning), make("code", {}, item.name)),
      make("span", { class: "bp-value" }, item.value),
    );
    if (item.name) {
      button.dataset.name = item.name;
      const on = () => this.choose(item.name);
      for (const type of ["pointerenter", "focus"]) button.addEventListener(type, on);
      for (const type of ["pointerleave", "blur"]) button.addEventListener(type, () => this.choose(""));
    }
    button.addEventListener("click", () => {
      this.pinned = true;
      this.views.push(view);
      this.show();
      this.enter();
    });
    return make("li", {}, button);
  }

  /** @param {string | null} tex @param {string} otherwise what stands there until KaTeX is here */
  maths(tex, otherwise) {
    const holder = make("span", { class: "bp-symbol" });
    if (tex && this.page.typeset) holder.innerHTML = this.page.typeset(tex, false);
    else holder.textContent = otherwise;
    return holder;
  }

  /** @param {string} tex */
  formula(tex) {
    const label = this.say("Formula");
    const holder = make("div", { class: "bp-formula", tabindex: "0", role: "group", "aria-label": label });
    if (this.page.typeset) holder.innerHTML = this.page.typeset(tex, true);
    else holder.textContent = "…";
    return holder;
  }

  /** Light what a number is made of, and the number itself, everywhere. @param {string[]} operands @param {string} [asked] */
  light(operands, asked = "") {
    unlight(ASKED, OPERAND, CHOSEN);
    const roots = [this.page.article, ...document.querySelectorAll(".bp-companion")];
    const all = roots.map((root) => ({ asked: shownAt(root, [asked]), operands: shownAt(root, operands) }));
    for (const one of all) {
      for (const element of one.asked) element.classList.add(ASKED);
      for (const element of one.operands) element.classList.add(OPERAND);
    }
    const { anchor } = this;
    if (!anchor || anchor.matches("button") || !(operands.length || asked)) return;
    if (!anchor.matches(`.${ASKED}, .${OPERAND}`)) anchor.classList.add(ASKED);
  }

  /** @param {string} name */
  choose(name) {
    unlight(CHOSEN);
    if (!name) return;
    const roots = [this.page.article, ...document.querySelectorAll(".bp-companion")];
    for (const element of roots.flatMap((root) => shownAt(root, [name]))) element.classList.add(CHOSEN);
  }
}

/** What the page says that a number is, for what is not computed here. @param {Element} element @returns {import("../numbers/evaluate.mjs").Value | undefined} */
function known(element) {
  const value = element.getAttribute("value");
  return value === null ? undefined : ofDouble(Number(value));
}
