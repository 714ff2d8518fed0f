// The ways on which a weight reaches the loss, with the factors of the chain rule along them.
// @ts-check

import { broken, edgesOf, placeLabels, range, rowsOf } from "./layout.mjs";
import { Drawing, FEW, kindOf, quantitiesOf, symbol } from "./scene.mjs";
import { around, line, NAME, relation, run, shortened, WIDTH, widthOf } from "./svg.mjs";
import { ends, outputs } from "./topology.mjs";

/** @typedef {import("./scene.mjs").Scene} Scene */
/** @typedef {import("./scene.mjs").Layout} Layout */
/** @typedef {import("./layout.mjs").Edge} Edge */
/** @typedef {import("./layout.mjs").Sizes} Sizes */
/** @typedef {import("./svg.mjs").Run} Run */
/** @typedef {{ label: Run[], number: Run, name: string | null }} Contribution its name if the quantity has one */

const SPINE = 72;
const FACTORS = 186;
const ROOM = 145; // for the number of a line that begins with a derivative
const MOST_PATHS = 6;
const DASHES = [null, "7 4", "2 3", "10 3 2 3"];

/** `label ≈ number` as one line. @param {Run[]} label @param {Run} number */
const valueLine = (label, number) => [...label, run(` ${relation(number)} `), number];

/**
 * The path from the weight of the output layer through its neuron to the loss, a factor at each step.
 * @param {Scene} scene @param {Layout} layout
 */
export function outputPath(scene, layout) {
  const sheet = new Drawing("output-path", scene, layout);
  const weight = scene.outputWeight;
  const [layer, head, tail] = ends(sheet.topology, weight);
  const neuron = sheet.topology.neurons[layer][head];
  drawSources(sheet, layer, tail);
  drawNeuron(sheet, neuron);
  drawLoss(sheet, neuron);
  /** @type {[string, number, number][]} */
  const factors = [[`dnet_${neuron}/d${weight}`, 88, 150]];
  if (scene.sheet.has(`dE_${neuron}/dnet_${neuron}`)) {
    factors.push([`dout_${neuron}/dnet_${neuron}`, 158, 244], [`dE_total/dout_${neuron}`, 252, 362]);
  } else {
    factors.push([`dE_total/dnet_${neuron}`, 158, 362]); // softmax: every output depends on this net
  }
  for (const [name, top, bottom] of factors) drawFactor(sheet, name, top, bottom);
  const product = `dE_total/d${weight}`;
  const last = 412;
  sheet.text(4, last, [run(sheet.translate("the product of the factors:"))], "bp-note", "start");
  const number = sheet.number(product, undefined, ROOM);
  sheet.text(4, last + 24, valueLine(symbol(product), number), "bp-strong", "start");
  const { about } = sheet;
  const way = { weight, net: `net_${neuron}`, out: `out_${neuron}` };
  about.say("The path from the weight {weight} through {net} and {out} to the loss.", way);
  about.say("Its factors: {values}.", { values: about.listed(factors.map(([name]) => name)) });
  about.say("Their product: {values}.", { values: about.listed([product]) });
  return sheet.finish(sheet.translate("From {weight} to the loss", { weight }), last + 34);
}

/**
 * The source at the weight's tail, and faintly the others that enter the same neuron.
 * @param {Drawing} sheet @param {number} layer @param {number} tail
 */
