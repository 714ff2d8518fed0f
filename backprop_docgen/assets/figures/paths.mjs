// The ways on which a weight reaches the loss, with the factors of the chain rule along them.
// @ts-check

import { between, broken, edgesOf, heightOf, nodes, placeLabels, point, range, rowsOf } from "./layout.mjs";
import { Drawing, FEW, quantitiesOf, symbol } from "./scene.mjs";
import { around, line, NAME, relation, run, TALLEST, widthOf } from "./svg.mjs";
import { ends, outputs } from "./topology.mjs";

/** @typedef {import("./scene.mjs").Scene} Scene */
/** @typedef {import("./scene.mjs").Layout} Layout */
/** @typedef {import("./topology.mjs").Topology} Topology */
/** @typedef {import("./layout.mjs").Row} Row */
/** @typedef {import("./layout.mjs").Edge} Edge */
/** @typedef {import("./layout.mjs").Sizes} Sizes */
/** @typedef {import("./svg.mjs").Run} Run */
/** @typedef {{ label: Run[], number: Run, name: string | null }} Contribution its name if the quantity has one */

const APART = { tall: 150, wide: 110 }; // neurons of a row, at most
const SPAN = 230; // of a column
const STEPS = [72, 104]; // from layer to layer in portrait, at least and at most
const LOSS_STEP = 12; // by so much is the one to the loss shorter
const AROUND = 62; // above the neurons of a portrait, and about its loss
const LOSS = 120; // the width of its box
const ROOM = 145; // for the number of a line that begins with a derivative
const MOST_PATHS = 6;
const FEW_PATHS = 2;
const PITCHES = { few: 26, many: 20 }; // from line to line
const RULED = 8; // more where a rule stands between
const DOTTED = 24; // "⋯"
const DASHES = [null, "7 4", "2 3", "10 3 2 3"];

/** `label ≈ number` as one line. @param {Run[]} label @param {Run} number */
const valueLine = (label, number) => [...label, run(` ${relation(number)} `), number];

/** Every path from the weight of the hidden layer to the loss, and what each adds. @param {Scene} scene @param {Layout} layout */
export function hiddenPaths(scene, layout) {
  const weight = scene.hiddenWeight;
  if (weight === null) throw new RangeError("hidden-paths: the network has no hidden layer");
  const sheet = new Drawing("hidden-paths", scene, layout);
  const names = sheet.topology;
  const [layer, head, tail] = ends(names, weight);
  const keep = new Array(names.neurons.length + 1).fill(0);
  [keep[layer], keep[layer + 1]] = [tail, head];
  const { wide, width } = sheet;
  const rows = rowsOf(names, wide ? [4, 4 + heightOf(names, APART.wide, SPAN)] : [24, width - 24], APART[layout], keep);
  const start = wide ? rows[0].radius + 4 : 24;
  const step = wide ? (width - LOSS - 90 - start) / names.neurons.length : stepOf(names, layer);
  rows.forEach((row, index) => (row.along = start + step * index));
  for (const index of range(names.neurons.length)) {
    const edges = edgesOf(wide, names, index, rows);
    drawEdges(sheet, rows, edges, edges.filter((edge) => onPath(edge, layer, head, tail)), layer);
  }
  const below = drawLoss(sheet, rows[rows.length - 1], layer === names.neurons.length - 2, step - LOSS_STEP);
  rows.forEach((row, index) => {
    for (const { index: place, at: [x, y] } of nodes(wide, row)) {
      const lit = index > layer + 1 || (index === layer && place === tail) || (index === layer + 1 && place === head);
      sheet.of(lit ? quantitiesOf(row.names[place]) : [], () => {
        const css = lit ? (index ? "bp-node bp-out" : "bp-node bp-input") : "bp-node bp-aside";
        if (index) sheet.circle(x, y, row.radius, css);
        else sheet.box(around(x, y, 2 * row.radius, 2 * row.radius), css, 5);
        sheet.text(x, y + 4, symbol(row.names[place], lit ? "bp-name" : "bp-note"), "", "middle", NAME);
      });
    }
    if (row.dots !== null) sheet.dots(...point(wide, row.along, row.dots), "bp-note");
  });
  const low = Math.max(below, ...rows.flatMap((row) => nodes(wide, row).map(({ at }) => at[1] + row.radius)));
  const height = contributions(sheet, weight, low + 30);
  return sheet.finish(sheet.translate("Every path from {weight} to the loss", { weight }), height);
}

