// The path from a weight of the output layer to the loss, with the factors of the chain rule along it.
// @ts-check

import { broken } from "./layout.mjs";
import { Drawing, FEW, kindOf, quantitiesOf, symbol } from "./scene.mjs";
import { around, line, NAME, relation, run, shortened, widthOf } from "./svg.mjs";
import { ends } from "./topology.mjs";

/** @typedef {import("./scene.mjs").Scene} Scene */
/** @typedef {import("./scene.mjs").Layout} Layout */
/** @typedef {import("./svg.mjs").Box} Box */
/** @typedef {[number, number]} Point */
/**
 * Where everything stands: the source and those beside it, the neuron's box with net and out, the loss, a bracket for
 * each factor (from, to), the product.
 * @typedef {object} Places
 * @property {Point} source
 * @property {Point[]} others
 * @property {Point[]} entries where the others reach the neuron
 * @property {Point} more where it says that there are more of them
 * @property {Point} weight the middle of its label
 * @property {Box} neuron
 * @property {Point} net
 * @property {Point} out
 * @property {Point[]} detour of softmax: from the net to the loss, past the neuron's own output
 * @property {Box} loss
 * @property {[number, number][]} brackets along the path
 * @property {Point} product
 */

const RADIUS = 18;
const FACTORS = 186; // in portrait, the x of what stands at the brackets
const [BESIDE, ABOVE] = [174, 56]; // of the brackets, the x in portrait and the y in landscape
const ROOM = { tall: 126, wide: 108 }; // for a number on the path

/** @type {Places} */
const TALL = {
  source: [72, 28],
  others: [[126, 28], [170, 28]],
  entries: [[98, 136], [120, 136]],
  more: [204, 28],
  weight: [70, 84],
  neuron: { left: 4, top: 136, right: 140, bottom: 274 },
  net: [72, 172],
  out: [72, 240],
  detour: [[124, 172], [156, 172], [156, 349], [140, 349]],
  loss: { left: 4, top: 322, right: 140, bottom: 376 },
  brackets: [[88, 150], [158, 244], [252, 362]],
  product: [4, 412],
};
/** @type {Places} */
const WIDE = {
  source: [26, 126],
  others: [[26, 176], [26, 220]],
  entries: [[186, 146], [186, 160]],
  more: [26, 250],
  weight: [114, 126],
  neuron: { left: 186, top: 80, right: 468, bottom: 172 },
  net: [252, 122],
  out: [402, 122],
  detour: [[252, 146], [252, 192], [560, 192], [560, 155]],
  loss: { left: 502, top: 97, right: 618, bottom: 155 },
  brackets: [[26, 249], [257, 399], [407, 560]],
  product: [70, 214],
};

/**
 * The path from the weight of the output layer through its neuron to the loss, a factor at each step.
 * @param {Scene} scene @param {Layout} layout
 */
export function outputPath(scene, layout) {
  const sheet = new Drawing("output-path", scene, layout);
  const places = sheet.wide ? WIDE : TALL;
  const weight = scene.outputWeight;
  const [layer, head, tail] = ends(sheet.topology, weight);
  const neuron = sheet.topology.neurons[layer][head];
  const low = drawSources(sheet, places, layer, tail);
  const beside = sheet.topology.neurons[layer].length - 1;
  const soft = !scene.sheet.has(`dE_${neuron}/dnet_${neuron}`); // softmax: every output depends on this net
  if (soft && beside) drawDetour(sheet, places, neuron, beside);
  drawNeuron(sheet, places, neuron);
  drawLoss(sheet, places, neuron);
  const [first, second, third] = places.brackets;
  /** @type {[string, [number, number]][]} */
  const factors = [[`dnet_${neuron}/d${weight}`, first]];
  if (soft) {
    factors.push([`dE_total/dnet_${neuron}`, [second[0], third[1]]]);
  } else {
    factors.push([`dout_${neuron}/dnet_${neuron}`, second], [`dE_total/dout_${neuron}`, third]);
  }
  for (const [name, span] of factors) drawFactor(sheet, name, span);
  const product = `dE_total/d${weight}`;
  const bottom = Math.max(low, drawProduct(sheet, product, places.product));
  const { about } = sheet;
  const way = { weight, net: `net_${neuron}`, out: `out_${neuron}` };
  about.say("The path from the weight {weight} through {net} and {out} to the loss.", way);
  if (soft && beside) about.say("Faintly: the way through the other outputs, which this net input changes, too.");
  about.say("Its factors: {values}.", { values: about.listed(factors.map(([name]) => name)) });
  about.say("Their product: {values}.", { values: about.listed([product]) });
  return sheet.finish(sheet.translate("From {weight} to the loss", { weight }), bottom);
}

