// The network, bare and with its values.
// @ts-check

import { broken, edgesOf, hidden, MOST_SHOWN, placeLabels, rowsOf } from "./layout.mjs";
import { Drawing, FEW, quantitiesOf, symbol } from "./scene.mjs";
import { word } from "../numbers/language.mjs";
import { around, line, NAME, NUMBER, run, SMALL, WIDTH, widthOf } from "./svg.mjs";
import { allBiases, allWeights, outputs } from "./topology.mjs";

/** @typedef {import("./scene.mjs").Scene} Scene */
/** @typedef {import("./scene.mjs").Layout} Layout */
/** @typedef {import("./layout.mjs").Row} Row */
/** @typedef {import("./layout.mjs").Edge} Edge */
/** @typedef {import("./layout.mjs").Sizes} Sizes */
/** @typedef {import("./svg.mjs").Box} Box */
/**
 * A network laid out: the rows with their y, and each layer's arrows with the labels that found room.
 * @typedef {{ rows: Row[], y: number[], edges: Edge[][], labels: (Map<string, Box> | null)[], pills: Map<string, Box> }} Plan
 */

const LEFT = 26;
const GAPS = [116, 140, 168, 200];
const ROOM = 84; // for a number on the network
const LISTED = 42; // so many parameters are listed below the network when they find no room on it

/** The network with the names of everything in it. @param {Scene} scene @param {Layout} layout */
export const bareNetwork = (scene, layout) => network(scene, layout, false);

/** The network with the values of inputs, weights, biases and targets. @param {Scene} scene @param {Layout} layout */
export const networkValues = (scene, layout) => network(scene, layout, true);

/** @param {Scene} scene @param {Layout} layout @param {boolean} values */
function network(scene, layout, values) {
  const sheet = new Drawing(values ? "network-values" : "bare-network", scene, layout);
  const plan = planned(sheet, values);
  plan.edges.forEach((edges, layer) => arrows(sheet, edges, plan.labels[layer]));
  if (values) ends(sheet, plan);
  plan.y.forEach((y, row) => drawRow(sheet, plan, row, y, values));
  const y = beneath(sheet, plan, values);
  describe(sheet, plan, values);
  return sheet.finish(sheet.translate(values ? "The network with its values" : "The network"), y);
}

/** @param {Drawing} sheet @param {Edge[]} edges @param {boolean} values @returns {Sizes} */
function sizesOf(sheet, edges, values) {
  return new Map(
    edges.map(({ weight }) => {
      const name = widthOf(symbol(weight), NUMBER);
      const number = values ? widthOf([sheet.number(weight, FEW, ROOM)], NUMBER) : 0;
      return [weight, [Math.max(name, number) + 4, values ? 33 : 18]];
    }),
  );
}

/** @param {Drawing} sheet @param {boolean} values @returns {Plan} */
function planned(sheet, values) {
  const names = sheet.topology;
  const shared = names.biases.map((biases) => new Set(biases).size === 1);
  const widths = names.biases.map(([bias]) => (values ? widthOf([sheet.number(bias, FEW, ROOM)]) : 22));
  const pills = Math.max(...widths) + 14;
  const rows = rowsOf(names, LEFT, WIDTH - (shared.includes(true) ? pills + 16 : 4));
  /** @type {Plan} */
  const plan = { rows, y: [30], edges: [], labels: [], pills: new Map() };
  if (values) plan.y[0] += 20 * levelsOf(sheet, rows[0], inputs(sheet, rows[0]));
  names.neurons.forEach((_, layer) => {
    const top = plan.y[layer];
    let [gap, labels] = [GAPS[0], /** @type {Map<string, Box> | null} */ (null)];
    if (!hidden(rows[layer]) && !hidden(rows[layer + 1])) {
      for (const wide of values ? GAPS.slice(1) : GAPS) {
        const edges = edgesOf(names, layer, rows, top, top + wide);
        const found = placeLabels(edges, sizesOf(sheet, edges, values));
        if (!found) continue;
        [gap, labels] = [wide, found];
        break;
      }
    }
    const y = top + gap;
    plan.y.push(y);
    plan.edges.push(edgesOf(names, layer, rows, top, y));
    plan.labels.push(labels);
    if (shared[layer]) {
      plan.pills.set(names.biases[layer][0], around(WIDTH - pills / 2 - 3, y, pills, values ? 36 : 24));
    }
  });
  return plan;
}