/** From layer to layer in portrait. @param {Topology} names @param {number} layer of the weight */
function stepOf(names, layer) {
  const terms = names.neurons[layer + 1].length;
  const lines = terms > 1 ? Math.min(terms, MOST_PATHS) : 0;
  const listed = (lines + 2) * pitchOf(false, terms) + (lines ? RULED : 0) + (terms > MOST_PATHS ? DOTTED : 0);
  const fitting = (TALLEST - AROUND - listed + LOSS_STEP) / (names.neurons.length + 1);
  return Math.min(STEPS[1], Math.max(STEPS[0], fitting));
}

/** From line to line of what the paths add. @param {boolean} wide @param {number} terms */
const pitchOf = (wide, terms) => (wide || terms <= FEW_PATHS ? PITCHES.few : PITCHES.many);

/**
 * The loss, with an arrow from every output; returns how far down its box reaches.
 * @param {Drawing} sheet @param {Row} last @param {boolean} branching whether each of the paths ends in an output of its own
 * @param {number} step to it, in portrait
 */
function drawLoss(sheet, last, branching, step) {
  const { wide, width } = sheet;
  const across = [...last.across.values()];
  const middle = wide ? (Math.min(...across) + Math.max(...across)) / 2 : width / 2;
  const [along, depth] = wide ? [width - LOSS / 2 - 2, LOSS / 2] : [last.along + step, 18];
  for (const [index, from] of last.across) {
    const [css, dash] = branching ? branch(index) : ["bp-path-a", null];
    const spread = middle + (wide ? Math.max(-12, Math.min(12, 0.3 * (from - middle))) : 0.3 * (from - middle));
    const whole = line(...point(wide, last.along + last.radius, from), ...point(wide, along - depth, spread));
    sheet.of([`E_${outputs(sheet.topology)[index]}`], () => sheet.arrow(whole, `bp-line ${css}`, 2.2, dash));
  }
  const [x, y] = point(wide, along, middle);
  sheet.of(["E_total"], () => {
    sheet.box(around(x, y, LOSS, 36), "bp-node bp-error");
    sheet.text(x, y + 4, symbol("E_total"), "", "middle", NAME);
  });
  return y + 18;
}

/** @param {Edge} edge @param {number} layer @param {number} head @param {number} tail */
function onPath(edge, layer, head, tail) {
  if (edge.layer === layer) return edge.head === head && edge.tail === tail;
  return edge.layer > layer + 1 || (edge.layer === layer + 1 && edge.tail === head);
}

/** Colour and dash of a path: neighbours differ in both. @param {number} index @returns {[string, string | null]} */
const branch = (index) => [["bp-path-a", "bp-path-b"][index % 2], DASHES[index % DASHES.length]];

/**
 * The paths' arrows with their weights; the others faintly, unless they leave no room for the names.
 * @param {Drawing} sheet @param {Row[]} rows @param {Edge[]} edges @param {Edge[]} path @param {number} start
 */
function drawEdges(sheet, rows, edges, path, start) {
  /** @param {string} weight */
  const label = (weight) => [...symbol(weight), run(" "), sheet.number(weight, FEW, 90)];
  /** @type {Sizes} */
  const sizes = new Map();
  for (const { weight, layer } of path) if (layer <= start + 1) sizes.set(weight, [widthOf(label(weight)) + 4, 18]);
  const { layer } = edges[0];
  const end = sheet.wide ? Infinity : sheet.width;
  const room = { inside: between(sheet.wide, rows[layer], rows[layer + 1], end), lines: [], boxes: [] };
  let labels = placeLabels(edges, sizes, room);
  if (labels === null) [labels, edges] = [placeLabels(path, sizes, room) ?? new Map(), path];
  for (const edge of edges) if (!path.includes(edge)) sheet.arrow(edge.line, "bp-line bp-rule", 1.2);
  for (const edge of path) {
    const [css, dash] = edge.layer === start + 1 ? branch(edge.head) : ["bp-path-a", null];
    const box = labels.get(edge.weight);
    const pieces = broken(edge.line, box);
    const width = edge.layer <= start + 1 ? 2.4 : 1.2;
    sheet.of([edge.weight], () => {
      sheet.lines(pieces.slice(0, -1), `bp-line ${css}`, width, dash);
      sheet.arrow(pieces[pieces.length - 1], `bp-line ${css}`, width, dash);
      if (box) sheet.text((box.left + box.right) / 2, box.top + 13, label(edge.weight), "bp-weight");
    });
  }
}

