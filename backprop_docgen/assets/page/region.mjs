// A stretch of a page that follows the numbers: the article, or a chosen sentence in it.
// @ts-check

import { numberTokens } from "../dom/cells.mjs";
import { Formula, hasNumbers, rewritten } from "../formulas/formula.mjs";
import { ofDouble } from "../numbers/evaluate.mjs";
import { translate } from "../numbers/language.mjs";
import { formatted, python } from "../numbers/rounding.mjs";
import { parsed, redraw } from "./redraw.mjs";

/** @typedef {import("../network/course.mjs").Course} Course */
/** @typedef {import("../numbers/evaluate.mjs").Tree} Tree */
/** @typedef {import("../formulas/formula.mjs").Setting & { language: import("../numbers/language.mjs").Language }} Setting */
/** @typedef {import("./changes.mjs").Changes} Changes */
/** @typedef {import("../figures/scene.mjs").Layout} Layout */
/** What a figure shows, as its drawing tells it. @typedef {{ kind: string, weight?: string, copy?: number }} Shown */
/** @typedef {{ conditions: ([string, ...any[]] | null)[], texts: string[], chosen: number }} Choice */
/**
 * What a page needs to follow its numbers.
 * @typedef {object} Follower
 * @property {Course} course
 * @property {Setting} setting
 * @property {Choice[]} choices
 * @property {(shown: Shown, layout: Layout) => string | null} draw a figure, or null where it cannot be drawn yet
 * @property {((tex: string, display: boolean) => string) | null} typeset KaTeX, once it is here
 * @property {() => void} wantTypeset asks for KaTeX
 * @property {() => void} told what can be seen has followed
 * @property {Changes} changes marks what reads otherwise than before
 */

/** A number in running text or in a table. */
class TextNumber {
  /** @param {Element} element */
  constructor(element) {
    this.element = element;
    const expression = element.getAttribute("data-expr");
    /** @type {Tree} */
    this.tree = expression === null ? ["q", element.getAttribute("data-q") ?? ""] : JSON.parse(expression);
    this.format = element.getAttribute("data-format") ?? "rule:0";
    this.fixed = this.format.startsWith("word"); // a count: a matter of the network's shape, not of its numbers
  }

  /** What many updates made of another network, which no change reaches. @returns {import("../numbers/evaluate.mjs").Value | null} */
  published() {
    const name = Array.isArray(this.tree) && this.tree[0] === "q" ? this.tree[1] : "";
    const double = Number(this.element.getAttribute("value") ?? NaN);
    return name.includes(":") && Number.isFinite(double) ? ofDouble(double) : null;
  }

  /** @param {Follower} follower */
  follow({ course, setting, changes }) {
    if (this.fixed) return;
    const value = course.known(this.tree) ? course.evaluate(this.tree) : this.published();
    if (value === null) return;
    const text = formatted(value, this.format, setting.decimals, setting.language);
    const before = this.element.textContent ?? "";
    if (before !== text) {
      this.element.textContent = text;
      changes.mark(this.element, before);
    }
    this.element.setAttribute("value", python(value.double));
  }
}

/** A formula with numbers in it. */
class Mathematics {
  /** @param {Element} element */
  constructor(element) {
    this.formula = new Formula(element, element.closest("bp-math-block") !== null, marksOf(element));
  }

  get element() {
    return this.formula.element;
  }

  /** @param {Follower} follower */
  follow({ course, setting, changes, typeset, wantTypeset }) {
    const { formula } = this;
    const tex = rewritten(formula.tex, formula.marks, course, setting);
    if (tex === formula.tex) return;
    const piece = formula.element.parentElement ?? formula.element; // it may become another element
    changes.through(piece, () => {
      if (!formula.say(tex, typeset)) wantTypeset();
    });
  }
}

/** The literals of a code cell. */
class Cell {
  /** @param {Element} element */
  constructor(element) {
    this.element = element;
    const names = (element.getAttribute("data-literals") ?? "").split(" ");
    this.output = element.querySelector(".output");
    this.outputs = (element.getAttribute("data-outputs") ?? "").split(" ").filter(Boolean);
    /** @type {Element | null | undefined} */
    this.note = null;
    const tokens = numberTokens(element);
    this.literals = names
      .map((name, index) => ({ name, token: tokens[index] }))
      .filter(({ name, token }) => name !== "-" && token && !name.startsWith("count:"))
      .map(({ name, token }) => {
        const sign = token.previousSibling;
        const minus = sign instanceof Element && sign.textContent === "-" && unary(sign) ? sign : null;
        return { name, token, minus };
      });
  }

  /** @param {Follower} follower */
  follow({ course, setting, changes }) {
    this.confess(course, setting);
    for (const { name, token, minus } of this.literals) {
      if (!course.ready(name)) continue;
      const text = python(course.value(name).double);
      const before = `${minus?.textContent ?? ""}${token.textContent}`;
      if (before === text) continue;
      if (minus) minus.textContent = "";
      token.textContent = text;
      changes.mark(token, before);
    }
  }

