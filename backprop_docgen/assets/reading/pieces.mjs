// What a page is cut into for the projector: its blocks, and of those that may be long the parts: the rows of a table,
// the items of a list, the lines of code, what stands in an admonition.
// @ts-check

import { make } from "../dom/widgets.mjs";

/**
 * A block, or one of its parts.
 * @typedef {{ block: HTMLElement, part: HTMLElement | null, first: boolean }} Piece
 */

export const AWAY = "bp-away";
const LINE = "bp-code-line";
const NO_BLOCK = "script, style, template, aside, form, nav, hr, [hidden]";
const WEIGHTY = ".equation, bp-math-block, figure, .cell, .highlight, table, .md-typeset__scrollwrap, .admonition, .tabbed-set";
const CODE = ".cell, .highlight";
const LEGIBLE = 30; // px of type for each unit of a drawing whose labels are half as large
const TABLE = "table, .md-typeset__scrollwrap";

/** The pieces of an article, in order; its folds stand open. @param {HTMLElement} article @returns {Piece[]} */
export function piecesOf(article) {
  const children = [...article.children].flatMap((each) => (each.matches("details") ? [...each.children] : [each]));
  const blocks = /** @type {HTMLElement[]} */ (children.filter((each) => each instanceof HTMLElement && !each.matches(NO_BLOCK)));
  return blocks.flatMap((block) => {
    const parts = partsOf(block);
    const found = parts.length > 1 ? parts : [null];
    return found.map((part, place) => ({ block, part, first: place === 0 }));
  });
}

/** Take back what `piecesOf` did to code. @param {Element} article */
export function joined(article) {
  for (const line of article.querySelectorAll(`.${LINE}`)) line.replaceWith(...line.childNodes);
  for (const code of article.querySelectorAll("pre > code")) code.normalize();
}

/** @param {HTMLElement} block @returns {HTMLElement[]} */
function partsOf(block) {
  if (block.matches(".admonition, ul, ol")) return /** @type {HTMLElement[]} */ ([...block.children]);
  if (block.matches(TABLE)) return [...block.querySelectorAll("tr")].filter((each) => !each.closest("thead"));
  return block.matches(CODE) ? [...block.querySelectorAll("pre > code")].flatMap(linesOf) : [];
}

/** The lines of code, each in an element of its own; a token that goes over several stays whole. @param {Element} code */
function linesOf(code) {
  /** @type {HTMLElement[]} */
  const lines = [];
  let line = make("span", { class: LINE });
  const next = () => {
    if (line.hasChildNodes()) lines.push(line);
    line = make("span", { class: LINE });
  };
  for (const node of [...code.childNodes]) {
    if (!(node instanceof Text)) {
      line.append(node);
      continue;
    }
    for (const text of node.data.split(/(?<=\n)/)) {
      line.append(text);
      if (text.endsWith("\n")) next();
    }
  }
  next();
  code.replaceChildren(...lines);
  return lines;
}

/** How high each piece is, from its top to that of the next. @param {Piece[]} pieces @param {HTMLElement} article */
export function heights(pieces, article) {
  const tops = pieces.map(({ block, part, first }) => (first || !part ? block : part).getBoundingClientRect().top);
  const end = article.getBoundingClientRect().bottom;
  return tops.map((top, place) => (tops[place + 1] ?? end) - top);
}

/** What a step's cut needs to know of a piece. @param {Piece} piece @param {number} height @returns {import("./steps.mjs").Block} */
export function described({ block, part, first }, height) {
  return {
    height: block.matches("figure") ? drawn(block, height) : height,
    heading: /^H[1-6]$/.test(block.tagName),
    weighty: block.matches(WEIGHTY),
    leads: leads(part ?? block),
    goesOn: !first,
    head: first ? 0 : (block.querySelector("thead")?.getBoundingClientRect().height ?? 0),
  };
}

/** How high a figure is as long as its labels can be read: it takes what room there is. @param {Element} figure @param {number} height */
function drawn(figure, height) {
  const drawing = /** @type {SVGSVGElement | undefined} */ ([...figure.querySelectorAll("svg.bp-figure")].find((each) => each.checkVisibility()));
  if (!drawing) return height;
  const least = (drawing.viewBox.baseVal.height * parseFloat(getComputedStyle(figure).fontSize)) / LEGIBLE;
  const now = drawing.getBoundingClientRect().height;
  return height - now + Math.min(now, least);
}

/** Whether a piece leads up to the next one. @param {Element} piece */
export function leads(piece) {
  const text = piece.textContent ?? "";
  if (piece.matches(`.${LINE}`)) return /:\s*$|^\s*#/.test(text);
  return piece.matches("summary, .admonition-title") || (piece.matches("p") && /:\s*$/.test(text));
}

/** Show the pieces of a step, and put the others away. @param {Piece[]} pieces @param {number} first @param {number} after */
export function only(pieces, first, after) {
  const here = new Set(pieces.slice(first, after).map(({ block }) => block));
  pieces.forEach(({ block, part }, place) => {
    block.classList.toggle(AWAY, !here.has(block));
    part?.classList.toggle(AWAY, place < first || place >= after);
  });
}
