// The numbers of a page, wherever they stand, and the quantities behind them.
// @ts-check

import { numberTokens } from "../dom/cells.mjs";

/** @typedef {import("./origin.mjs").Mark} Mark */

const NUMERAL = /((?<![\w.])[-+]?(?:\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|inf|nan)(?!\w))/; // as the build reads them
export const IN_MATHS = ".katex-html [data-q]";
export const NUMBERS = `data.q, ${IN_MATHS}, svg [data-q], svg [data-tree], .cell code :is(.mf, .mi), .output [data-q]`;

/** What stands behind a number of the page; null where nothing does. @param {Element} element @returns {Mark | null} */
export function markOf(element) {
  const tree = element.getAttribute("data-expr") ?? element.getAttribute("data-tree");
  const format = element.getAttribute("data-format") ?? "rule:0";
  const parsed = tree === null ? null : JSON.parse(tree);
  const named = Array.isArray(parsed) && parsed[0] === "q" ? parsed[1] : null; // printed in a way of its own
  if (parsed !== null && named === null) return { tree: parsed, format };
  const name = named ?? element.getAttribute("data-q") ?? literalOf(element);
  return name && name !== "-" ? { name, format } : null;
}

/** The quantity whose value a literal of a code cell is. @param {Element} token */
function literalOf(token) {
  const cell = token.closest(".cell[data-literals]");
  if (!cell) return null;
  const place = numberTokens(cell).indexOf(token);
  return cell.getAttribute("data-literals")?.split(" ")[place] ?? null;
}

/** The marked numbers in a stretch of the page, in order; of a figure those of the drawing that shows. @param {Element} root */
export function numbersIn(root) {
  const away = [...root.querySelectorAll(".bp-figure")].filter((drawing) => getComputedStyle(drawing).display === "none");
  const shown = (/** @type {Element} */ element) => !away.some((drawing) => drawing.contains(element));
  return [...root.querySelectorAll(NUMBERS)].filter((element) => markOf(element) && shown(element));
}

/** Everything that shows one of the quantities: numbers, and what is drawn of it in figures. @param {Element} root @param {string[]} names */
export function shownAt(root, names) {
  const wanted = new Set(names.filter(Boolean));
  return [...root.querySelectorAll("[data-q], [data-of], .cell[data-literals] code :is(.mf, .mi)")].filter((element) => {
    const drawn = element.getAttribute("data-of")?.split(" ") ?? [];
    return [element.getAttribute("data-q") ?? literalOf(element) ?? "", ...drawn].some((name) => wanted.has(name));
  });
}

/** Name the numbers that a code cell printed, so that each can be asked. @param {Element} root */
export function markOutputs(root) {
  for (const cell of root.querySelectorAll(".cell[data-outputs]")) {
    const code = cell.querySelector(".output code");
    const names = cell.getAttribute("data-outputs")?.split(" ") ?? [];
    if (!code || code.childElementCount) continue;
    const parts = (code.textContent ?? "").split(NUMERAL);
    if ((parts.length - 1) / 2 !== names.length) continue; // split with a group: text, numeral, text …
    code.replaceChildren(
      ...parts.map((text, place) => {
        if (place % 2 === 0) return text;
        const name = names[(place - 1) / 2];
        const mark = document.createElement("span");
        if (name !== "-") mark.dataset.q = name;
        mark.textContent = text;
        return mark;
      }),
    );
  }
}
