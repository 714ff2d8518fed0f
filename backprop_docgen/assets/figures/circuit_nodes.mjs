// The boxes of the circuit: what stands in each, row by row, and the step at which it is known.
// @ts-check

import { contribution } from "./paths.mjs";
import { kindOf, symbol } from "./scene.mjs";
import { MOST_SLOTS, stepAt } from "./circuit_plan.mjs";
import { element, fixed, line, magnitude, NAME, relation, run, SMALL, widthOf } from "./svg.mjs";
import { outputs } from "./topology.mjs";

/** @typedef {import("./circuit_sheet.mjs").Sheet} Sheet */
/** @typedef {import("./circuit_plan.mjs").Plan} Plan */
/** @typedef {import("./svg.mjs").Run} Run */
/** @typedef {import("./svg.mjs").Box} Box */
/**
 * A row of a box: words on its left, a number on its right, and the step at which it is known; `scale`: a bar instead.
 * @typedef {{ step: number, names: string[], left: Run[], right: Run[], css?: string, scale?: string }} Row
 */
/** @typedef {{ name: string, css: string, rows: Row[], width: number, height: number }} Node */

const ROW = 15.5;
const SCALE_ROW = 21; // a bar
const PADDING = 6;
const ROOM = 92; // for a number in a box
const COUPLED = "softmax"; // the activation whose outs depend on every net
const HUGE = 1e15; // what is larger has no place on a scale

/** About so many significant digits, as the pages print numbers. @param {Sheet} sheet @param {string} name @param {number} [digits] */
export function short(sheet, name, digits = 3) {
  return sheet.number(name, placesFor(sheet.double(name), digits), ROOM);
}

/** Decimals that show so many significant digits. @param {number} value @param {number} digits */
function placesFor(value, digits) {
  return value === 0 || !Number.isFinite(value) ? digits : Math.max(0, digits - 1 - magnitude(Math.abs(value)));
}

/** The number behind a sign, one with a minus in parentheses. @param {string} sign @param {Run} number @returns {Run[]} */
export const after = (sign, number) => [run(`${sign} `), ...(number.text.startsWith("−") ? [run("("), number, run(")")] : [number])];

/** @param {Run[]} left @param {Run[]} right */
const gradientRow = (left, right) => ({ left, right, css: "bp-gradient" });

/**
 * A neuron with all its arithmetic: net and out, then on the way back what is summed, times the slope.
 * @param {Sheet} sheet @param {Plan} plan @param {number} layer @param {number} index @returns {Node}
 */
export function fullNode(sheet, plan, layer, index) {
  const { topology: names } = sheet;
  const neuron = names.neurons[layer][index];
  const bias = names.biases[layer][index];
  const forward = stepAt(plan, "forward", layer);
  const last = layer === names.neurons.length - 1;
  /** @param {string} word @param {number} step @returns {Row} */
  const valued = (word, step) => {
    const name = `${word}_${neuron}`;
    return { step, names: [name], left: [run(word)], right: [short(sheet, name, 4)], css: kindOf(name) };
  };
  const title = { step: 0, names: [bias], left: symbol(neuron, "bp-name"), right: [...symbol(bias), run(" "), short(sheet, bias)], css: "bp-bias" };
  const rows = [title, valued("net", forward), valued("out", forward)];
  if (last) rows.push(valued("target", 0), valued("E", stepAt(plan, "loss")));
  rows.push(...(last ? outputDelta(sheet, plan, layer, neuron) : hiddenDelta(sheet, plan, layer, index)));
  return sized(neuron, "bp-out", rows);
}

/** δ of an output: upstream × local. @param {Sheet} sheet @param {Plan} plan @param {number} layer @param {string} neuron @returns {Row[]} */
function outputDelta(sheet, plan, layer, neuron) {
  const step = stepAt(plan, "delta", layer);
  const [delta, upstream, slope] = [`delta_${neuron}`, `dE_total/dout_${neuron}`, `dout_${neuron}/dnet_${neuron}`];
  const coupled = sheet.scene.network.layer[layer].activation === COUPLED;
  return [...(coupled ? [] : [up(sheet, step, upstream)]), ...times(sheet, step, delta, coupled ? null : slope, upstream)];
}

/** @param {Sheet} sheet @param {number} step @param {string} name @returns {Row} */
const up = (sheet, step, name) => ({ step, names: [name], ...gradientRow([], [short(sheet, name)]) });

