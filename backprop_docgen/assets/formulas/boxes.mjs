// KaTeX's boxes of a formula: those of a display grouped as its lines may be broken, and all of them fewer than KaTeX
// makes, in the same places. What is not known stays as it is. No DOM.
// @ts-check

import { RELATION, ROW } from "./breaks.mjs";

/**
 * A box of KaTeX's, or an element of its MathML.
 * @typedef {object} Box
 * @property {Box[]} [children]
 * @property {string[]} [classes]
 * @property {Record<string, string | undefined>} [style]
 * @property {Record<string, string>} [attributes]
 * @property {string} [type] of an element of MathML
 * @property {number} [italic] how far a letter leans out of its box
 * @property {() => string} toMarkup
 */
/** @typedef {new (classes: string[], children: Box[]) => Box} Span */

/** Sizes of scripts beside what they stand at, by KaTeX's classes. @type {Record<string, number>} */
const SCALE = { "reset-size6 size3": 0.7, "reset-size3 size1": 0.5 / 0.7, "reset-size6 size1": 0.5 };

/** @param {Box} box @param {string} name */
const is = (box, name) => box.classes?.includes(name) ?? false;
/** @param {string | undefined} length in em @returns {number} */
const em = (length) => Number.parseFloat(length ?? "0");
/** @param {number} length */
const inEm = (length) => `${Number(length.toFixed(4))}em`;
/** Whether it is nothing but a space. @param {Box} box */
const isSpace = (box) => is(box, "mspace") && box.classes?.length === 1 && !box.children?.length;
/** Whether a box has no more than its class. @param {Box} box */
const plain = (box) => !Object.keys(box.attributes ?? {}).length && !Object.values(box.style ?? {}).some(Boolean);

/** MathML without the spaces that only allow a break, and without rows of one. @param {Box} box */
export function lightMaths(box) {
  if (!box.children) return;
  box.children = box.children
    .filter((each) => !(each.type === "mspace" && !Object.keys(each.attributes ?? {}).length))
    .map((each) => (each.type === "mrow" && each.children?.length === 1 && plain(each) ? each.children[0] : each));
  box.children.forEach(lightMaths);
}

/** Fewer boxes in the same places. @param {Box} box */
export function light(box) {
  if (!box.children) return;
  box.children.forEach(light);
  box.children = spaced(box.children.map(merged).map(script));
  shallow(box);
  bare(box);
}

/** A box around a single one says what both say. @param {Box} box @returns {Box} */
function merged(box) {
  const child = box.children?.length === 1 ? box.children[0] : null;
  if (!child || !is(child, "mord") || !(is(box, "mord") ? plain(box) : is(box, "enclosing") && child.children && plain(child))) return box;
  const outer = is(box, "enclosing") ? box : child;
  outer.classes = [...new Set([...(box.classes ?? []), ...(child.classes ?? [])])].filter(Boolean);
  if (outer === box) box.children = child.children;
  return outer;
}

/** A lone script as one box, moved up or down from the line. @param {Box} box @returns {Box} */
function script(box) {
  const list = is(box, "msupsub") && box.children?.[0]?.children?.[0]?.children?.[0];
  const raised = list && list.children?.length === 1 ? list.children[0] : null;
  const [strut, sized] = raised?.children ?? [];
  const scale = SCALE[sized?.classes?.filter((name) => /^(?:reset-)?size\d/.test(name)).join(" ") ?? ""];
  if (!raised?.style || !scale || !plain(sized)) return box;
  const { top, marginLeft, marginRight } = raised.style;
  sized.style = {
    position: "relative",
    top: inEm((em(top) + em(strut.style?.height)) / scale),
    marginLeft: em(marginLeft) ? inEm(em(marginLeft) / scale) : undefined,
    marginRight: em(marginRight) ? inEm(em(marginRight) / scale) : undefined,
  };
  return sized;
}

/** What only allows a break goes, and a space becomes the margin of what stands before it. @param {Box[]} boxes */
function spaced(boxes) {
  /** @type {Box[]} */
  const found = [];
  for (const box of boxes.filter((each) => !is(each, "allowbreak") && !is(each, "nobreak"))) {
    const before = found.at(-1);
    const room = isSpace(box) && box.style?.marginRight;
    if (room && before?.style && !before.style.marginRight && !before.italic) before.style.marginRight = room;
    else found.push(box);
  }
  return found;
}

/** The row below the line only says how deep a box goes, which the strut of the line does. @param {Box} box */
function shallow(box) {
  const [above, below] = box.children ?? [];
  if (!is(box, "vlist-t2") || below?.children?.[0]?.children?.[0]?.children?.length !== 0) return;
  box.classes = box.classes?.filter((name) => name !== "vlist-t2");
  box.children = [above];
  above.children = above.children?.filter((each) => !is(each, "vlist-s"));
}

/** A fraction without delimiters; the room at its sides is the style sheet's. @param {Box} box */
function bare(box) {
  const [open, fraction, close] = box.children ?? [];
  if (!close || !is(fraction, "mfrac") || ![open, close].every((each) => is(each, "nulldelimiter"))) return;
  box.classes?.push("mfrac");
  box.children = fraction.children;
}

/**
 * The boxes of a display in the groups that its breaks make: a group stays on one line as long as it fits there.
 * @param {Box} html @param {number[]} levels @param {Span} Span
 */
export function group(html, levels, Span) {
  /** @type {Box[][]} */
  const pieces = [[]];
  for (const box of html.children ?? []) {
    if (!is(box, "katex-newline")) pieces[pieces.length - 1].push(box);
    if (is(box, "katex-newline") || box.children?.some((each) => is(each, "allowbreak"))) pieces.push([]);
  }
  if (pieces.length === levels.length + 1) html.children = nested(pieces, levels, Span);
}

/** @param {Box[][]} pieces @param {number[]} levels the breaks between them @param {Span} Span @returns {Box[]} */
function nested(pieces, levels, Span) {
  if (pieces.length === 1) return pieces[0];
  const least = Math.min(...levels);
  const starts = [0, ...levels.flatMap((level, index) => (level === least ? [index + 1] : []))];
  return starts.flatMap((start, index) => {
    const end = starts[index + 1] ?? pieces.length;
    const within = levels.slice(start, end - 1);
    const inner = nested(pieces.slice(start, end), within, Span);
    if (least === ROW) return [new Span(["bp-row"], inner)];
    return within.length ? [new Span([Math.min(...within) === RELATION ? "bp-relations" : "bp-lines"], inner)] : inner;
  });
}