/** The names of the inputs shown. @param {Drawing} sheet @param {Row} row */
const inputs = (sheet, row) => [...row.x.keys()].map((index) => sheet.topology.inputs[index]);
/** The names of the targets shown. @param {Drawing} sheet @param {Row} row */
const targets = (sheet, row) => [...row.x.keys()].map((index) => `target_${outputs(sheet.topology)[index]}`);

/**
 * On how many lines the numbers above or below a row must stand, so that they don't touch.
 * @param {Drawing} sheet @param {Row} row @param {string[]} names
 */
function levelsOf(sheet, row, names) {
  const places = [...row.x.values()];
  const steps = places.slice(1).map((x, index) => x - places[index]);
  const step = steps.length ? Math.min(...steps) : WIDTH;
  const widest = Math.max(...names.map((name) => widthOf([sheet.number(name, FEW, ROOM)]))) + 6;
  let levels = 1;
  while (step * levels < widest) levels++;
  return levels;
}

/**
 * The weights: thick for large ones, dashed for negative ones.
 * @param {Drawing} sheet @param {Edge[]} edges @param {Map<string, Box> | null} labels
 */
function arrows(sheet, edges, labels) {
  const largest = Math.max(0, ...edges.map(({ weight }) => Math.abs(sheet.double(weight)))) || 1;
  for (const edge of edges) {
    const value = sheet.double(edge.weight);
    const box = labels?.get(edge.weight);
    const css = `bp-line bp-weight${labels?.size ? "" : " bp-crowded"}`;
    sheet.of([edge.weight], () => {
      sheet.lines(broken(edge.line, box), css, 0.8 + (2 * Math.abs(value)) / largest, value < 0 ? "5 3" : null);
      if (!box) return;
      const x = (box.left + box.right) / 2;
      sheet.text(x, box.top + 13, symbol(edge.weight));
      if (box.bottom - box.top > 24) sheet.text(x, box.top + 29, [sheet.number(edge.weight, FEW, ROOM)], "bp-weight");
    });
  }
}

/** @param {Drawing} sheet @param {Plan} plan @param {number} row @param {number} y @param {boolean} values */
function drawRow(sheet, plan, row, y, values) {
  const shown = plan.rows[row];
  const bias = row ? sheet.topology.biases[row - 1][0] : "";
  const pill = plan.pills.get(bias);
  if (pill) {
    const stops = [...shown.x.values(), ...(shown.dots === null ? [] : [shown.dots])].sort((a, b) => a - b);
    const ends = [...stops.slice(1).map((x) => x - shown.radius), pill.left];
    sheet.of([bias], () => {
      sheet.lines(stops.map((x, index) => line(x + shown.radius, y, ends[index], y)), "bp-line bp-bias", 1.2, "2 3");
      drawPill(sheet, bias, pill, values);
    });
  }
  for (const [index, x] of shown.x) {
    sheet.of(quantitiesOf(shown.names[index]), () => {
      if (row) sheet.circle(x, y, shown.radius, "bp-node bp-out");
      else sheet.box(around(x, y, 2 * shown.radius, 2 * shown.radius), "bp-node bp-input", 5);
      sheet.text(x, y + 4, symbol(shown.names[index], "bp-name"), "", "middle", NAME);
    });
  }
  if (shown.dots !== null) sheet.text(shown.dots, y + 5, [run("⋯")], "bp-name", "middle", 18);
  const words = sheet.translate(!row ? "inputs" : row === plan.rows.length - 1 ? "outputs" : "hidden");
  sheet.parts.push(`<g transform="rotate(-90 12 ${y})">`);
  sheet.text(12, y + 4, [run(words)], "bp-note", "middle", SMALL);
  sheet.parts.push("</g>");
}