/** The slope that what came back is multiplied by, and δ. @param {Sheet} sheet @param {number} step @param {string} delta @param {string | null} slope @param {string} upstream @returns {Row[]} */
function times(sheet, step, delta, slope, upstream) {
  const number = short(sheet, delta);
  const factor = slope === null ? null : short(sheet, slope);
  const sign = slope === null || factor === null ? "" : ` ${relation(number, factor, short(sheet, upstream))} `;
  const result = { step, names: [delta], ...gradientRow([run("δ")], [run(sign), number]) };
  if (slope === null || factor === null) return [result];
  return [{ step, names: [slope], ...gradientRow([], after("×", factor)) }, result];
}

/** What each neuron of the next layer sends back to a hidden one, and their sum. @param {Sheet} sheet @param {number} layer @param {number} index */
export function forkOf(sheet, layer, index) {
  const { neurons } = sheet.topology;
  const neuron = neurons[layer][index];
  const terms = neurons[layer + 1].map((next, later) => {
    const digits = placesFor(termOf(sheet, layer, index, later), 3);
    return { names: [`dE_${next}/dout_${neuron}`], number: contribution(sheet, layer, index, later, digits, ROOM).number };
  });
  const total = short(sheet, `dE_total/dout_${neuron}`);
  return { terms, total, sign: relation(total, ...terms.map(({ number }) => number)) };
}

/** What comes back to a hidden neuron, summed where it is more than one; then times the slope. @param {Sheet} sheet @param {Plan} plan @param {number} layer @param {number} index @returns {Row[]} */
function hiddenDelta(sheet, plan, layer, index) {
  const neuron = sheet.topology.neurons[layer][index];
  const [step, sum] = [stepAt(plan, "fork", layer), `dE_total/dout_${neuron}`];
  const { terms, total, sign } = forkOf(sheet, layer, index);
  const several = terms.length > 1;
  const added = several ? terms.map(({ names, number }, place) => ({ step, names, ...gradientRow([], place ? joined(number) : [number]) })) : [];
  const summed = { step, names: [sum], ...gradientRow([], [...(several ? [run(`${sign} `)] : []), total]) };
  const slope = `dout_${neuron}/dnet_${neuron}`;
  return [...added, summed, ...times(sheet, stepAt(plan, "hidden", layer), `delta_${neuron}`, slope, sum)];
}

/** A term of a sum below the first one: plus, or its own minus. @param {Run} number @returns {Run[]} */
const joined = (number) => (number.text.startsWith("−") ? [number] : after("+", number));

/** What a neuron of the next layer sends back, about. @param {Sheet} sheet @param {number} layer @param {number} head @param {number} later */
function termOf(sheet, layer, head, later) {
  const { neurons, weights } = sheet.topology;
  return sheet.double(`dE_total/dnet_${neurons[layer + 1][later]}`) * sheet.double(weights[layer + 1][later][head]);
}

/**
 * A neuron in brief: its output and δ; an output as a bar against its target.
 * @param {Sheet} sheet @param {Plan} plan @param {number} layer @param {number} index @param {boolean} room for the name of δ @returns {Node}
 */
export function briefNode(sheet, plan, layer, index, room) {
  const { topology: names } = sheet;
  const neuron = names.neurons[layer][index];
  const last = layer === names.neurons.length - 1;
  const [out, delta, forward] = [`out_${neuron}`, `delta_${neuron}`, stepAt(plan, "forward", layer)];
  const back = stepAt(plan, last ? "delta" : "hidden", layer);
  /** @type {Row[]} */
  const rows = [{ step: forward, names: [out], left: symbol(neuron, "bp-name"), right: [short(sheet, out)], css: "bp-out" }];
  if (last) {
    const target = `target_${neuron}`;
    rows.push({ step: forward, names: [out, target], left: [], right: [], scale: neuron });
    rows.push({ step: 0, names: [target], left: [run("◆", { css: "bp-target" })], right: [short(sheet, target)], css: "bp-target" });
  }
  rows.push({ step: back, names: [delta], ...gradientRow(room ? [run("δ")] : [], [short(sheet, delta, 2)]) });
  return sized(neuron, "bp-out", rows, last ? 78 : 0);
}

/** @param {Sheet} sheet @param {number} index @returns {Node} */
export function inputNode(sheet, index) {
  const name = sheet.topology.inputs[index];
  const rows = [
    { step: 0, names: [name], left: symbol(name), right: [] },
    { step: 0, names: [name], left: [short(sheet, name)], right: [], css: "bp-input" },
  ];
  return sized(name, "bp-input", rows);
}

