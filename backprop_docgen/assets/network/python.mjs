// The worked step as plain Python, written from the worksheet's trees. No DOM.
// @ts-check

import { evaluate, isShare, shifted, symbols } from "../numbers/evaluate.mjs";
import { parseName } from "./course.mjs";
import { trainable } from "./trainable.mjs";

/** @typedef {import("./course.mjs").Course} Course */
/** @typedef {import("../numbers/evaluate.mjs").Tree} Tree */
/** @typedef {import("../page/live_page.mjs").Settings} Settings */

const [SUM, PRODUCT, UNARY, POWER, ATOM] = [1, 2, 3, 4, 5]; // how tightly a piece holds together
const LARGE = 700; // an exponent that doubles hardly bear
const MOST_PRINTED = 50; // parameters; of a larger network only the weights worked out in full are printed

/** What Python's own `math` lacks, or does otherwise than the worksheet. @type {Record<string, string>} */
const HELPERS = {
  relu: "def relu(x):\n    return max(0.0, x)",
  step: "def step(x):\n    return 1.0 if x > 0 else 0.0",
  leaky_relu: "def leaky_relu(x):\n    return x if x > 0 else 0.01 * x",
  leaky_step: "def leaky_step(x):\n    return 1.0 if x > 0 else 0.01",
  softplus: "def softplus(x):\n    return max(0.0, x) + math.log1p(math.exp(-abs(x)))",
  exp: "def exp(x):\n    return math.exp(x) if x < 709.7 else math.inf",
  times_log: "def times_log(factor, x):  # 0 times a logarithm is 0\n    return 0.0 if factor == 0 else factor * math.log(x)",
};

/** The name of a quantity as Python takes it: `dE_total_dw5`, `w5_new`, `net_h1_ex2`. @param {string} name */
function identifier(name) {
  const { base, example, step } = parseName(name);
  return `${base.replace("/", "_")}${example === null ? "" : `_ex${example}`}${step ? "_new" : ""}`;
}

/** Writes trees as Python, and remembers what they need. */
class Writer {
  /** @param {Course} course */
  constructor(course) {
    this.course = course;
    /** @type {Set<string>} */
    this.needs = new Set();
  }

  /** @param {Tree} tree @param {number} [least] @returns {string} */
  text(tree, least = SUM) {
    const [text, rank] = this.piece(tree);
    return rank < least ? `(${text})` : text;
  }

  /** @param {Tree} tree @returns {[string, number]} */
  piece(tree) {
    if (!Array.isArray(tree)) {
      const text = String(tree);
      return [text.replace("/", " / "), text.includes("/") ? PRODUCT : text.startsWith("-") ? UNARY : ATOM];
    }
    const [kind, ...parts] = tree;
    switch (kind) {
      case "q":
        return [identifier(parts[0]), ATOM];
      case "+":
        return [parts.map((part, index) => this.term(part, index === 0)).join(" "), SUM];
      case "*":
        if (parts[0] === -1) return [`-${this.text(rest(parts), UNARY)}`, UNARY];
        return this.product(parts);
      case "^":
        return [`${this.text(parts[0], ATOM)} ** ${parts[1]}`, POWER];
      case "/":
        if (isShare(tree) && symbols(tree).some((name) => Math.abs(this.course.value(name).double) > LARGE)) {
          return this.piece(shifted(tree)); // Python's exponential overflows
        }
        return [`${this.text(parts[0], PRODUCT)} / ${this.text(parts[1], UNARY)}`, PRODUCT];
      default:
        return [`${this.call(kind, parts[0])}(${this.text(parts[0])})`, ATOM];
    }
  }

  /** @param {Tree} part @param {boolean} first */
  term(part, first) {
    if (first) return this.text(part, PRODUCT);
    const minus = Array.isArray(part) && part[0] === "*" && part[1] === -1;
    return minus ? `- ${this.text(rest(part.slice(1)), PRODUCT)}` : `+ ${this.text(part, PRODUCT)}`;
  }