function drawSources(sheet, layer, tail) {
  const names = sheet.topology;
  const above = layer === 0 ? names.inputs : names.neurons[layer - 1];
  const others = above.filter((_, index) => index !== tail);
  let x = SPINE;
  others.slice(0, 2).forEach((name, place) => {
    x = SPINE + 54 + 44 * place;
    sheet.lines([shortened(line(x, 28, SPINE + 26 + 22 * place, 136), 18, 0)], "bp-line bp-rule", 1.5);
    sheet.circle(x, 28, 18, "bp-node bp-aside");
    sheet.text(x, 32, symbol(name, "bp-note"), "", "middle", NAME);
  });
  if (others.length > 2) sheet.text(x + 34, 33, [run("⋯")], "bp-note", "middle", 18);
  const weight = sheet.scene.outputWeight;
  const number = sheet.number(weight, FEW, 90);
  const wide = Math.max(widthOf([number]), 24) + 4;
  x = SPINE - 2 - Math.max(0, wide - 60) / 2; // a wide number keeps clear of the other arrows
  const [before, after] = broken(line(SPINE, 46, SPINE, 136), around(x, 84, wide, 36));
  sheet.of(quantitiesOf(above[tail]), () => {
    sheet.circle(SPINE, 28, 18, layer === 0 ? "bp-node bp-input" : "bp-node bp-out");
    sheet.text(SPINE, 32, symbol(above[tail], "bp-name"), "", "middle", NAME);
  });
  sheet.of([weight], () => {
    sheet.lines([before], "bp-line bp-weight", 3);
    sheet.arrow(after, "bp-line bp-weight", 3);
    sheet.text(x, 80, symbol(weight), "", "middle", NAME);
    sheet.text(x, 98, [number], "bp-weight");
  });
}

/** @param {Drawing} sheet @param {string} neuron */
function drawNeuron(sheet, neuron) {
  sheet.box({ left: 4, top: 136, right: 140, bottom: 274 }, "bp-node bp-group", 16);
  sheet.text(12, 156, symbol(neuron, "bp-note"), "bp-note", "start", NAME);
  const [net, out] = [`net_${neuron}`, `out_${neuron}`];
  for (const [name, y] of /** @type {[string, number][]} */ ([[net, 172], [out, 240]])) {
    sheet.of([name], () => {
      sheet.text(SPINE, y, symbol(name), "", "middle", NAME);
      sheet.text(SPINE, y + 20, [sheet.number(name, undefined, 126)], kindOf(name));
    });
  }
  sheet.of([`d${out}/d${net}`], () => sheet.arrow(line(SPINE, 200, SPINE, 224), "bp-line bp-net", 3));
}

/** @param {Drawing} sheet @param {string} neuron */
function drawLoss(sheet, neuron) {
  sheet.of([`dE_total/dout_${neuron}`], () => sheet.arrow(line(SPINE, 274, SPINE, 322), "bp-line bp-out", 3));
  sheet.of(["E_total"], () => {
    sheet.box({ left: 4, top: 322, right: 140, bottom: 376 }, "bp-node bp-error", 6);
    sheet.text(SPINE, 345, symbol("E_total"), "", "middle", NAME);
    sheet.text(SPINE, 365, [sheet.number("E_total", undefined, 126)], "bp-error");
  });
}

/**
 * A bracket along one step of the path, its derivative and its value beside it.
 * @param {Drawing} sheet @param {string} name @param {number} top @param {number} bottom
 */
function drawFactor(sheet, name, top, bottom) {
  const [x, middle] = [FACTORS - 12, (top + bottom) / 2];
  const bracket = [line(x - 6, top, x, top), line(x, top, x, bottom), line(x, bottom, x - 6, bottom)];
  const number = sheet.number(name, undefined, WIDTH - FACTORS - 24);
  sheet.of([name], () => {
    sheet.lines(bracket, "bp-line bp-gradient", 1.5);
    sheet.text(FACTORS, middle - 4, symbol(name), "", "start", NAME);
    sheet.text(FACTORS, middle + 17, [run(`${relation(number)} `), number], "bp-gradient", "start");
  });
}

