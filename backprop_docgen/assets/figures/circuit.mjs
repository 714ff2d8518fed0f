// The circuit: one chain of operations from a weight to the loss, values going down and gradients coming back up.
// @ts-check

import { contribution } from "./paths.mjs";
import { range } from "./layout.mjs";
import { Drawing, kindOf, symbol } from "./scene.mjs";
import { around, line, NAME, NUMBER, relation, run, shortened, SMALL, WIDTH, widthOf } from "./svg.mjs";
import { ends, outputs, sources } from "./topology.mjs";

/** @typedef {import("./scene.mjs").Scene} Scene */
/** @typedef {import("./scene.mjs").Layout} Layout */
/** @typedef {import("./svg.mjs").Run} Run */
/**
 * @typedef {{ label: Run[], value: Run, gradientLabel: Run[], gradient: Run, css: string }} Wire the value on it, and the loss's derivative by it
 */
/** @typedef {{ label: Run[], backward: Run[][], css: string }} Operation with the pieces of its backward equation */

const SPINE = 116;
const OPERATION = 76;
const BOX_LEFT = 164;
const BOX_RIGHT = WIDTH - 2;
const WIRE = 56;
const ROOM = 100;
const DIGITS = 6; // decimals: enough for four digits of most gradients, few enough for two factors on a line
const COUPLED = "softmax"; // the activation whose outs depend on every net

/** @param {string} text */
const gradientRun = (text) => run(text, { css: "bp-gradient" });
/** @param {string} name */
const gradientSymbol = (name) => symbol(name, "bp-gradient");
/** ∂E_total/∂ */
const byWhat = () => [gradientRun("∂"), ...gradientSymbol("E_total"), gradientRun("/∂")];

/** A minus behind another sign stands in parentheses. @param {string} sign @param {Run} number */
function signed(sign, number) {
  const minus = number.text.startsWith("−");
  return [run(minus ? ` ${sign} (` : ` ${sign} `), number, run(minus ? ")" : "")];
}

/** Builds the chain from the weight down to the loss. */
class Chain {
  /** @param {Drawing} sheet */
  constructor(sheet) {
    this.sheet = sheet;
    /** @type {(Wire | Operation)[]} */
    this.steps = [];
  }

  /** @param {string} name */
  number(name) {
    return this.sheet.number(name, DIGITS, ROOM);
  }

  /** @param {string} name */
  wire(name) {
    const slope = `dE_total/d${name}`;
    const [value, gradient] = [this.number(name), this.number(slope)];
    this.steps.push({ label: symbol(name), value, gradientLabel: symbol(slope), gradient, css: kindOf(name) });
  }

  /**
   * upstream × local = downstream.
   * @param {Run[]} label @param {Run} upstream @param {Run} local @param {Run} downstream @param {string} [css]
   */
  operation(label, upstream, local, downstream, css = "") {
    const result = [run(` ${relation(upstream, local, downstream)} `), downstream];
    this.steps.push({ label, backward: [[upstream], signed("×", local), result], css });
  }

  /**
   * The weight times its source; `along` is the factor on the chain, `local` the other one.
   * @param {string} weight @param {string} source @param {string} neuron @param {string} along @param {string} local @param {Run} down
   */
  product(weight, source, neuron, along, local, down) {
    const other = source === along ? weight : source;
    const upstream = this.number(`dE_total/dnet_${neuron}`);
    this.operation([run("× "), ...symbol(other)], upstream, this.number(local), down, kindOf(other));
    const value = this.sheet.derived(["*", ["q", weight], ["q", source]], DIGITS, ROOM);
    const label = [...symbol(weight), run("·"), ...symbol(source)];
    const start = [gradientRun("∂"), ...gradientSymbol("E_total"), gradientRun("/∂(")];
    const factors = [...gradientSymbol(weight), gradientRun("·"), ...gradientSymbol(source), gradientRun(")")];
    this.steps.push({ label, value, gradientLabel: [...start, ...factors], gradient: upstream, css: "bp-net" });
  }

