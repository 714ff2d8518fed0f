// The circuit: the whole network as one computation. Values fill in from the inputs to the loss; gradients walk back
// along the same arrows, and are summed where an output feeds several neurons.
// @ts-check

import { edgesOf, labelsOf } from "./circuit_edges.mjs";
import { after, boxed, contentsOf, drawNode, forkOf, lossNode, scaleOf, sizeOf } from "./circuit_nodes.mjs";
import { planned, stepAt } from "./circuit_plan.mjs";
import { Sheet } from "./circuit_sheet.mjs";
import { range } from "./layout.mjs";
import { symbol } from "./scene.mjs";
import { around, run, TALLEST } from "./svg.mjs";

/** @typedef {import("./scene.mjs").Scene} Scene */
/** @typedef {import("./scene.mjs").Layout} Layout */
/** @typedef {import("./circuit_plan.mjs").Plan} Plan */
/** @typedef {import("./circuit_nodes.mjs").Node} Node */
/** @typedef {import("./svg.mjs").Box} Box */
/** A box and where it stands; null: "⋯". @typedef {{ index: number, node: Node, box: Box }} Placed */
/**
 * A column of boxes; without any it stands for layers that are not drawn.
 * @typedef {{ layer: number, placed: Placed[], dots: [number, number][] }} Placing
 */
/** @typedef {{ columns: Placing[], across: boolean, bottom: number }} Laid `across`: from left to right */

const GAPS = { full: [48, 76], brief: [48, 60] }; // between the layers of a portrait, at least and at most
const LOSS_GAP = 28;
const FOOT = { full: 31, brief: 74 }; // the words below it
const WIDEST_GAP = 110;
const AROUND = { full: 20, brief: 12, small: 100 }; // a box, beside its neighbours (in portrait, as in brief); in the small one all of a layer share it
const DOTS = 22;
const DOTS_GAP = 12; // beside layers left out
const MARGIN = 6;
const LABELLED = 1.3; // of the two gaps in the small one, that of the weight with its label
const MOST_TERMS = 2; // of a sum below the drawing

/** The computation with all its values and gradients. @param {Scene} scene @param {Layout} layout */
export function circuit(scene, layout) {
  const sheet = new Sheet("circuit", scene, layout);
  return drawn(sheet, planned(sheet), sheet.wide);
}

/** The same in brief, from left to right at any width: outputs as bars, and the weight that may be turned. @param {Scene} scene @param {Layout} layout */
export function smallCircuit(scene, layout) {
  const sheet = new Sheet("small-circuit", scene, layout);
  return drawn(sheet, planned(sheet, true), true);
}

/** @param {Sheet} sheet @param {Plan} plan @param {boolean} across */
function drawn(sheet, plan, across) {
  const laid = laidOut(sheet, plan, across);
  const edges = edgesOf(sheet, plan, laid);
  labelsOf(sheet, plan, laid, edges);
  const scale = scaleOf(sheet);
  for (const { placed, dots } of laid.columns) {
    for (const { node, box } of placed) drawNode(sheet, node, box, scale);
    for (const [x, y] of dots) sheet.text(x, y + 5, [run("⋯")], "bp-name", "middle", 18);
  }
  sheet.tell(plan.steps);
  const y = plan.small ? laid.bottom : beneath(sheet, plan, laid.bottom);
  describe(sheet, plan);
  return sheet.finish(sheet.translate(plan.small ? "The network, its outputs and their targets" : "The network as a circuit"), y);
}

