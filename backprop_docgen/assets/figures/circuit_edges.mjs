// The arrows of the circuit: weights on the way out, and on the way back the gradients that go along them.
// @ts-check

import { short } from "./circuit_nodes.mjs";
import { stepAt } from "./circuit_plan.mjs";
import { broken } from "./layout.mjs";
import { symbol } from "./scene.mjs";
import { around, at, line, overlaps, run, SMALL, spanOn, widthOf } from "./svg.mjs";

/** @typedef {import("./circuit.mjs").Laid} Laid */
/** @typedef {import("./circuit.mjs").Placed} Placed */
/** @typedef {import("./circuit_plan.mjs").Plan} Plan */
/** @typedef {import("./circuit_sheet.mjs").Sheet} Sheet */
/** @typedef {import("./svg.mjs").Box} Box */
/** @typedef {import("./svg.mjs").Line} Line */
/** @typedef {import("./svg.mjs").Run} Run */
/** @typedef {{ weight: string, layer: number, head: number, tail: number, line: Line, size: [number, number], box: Box | null }} Edge */

const MOST = 6; // arrows between two layers that all get their numbers, and an arrow back
const SLANTED = [0.3, 0.33, 0.27, 0.36, 0.4, 0.7, 0.66, 0.6, 0.5];
const STRAIGHT = [0.5, 0.42, 0.58];
const ASIDE = 3; // the arrow back runs beside the one out
const CLEAR = 7; // between a label and the two arrows beside it
const STUMP = 7;
const LEVEL = 4; // less than this from end to end is horizontal

/** The arrows between the boxes drawn, with a place for each label. @param {Sheet} sheet @param {Plan} plan @param {Laid} laid @returns {Edge[]} */
export function edgesOf(sheet, plan, laid) {
  const { weights } = sheet.topology;
  /** @type {Edge[]} */
  const edges = [];
  laid.columns.forEach(({ layer, placed }, place) => {
    const before = laid.columns[place - 1];
    if (!before?.placed.length || !placed.length || layer >= weights.length) return;
    for (const head of placed) {
      for (const tail of before.placed) {
        const weight = weights[layer][head.index][tail.index];
        edges.push({ weight, layer, head: head.index, tail: tail.index, line: between(tail.box, head.box, laid.across), size: [0, 0], box: null });
      }
    }
  });
  const boxes = laid.columns.flatMap(({ placed }) => placed.map(({ box }) => box));
  const labelled = edges.filter((edge) => wantsLabel(sheet, plan, edges, edge));
  for (const edge of labelled) edge.size = sizeOf(sheet, edge);
  // what lies level has one place alone, what is upright many
  for (const edge of labelled.sort((one, other) => slant(one.line) - slant(other.line))) edge.box = placeFor(edge, edges, boxes, sheet.width);
  return edges;
}

/** 0: from left to right, 2: from top to bottom, 1: between. @param {Line} line */
const slant = ({ x1, y1, x2, y2 }) => (Math.abs(y2 - y1) < LEVEL ? 0 : Math.abs(x2 - x1) < LEVEL ? 2 : 1);

/** @param {Box} tail @param {Box} head @param {boolean} across */
function between(tail, head, across) {
  if (across) return line(tail.right, (tail.top + tail.bottom) / 2, head.left, (head.top + head.bottom) / 2);
  return line((tail.left + tail.right) / 2, tail.bottom, (head.left + head.right) / 2, head.top);
}

/** @param {Edge[]} edges @param {Edge} edge */
const crowded = (edges, { layer }) => edges.filter((other) => other.layer === layer).length > MOST;

/** @param {Sheet} sheet @param {Plan} plan @param {Edge[]} edges @param {Edge} edge */
function wantsLabel({ scene }, plan, edges, edge) {
  if (plan.full && !crowded(edges, edge)) return true;
  return edge.weight === scene.outputWeight || (!plan.small && edge.weight === scene.hiddenWeight);
}

/** @param {Sheet} sheet @param {Edge} edge @returns {Run[][]} the weight, and the loss's gradient by it */
function labelOf(sheet, { weight }) {
  return [[...symbol(weight), run(" "), short(sheet, weight)], [short(sheet, `dE_total/d${weight}`)]];
}

/** @param {Sheet} sheet @param {Edge} edge @returns {[number, number]} */
function sizeOf(sheet, edge) {
  return [Math.max(...labelOf(sheet, edge).map((runs) => widthOf(runs, SMALL))) + 2, 32];
}

/**
 * A place on its own arrow for a label, clear of boxes and of other labels, and of other arrows if that can be.
 * @param {Edge} edge @param {Edge[]} edges @param {Box[]} boxes @param {number} width of the sheet
 */
function placeFor(edge, edges, boxes, width) {
  const others = edges.filter((other) => other !== edge);
  const taken = others.flatMap(({ box }) => (box ? [box] : []));
  const free = candidates(edge).filter(
    (box) => box.top >= 0 && box.left >= 0 && box.right <= width && !taken.some((one) => overlaps(box, one, 3)) && !boxes.some((one) => overlaps(box, one, 1)),
  );
  return free.find((box) => !others.some((other) => spanOn(box, other.line, 3))) ?? free[0] ?? null;
}