  /** @param {Tree[]} factors @returns {[string, number]} */
  product(factors) {
    const at = factors.findIndex((factor) => Array.isArray(factor) && factor[0] === "log");
    if (at < 0) return [factors.map((factor, index) => this.text(factor, index ? UNARY : PRODUCT)).join(" * "), PRODUCT];
    this.needs.add("times_log");
    const others = rest([-1, ...factors.filter((_, index) => index !== at)]);
    return [`times_log(${this.text(others)}, ${this.text(/** @type {any} */ (factors[at])[1])})`, ATOM];
  }

  /** @param {string} kind @param {Tree} argument */
  call(kind, argument) {
    if (kind === "abs") return kind;
    const large = kind === "exp" && evaluate(argument, (name) => this.course.value(name)).double > LARGE;
    if (!large && !Object.hasOwn(HELPERS, kind === "exp" ? "" : kind)) return `math.${kind}`;
    this.needs.add(kind);
    return kind;
  }
}

/** Several factors as one tree, the first (the minus sign) left out. @param {any[]} factors @returns {Tree} */
const rest = ([, ...factors]) => (factors.length > 1 ? ["*", ...factors] : factors[0]);

/** Which part of the work a quantity belongs to. @param {string} name @param {(english: string) => string} say */
function chapter(name, say) {
  const { base, step } = parseName(name);
  if (step) return say("Update");
  if (/^(?:error_|E_|fold_)/.test(base)) return say("Loss");
  if (/^(?:d[^/]*\/d|delta_)/.test(base)) return say("Backward pass");
  return /^(?:net|out)_/.test(base) ? say("Forward pass") : say("The numbers of the network");
}

/**
 * A program that works one step of training out and prints what the tutorial prints.
 * @param {Course} course @param {Settings} settings @param {(english: string) => string} say
 */
export function program(course, settings, say) {
  const { topology, loss, model } = settings;
  const outputs = topology.neurons[topology.neurons.length - 1];
  // where an output is 0 or 1 to all the digits that Python keeps, it would divide nothing by nothing
  const sure = outputs.some((neuron) => [0, 1].includes(course.value(`out_${neuron}`).double));
  const sheet = sure ? trainable(course, topology) : course.sheet("");
  const parameters = [...topology.weights.flat(2), ...new Set(topology.biases.flat())];
  const shown = parameters.length <= MOST_PRINTED ? parameters : [model.output, ...(model.hidden ? [model.hidden] : [])];
  const updates = parameters.map((name) => `${name}@1`);
  const gradients = shown.map((name) => gradientOf(sheet.tree(`${name}@1`))).filter((name) => name !== null);
  const results = [...outputs.map((neuron) => `out_${neuron}`), loss, ...gradients, ...shown.map((name) => `${name}@1`)];

  /** @type {Set<string>} */
  const wanted = new Set();
  const open = [...results, ...updates];
  while (open.length) {
    const name = /** @type {string} */ (open.pop());
    if (wanted.has(name)) continue;
    wanted.add(name);
    open.push(...symbols(sheet.tree(name)));
  }
  const writer = new Writer(course);
  const lines = [];
  let last = "";
  for (const name of sheet.names()) {
    if (!wanted.has(name)) continue;
    const tree = /** @type {Tree} */ (sheet.tree(name));
    const part = chapter(name, say);
    if (part !== last) lines.push("", `# ${part}`);
    last = part;
    lines.push(`${identifier(name)} = ${writer.text(tree)}`);
  }
  lines.push("", `# ${say("Results")}`, ...results.map((name) => `print(${JSON.stringify(`${name} =`)}, ${identifier(name)})`));
  const helpers = [...writer.needs].flatMap((name) => ["", "", HELPERS[name]]);
  return ["import math", ...helpers, ...(helpers.length ? [""] : []), ...lines, ""].join("\n");
}

/** The gradient in the formula of an update, `w − η · gradient`; null where the parameter stays. @param {Tree | null} tree */
const gradientOf = (tree) => symbols(tree).find((name) => name.startsWith("dE_")) ?? null;
