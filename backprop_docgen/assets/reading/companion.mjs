// Figures light what the text speaks of as one scrolls; on a wide screen the figure goes along beside the text.
// @ts-check

import { numbersIn, markOf } from "../origin/marks.mjs";
import { coalesced, make } from "../dom/widgets.mjs";

/** @typedef {import("./reader.mjs").Reader} Reader */

const [NOW, LIT, ALONG] = ["bp-now", "bp-lit", "bp-along"];
const BESIDE = "data-bp-beside";
const WIDE = "(min-width: 76.25em)";
const SHEET = "(min-width: 45em)"; // here the panel makes room for the figure
const BAND = "-38% 0px -54% 0px"; // where one reads
const MOST = 24; // of more quantities at once no path can be told

/** The quantities of a name, and of both ends where it is a derivative. @param {string} name */
function spokenOf(name) {
  const [, top, bottom] = /^d(.+?)\/d(.+)$/.exec(name) ?? [];
  return top ? [name, top, bottom] : [name];
}

/** What a block of the text speaks of. @param {Element} block */
export function namesOf(block) {
  const made = block.getAttribute("data-made") ?? "";
  const formula = made.startsWith("formula:") ? made.slice("formula:".length) : "";
  const names = numbersIn(block).map((each) => {
    const mark = markOf(each);
    return mark && "name" in mark ? mark.name : "";
  });
  const all = new Set([formula, ...names].filter(Boolean).flatMap(spokenOf));
  return all.size > MOST ? [] : [...all];
}

/** A drawing for the eye alone, to stand elsewhere. @param {Element} drawing */
export function copied(drawing) {
  const copy = /** @type {Element} */ (drawing.cloneNode(true));
  for (const each of [copy, ...copy.querySelectorAll("[id]")]) each.removeAttribute("id");
  copy.removeAttribute("aria-labelledby");
  copy.querySelector("title")?.remove();
  return copy;
}

/** The figures of a page. */
export class Companion {
  /** @param {Reader} reader */
  constructor(reader) {
    this.reader = reader;
    this.article = reader.article;
    this.figures = [...this.article.querySelectorAll("figure:has(svg [data-of])")];
    const blocks = [...this.article.querySelectorAll(".equation, :is(p, li):has(data.q, .katex-html [data-q])")];
    this.footer = document.querySelector(".md-footer"); // its links are not covered
    this.blocks = blocks.filter((each) => !each.closest("figure, .equation p") && !each.querySelector(".equation"));
    /** @type {Set<Element>} */
    this.read = new Set();
    /** @type {Set<Element>} */
    this.inView = new Set();
    /** @type {string[]} */
    this.names = [];
    /** @type {Element | null} */
    this.current = null;
    /** @type {Element | null} */
    this.shown = null;
  }

  watch() {
    const reading = new IntersectionObserver((entries) => this.seen(entries, this.read), { rootMargin: BAND });
    for (const block of this.blocks) reading.observe(block);
    const visible = new IntersectionObserver((entries) => this.seen(entries, this.inView), { threshold: 0.5 });
    for (const each of [...this.figures, this.footer]) if (each) visible.observe(each);
    const signal = this.reader.left;
    document.addEventListener("bp-follow", coalesced(() => this.light(true)), { signal });
    document.addEventListener("bp-prefer", () => this.light(true), { signal });
    for (const size of [WIDE, SHEET]) matchMedia(size).addEventListener("change", () => this.light(true), { signal });
    document.addEventListener("bp-room", () => this.light(true), { signal });
    signal.addEventListener("abort", () => {
      for (const each of [reading, visible]) each.disconnect();
      this.hide();
    });
  }

  /** @param {IntersectionObserverEntry[]} entries @param {Set<Element>} into */
  seen(entries, into) {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) into.add(target);
      else into.delete(target);
    }
    const block = this.blocks.find((each) => this.read.has(each));
    const names = block && block !== this.current ? namesOf(block) : [];
    if (block && names.length) [this.current, this.names] = [block, names];
    this.light(false);
  }

  /** @param {boolean} anew whether the figures have been drawn anew */
  light(anew) {
    if (this.reader.left.aborted) return;
    for (const figure of this.figures) mark(figure, this.names);
    const before = this.figures.filter((each) => this.current && follows(this.current, each));
    const figure = before.reverse().find((each) => each.querySelector(`.${NOW}`)) ?? null;
    const room = matchMedia(document.documentElement.hasAttribute("data-bp-open") ? SHEET : WIDE).matches;
    const hidden = this.footer && this.inView.has(this.footer);
    const wanted = figure && !this.inView.has(figure) && !hidden && this.reader.preferences.figure && room;
    if (!wanted) return this.hide();
    if (figure !== this.shown || anew) this.show(figure);
    if (this.box) {
      mark(this.box, this.names);
      const now = this.box.querySelector(`svg .${NOW}`);
      const drawing = this.box.querySelector(".bp-drawing");
      if (now && drawing) {
        drawing.scrollTop += now.getBoundingClientRect().top - drawing.getBoundingClientRect().top - drawing.clientHeight / 3;
      }
    }
  }

  /** @param {Element} figure */
  show(figure) {
    this.hide();
    this.shown = figure;
    figure.classList.add(ALONG);
    const drawing = make("div", { class: "bp-drawing", "aria-hidden": "true" });
    drawing.append(copied(/** @type {Element} */ (figure.querySelector(".bp-tall"))));
    const number = figure.querySelector("figcaption [data-number]");
    const link = make("a", { href: `#${figure.id}` }, number?.textContent ?? this.reader.say("Figure"));
    const label = this.reader.say("Put the figure away");
    const away = make("button", { type: "button", class: "bp-shut", "aria-label": label, title: label }, "×");
    away.addEventListener("click", () => this.reader.prefer({ figure: false }));
    this.box = make("aside", { class: "bp-companion", "aria-label": this.reader.say("The figure beside the text") }, make("div", { class: "bp-top" }, link, away), drawing);
    document.body.append(this.box);
    document.documentElement.toggleAttribute(BESIDE, true);
    document.documentElement.style.setProperty("--bp-companion", `${this.box.offsetHeight}px`);
  }

  hide() {
    this.box?.remove();
    this.box = undefined;
    this.shown?.classList.remove(ALONG);
    this.shown = null;
    document.documentElement.toggleAttribute(BESIDE, false);
  }
}

/** Light what shows one of the quantities. @param {Element} root @param {string[]} names */
export function mark(root, names) {
  const wanted = new Set(names);
  let lit = false;
  for (const each of root.querySelectorAll("svg :is([data-of], [data-q])")) {
    const own = (each.getAttribute("data-of") ?? each.getAttribute("data-q") ?? "").split(" ");
    const now = own.some((name) => wanted.has(name));
    each.classList.toggle(NOW, now);
    lit ||= now;
  }
  for (const drawing of root.querySelectorAll("svg")) drawing.classList.toggle(LIT, lit);
}

/** Whether an element comes after another one. @param {Element} element @param {Element} other */
export const follows = (element, other) => (other.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
