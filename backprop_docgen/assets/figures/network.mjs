// The network, bare and with its values.
// @ts-check

import { ROOM } from "./biases.mjs";
import { broken, hidden, MOST_SHOWN, nodes, point } from "./layout.mjs";
import { inputs, labelOf, leftOver, levelsOf, planned, targetNote, targets } from "./plan.mjs";
import { Drawing, FEW, quantitiesOf, symbol } from "./scene.mjs";
import { word } from "../numbers/language.mjs";
import { around, NAME, run, SMALL, widthOf } from "./svg.mjs";
import { allBiases, allWeights } from "./topology.mjs";

/** @typedef {import("./scene.mjs").Scene} Scene */
/** @typedef {import("./scene.mjs").Layout} Layout */
/** @typedef {import("./biases.mjs").Bias} Bias */
/** @typedef {import("./plan.mjs").Layer} Layer */
/** @typedef {import("./plan.mjs").Plan} Plan */

const LISTED = 42; // so many parameters are listed below the network when they find no room on it

/** The network with the names of everything in it. @param {Scene} scene @param {Layout} layout */
export const bareNetwork = (scene, layout) => network(scene, layout, false);

/** The network with the values of inputs, weights, biases and targets. @param {Scene} scene @param {Layout} layout */
export const networkValues = (scene, layout) => network(scene, layout, true);

/** @param {Scene} scene @param {Layout} layout @param {boolean} values */
function network(scene, layout, values) {
  const sheet = new Drawing(values ? "network-values" : "bare-network", scene, layout);
  const plan = planned(sheet, values);
  for (const layer of plan.layers) arrows(sheet, layer, values);
  if (values) ends(sheet, plan);
  plan.rows.forEach((_, row) => drawRow(sheet, plan, row));
  for (const bias of plan.layers.flatMap((layer) => layer.biases)) drawBias(sheet, bias);
  const y = beneath(sheet, plan, values);
  describe(sheet, plan, values);
  return sheet.finish(sheet.translate(values ? "The network with its values" : "The network"), y);
}

/**
 * The weights: thick for large ones, dashed for negative ones; and what the biases add.
 * @param {Drawing} sheet @param {Layer} layer @param {boolean} values
 */
function arrows(sheet, { edges, labels, stacked, biases }, values) {
  const largest = Math.max(0, ...edges.map(({ weight }) => Math.abs(sheet.double(weight)))) || 1;
  const crowded = labels ? "" : " bp-crowded";
  for (const edge of edges) {
    const value = sheet.double(edge.weight);
    const box = labels?.get(edge.weight);
    const style = /** @type {const} */ ([`bp-line bp-weight${crowded}`, 0.8 + (2 * Math.abs(value)) / largest, value < 0 ? "5 3" : null]);
    sheet.of([edge.weight], () => {
      const pieces = broken(edge.line, box);
      sheet.lines(pieces.slice(0, -1), ...style);
      sheet.arrow(pieces[pieces.length - 1], ...style);
      if (!box) return;
      labelOf(sheet, edge.weight, values, stacked).forEach((runs, place) => {
        sheet.text((box.left + box.right) / 2, box.top + 13 + 16 * place, runs);
      });
    });
  }
  for (const { name, arrows } of biases) {
    sheet.of([name], () => {
      for (const shaft of arrows) sheet.arrow(shaft, `bp-line bp-bias${crowded}`, 1.2);
    });
  }
}

/** @param {Drawing} sheet @param {Plan} plan @param {number} row */
function drawRow(sheet, { rows }, row) {
  const { wide } = sheet;
  const shown = rows[row];
  for (const { index, at: [x, y] } of nodes(wide, shown)) {
    sheet.of(quantitiesOf(shown.names[index]), () => {
      if (row) sheet.circle(x, y, shown.radius, "bp-node bp-out");
      else sheet.box(around(x, y, 2 * shown.radius, 2 * shown.radius), "bp-node bp-input", 5);
      sheet.text(x, y + 4, symbol(shown.names[index], "bp-name"), "", "middle", NAME);
    });
  }
  if (shown.dots !== null) sheet.dots(...point(wide, shown.along, shown.dots), "bp-name");
  const words = [run(sheet.translate(!row ? "inputs" : row === rows.length - 1 ? "outputs" : "hidden"))];
  if (wide) return sheet.text(shown.along, 14, words, "bp-note", "middle", SMALL);
  sheet.parts.push(`<g transform="rotate(-90 12 ${shown.along})">`);
  sheet.text(12, shown.along + 4, words, "bp-note", "middle", SMALL);
  sheet.parts.push("</g>");
}

/** @param {Drawing} sheet @param {Bias} bias */
function drawBias(sheet, { name, box, texts }) {
  const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  sheet.of([name], () => {
    sheet.box(box, "bp-node bp-bias", 9);
    texts.forEach((runs, place) => sheet.text(x, y + 4 + 16 * place - 8 * (texts.length - 1), runs));
  });
}

/**
 * The numbers of the inputs before the first row, those of the targets after the last one.
 * @param {Drawing} sheet @param {Plan} plan
 */
