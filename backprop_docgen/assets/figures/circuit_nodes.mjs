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
 * A row of a box: words on its left, a number on its right, and the step at which it is known; `scale`: a bar instead;
 * `joins`: in portrait it stands beside the row before it, where there is room.
 * @typedef {{ step: number, names: string[], left: Run[], right: Run[], css?: string, scale?: string, joins?: boolean }} Row
 */
/** What stands in a box, and how wide it is at least. @typedef {{ name: string, css: string, rows: Row[], least: number }} Content */
/** A box: a row or two in each of its lines. @typedef {Content & { lines: Row[][], width: number, height: number }} Node */

const ROW = 15.5;
const SCALE_ROW = 21; // a bar
const PADDING = 6;
const APART = 8; // what stands side by side in a box
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
 * @param {Sheet} sheet @param {Plan} plan @param {number} layer @param {number} index @returns {Content}
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
  if (last) rows.push(valued("target", 0), { ...valued("E", stepAt(plan, "loss")), joins: true });
  rows.push(...(last ? outputDelta(sheet, plan, layer, neuron) : hiddenDelta(sheet, plan, layer, index)));
  return { name: neuron, css: "bp-out", rows, least: 0 };
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
  return [{ step, names: [slope], ...gradientRow([], after("×", factor)), joins: true }, result];
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
  const added = terms.map(({ names, number }, place) => ({ step, names, ...gradientRow([], place ? joined(number) : [number]), joins: place > 0 }));
  const summed = { step, names: [sum], ...gradientRow([], [...(several ? [run(`${sign} `)] : []), total]) };
  const slope = `dout_${neuron}/dnet_${neuron}`;
  return [...(several ? added : []), summed, ...times(sheet, stepAt(plan, "hidden", layer), `delta_${neuron}`, slope, sum)];
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
 * @param {Sheet} sheet @param {Plan} plan @param {number} layer @param {number} index @param {boolean} room for the name of δ @returns {Content}
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
  return { name: neuron, css: "bp-out", rows, least: last ? 78 : 0 };
}

/** @param {Sheet} sheet @param {number} index @returns {Content} */
export function inputNode(sheet, index) {
  const name = sheet.topology.inputs[index];
  const rows = [
    { step: 0, names: [name], left: symbol(name), right: [] },
    { step: 0, names: [name], left: [short(sheet, name)], right: [], css: "bp-input", joins: true },
  ];
  return { name, css: "bp-input", rows, least: 0 };
}

/** The sum of the losses. @param {Sheet} sheet @param {Plan} plan @returns {Content} */
export function lossNode(sheet, plan) {
  const rows = [
    { step: 0, names: ["E_total"], left: symbol("E_total"), right: [] },
    { step: stepAt(plan, "loss"), names: ["E_total"], left: [short(sheet, "E_total")], right: [], css: "bp-error", joins: true },
  ];
  return { name: "E_total", css: "bp-error", rows, least: 0 };
}

/** How wide a row is that stands alone; the name at the head of a box is larger. @param {Row} row @param {boolean} head */
function rowWidth({ left, right }, head) {
  return widthOf(left, head ? NAME : SMALL) + widthOf(right, SMALL) + (left.length && right.length ? APART : 0);
}

/** How wide a line is, of one row or of two. @param {Row[]} line @param {boolean} head */
const lineWidth = ([one, other], head) => (other ? widthOf(together(one), head ? NAME : SMALL) + APART + widthOf(together(other), SMALL) : rowWidth(one, head));

/**
 * Boxes of a layer, null for "⋯", with rows side by side where that leaves all of them as narrow as `room`.
 * @param {(Content | null)[]} contents @param {number} room 0: each row stands alone @returns {(Node | null)[]}
 */
export function boxed(contents, room) {
  const all = contents.flatMap((content) => (content ? [content] : []));
  /** @type {number[][]} the places of the rows in each line */
  const lines = [];
  (all[0]?.rows ?? []).forEach(({ joins }, place) => {
    const before = lines[lines.length - 1];
    const pair = (/** @type {Content} */ { rows }) => lineWidth([rows[place - 1], rows[place]], lines.length === 1);
    if (joins && before.length === 1 && all.every((content) => pair(content) + 2 * PADDING <= room)) before.push(place);
    else lines.push([place]);
  });
  return contents.map((content) => content && sized(content, lines.map((places) => places.map((place) => content.rows[place]))));
}

/** @param {Content} content @param {Row[][]} lines @returns {Node} */
function sized(content, lines) {
  const width = Math.max(content.least, Math.ceil(Math.max(...lines.map((line, place) => lineWidth(line, !place)))) + 2 * PADDING);
  return { ...content, lines, width, height: lines.reduce((sum, line) => sum + heightOf(line), 8) };
}

/** @param {Row[]} line */
const heightOf = ([{ scale }]) => (scale ? SCALE_ROW : ROW);

/** @param {Sheet} sheet @param {Node} node @param {Box} box @param {[number, number]} scale of all outputs */
export function drawNode(sheet, node, box, scale) {
  sheet.box(box, `bp-node ${node.css}`, 8);
  let bottom = box.top + 4;
  node.lines.forEach((line, place) => {
    bottom += heightOf(line);
    const y = bottom - 3.5;
    const [one, other] = line;
    const { scale: neuron } = one;
    sheet.at(one.step, one.names, () => {
      if (neuron) drawScale(sheet, neuron, box, bottom - SCALE_ROW / 2, scale);
      if (other) drawBeside(sheet, one, box, y, place ? SMALL : NAME, widthOf(together(other), SMALL) + APART);
      else drawAlone(sheet, one, box, y, place ? SMALL : NAME);
    });
    if (other) sheet.at(other.step, other.names, () => sheet.text(box.right - PADDING, y, together(other), other.css, "end", SMALL));
  });
}

/** A row with a line of its own. @param {Sheet} sheet @param {Row} row @param {Box} box @param {number} y @param {number} size of its words */
function drawAlone(sheet, { left, right, css }, box, y, size) {
  const single = !right.length;
  const x = single ? (box.left + box.right) / 2 : box.left + PADDING;
  if (left.length) sheet.text(x, y, left, css, single ? "middle" : "start", size);
  if (right.length) sheet.text(box.right - PADDING, y, right, css, "end", SMALL);
}

/** The first of two: from the left, or a number right before the other one. @param {Sheet} sheet @param {Row} row @param {Box} box @param {number} y @param {number} size @param {number} taken by the other */
function drawBeside(sheet, row, box, y, size, taken) {
  const [x, anchor] = row.left.length ? [box.left + PADDING, "start"] : [box.right - PADDING - taken, "end"];
  sheet.text(x, y, together(row), row.css, anchor, size);
}

/** Words and number in one text. @param {Row} row */
const together = ({ left, right }) => [...left, ...(left.length && right.length ? [run(" ")] : []), ...right];

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

/** What stands in the boxes of a column, null for "⋯". @param {Sheet} sheet @param {Plan} plan @param {{ layer: number, slots: (number | null)[] }} column */
export function contentsOf(sheet, plan, { layer, slots }) {
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
