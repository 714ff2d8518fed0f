// One typeset formula of a page: what it must say now, and how it comes to say it.
// New digits go into the old boxes; where more than digits changes, KaTeX sets the formula anew.
// @ts-check

import { ladder } from "./equation.mjs";
import { parseName } from "../network/course.mjs";
import { finite, negative, printed, tex as texOf } from "../numbers/rounding.mjs";

/** @typedef {import("../network/course.mjs").Course} Course */
/** @typedef {import("../numbers/rounding.mjs").Language} Language */
/** @typedef {{ decimals: number, language: Language, rules: import("./equation.mjs").Rules }} Setting */
/** @typedef {{ ladder?: string, relations?: string[], factors?: Set<string> }} Marks how the equation is to be written anew */

const NUMERAL = /\\htmlData\{q=([^}]*)\}\{((?:[^{}]|\{[^{}]*\})*)\}/g;
const PIECES = /(\\left\()?\\htmlData\{q=([^}]*)\}\{((?:[^{}]|\{[^{}]*\})*)\}(\\right\))?|=|\\approx(?![A-Za-z])/g;

/** Whether a formula has numbers that may change. @param {string} tex */
export const hasNumbers = (tex) => tex.includes("\\htmlData{q=");

/** The quantities whose numbers a formula shows. @param {string} tex @returns {string[]} */
const namesIn = (tex) => [...tex.matchAll(NUMERAL)].map((match) => match[1]);

/**
 * What a formula must say: its LaTeX with today's numbers, parentheses and signs of equality.
 * @param {string} tex as it says now @param {Marks} marks @param {Course} course @param {Setting} setting
 */
export function rewritten(tex, marks, course, setting) {
  const { language, decimals, rules } = setting;
  if (marks.ladder) {
    const { sheet } = parseName(marks.ladder);
    const name = sheet ? marks.ladder.slice(sheet.length + 1) : marks.ladder;
    return ladder(course.sheet(sheet), sheet ? `${sheet}:` : "", name, language, decimals, rules);
  }
  /** @param {string} name */
  const number = (name) => printed(course.value(name), decimals);
  let relation = 0;
  return tex.replace(PIECES, (piece, open = "", name, _old, close = "", at) => {
    if (!name) {
      // a relation hangs on the quantity that the author named, else on the number right behind it
      const own = marks.relations?.[relation++] ?? "-";
      const behind = /^(?:=|\\approx) \\htmlData\{q=([^}]*)\}\{(?:[^{}]|\{[^{}]*\})*\}(?= *(?:$|\\\\|\\end|=|\\approx))/.exec(tex.slice(at));
      const on = own === "-" ? (behind?.[1] ?? null) : own;
      if (on === null || !course.ready(on)) return piece;
      return number(on).exact ? "=" : "\\approx";
    }
    if (!course.ready(name)) return piece;
    const value = number(name);
    const marked = `\\htmlData{q=${name}}{${texOf(value, language.mark)}}`;
    if (!marks.factors?.has(name)) return open + marked + close;
    const bare = open && close ? ["", ""] : [open, close];
    return negative(value) && finite(value) ? `${bare[0]}\\left(${marked}\\right)${bare[1]}` : bare[0] + marked + bare[1];
  });
}

/** What is left of LaTeX when it no longer matters which digits it has. @param {string} tex */
const shape = (tex) => tex.replace(/\d+(?:\.\d+)?/g, "0");

/** The numerals of LaTeX, in the order of its MathML. @param {string} tex */
function numerals(tex) {
  const plain = tex.replace(/\\\\\[[^\]]*\]|\\htmlData\{q=[^}]*\}|\\text\{[^{}]*\}|\\(?:begin|end)\{[^}]*\}/g, " ");
  return plain.match(/\d+(?:(?:\{,\}|\.)\d+)*/g) ?? [];
}

/**
 * The elements of the MathML that hold each numeral; null where they cannot be told apart.
 * @param {Element} math @param {string} tex
 */
