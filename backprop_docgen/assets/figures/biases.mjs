// Where the biases of a network stand: each is a node of its own with an arrow into every neuron that it moves.
// @ts-check

import { edgesOf, hidden, isFree, nodes, point, range, within } from "./layout.mjs";
import { FEW, symbol } from "./scene.mjs";
import { around, line, run, shortened, spanOn, widthOf } from "./svg.mjs";

/** @typedef {import("./scene.mjs").Drawing} Drawing */
/** @typedef {import("./layout.mjs").Row} Row */
/** @typedef {import("./svg.mjs").Box} Box */
/** @typedef {import("./svg.mjs").Line} Line */
/** @typedef {import("./svg.mjs").Run} Run */
/** @typedef {{ name: string, box: Box, arrows: Line[], texts: Run[][], valued: boolean }} Bias its node with the lines of text in it, and its arrows */

export const ROOM = 84; // for a number on the network
const SHARES = [0.45, 0.25, 0.06, 0.6, 0.75]; // how far from the layer before to its own a shared bias may stand
const APART = 10; // a neuron and the node of a bias of its own

/** Whether all neurons of a layer have one bias in common. @param {string[]} biases */
export const shared = (biases) => new Set(biases).size === 1;

/**
 * What stands in a bias's node: its name, and its value on the same line in landscape, else below it.
 * @param {Drawing} sheet @param {string} name @param {boolean} values @returns {Run[][]}
 */
export function textsOf(sheet, name, values) {
  if (!values) return [symbol(name)];
  const number = { ...sheet.number(name, FEW, ROOM), css: "bp-bias" };
  return sheet.wide ? [[...symbol(name), run(" "), number]] : [symbol(name), [number]];
}

/** @param {Run[][]} texts @returns {[number, number]} */
export const sizeOf = (texts) => [Math.max(22, ...texts.map((runs) => widthOf(runs))) + 14, 12 + 12 * texts.length];

/** From a bias's node to the rim of a neuron. @param {Box} box @param {[number, number]} end @param {number} radius */
function arrowTo(box, end, radius) {
  const whole = line((box.left + box.right) / 2, (box.top + box.bottom) / 2, ...end);
  const length = Math.hypot(whole.x2 - whole.x1, whole.y2 - whole.y1) || 1;
  return shortened(whole, (spanOn(box, whole, 0)?.[1] ?? 0) * length, radius);
}

/**
 * Where the node of a bias that a layer shares may stand, at the side of the sheet between two rows, so that its arrows
 * keep clear of the neurons that they only pass; of as many as possible where they do so nowhere.
 * @param {Drawing} sheet @param {string} name @param {boolean} valued @param {Row} from @param {Row} to @param {number} side across
 * @returns {{ bias: Bias, clear: boolean }[]}
 */
export function sharedBias(sheet, name, valued, from, to, side) {
  const texts = textsOf(sheet, name, valued);
  const neurons = nodes(sheet.wide, to);
  const found = SHARES.map((share) => {
    const along = from.along + share * (to.along - from.along);
    const box = around(...point(sheet.wide, along, side), ...sizeOf(texts));
    const arrows = neurons.map(({ at }) => arrowTo(box, at, to.radius));
    const passed = arrows.flatMap((arrow, own) => [
      ...neurons.filter(({ at }, place) => place !== own && spanOn(around(...at, 0, 0), arrow, to.radius + 3)),
      ...nodes(sheet.wide, from).filter(({ at }) => spanOn(around(...at, 0, 0), arrow, from.radius + 3)),
    ]);
    return { bias: { name, box, arrows, texts, valued }, clear: !passed.length, passed: passed.length };
  });
  const clear = found.filter((each) => each.clear);
  return clear.length ? clear : [found.reduce((best, each) => (each.passed < best.passed ? each : best))];
}

/**
 * Nodes of biases of their own, each beside its neuron; without their values where there is no room for them, none
 * where there is no room at all.
 * @param {Drawing} sheet @param {number} layer @param {boolean} values @param {Row[]} rows @param {Box} inside @param {Box[]} taken
 * @returns {Bias[]}
 */
export function ownBiases(sheet, layer, values, rows, inside, taken) {
  const { wide, topology } = sheet;
  const row = rows[layer + 1];
  if (hidden(row)) return [];
  const lines = range(Math.min(layer + 2, rows.length - 1), layer).flatMap((each) => edgesOf(wide, topology, each, rows));
  const shafts = lines.map((edge) => edge.line);
  const discs = rows.flatMap((each) => nodes(wide, each).map(({ at }) => around(...at, 2 * each.radius, 2 * each.radius)));
  for (const valued of values ? [true, false] : [false]) {
    /** @type {Bias[]} */
    const found = [];
    for (const { index, at } of nodes(wide, row)) {
      const name = topology.biases[layer][index];
      const texts = textsOf(sheet, name, valued);
      const boxes = [...taken, ...discs, ...found.map((each) => each.box)];
      const box = placesBeside(at, row.radius, sizeOf(texts), wide).find((each) => within(each, inside) && isFree(each, shafts, boxes));
      if (!box) break;
      found.push({ name, box, arrows: [arrowTo(box, at, row.radius)], texts, valued });
    }
    if (found.length === row.across.size) return found;
  }
  return [];
}

/**
 * Where a box may stand beside a neuron: across from it first, then at its corners.
 * @param {[number, number]} at @param {number} radius @param {[number, number]} size @param {boolean} wide
 */
function placesBeside([x, y], radius, [width, height], wide) {
  const [beside, above] = [radius + APART + width / 2, radius + APART + height / 2];
  const [right, down] = [0.7 * radius + APART + width / 2, 0.7 * radius + APART + height / 2];
  const straight = wide ? [[0, -above], [0, above]] : [[beside, 0], [-beside, 0]];
  const corners = [[-right, -down], [right, -down], [right, down], [-right, down]];
  return [...straight, ...corners].map(([dx, dy]) => around(x + dx, y + dy, width, height));
}