/** @param {Drawing} sheet @param {string} bias @param {Box} box @param {boolean} values */
function drawPill(sheet, bias, box, values) {
  const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  sheet.box(box, "bp-node bp-bias", 9);
  sheet.text(x, values ? y - 3 : y + 4, symbol(bias));
  if (values) sheet.text(x, y + 13, [sheet.number(bias, FEW, ROOM)], "bp-bias");
}

/**
 * The numbers of the inputs above, those of the targets below, each on a line of its own if need be.
 * @param {Drawing} sheet @param {Plan} plan
 */
function ends(sheet, plan) {
  const [first, last] = [plan.rows[0], plan.rows[plan.rows.length - 1]];
  const above = inputs(sheet, first);
  const high = levelsOf(sheet, first, above);
  [...first.x.values()].forEach((x, place) => {
    centred(sheet, x, plan.y[0] - first.radius - 8 - 17 * (place % high), above[place], "bp-input");
  });
  const names = targets(sheet, last);
  const levels = levelsOf(sheet, last, names);
  const below = plan.y[plan.y.length - 1] + last.radius;
  const places = [...last.x.values()];
  places.forEach((x, place) => centred(sheet, x, below + 19 + 17 * (place % levels), names[place], "bp-target"));
  const middle = (places[0] + places[places.length - 1]) / 2;
  sheet.text(middle, below + 21 + 17 * levels, [run(`↑ ${sheet.translate("target")}`)], "bp-note", "middle", SMALL);
}

/**
 * A number centred at x, unless it would leave the sheet.
 * @param {Drawing} sheet @param {number} x @param {number} y @param {string} name @param {string} css
 */
function centred(sheet, x, y, name, css) {
  const number = sheet.number(name, FEW, ROOM);
  const half = widthOf([number]) / 2;
  sheet.text(Math.min(Math.max(x, half), WIDTH - half), y, [number], css);
}

/**
 * Parameters without a place on the network: crowded layers' weights, and biases of their own.
 * @param {Drawing} sheet @param {Plan} plan
 */
function leftOver(sheet, plan) {
  return plan.labels.flatMap((labels, layer) => [
    ...(labels ? [] : sheet.topology.weights[layer].flat()),
    ...[...new Set(sheet.topology.biases[layer])].filter((name) => !plan.pills.has(name)),
  ]);
}

/**
 * Notes and the list of what found no room; returns the figure's height.
 * @param {Drawing} sheet @param {Plan} plan @param {boolean} values
 */
function beneath(sheet, plan, values) {
  const last = plan.rows[plan.rows.length - 1];
  let y = plan.y[plan.y.length - 1] + last.radius + 16;
  if (values) y += 17 * levelsOf(sheet, last, targets(sheet, last)) + 8;
  const names = leftOver(sheet, plan);
  if (values && names.length && names.length <= LISTED) {
    y = grid(sheet, names, y + 16) - 12;
  } else if (names.length) {
    const reach = { first: names[0], last: names[names.length - 1] };
    y = sheet.paragraph(4, y + 16, sheet.translate("{first} to {last}: numbered in reading order", reach)) - 16;
  }
  if (plan.rows.some(hidden)) {
    y = sheet.paragraph(4, y + 18, sheet.translate("⋯ stands for neurons that are not drawn")) - 16;
  }
  if (plan.edges.flat().some(({ weight }) => sheet.double(weight) < 0)) {
    y = sheet.paragraph(4, y + 18, sheet.translate("dashed: negative weight")) - 16;
  }
  return y + 12;
}

/** @param {Drawing} sheet @param {string[]} names @param {number} y */
function grid(sheet, names, y) {
  const listed = names.map((name) => [...symbol(name), run("\u00a0"), sheet.number(name, FEW, ROOM)]);
  const widest = Math.max(...listed.map((runs) => widthOf(runs)));
  const columns = Math.max(1, Math.min(4, Math.trunc((WIDTH - 4) / (widest + 12))));
  listed.forEach((runs, place) => {
    const x = 6 + ((place % columns) * (WIDTH - 8)) / columns;
    sheet.text(x, y + 6 + 20 * Math.floor(place / columns), runs, "bp-listed", "start");
  });
  return y + 6 + 20 * Math.floor((names.length - 1) / columns) + 14;
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