function places(math, tex) {
  const all = [...math.querySelectorAll("mn")];
  /** @type {(Element | null)[]} */
  const found = [];
  let at = 0;
  for (const token of numerals(tex)) {
    const wanted = token.replace("{,}", ",");
    const first = all[at]?.textContent ?? "";
    if (first === wanted) {
      found.push(all[at++]);
      continue;
    }
    let seen = ""; // \frac12 is one token here and two numbers there; it never changes
    while (seen.length < wanted.length && at < all.length) seen += all[at++].textContent;
    if (seen !== wanted) return null;
    found.push(null);
  }
  return at === all.length ? found : null;
}

/** @param {Element} element @returns {Text[]} the texts with digits, in order */
function digitTexts(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (/\d/.test(/** @type {Text} */ (node).data)) found.push(/** @type {Text} */ (node));
  }
  return found;
}

/** A formula that stands on the page. */
export class Formula {
  /** @param {Element} element the `.katex` @param {boolean} display @param {Marks} marks */
  constructor(element, display, marks) {
    this.element = element;
    this.display = display;
    this.marks = marks;
    this.tex = element.querySelector("annotation")?.textContent ?? "";
    this.names = namesIn(this.tex);
    /** @type {{ math: (Element | null)[], html: { name: string, texts: Text[] }[] } | null | undefined} */
    this.slots = undefined;
  }

  /**
   * Make it say something else. @param {string} tex
   * @param {((tex: string, display: boolean) => string) | null} typeset null: KaTeX is not here yet
   * @returns {boolean} whether it says so now
   */
  say(tex, typeset) {
    if (tex === this.tex) return true;
    if (shape(tex) === shape(this.tex) && this.fill(tex)) {
      this.tex = tex;
      return true;
    }
    if (!typeset) return false;
    const holder = document.createElement("template");
    holder.innerHTML = typeset(tex, this.display);
    const next = holder.content.querySelector(".katex");
    if (!next) return false;
    this.element.replaceWith(next);
    this.element = next;
    this.tex = tex;
    this.slots = undefined;
    return true;
  }

  /** Put new digits into the old boxes. @param {string} tex @returns {boolean} false, and nothing done, where that is not enough */
  fill(tex) {
    if (this.slots === undefined) this.slots = this.find();
    if (this.slots === null) return false;
    /** @type {Map<string, string>} */
    const said = new Map();
    for (const [, name, number] of tex.matchAll(NUMERAL)) {
      if ((said.get(name) ?? number) !== number) return false; // the boxes are told apart by name alone
      said.set(name, number);
    }
    const tokens = numerals(tex);
    if (tokens.length !== this.slots.math.length) return false;
    const old = numerals(this.tex);
    if (tokens.some((token, index) => token !== old[index] && !this.slots?.math[index])) return false;
    for (const { name, texts } of this.slots.html) {
      const runs = (said.get(name) ?? "").match(/\d+(?:\.\d+)?/g) ?? [];
      if (runs.length !== texts.length) return false;
    }
    for (const { name, texts } of this.slots.html) {
      const runs = /** @type {string[]} */ ((said.get(name) ?? "").match(/\d+(?:\.\d+)?/g) ?? []);
      texts.forEach((text, index) => (text.data = runs[index]));
    }
    tokens.forEach((token, index) => {
      const element = this.slots?.math[index];
      if (element && token !== old[index]) element.textContent = token.replace("{,}", ",");
    });
    const annotation = this.element.querySelector("annotation");
    if (annotation) annotation.textContent = tex;
    return true;
  }

  find() {
    const math = this.element.querySelector(".katex-mathml math");
    const found = math && places(math, this.tex);
    if (!found) return null;
    const html = [...this.element.querySelectorAll(".katex-html [data-q]")].map((box) => ({
      name: box.getAttribute("data-q") ?? "",
      texts: digitTexts(box),
    }));
    return { math: found, html };
  }
}