/** @param {Sheet} sheet @param {Plan} plan @param {boolean} across @returns {Laid} */
function laidOut(sheet, plan, across) {
  const { full, small } = plan;
  const contents = plan.columns.map((column) => ({ layer: column?.layer ?? -2, contents: column ? contentsOf(sheet, plan, column) : [] }));
  if (!small) contents.push({ layer: sheet.topology.neurons.length, contents: [lossNode(sheet, plan)] });
  const most = Math.max(...contents.map(({ contents }) => contents.length));
  const room = small ? AROUND.small / most : full && across ? AROUND.full : AROUND.brief;
  const breadth = sheet.width - 2 * MARGIN;
  const layers = contents.map(({ layer, contents }) => ({ layer, nodes: boxed(contents, across ? 0 : (breadth + room) / contents.length - room) }));
  const sizes = layers.map(({ nodes }) => (nodes.length ? sizeOf(nodes) : { width: DOTS, height: DOTS }));
  const along = sizes.map(({ width, height }) => (across ? width : height));
  const beside = sizes.map(({ width, height }) => (across ? height : width));
  const extent = across ? Math.max(...layers.map(({ nodes }, place) => nodes.length * (beside[place] + room))) - room : breadth;
  const total = along.reduce((sum, each) => sum + each, 0);
  const besideDots = range(layers.length - 1).filter((place) => !layers[place].nodes.length || !layers[place + 1].nodes.length);
  const tight = besideDots.length;
  const loose = Math.max(1, layers.length - 1 - tight);
  const free = (breadth - total - tight * DOTS_GAP) / loose;
  const way = full ? "full" : "brief";
  const [least, widest] = GAPS[way];
  const fitting = (TALLEST - 2 * MARGIN - FOOT[way] - total - tight * DOTS_GAP - LOSS_GAP) / Math.max(1, loose - 1);
  /** @param {number} place of the column before a gap */
  const gap = (place) => {
    if (besideDots.includes(place)) return DOTS_GAP;
    if (across) return Math.min(WIDEST_GAP, free * (small && loose === 2 ? (place ? LABELLED : 2 - LABELLED) : 1));
    return place === layers.length - 2 ? LOSS_GAP : Math.min(widest, Math.max(least, fitting));
  };
  const length = total + range(layers.length - 1).reduce((sum, place) => sum + gap(place), 0);
  let start = across ? (sheet.width - length) / 2 : MARGIN;
  const columns = layers.map(({ layer, nodes }, place) => {
    const main = start + along[place] / 2;
    start += along[place] + gap(place);
    const pitch = (extent + room) / Math.max(1, nodes.length);
    /** @type {Placing} */
    const column = { layer, placed: [], dots: [] };
    const slots = plan.columns[place]?.slots ?? [0];
    if (!nodes.length) column.dots.push(point(across, main, MARGIN + extent / 2));
    nodes.forEach((node, at) => {
      const [x, y] = point(across, main, MARGIN + pitch * (at + 0.5) - room / 2);
      if (node) column.placed.push({ index: slots[at] ?? 0, node, box: around(x, y, sizes[place].width, node.height) });
      else column.dots.push([x, y]);
    });
    return column;
  });
  return { columns, across, bottom: (across ? extent : length) + 2 * MARGIN };
}

/** @param {boolean} across @param {number} along @param {number} beside @returns {[number, number]} */
const point = (across, along, beside) => (across ? [along, beside] : [beside, along]);

/** What the way back does in every box; returns the figure's height. @param {Sheet} sheet @param {Plan} plan @param {number} y */
function beneath(sheet, plan, y) {
  const last = sheet.topology.neurons.length - 1;
  if (plan.columns.includes(null) || plan.columns.some((column) => column?.slots.includes(null))) {
    y = sheet.paragraph(4, y + 18, sheet.translate("⋯ stands for what is not drawn")) - 14;
  }
  if (!plan.full && last) y = fork(sheet, plan, last - 1, y);
  sheet.at(stepAt(plan, "delta", last), [], () => {
    y = sheet.paragraph(4, y + 20, sheet.translate("On the way back: upstream × local = downstream"), "bp-gradient") - 14;
  });
  return y + 8;
}

/** What is summed at the neuron that is followed, where the boxes have no room for it. @param {Sheet} sheet @param {Plan} plan @param {number} layer @param {number} y */
function fork(sheet, plan, layer, y) {
  const index = plan.kept[layer + 1];
  const { terms, total, sign } = forkOf(sheet, layer, index);
  if (terms.length < 2) return y;
  const neuron = sheet.topology.neurons[layer][index];
  const shown = terms.slice(0, MOST_TERMS).flatMap(({ number }, place) => (place ? [run(" "), ...after("+", number)] : [number]));
  const more = terms.length > MOST_TERMS ? [run(" + ⋯")] : [];
  const runs = [...symbol(neuron, "bp-gradient"), run(": "), ...shown, ...more, run(` ${sign} `), total];
  sheet.at(stepAt(plan, "fork", layer), [`dE_total/dout_${neuron}`], () => sheet.text(4, y + 20, runs, "bp-gradient", "start"));
  return y + 22;
}

/** @param {Sheet} sheet @param {Plan} plan */
function describe(sheet, plan) {
  const { about } = sheet;
  const known = [...new Set(sheet.names)].map((name) => name.slice(name.lastIndexOf(":") + 1)).filter((name) => sheet.scene.sheet.has(name));
  /** @param {string} name */
  const isGradient = (name) => name.includes("/d") || name.startsWith("delta_");
  about.say("The network as one computation, from the inputs to the loss: values forward, gradients back.");
  about.say("Values: {values}.", { values: about.listed(known.filter((name) => !isGradient(name))) });
  about.say("Gradients on the way back: {values}.", { values: about.listed(known.filter(isGradient)) });
  if (plan.columns.some((column) => column === null || column.slots.includes(null))) about.say("Of the widest layers only some neurons are drawn.");
}