/**
 * The source at the weight's tail, and faintly the others that enter the same neuron; returns how far down they reach.
 * @param {Drawing} sheet @param {Places} places @param {number} layer @param {number} tail
 */
function drawSources(sheet, places, layer, tail) {
  const names = sheet.topology;
  const above = layer === 0 ? names.inputs : names.neurons[layer - 1];
  const others = above.filter((_, index) => index !== tail);
  const drawn = places.others.slice(0, others.length);
  drawn.forEach(([x, y], place) => {
    sheet.arrow(shortened(line(x, y, ...places.entries[place]), RADIUS, 0), "bp-line bp-rule");
    sheet.circle(x, y, RADIUS, "bp-node bp-aside");
    sheet.text(x, y + 4, symbol(others[place], "bp-note"), "", "middle", NAME);
  });
  const more = others.length > drawn.length;
  if (more) sheet.dots(...places.more, "bp-note");
  const weight = sheet.scene.outputWeight;
  const number = sheet.number(weight, FEW, 90);
  const room = Math.max(widthOf([number]), 24) + 4;
  const [sx, sy] = places.source;
  const [ax, ay] = places.weight;
  const x = sheet.wide ? ax : ax - Math.max(0, room - 60) / 2; // a wide number keeps clear of the other arrows
  const end = sheet.wide ? line(sx + RADIUS, sy, places.neuron.left, sy) : line(sx, sy + RADIUS, sx, places.neuron.top);
  const [before, after] = broken(end, around(x, ay, room, 36));
  sheet.of(quantitiesOf(above[tail]), () => {
    sheet.circle(sx, sy, RADIUS, layer === 0 ? "bp-node bp-input" : "bp-node bp-out");
    sheet.text(sx, sy + 4, symbol(above[tail], "bp-name"), "", "middle", NAME);
  });
  sheet.of([weight], () => {
    sheet.lines([before], "bp-line bp-weight", 3);
    sheet.arrow(after, "bp-line bp-weight", 3);
    sheet.text(x, ay - 4, symbol(weight), "", "middle", NAME);
    sheet.text(x, ay + 14, [number], "bp-weight");
  });
  return Math.max(...[places.source, ...drawn].map(([, y]) => y)) + (more ? 50 : 26);
}

/** @param {Drawing} sheet @param {Places} places @param {string} neuron */
function drawNeuron(sheet, places, neuron) {
  const { left, top } = places.neuron;
  sheet.box(places.neuron, "bp-node bp-group", 16);
  sheet.text(left + 8, top + 20, symbol(neuron, "bp-note"), "bp-note", "start", NAME);
  const [net, out] = [`net_${neuron}`, `out_${neuron}`];
  for (const [name, [x, y]] of /** @type {[string, Point][]} */ ([[net, places.net], [out, places.out]])) {
    sheet.of([name], () => {
      sheet.text(x, y, symbol(name), "", "middle", NAME);
      sheet.text(x, y + 20, [sheet.number(name, undefined, ROOM[sheet.layout])], kindOf(name));
    });
  }
  const [[nx, ny], [ox, oy]] = [places.net, places.out];
  const shaft = sheet.wide ? line(nx + 58, ny + 4, ox - 58, oy + 4) : line(nx, ny + 28, ox, oy - 16);
  sheet.of([`d${out}/d${net}`], () => sheet.arrow(shaft, "bp-line bp-net", 3));
}