  /** What a cell printed is the published network's: say so where it would print something else now. @param {Course} course @param {Setting} setting */
  confess(course, setting) {
    const { output } = this;
    if (!output) return;
    const stale = course.changes.size > 0 && this.outputs.some((name) => name === "-" || !course.asPublished(name));
    if (stale && !this.note) {
      this.note = document.createElement("p");
      this.note.className = "published-output";
      this.note.textContent = translate(setting.language, "Printed by the published network; it does not follow your numbers.");
      output.append(this.note);
    } else if (!stale) {
      this.note?.remove();
      this.note = null;
    }
  }
}

/** Whether a minus sign belongs to the number behind it. @param {Element} sign */
function unary(sign) {
  let before = sign.previousSibling;
  while (before && !before.textContent?.trim()) before = before.previousSibling;
  return !before || /[-+*/=([,:%]$/.test(before.textContent?.trim() ?? "");
}

/** A figure in one of its layouts: that which shows need not wait for the other one. */
class Drawing {
  /** @param {SVGSVGElement} svg */
  constructor(svg) {
    /** @type {Element} */
    this.element = svg;
    const { weight, copy } = svg.dataset;
    /** @type {Shown} */
    this.shown = { kind: svg.classList[1].slice("bp-".length), weight, copy: copy ? Number(copy) : undefined };
    /** @type {Layout} */
    this.layout = svg.classList.contains("bp-wide") ? "wide" : "tall";
    this.svg = "";
    /** @type {Element} */
    this.drawn = svg;
  }

  /** @param {Follower} follower */
  follow({ draw, changes }) {
    const svg = draw(this.shown, this.layout);
    if (svg === null || svg === this.svg) return;
    const drawn = parsed(svg);
    changes.through(this.element, () => redraw(this.element, this.drawn, drawn));
    [this.svg, this.drawn] = [svg, drawn];
  }
}

/** A sentence chosen by the numbers, with all that stands in it. */
class Chosen {
  /** @param {Element} element @param {Choice} choice @param {Choice[]} choices */
  constructor(element, choice, choices) {
    this.element = element;
    this.choice = choice;
    this.stands = choice.chosen;
    this.inside = new Region(element, choices);
  }

  /** @param {Follower} follower */
  follow(follower) {
    const { conditions, texts } = this.choice;
    const { decimals } = follower.setting;
    if (conditions.every((condition) => condition === null || follower.course.decidable(condition))) {
      const holds = conditions.findIndex((condition) => condition === null || follower.course.holds(condition, decimals) === true);
      if (holds >= 0 && holds !== this.stands) {
        this.element.innerHTML = texts[holds];
        this.stands = holds;
        this.inside = new Region(this.element, follower.choices);
        follower.changes.mark(this.element, "");
      }
    }
    for (const _ of this.inside.following(follower));
  }
}

/** @param {Element} element @returns {import("../formulas/formula.mjs").Marks} */
function marksOf(element) {
  const holder = element.closest(".equation");
  return {
    ladder: holder?.getAttribute("data-ladder") ?? undefined,
    relations: holder?.getAttribute("data-relations")?.split(" "),
    factors: new Set(holder?.getAttribute("data-factors")?.split(" ")),
  };
}

/** All that follows the numbers in one element, chosen sentences with their own inside. */
export class Region {
  /** @param {Element} root @param {Choice[]} choices */
  constructor(root, choices) {
    /** @param {string} selector */
    const all = (selector) => [...root.querySelectorAll(selector)].filter((each) => nearest(each, root));
    this.numbers = all("data.q").map((element) => new TextNumber(element));
    this.formulas = all(".katex")
      .filter((element) => hasNumbers(element.querySelector("annotation")?.textContent ?? ""))
      .map((element) => new Mathematics(element));
    this.cells = all(".cell:is([data-literals], [data-outputs])").map((element) => new Cell(element));
    // a drawing of a named worksheet is the same whatever the numbers
    this.drawings = all("figure .drawing > svg.bp-figure:not([data-sheets])").map((svg) => new Drawing(/** @type {SVGSVGElement} */ (svg)));
    this.chosen = all(".chosen").flatMap((element) => {
      const choice = choices[Number(element.getAttribute("data-choice")) - 1];
      return choice ? [new Chosen(element, choice, choices)] : [];
    });
  }

  /**
   * Show what the numbers are now, piece by piece, so that there is time for something else in between.
   * @param {Follower} follower @param {(element: Element) => boolean} [first] what comes first, as it can be seen
   * @returns {Generator<boolean>} whether all that comes first has followed
   */
  *following(follower, first = () => true) {
    const pieces = [...this.numbers, ...this.formulas, ...this.cells, ...this.drawings, ...this.chosen];
    const now = new Set(pieces.filter((piece) => first(piece.element)));
    const later = pieces.filter((piece) => !now.has(piece));
    for (const piece of now) {
      piece.follow(follower);
      yield false;
    }
    if (later.length) follower.told();
    for (const piece of later) {
      yield true;
      piece.follow(follower);
    }
  }
}

/** Whether no chosen sentence stands between an element and a root. @param {Element} element @param {Element} root */
function nearest(element, root) {
  const around = element.parentElement?.closest(".chosen") ?? null;
  return around === null || around === root || !root.contains(around);
}
