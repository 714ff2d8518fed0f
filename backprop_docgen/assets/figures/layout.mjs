// Where the neurons of a network stand on the sheet, and where a label finds room on an arrow. Layers are rows from top
// to bottom, or in landscape columns from left to right: `along` goes from layer to layer, `across` from neuron to
// neuron. A row that is too long keeps its first and last neurons and shows "⋯" for the others.
// @ts-check

import { symbol } from "./scene.mjs";
import { around, at, line, NAME, overlaps, shortened, spanOn, widthOf } from "./svg.mjs";

/** @typedef {import("./topology.mjs").Topology} Topology */
/** @typedef {import("./svg.mjs").Box} Box */
/** @typedef {import("./svg.mjs").Line} Line */
/**
 * @typedef {{ names: string[], along: number, across: Map<number, number>, radius: number, dots: number | null }} Row `across`: of the neurons shown, by index
 */
/** @typedef {{ weight: string, layer: number, head: number, tail: number, line: Line }} Edge */
/** @typedef {Map<string, [number, number]>} Sizes widths and heights of labels */
/** @typedef {{ inside: Box, lines: Line[], boxes: Box[] }} Room where labels may stand, and what they may not touch */

export const MOST_SHOWN = 8;
const LAST_SHOWN = 2;
const LEAST = 44; // neurons of a column, at least
export const MOST_LABELS = 24; // on the arrows between two rows
const PLACES = [0.5, 0.45, 0.55, 0.4, 0.6, 0.36, 0.64, 0.32, 0.68, 0.28, 0.72, 0.24, 0.76, 0.2, 0.8];
const PREFERRED = [[0.3], [0.24], [0.36], [0.7], []];

/** How many neurons of a row are not shown. @param {Row} row */
export const hidden = (row) => row.names.length - row.across.size;

/** 0, 1, … without the end. @param {number} end @param {number} [start] */
export const range = (end, start = 0) => Array.from({ length: Math.max(0, end - start) }, (_, place) => start + place);

/** The radius of neurons of these names. @param {string[]} names */
export function radiusOf(names) {
  const widest = Math.max(...names.map((name) => widthOf(symbol(name), NAME)));
  return Math.max(16, Math.min(18, widest / 2 + 4), widest / 2 + 2);
}

/**
 * Neurons side by side, centred between two ends and at most `widest` apart; `keep` is one that must be shown.
 * @param {string[]} names @param {[number, number]} ends @param {number} widest @param {number} [keep] @returns {Row}
 */
function rowOf(names, [low, high], widest, keep = 0) {
  const radius = radiusOf(names);
  const room = Math.min(MOST_SHOWN, Math.trunc((high - low - 2 * radius) / (2 * radius + 4)) + 1);
  const count = names.length;
  /** @type {(number | null)[]} */
  let slots = range(count);
  if (count > room) {
    const [first, last] = [range(room - 1 - LAST_SHOWN), range(count, count - LAST_SHOWN)];
    if (![...first, ...last].includes(keep)) first[first.length - 1] = keep;
    slots = [...first, null, ...last];
  }
  const step = Math.min(widest, (high - low - 2 * radius) / Math.max(1, slots.length - 1));
  const start = (low + high) / 2 - (step * (slots.length - 1)) / 2;
  /** @type {Row} */
  const row = { names, along: 0, across: new Map(), radius, dots: null };
  slots.forEach((slot, place) => {
    if (slot === null) row.dots = start + step * place;
    else row.across.set(slot, start + step * place);
  });
  return row;
}

/**
 * The inputs and every layer, not yet put along; `keep` has for each one neuron that must be shown.
 * @param {Topology} names @param {[number, number]} ends @param {number} widest @param {number[]} [keep]
 */
export const rowsOf = (names, ends, widest, keep = []) =>
  [names.inputs, ...names.neurons].map((layer, index) => rowOf(layer, ends, widest, keep[index]));

/**
 * How tall the longest column is, where neurons are at most `widest` apart and a column better no longer than `span`.
 * @param {Topology} names @param {number} widest @param {number} span
 */
export function heightOf(names, widest, span) {
  const heights = [names.inputs, ...names.neurons].map((column) => {
    const steps = Math.min(column.length, MOST_SHOWN) - 1;
    return 2 * radiusOf(column) + steps * Math.min(widest, Math.max(LEAST, span / Math.max(1, steps)));
  });
  return Math.max(...heights);
}