/**
 * Under softmax: the way from the net input through the other outputs to the loss, faintly.
 * @param {Drawing} sheet @param {Places} places @param {string} neuron @param {number} count of those outputs
 */
function drawDetour(sheet, { detour, neuron: box }, neuron, count) {
  const lines = detour.slice(1).map((corner, place) => line(...detour[place], ...corner));
  sheet.of([`dE_total/dnet_${neuron}`], () => {
    sheet.lines(lines.slice(0, -1), "bp-line bp-rule", 1.5);
    sheet.arrow(lines[lines.length - 1], "bp-line bp-rule");
    if (!sheet.wide) return; // in portrait there is no room: the caption says it
    const words = sheet.translate(count === 1 ? "through the other output" : "through the other outputs");
    sheet.text((detour[1][0] + box.right) / 2, detour[1][1] - 5, [run(words)], "bp-note", "middle");
  });
}

/** @param {Drawing} sheet @param {Places} places @param {string} neuron */
function drawLoss(sheet, { neuron: from, loss }, neuron) {
  const [x, y] = [(loss.left + loss.right) / 2, (loss.top + loss.bottom) / 2];
  const shaft = sheet.wide ? line(from.right, y, loss.left, y) : line(x, from.bottom, x, loss.top);
  sheet.of([`dE_total/dout_${neuron}`], () => sheet.arrow(shaft, "bp-line bp-out", 3));
  sheet.of(["E_total"], () => {
    sheet.box(loss, "bp-node bp-error", 6);
    sheet.text(x, y - 4, symbol("E_total"), "", "middle", NAME);
    sheet.text(x, y + 16, [sheet.number("E_total", undefined, ROOM[sheet.layout])], "bp-error");
  });
}

/**
 * A bracket along one step of the path, its derivative and its value beside it.
 * @param {Drawing} sheet @param {string} name @param {[number, number]} span
 */
function drawFactor(sheet, name, [from, to]) {
  const middle = (from + to) / 2;
  const [x, y] = sheet.wide ? [middle, ABOVE - 32] : [FACTORS, middle - 4];
  const corners = /** @type {Point[]} */ (
    sheet.wide
      ? [[from, ABOVE + 6], [from, ABOVE], [to, ABOVE], [to, ABOVE + 6]]
      : [[BESIDE - 6, from], [BESIDE, from], [BESIDE, to], [BESIDE - 6, to]]
  );
  const bracket = corners.slice(1).map((corner, place) => line(...corners[place], ...corner));
  const anchor = sheet.wide ? "middle" : "start";
  const number = sheet.number(name, undefined, (sheet.wide ? to - from : sheet.width - FACTORS) - 24);
  sheet.of([name], () => {
    sheet.lines(bracket, "bp-line bp-gradient", 1.5);
    sheet.text(x, y, symbol(name), "", anchor, NAME);
    sheet.text(x, y + 21, [run(`${relation(number)} `), number], "bp-gradient", anchor);
  });
}

/**
 * What the factors make; returns the y below it.
 * @param {Drawing} sheet @param {string} name @param {Point} place
 */
function drawProduct(sheet, name, [x, y]) {
  const words = [run(sheet.translate("the product of the factors:"))];
  const number = sheet.number(name, undefined, 145);
  sheet.text(x, y, words, "bp-note", "start");
  const [left, below] = sheet.wide ? [x + widthOf(words) + 8, y] : [x, y + 24];
  sheet.text(left, below, [...symbol(name), run(` ${relation(number)} `), number], "bp-strong", "start");
  return below + 12;
}