  /**
   * The sum and the activation; false where a coupled activation ends the chain.
   * @param {number} layer @param {string} neuron
   */
  neuron(layer, neuron) {
    const net = this.number(`dE_total/dnet_${neuron}`);
    this.operation([run("+")], net, run("1"), net);
    this.wire(`net_${neuron}`);
    const { activation } = this.sheet.scene.network.layer[layer];
    const label = [run(this.sheet.translate(activation.replace(/_/g, " ")))];
    if (activation === COUPLED) {
      const words = run(this.sheet.translate("sum over all outputs:"));
      this.steps.push({ label, backward: [[words], [run(" "), net]], css: "bp-out" });
      return false;
    }
    const [out, slope] = [this.number(`dE_total/dout_${neuron}`), this.number(`dout_${neuron}/dnet_${neuron}`)];
    this.operation(label, out, slope, net, "bp-out");
    this.wire(`out_${neuron}`);
    return true;
  }

  /**
   * The out feeds several neurons: their wishes add up; returns what comes back along the chain.
   * @param {number} layer @param {number} head @param {number} later
   */
  fork(layer, head, later) {
    const { neurons } = this.sheet.topology;
    const parts = neurons[layer + 1].map((_, index) => contribution(this.sheet, layer, head, index, DIGITS, ROOM));
    const chosen = parts[later];
    const others = parts.filter((part) => part !== chosen);
    if (others.length) {
      const out = `out_${neurons[layer][head]}`;
      const total = this.number(`dE_total/d${out}`);
      const more = others.length > 1 ? [[run(" + …")]] : [];
      const sign = run(` ${relation(total, ...parts.map((part) => part.number))} `);
      const backward = [[chosen.number], signed("+", others[0].number), ...more, [sign, total]];
      this.steps.push({ label: [run(this.sheet.translate("fork"))], backward, css: "" });
      const [value, gradient] = [this.number(out), chosen.number];
      this.steps.push({ label: symbol(out), value, gradientLabel: chosen.label, gradient, css: kindOf(out) });
    }
    return chosen.number;
  }

  /** The loss of one output, and the sum over the outputs. @param {string} neuron */
  loss(neuron) {
    const [one, name] = [run("1"), `E_${neuron}`];
    const local = this.number(`d${name}/dout_${neuron}`);
    const label = [run(this.sheet.translate("loss"))];
    this.operation(label, one, local, this.number(`dE_total/dout_${neuron}`), "bp-error");
    if (outputs(this.sheet.topology).length > 1) {
      this.end(name);
      this.operation([run("+")], one, one, one);
    }
  }

  /** A loss by which the loss's derivative is 1. @param {string} name */
  end(name) {
    const gradientLabel = [...byWhat(), ...gradientSymbol(name)];
    this.steps.push({ label: symbol(name), value: this.number(name), gradientLabel, gradient: run("1"), css: "bp-error" });
  }
}

/** The chain from the hidden weight (without hidden layers: the output weight) to the loss. @param {Scene} scene @param {Layout} layout */
export function circuit(scene, layout) {
  const sheet = new Drawing("circuit", scene, layout);
  const [chain, names] = [new Chain(sheet), sheet.topology];
  const weight = scene.hiddenWeight ?? scene.outputWeight;
  const [layer, head, tail] = ends(names, weight);
  const route = routeOf(scene, layer, head);
  let neuron = names.neurons[layer][head];
  chain.wire(weight);
  const source = sources(names, layer)[tail];
  chain.product(weight, source, neuron, weight, `dnet_${neuron}/d${weight}`, chain.number(`dE_total/d${weight}`));
  let complete = chain.neuron(layer, neuron);
  for (const later of range(names.neurons.length, layer + 1)) {
    const [before, after] = [route[later - layer - 1], route[later - layer]];
    const down = chain.fork(later - 1, before, after);
    const [link, out] = [names.weights[later][after][before], sources(names, later)[before]];
    neuron = names.neurons[later][after];
    chain.product(link, out, neuron, out, `dnet_${neuron}/d${out}`, down);
    complete = chain.neuron(later, neuron);
  }
  if (complete) chain.loss(neuron);
  chain.end("E_total");
  const bottom = drawSteps(sheet, chain.steps);
  const nets = route.flatMap((index, place) => {
    const one = names.neurons[layer + place][index];
    return [`net_${one}`, `out_${one}`];
  });
  const back = [...nets].reverse().slice(complete ? 0 : 1);
  const backwards = [...back, weight].map((name) => `dE_total/d${name}`);
  const { about } = sheet;
  about.say(
    "The computation from {weight} to the loss, one operation below the other; each backward box multiplies " +
      "the gradient from below by its local derivative.",
    { weight },
  );
  about.say("Values on the way down: {values}.", { values: about.listed([weight, ...nets, "E_total"]) });
  about.say("Gradients on the way back: {values}.", { values: about.listed(backwards) });
  return sheet.finish(sheet.translate("The circuit from {weight} to the loss", { weight }), bottom);
}