/** On the arrow; above or below one that lies level, left or right of one that is upright. @param {Edge} edge @returns {Box[]} */
function candidates({ line: whole, size: [width, height] }) {
  const [dx, dy] = [[0, height / 2 + CLEAR], [0, 0], [width / 2 + CLEAR, 0]][slant(whole)];
  const shares = slant(whole) === 1 ? SLANTED : STRAIGHT;
  return shares.flatMap((share) => {
    const [x, y] = at(whole, share);
    return [-1, 1].map((side) => around(x + side * dx, y + side * dy, width, height));
  });
}

/** @param {Sheet} sheet @param {Plan} plan @param {Laid} laid @param {Edge[]} edges */
export function labelsOf(sheet, plan, laid, edges) {
  drawLoss(sheet, plan, laid);
  const labels = edges.flatMap(({ box }) => (box ? [box] : []));
  for (const edge of edges) {
    const largest = Math.max(...edges.filter(({ layer }) => layer === edge.layer).map(({ weight }) => Math.abs(sheet.double(weight)))) || 1;
    const value = sheet.double(edge.weight);
    const back = goesBack(plan, edges, edge);
    sheet.of([edge.weight], () => {
      const out = back ? beside(edge.line, -ASIDE) : edge.line;
      const css = `bp-line bp-weight${crowded(edges, edge) && !edge.box ? " bp-crowded" : ""}`;
      drawArrow(sheet, cut(out, labels), css, 0.8 + (1.6 * Math.abs(value)) / largest, value < 0 ? "5 3" : null);
    });
    if (back) drawBack(sheet, plan, edge, labels);
    if (edge.box) drawLabel(sheet, plan, edge, edge.box);
  }
}

/** Whether a gradient is drawn along an arrow: of many, those that reach the neuron that is followed. @param {Plan} plan @param {Edge[]} edges @param {Edge} edge */
function goesBack(plan, edges, edge) {
  if (!edge.layer && plan.small) return false;
  if (!crowded(edges, edge)) return true;
  return edge.layer ? edge.tail === plan.kept[edge.layer] : edge.head === plan.kept[1];
}

/** The gradient along an arrow: to the neuron before it, where one has a δ of its own; else as far as the weight. @param {Sheet} sheet @param {Plan} plan @param {Edge} edge @param {Box[]} labels */
function drawBack(sheet, plan, edge, labels) {
  const whole = beside(edge.line, ASIDE);
  const [x, y] = edge.layer ? [whole.x1, whole.y1] : at(whole, 0.55);
  const step = edge.layer ? stepAt(plan, "fork", edge.layer - 1) : stepAt(plan, "weights", 0);
  const pieces = cut(line(whole.x2, whole.y2, x, y), labels);
  sheet.at(step, [`dE_total/d${edge.weight}`], () => {
    drawArrow(sheet, pieces, "bp-line bp-gradient", 1.4);
  });
}

/** Pieces of a line, a head on the last. @param {Sheet} sheet @param {Line[]} pieces @param {string} css @param {number} width @param {string | null} [dash] */
function drawArrow(sheet, pieces, css, width, dash = null) {
  sheet.lines(pieces.slice(0, -1), css, width, dash);
  sheet.arrow(pieces[pieces.length - 1], css, width, dash);
}

/** @param {Sheet} sheet @param {Plan} plan @param {Edge} edge @param {Box} box */
function drawLabel(sheet, plan, edge, box) {
  const [weight, gradient] = labelOf(sheet, edge);
  const x = (box.left + box.right) / 2;
  const slope = `dE_total/d${edge.weight}`;
  sheet.at(0, [edge.weight], () => sheet.text(x, box.top + 12, weight, "bp-weight", "middle", SMALL));
  sheet.at(stepAt(plan, "weights", edge.layer), [slope], () => sheet.text(x, box.top + 28, gradient, "bp-gradient", "middle", SMALL));
}

/** From the outputs to the loss. @param {Sheet} sheet @param {Plan} plan @param {Laid} laid */
function drawLoss(sheet, plan, { columns, across }) {
  if (plan.small) return;
  const [outputs, [loss]] = [columns[columns.length - 2].placed, columns[columns.length - 1].placed];
  for (const { node, box } of outputs) {
    const shaft = between(box, loss.box, across);
    sheet.of([`E_${node.name}`], () => sheet.arrow(beside(shaft, -ASIDE), "bp-line bp-error", 1.4));
    sheet.at(stepAt(plan, "delta", sheet.topology.neurons.length - 1), [`delta_${node.name}`], () => {
      const { x1, y1, x2, y2 } = beside(shaft, ASIDE);
      sheet.arrow(line(x2, y2, x1, y1), "bp-line bp-gradient", 1.4);
    });
  }
}

/** A line beside another one. @param {Line} whole @param {number} distance */
function beside({ x1, y1, x2, y2 }, distance) {
  const length = Math.max(Math.sqrt((x2 - x1) * (x2 - x1) + (y2 - y1) * (y2 - y1)), 1e-9);
  const [dx, dy] = [(-(y2 - y1) / length) * distance, ((x2 - x1) / length) * distance];
  return line(x1 + dx, y1 + dy, x2 + dx, y2 + dy);
}

/** What is left of a line where labels stand, without stumps. @param {Line} whole @param {Box[]} labels */
function cut(whole, labels) {
  const pieces = labels.reduce((found, box) => found.flatMap((piece) => broken(piece, box)), [whole]);
  const long = pieces.filter(({ x1, y1, x2, y2 }) => Math.abs(x2 - x1) + Math.abs(y2 - y1) > STUMP);
  return long.length ? long : pieces.slice(0, 1);
}