/** Every path from the weight of the hidden layer to the loss, and what each adds. @param {Scene} scene @param {Layout} layout */
export function hiddenPaths(scene, layout) {
  const weight = scene.hiddenWeight;
  if (weight === null) throw new RangeError("hidden-paths: the network has no hidden layer");
  const sheet = new Drawing("hidden-paths", scene, layout);
  const names = sheet.topology;
  const [layer, head, tail] = ends(names, weight);
  const keep = new Array(names.neurons.length + 1).fill(0);
  [keep[layer], keep[layer + 1]] = [tail, head];
  const rows = rowsOf(names, 24, WIDTH - 24, keep);
  const y = rows.map((_, index) => 24 + 104 * index);
  for (const index of range(names.neurons.length)) {
    const edges = edgesOf(names, index, rows, y[index], y[index + 1]);
    drawEdges(sheet, edges, edges.filter((edge) => onPath(edge, layer, head, tail)), layer);
  }
  const [last, bottom] = [rows[rows.length - 1], y[y.length - 1]];
  const loss = bottom + 92;
  for (const [index, x] of last.x) {
    const [css, dash] = layer === names.neurons.length - 2 ? branch(index) : ["bp-path-a", null];
    const end = WIDTH / 2 + 0.3 * (x - WIDTH / 2);
    const whole = line(x, bottom + last.radius, end, loss - 18);
    sheet.of([`E_${outputs(names)[index]}`], () => sheet.arrow(whole, `bp-line ${css}`, 2.2, dash));
  }
  rows.forEach((row, index) => {
    for (const [place, x] of row.x) {
      const lit = index > layer + 1 || (index === layer && place === tail) || (index === layer + 1 && place === head);
      sheet.of(lit ? quantitiesOf(row.names[place]) : [], () => {
        const css = lit ? (index ? "bp-node bp-out" : "bp-node bp-input") : "bp-node bp-aside";
        if (index) sheet.circle(x, y[index], row.radius, css);
        else sheet.box(around(x, y[0], 2 * row.radius, 2 * row.radius), css, 5);
        sheet.text(x, y[index] + 4, symbol(row.names[place], lit ? "bp-name" : "bp-note"), "", "middle", NAME);
      });
    }
    if (row.dots !== null) sheet.text(row.dots, y[index] + 5, [run("⋯")], "bp-note", "middle", 18);
  });
  sheet.of(["E_total"], () => {
    sheet.box(around(WIDTH / 2, loss, 120, 36), "bp-node bp-error");
    sheet.text(WIDTH / 2, loss + 4, symbol("E_total"), "", "middle", NAME);
  });
  const height = contributions(sheet, weight, loss + 48);
  return sheet.finish(sheet.translate("Every path from {weight} to the loss", { weight }), height);
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
 * @param {Drawing} sheet @param {Edge[]} edges @param {Edge[]} path @param {number} start
 */
function drawEdges(sheet, edges, path, start) {
  /** @param {string} weight */
  const label = (weight) => [...symbol(weight), run(" "), sheet.number(weight, FEW, 90)];
  /** @type {Sizes} */
  const sizes = new Map();
  for (const { weight, layer } of path) if (layer <= start + 1) sizes.set(weight, [widthOf(label(weight)) + 4, 18]);
  let labels = placeLabels(edges, sizes);
  if (labels === null) [labels, edges] = [placeLabels(path, sizes) ?? new Map(), path];
  for (const edge of edges) if (!path.includes(edge)) sheet.lines([edge.line], "bp-line bp-rule", 1.2);
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
  const named = [];
  for (const index of range(several ? Math.min(later.length, MOST_PATHS) : 0)) {
    const [css, dash] = branch(index);
    const part = contribution(sheet, layer, head, index);
    const below = y;
    sheet.of(part.name ? [part.name] : [], () => {
      sheet.lines([line(4, below - 4, 40, below - 4)], `bp-line ${css}`, 2.4, dash);
      sheet.text(50, below, valueLine(part.label, part.number), "", "start");
    });
    if (part.name) named.push(part.name);
    y += 26;
  }
  if (later.length > MOST_PATHS) {
    sheet.text(50, y, [run("⋯")], "bp-note", "start", 18);
    y += 24;
  }
  if (several) {
    sheet.lines([line(4, y - 13, 336, y - 13)], "bp-line bp-rule", 1);
    y += 8;
  }
  const both = [`dE_total/dout_${neuron}`, `dE_total/d${weight}`];
  both.forEach((name, index) => {
    const number = sheet.number(name, undefined, ROOM);
    sheet.text(28, y, [run(several && index === 0 ? "Σ  " : "→ ")], "bp-note");
    sheet.text(50, y, valueLine(symbol(name), number), "bp-strong", "start");
    y += 26;
  });
  const { about } = sheet;
  about.say("The paths from {weight} through {neuron} to the loss.", { weight, neuron });
  if (named.length) about.say("What each adds: {values}.", { values: about.listed(named) });
  about.say("Together: {values}.", { values: about.listed(both) });
  return y - 10;
}