/**
 * What neuron `later` of the next layer adds to ∂E_total/∂out of neuron `head`.
 * @param {Drawing} sheet @param {number} layer @param {number} head @param {number} later
 * @param {number} [decimals] @param {number} [room] @returns {Contribution}
 */
export function contribution(sheet, layer, head, later, decimals, room = ROOM) {
  const names = sheet.topology;
  const [neuron, next] = [names.neurons[layer][head], names.neurons[layer + 1][later]];
  const name = `dE_${next}/dout_${neuron}`;
  if (sheet.scene.sheet.has(name)) return { label: symbol(name), number: sheet.number(name, decimals, room), name };
  const weight = names.weights[layer + 1][later][head];
  const label = [...symbol(`delta_${next}`), run(" · "), ...symbol(weight)];
  const number = sheet.derived(["*", ["q", `dE_total/dnet_${next}`], ["q", weight]], decimals, room);
  return { label, number, name: null };
}

/** @param {Drawing} sheet @param {string} weight @param {number} y */
function contributions(sheet, weight, y) {
  const [layer, head] = ends(sheet.topology, weight);
  const [neuron, later] = [sheet.topology.neurons[layer][head], sheet.topology.neurons[layer + 1]];
  const several = later.length > 1;
  const pitch = pitchOf(sheet.wide, later.length);
  const named = [];
  const top = y;
  for (const index of range(several ? Math.min(later.length, MOST_PATHS) : 0)) {
    const [css, dash] = branch(index);
    const part = contribution(sheet, layer, head, index);
    const below = y;
    sheet.of(part.name ? [part.name] : [], () => {
      sheet.lines([line(4, below - 4, 40, below - 4)], `bp-line ${css}`, 2.4, dash);
      sheet.text(50, below, valueLine(part.label, part.number), "", "start");
    });
    if (part.name) named.push(part.name);
    y += pitch;
  }
  if (later.length > MOST_PATHS) {
    sheet.text(50, y, [run("⋯")], "bp-note", "start", 18);
    y += DOTTED;
  }
  const aside = sheet.wide && several; // what they make stands beside them
  const left = aside ? sheet.width / 2 : 0;
  const least = y;
  if (aside) {
    sheet.lines([line(left - 4, top - 16, left - 4, y - 18)], "bp-line bp-rule", 1);
    y = top + (y - top - 52) / 2;
  } else if (several) {
    sheet.lines([line(4, y - pitch / 2, sheet.width - 4, y - pitch / 2)], "bp-line bp-rule", 1);
    y += RULED;
  }
  const both = [`dE_total/dout_${neuron}`, `dE_total/d${weight}`];
  both.forEach((name, index) => {
    const number = sheet.number(name, undefined, aside ? 0.9 * (sheet.width - left - 80 - widthOf(symbol(name))) : ROOM);
    sheet.text(left + 28, y, [run(several && index === 0 ? "Σ  " : "→ ")], "bp-note");
    sheet.text(left + 50, y, valueLine(symbol(name), number), "bp-strong", "start");
    y += pitch;
  });
  const { about } = sheet;
  about.say("The paths from {weight} through {neuron} to the loss.", { weight, neuron });
  if (named.length) about.say("What each adds: {values}.", { values: about.listed(named) });
  about.say("Together: {values}.", { values: about.listed(both) });
  return Math.max(y, aside ? least : 0) - 10;
}
