// What the last change of the numbers has changed on the page: marked for a moment, gone through one by one.
// @ts-check

const CHANGED = "bp-changed";
const FRESH = "data-bp-fresh"; // no class: where one of a root's changes, browsers style the whole page anew by the theme's rules
const NUMBERS = "[data-q], [data-expr], [data-tree]";
const MOMENT = 2500; // ms after the last change

/** The numbers of a piece of the page. @param {Element} piece */
const numbersOf = (piece) => [...piece.querySelectorAll(NUMBERS)];

/** How a number reads. @param {Element} element */
const textOf = (element) => (element.textContent ?? "").replaceAll("\u200b", "");

/** The marks of one page. */
export class Changes {
  /** @param {Element} article */
  constructor(article) {
    this.article = article;
    this.marking = false; // new digits of the same numbers are no change
    /** @type {WeakMap<Element, string>} */
    this.before = new WeakMap();
    this.timer = 0;
  }

  /** The numbers are about to change. @param {boolean} going whether this goes on with the last change, as a slider does */
  begin(going) {
    if (!going) this.forget();
    this.marking = true;
    document.documentElement.toggleAttribute(FRESH, true);
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => document.documentElement.toggleAttribute(FRESH, false), MOMENT);
  }

  /** What changes from now on is not the numbers' doing. */
  forget() {
    this.marking = false;
    for (const element of this.article.querySelectorAll(`.${CHANGED}`)) element.classList.remove(CHANGED);
  }

  /** Write a piece of the page anew, and mark what reads otherwise then. @param {Element} piece @param {() => void} write */
  through(piece, write) {
    if (!this.marking) return write();
    const before = numbersOf(piece).map((element) => ({ element, text: textOf(element), was: this.before.get(element) }));
    write();
    for (const [place, element] of numbersOf(piece).entries()) {
      const { element: old, text = "", was } = before[place] ?? {};
      if (old?.classList.contains(CHANGED)) this.mark(element, was ?? text);
      else if (text !== textOf(element)) this.mark(element, text);
    }
  }

  /** @param {Element} element @param {string} before how it read */
  mark(element, before) {
    if (!this.marking) return;
    if (!element.classList.contains(CHANGED)) this.before.set(element, before);
    element.classList.add(CHANGED);
  }

  /** What has changed and can be seen, in the order of the page. @returns {Element[]} */
  list() {
    return [...this.article.querySelectorAll(`.${CHANGED}`)].filter((element) => element.checkVisibility());
  }

  get count() {
    return this.list().length;
  }

  /** @param {Element} element */
  has(element) {
    return element.isConnected && element.classList.contains(CHANGED);
  }

  /** How a number reads, and how it read before it changed. @param {Element} element */
  words(element) {
    return { now: textOf(element).trim(), before: (this.before.get(element) ?? "").trim() };
  }
}