/** The sum of the losses. @param {Sheet} sheet @param {Plan} plan @returns {Node} */
export function lossNode(sheet, plan) {
  const rows = [
    { step: 0, names: ["E_total"], left: symbol("E_total"), right: [] },
    { step: stepAt(plan, "loss"), names: ["E_total"], left: [short(sheet, "E_total")], right: [], css: "bp-error" },
  ];
  return sized("E_total", "bp-error", rows);
}

/** @param {string} name @param {string} css @param {Row[]} rows @param {number} [least] @returns {Node} */
function sized(name, css, rows, least = 0) {
  const widths = rows.map(({ left, right }, place) => {
    const [one, other] = [widthOf(left, place ? SMALL : NAME), widthOf(right, SMALL)];
    return one + other + (left.length && right.length ? 8 : 0);
  });
  return { name, css, rows, width: Math.max(least, Math.ceil(Math.max(...widths)) + 2 * PADDING), height: rows.reduce((sum, row) => sum + heightOf(row), 8) };
}

/** @param {Row} row */
const heightOf = ({ scale }) => (scale ? SCALE_ROW : ROW);

/** @param {Sheet} sheet @param {Node} node @param {Box} box @param {[number, number]} scale of all outputs */
export function drawNode(sheet, node, box, scale) {
  sheet.box(box, `bp-node ${node.css}`, 8);
  let bottom = box.top + 4;
  node.rows.forEach((row, place) => {
    const { step, names, left, right, css, scale: neuron } = row;
    bottom += heightOf(row);
    const y = bottom - 3.5;
    sheet.at(step, names, () => {
      if (neuron) drawScale(sheet, neuron, box, bottom - SCALE_ROW / 2, scale);
      const single = !right.length;
      const x = single ? (box.left + box.right) / 2 : box.left + PADDING;
      if (left.length) sheet.text(x, y, left, css, single ? "middle" : "start", place ? SMALL : NAME);
      if (right.length) sheet.text(box.right - PADDING, y, right, css, "end", SMALL);
    });
  });
}

/** The ends of a scale for all outputs and targets: 0 and 1, or what holds them. @param {Sheet} sheet @returns {[number, number]} */
export function scaleOf(sheet) {
  const values = outputs(sheet.topology)
    .flatMap((neuron) => [sheet.double(`out_${neuron}`), sheet.double(`target_${neuron}`)])
    .filter((value) => Math.abs(value) < HUGE);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  return [low < 0 ? Math.min(-1, low) : 0, high > 0 || low === 0 ? Math.max(1, high) : 0];
}

/** An output as a bar from 0, its target as a diamond. @param {Sheet} sheet @param {string} neuron @param {Box} box @param {number} y @param {[number, number]} scale */
function drawScale(sheet, neuron, box, y, [low, high]) {
  const [left, right] = [box.left + PADDING + 4, box.right - PADDING - 4];
  /** @param {number} value */
  const place = (value) => left + ((right - left) * (value - low)) / (high - low);
  const [out, target] = [sheet.double(`out_${neuron}`), sheet.double(`target_${neuron}`)];
  sheet.lines([line(left, y, right, y)], "bp-line bp-rule", 2);
  if (Math.abs(out) < HUGE) {
    const [start, end] = [place(0), place(out)].sort((a, b) => a - b);
    sheet.lines([line(start, y, Math.max(end, start + 0.5), y)], "bp-line bp-out", 9);
  }
  if (Math.abs(target) < HUGE) sheet.parts.push(diamond(place(target), y));
}

/** @param {number} x @param {number} y */
function diamond(x, y) {
  const d = `M${fixed(x, 2)} ${fixed(y - 7, 2)}l6 7l-6 7l-6 -7Z`;
  return element("path", { class: "bp-dot bp-target", d, fill: "currentColor" });
}

/** The nodes of a column: a box each, null for "⋯". @param {Sheet} sheet @param {Plan} plan @param {{ layer: number, slots: (number | null)[] }} column */
export function nodesOf(sheet, plan, { layer, slots }) {
  return slots.map((index) => {
    if (index === null) return null;
    if (layer < 0) return inputNode(sheet, index);
    return plan.full ? fullNode(sheet, plan, layer, index) : briefNode(sheet, plan, layer, index, slots.length < MOST_SLOTS);
  });
}

/** All of the same width, and the largest height. @param {(Node | null)[]} nodes */
export function sizeOf(nodes) {
  const boxes = nodes.flatMap((node) => (node ? [node] : []));
  return { width: Math.max(...boxes.map((node) => node.width)), height: Math.max(...boxes.map((node) => node.height)) };
}