function ends(sheet, { rows }) {
  const [first, last] = [rows[0], rows[rows.length - 1]];
  const [given, wanted] = [inputs(sheet, first), targets(sheet, last)];
  const note = [run(targetNote(sheet))];
  if (sheet.wide) {
    /** @param {string} name @param {string} css @param {number} x @param {number} y @param {string} anchor */
    const number = (name, css, x, y, anchor) => sheet.text(x, y + 4.5, [sheet.number(name, FEW, ROOM)], css, anchor);
    nodes(true, first).forEach(({ at: [x, y] }, place) => number(given[place], "bp-input", x - first.radius - 8, y, "end"));
    nodes(true, last).forEach(({ at: [x, y] }, place) => number(wanted[place], "bp-target", x + last.radius + 8, y, "start"));
    const y = Math.max(...last.across.values());
    return sheet.text(last.along + last.radius + 8, y + 22, note, "bp-note", "start", SMALL);
  }
  const high = levelsOf(sheet, first, given);
  [...first.across.values()].forEach((x, place) => {
    centred(sheet, x, first.along - first.radius - 8 - 17 * (place % high), given[place], "bp-input");
  });
  const levels = levelsOf(sheet, last, wanted);
  const below = last.along + last.radius;
  const places = [...last.across.values()];
  places.forEach((x, place) => centred(sheet, x, below + 19 + 17 * (place % levels), wanted[place], "bp-target"));
  sheet.text((places[0] + places[places.length - 1]) / 2, below + 21 + 17 * levels, note, "bp-note", "middle", SMALL);
}

/**
 * A number centred at x, unless it would leave the sheet.
 * @param {Drawing} sheet @param {number} x @param {number} y @param {string} name @param {string} css
 */
function centred(sheet, x, y, name, css) {
  const number = sheet.number(name, FEW, ROOM);
  const half = widthOf([number]) / 2;
  sheet.text(Math.min(Math.max(x, half), sheet.width - half), y, [number], css);
}

/**
 * Notes and the list of what found no room; returns the figure's height.
 * @param {Drawing} sheet @param {Plan} plan @param {boolean} values
 */
function beneath(sheet, plan, values) {
  const last = plan.rows[plan.rows.length - 1];
  let y = plan.bottom + 16;
  if (values && !sheet.wide) y += 17 * levelsOf(sheet, last, targets(sheet, last)) + 8;
  const names = leftOver(sheet, plan, values);
  if (values && names.length && names.length <= LISTED) {
    y = grid(sheet, names, y + 16) - 12;
  } else if (names.length) {
    const reach = { first: names[0], last: names[names.length - 1] };
    y = sheet.paragraph(4, y + 16, sheet.translate("{first} to {last}: numbered in reading order", reach)) - 16;
  }
  if (plan.rows.some(hidden)) {
    y = sheet.paragraph(4, y + 18, sheet.translate("⋯ stands for neurons that are not drawn").replace("⋯", sheet.ellipsis)) - 16;
  }
  if (plan.layers.some(({ edges }) => edges.some(({ weight }) => sheet.double(weight) < 0))) {
    y = sheet.paragraph(4, y + 18, sheet.translate("dashed: negative weight")) - 16;
  }
  return y + 12;
}

/** @param {Drawing} sheet @param {string[]} names @param {number} y */
function grid(sheet, names, y) {
  const listed = names.map((name) => [...symbol(name), run("\u00a0"), sheet.number(name, FEW, ROOM)]);
  const widest = Math.max(...listed.map((runs) => widthOf(runs)));
  const columns = Math.max(1, Math.min(sheet.wide ? 8 : 4, Math.trunc((sheet.width - 4) / (widest + 12))));
  listed.forEach((runs, place) => {
    const x = 6 + ((place % columns) * (sheet.width - 8)) / columns;
    sheet.text(x, y + 6 + 18 * Math.floor(place / columns), runs, "bp-listed", "start");
  });
  return y + 6 + 18 * Math.floor((names.length - 1) / columns) + 14;
}

/** @param {Drawing} sheet @param {Plan} plan @param {boolean} values */
function describe(sheet, plan, values) {
  const { topology: names, about } = sheet;
  const counts = [names.inputs, ...names.neurons].map((layer) => word(sheet.scene.language, layer.length));
  about.say("A feed-forward network; neurons per layer, from the inputs to the outputs: {counts}.", {
    counts: sheet.enumerate(counts),
  });
  if (plan.rows.some(hidden)) about.say("Of the widest layers only the first and the last neurons are drawn.");
  if (!values) {
    const [weights, biases] = [allWeights(names), allBiases(names)];
    if (weights.length === 1) about.say("Weight {name}.", { name: weights[0] });
    else about.say("Weights {first} to {last}.", { first: weights[0], last: weights[weights.length - 1] });
    const few = biases.length <= MOST_SHOWN;
    const listed = few ? sheet.enumerate(biases) : `${biases[0]}, …, ${biases[biases.length - 1]}`;
    about.say("Biases {names}.", { names: listed });
    return;
  }
  const drawn = [...new Set(sheet.names)].map((name) => name.slice(name.lastIndexOf(":") + 1));
  for (const [english, start] of [
    ["Inputs: {values}.", "i"],
    ["Weights: {values}.", "w"],
    ["Biases: {values}.", "b"],
    ["Targets: {values}.", "target_"],
  ]) {
    const chosen = drawn.filter((name) => name.startsWith(start));
    if (chosen.length) about.say(english, { values: about.listed(chosen) });
  }
}