/**
 * The neurons of the chain: through the tail and head of the output weight where that is possible.
 * @param {Scene} scene @param {number} layer @param {number} head
 */
function routeOf(scene, layer, head) {
  const [last, output, source] = ends(scene.names, scene.outputWeight);
  const later = range(last + 1, layer + 1);
  return [head, ...later.map((place) => (place === last ? output : place === last - 1 ? source : 0))];
}

/** @param {Drawing} sheet @param {(Wire | Operation)[]} steps */
function drawSteps(sheet, steps) {
  sheet.text(SPINE - 12, 18, [run(`${sheet.translate("values")} ↓`)], "bp-note", "end");
  sheet.text(SPINE + 14, 18, [run(`↑ ${sheet.translate("gradients")}`)], "bp-note", "start");
  let y = 28;
  steps.forEach((step, place) => {
    sheet.of(namesOf(step), () => {
      y = "backward" in step ? drawOperation(sheet, step, y) : drawWire(sheet, step, y, place === steps.length - 1);
    });
  });
  return y;
}

/** The quantities whose numbers a step shows. @param {Wire | Operation} step */
function namesOf(step) {
  const runs = "backward" in step ? step.backward.flat() : [step.value, step.gradient];
  return runs.map(({ data }) => data["data-q"]).filter(Boolean);
}

/** @param {Drawing} sheet @param {Wire} wire @param {number} y @param {boolean} last */
function drawWire(sheet, wire, y, last) {
  const whole = line(SPINE, y, SPINE, y + WIRE);
  if (last) sheet.lines([shortened(whole, 0, 8)], `bp-line ${wire.css}`, 2);
  else sheet.arrow(whole, `bp-line ${wire.css}`, 2);
  const size = widthOf(wire.label, NAME) < SPINE - 14 ? NAME : SMALL;
  sheet.text(SPINE - 12, y + 22, wire.label, "", "end", size);
  sheet.text(SPINE - 12, y + 42, [wire.value], wire.css, "end");
  sheet.text(SPINE + 14, y + 22, wire.gradientLabel, "bp-gradient", "start", NAME);
  sheet.text(SPINE + 14, y + 42, [wire.gradient], "bp-gradient", "start");
  return y + WIRE;
}

/** @param {Drawing} sheet @param {Operation} step @param {number} y */
function drawOperation(sheet, step, y) {
  const rows = brokenRows(step.backward, BOX_RIGHT - BOX_LEFT - 12);
  const height = Math.max(36, 12 + 19 * rows.length);
  const middle = y + height / 2;
  const width = Math.max(OPERATION, widthOf(step.label, NUMBER) + 10);
  sheet.box(around(SPINE, middle, width, 34), `bp-node ${step.css}`, 17);
  sheet.text(SPINE, middle + 4.5, step.label, step.css);
  sheet.lines([line(SPINE + width / 2, middle, BOX_LEFT, middle)], "bp-line bp-gradient", 1.2, "3 2");
  const box = { left: BOX_LEFT, top: middle - height / 2, right: BOX_RIGHT, bottom: middle + height / 2 };
  sheet.box(box, "bp-node bp-gradient", 5);
  rows.forEach((row, place) => {
    const below = middle + 4.5 + 19 * (place - (rows.length - 1) / 2);
    sheet.text((box.left + box.right) / 2, below, row, "bp-gradient");
  });
  return y + height;
}

/** The pieces on as few lines as they need. @param {Run[][]} pieces @param {number} room */
function brokenRows(pieces, room) {
  /** @type {Run[][]} */
  const rows = [];
  for (const piece of pieces) {
    const last = rows[rows.length - 1];
    if (last && widthOf([...last, ...piece]) <= room) last.push(...piece);
    else rows.push([run(piece[0].text.trimStart(), { data: piece[0].data }), ...piece.slice(1)]);
  }
  return rows;
}
