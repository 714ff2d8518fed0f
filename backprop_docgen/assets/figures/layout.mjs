// Where the neurons of a network stand on the sheet, and where a label finds room on an arrow. Layers are
// rows; a row that is too wide keeps its first and last neurons and shows "⋯" for the others.
// @ts-check

import { symbol } from "./scene.mjs";
import { around, at, line, NAME, overlaps, shortened, spanOn, WIDTH, widthOf } from "./svg.mjs";

/** @typedef {import("./topology.mjs").Topology} Topology */
/** @typedef {import("./svg.mjs").Box} Box */
/** @typedef {import("./svg.mjs").Line} Line */
/**
 * @typedef {{ names: string[], x: Map<number, number>, radius: number, dots: number | null }} Row x of the neurons shown, by index
 */
/** @typedef {{ weight: string, layer: number, head: number, tail: number, line: Line }} Edge */
/** @typedef {Map<string, [number, number]>} Sizes widths and heights of labels */

export const MOST_SHOWN = 8;
const LAST_SHOWN = 2;
const WIDEST_STEP = 150;
const MOST_LABELS = 24;
const PLACES = [0.5, 0.45, 0.55, 0.4, 0.6, 0.36, 0.64, 0.32, 0.68, 0.28, 0.72, 0.24, 0.76, 0.2, 0.8];
const PREFERRED = [[0.3], [0.24], [0.36], [0.7], []];

/** How many neurons of a row are not shown. @param {Row} row */
export const hidden = (row) => row.names.length - row.x.size;

/** 0, 1, … without the end. @param {number} end @param {number} [start] */
export const range = (end, start = 0) => Array.from({ length: Math.max(0, end - start) }, (_, place) => start + place);

/**
 * Neurons side by side, centred between two sides; `keep` is one that must be shown.
 * @param {string[]} names @param {number} left @param {number} right @param {number} [keep] @returns {Row}
 */
function rowOf(names, left, right, keep = 0) {
  const widest = Math.max(...names.map((name) => widthOf(symbol(name), NAME)));
  const radius = Math.max(16, Math.min(18, widest / 2 + 4), widest / 2 + 2);
  const room = Math.min(MOST_SHOWN, Math.trunc((right - left - 2 * radius) / (2 * radius + 4)) + 1);
  const count = names.length;
  /** @type {(number | null)[]} */
  let slots = range(count);
  if (count > room) {
    const [first, last] = [range(room - 1 - LAST_SHOWN), range(count, count - LAST_SHOWN)];
    if (![...first, ...last].includes(keep)) first[first.length - 1] = keep;
    slots = [...first, null, ...last];
  }
  const step = Math.min(WIDEST_STEP, (right - left - 2 * radius) / Math.max(1, slots.length - 1));
  const start = (left + right) / 2 - (step * (slots.length - 1)) / 2;
  /** @type {Row} */
  const row = { names, x: new Map(), radius, dots: null };
  slots.forEach((slot, place) => {
    if (slot === null) row.dots = start + step * place;
    else row.x.set(slot, start + step * place);
  });
  return row;
}

/**
 * The inputs and every layer; `keep` has for each one neuron that must be shown.
 * @param {Topology} names @param {number} left @param {number} right @param {number[]} [keep]
 */
export const rowsOf = (names, left, right, keep = []) =>
  [names.inputs, ...names.neurons].map((layer, index) => rowOf(layer, left, right, keep[index]));

/**
 * The arrows into a layer between the neurons shown; `top` and `bottom` are the rows' y.
 * @param {Topology} names @param {number} layer @param {Row[]} rows @param {number} top @param {number} bottom
 * @returns {Edge[]}
 */
export function edgesOf(names, layer, rows, top, bottom) {
  const [above, below] = [rows[layer], rows[layer + 1]];
  return [...below.x].flatMap(([head, x2]) =>
    [...above.x].map(([tail, x1]) => {
      const shaft = shortened(line(x1, top, x2, bottom), above.radius, below.radius);
      return { weight: names.weights[layer][head][tail], layer, head, tail, line: shaft };
    }),
  );
}

/**
 * A place on its own arrow for each label where it touches nothing else; null if there isn't one for all.
 * @param {Edge[]} edges @param {Sizes} sizes @returns {Map<string, Box> | null}
 */
export function placeLabels(edges, sizes) {
  if (sizes.size > MOST_LABELS) return null;
  for (const first of PREFERRED) {
    const found = placed(edges, sizes, [...first, ...PLACES]);
    if (found) return found;
  }
  return null;
}

/** @param {Edge[]} edges @param {Sizes} sizes @param {number[]} shares */
function placed(edges, sizes, shares) {
  /** @type {Map<string, Box>} */
  const found = new Map();
  for (const edge of edges) {
    const size = sizes.get(edge.weight);
    if (!size) continue;
    const others = edges.filter((other) => other !== edge).map((other) => other.line);
    const place = placeOf(edge, size, others, [...found.values()], shares);
    if (!place) return null;
    found.set(edge.weight, place);
  }
  return found;
}

/**
 * @param {Edge} edge @param {[number, number]} size @param {Line[]} others @param {Box[]} taken
 * @param {number[]} shares
 */
function placeOf(edge, size, others, taken, shares) {
  const [low, high] = [Math.min(edge.line.y1, edge.line.y2), Math.max(edge.line.y1, edge.line.y2)];
  for (const share of shares) {
    const box = around(...at(edge.line, share), ...size);
    const inside = box.left > 1 && box.right < WIDTH - 1 && box.top > low + 6 && box.bottom < high - 6;
    if (inside && !taken.some((one) => overlaps(box, one, 5)) && !others.some((other) => spanOn(box, other, 3))) {
      return box;
    }
  }
  return null;
}

/** A line with a gap where its label stands. @param {Line} whole @param {Box | null | undefined} box */
export function broken(whole, box) {
  const span = box ? spanOn(box, whole, 1.5) : null;
  if (!span) return [whole];
  return [line(whole.x1, whole.y1, ...at(whole, span[0])), line(...at(whole, span[1]), whole.x2, whole.y2)];
}