/**
 * Whether columns stand far enough apart in landscape for arrows to pass beside the neurons that they don't lead to.
 * @param {{ names: Topology }} scene
 */
export function fitsWide({ names }) {
  const longest = Math.max(...[names.inputs, ...names.neurons].map((column) => Math.min(column.length, MOST_SHOWN)));
  return 470 / names.neurons.length >= 19 * longest;
}

/** x and y. @param {boolean} wide @param {number} along @param {number} across @returns {[number, number]} */
export const point = (wide, along, across) => (wide ? [along, across] : [across, along]);

/** The centre of a neuron that is shown. @param {boolean} wide @param {Row} row @param {number} index */
export const centre = (wide, row, index) => point(wide, row.along, row.across.get(index) ?? 0);

/** The neurons shown, each with its index and its centre. @param {boolean} wide @param {Row} row */
export const nodes = (wide, row) => [...row.across.keys()].map((index) => ({ index, at: centre(wide, row, index) }));

/**
 * The arrows into a layer between the neurons shown.
 * @param {boolean} wide @param {Topology} names @param {number} layer @param {Row[]} rows @returns {Edge[]}
 */
export function edgesOf(wide, names, layer, rows) {
  const [from, to] = [rows[layer], rows[layer + 1]];
  return nodes(wide, to).flatMap(({ index: head, at: end }) =>
    nodes(wide, from).map(({ index: tail, at: start }) => {
      const shaft = shortened(line(...start, ...end), from.radius, to.radius);
      return { weight: names.weights[layer][head][tail], layer, head, tail, line: shaft };
    }),
  );
}

/**
 * The stretch between the neurons of a row and those of the next one, over the whole sheet.
 * @param {boolean} wide @param {Row} from @param {Row} to @param {number} end how far the sheet goes across @returns {Box}
 */
export function between(wide, from, to, end) {
  const [low, high] = [from.along + from.radius + 4, to.along - to.radius - 4];
  return wide ? { left: low, right: high, top: 1, bottom: end - 1 } : { left: 1, right: end - 1, top: low, bottom: high };
}

/**
 * A place on its own arrow for each label where it touches nothing else; null if there isn't one for all.
 * @param {Edge[]} edges @param {Sizes} sizes @param {Room} room @returns {Map<string, Box> | null}
 */
export function placeLabels(edges, sizes, room) {
  if (sizes.size > MOST_LABELS) return null;
  for (const first of PREFERRED) {
    const found = placed(edges, sizes, [...first, ...PLACES], room);
    if (found) return found;
  }
  return null;
}

/** @param {Edge[]} edges @param {Sizes} sizes @param {number[]} shares @param {Room} room */
function placed(edges, sizes, shares, { inside, lines, boxes }) {
  /** @type {Map<string, Box>} */
  const found = new Map();
  for (const edge of edges) {
    const size = sizes.get(edge.weight);
    if (!size) continue;
    const others = [...edges.filter((other) => other !== edge).map((other) => other.line), ...lines];
    const taken = [...found.values(), ...boxes];
    const share = shares.find((each) => {
      const box = around(...at(edge.line, each), ...size);
      return within(box, inside) && isFree(box, others, taken);
    });
    const place = share === undefined ? null : around(...at(edge.line, share), ...size);
    if (!place) return null;
    found.set(edge.weight, place);
  }
  return found;
}

/** @param {Box} box @param {Box} outer */
export const within = (box, outer) =>
  box.left > outer.left && box.right < outer.right && box.top > outer.top && box.bottom < outer.bottom;

/** Whether a box touches no line and no other box. @param {Box} box @param {Line[]} lines @param {Box[]} boxes */
export const isFree = (box, lines, boxes) =>
  !boxes.some((one) => overlaps(box, one, 5)) && !lines.some((other) => spanOn(box, other, 3));

/** A line with a gap where its label stands. @param {Line} whole @param {Box | null | undefined} box */
export function broken(whole, box) {
  const span = box ? spanOn(box, whole, 1.5) : null;
  if (!span) return [whole];
  return [line(whole.x1, whole.y1, ...at(whole, span[0])), line(...at(whole, span[1]), whole.x2, whole.y2)];
}
