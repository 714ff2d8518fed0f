// Training in doubles: the worksheet's own formulas of one update, flattened and repeated. The build's straight-line code
// (engine/unrolled.py) does the same operations in the same order, and finds the same bits. No DOM.
// @ts-check

import { evaluate, isShare, shifted, symbols } from "../numbers/evaluate.mjs";
import { within } from "../numbers/near.mjs";
import * as portable from "./portable.mjs";

/** @typedef {import("../numbers/evaluate.mjs").Tree} Tree */
/** @typedef {import("../numbers/evaluate.mjs").Worksheet} Worksheet */

/** @typedef {import("../numbers/near.mjs").Near} Near */

const LAST_BIT = 2 ** -52;
const [ADD, MULTIPLY, DIVIDE, APPLY] = [0, 1, 2, 3];

/** @type {Record<string, (x: number) => number>} */
const FUNCTIONS = {
  exp: portable.exp,
  tanh: portable.tanh,
  softplus: portable.softplus,
  abs: Math.abs,
  relu: (x) => (x <= 0 ? 0 : x),
  step: (x) => (Number.isNaN(x) ? x : Number(x > 0)),
  leaky_relu: (x) => (x <= 0 ? 0.01 * x : x),
  leaky_step: (x) => (Number.isNaN(x) ? x : x > 0 ? 1 : 0.01),
};

/** One update of the network as a list of operations on an array of doubles. */
export class Trainer {
  /**
   * @param {Worksheet} sheet where training starts
   * @param {string[]} parameters their `@1` formulas are the update
   * @param {string} loss the quantity that training lowers
   */
  constructor(sheet, parameters, loss) {
    this.sheet = sheet;
    this.parameters = parameters;
    /** @type {Map<string, number>} */
    this.places = new Map();
    /** @type {number[]} */
    this.start = []; // the array before the first operation
    /** @type {number[]} */
    this.tape = []; // operation, two operands, where the result goes
    /** @type {((x: number) => number)[]} */
    this.functions = [];
    for (const name of parameters) this.places.set(name, this.slot(sheet.value(name).double));
    this.loss = this.place(loss);
    this.updates = parameters.map((name) => [/** @type {number} */ (this.places.get(name)), this.place(`${name}@1`)]);
    this.code = Int32Array.from(this.tape);
    this.values = Float64Array.from(this.start);
    /** @type {number[]} */
    this.losses = [];
  }

  /** @param {number} value */
  slot(value) {
    return this.start.push(value) - 1;
  }

  /** Where a quantity stands; what it needs is computed before it. @param {string} name @returns {number} */
  place(name) {
    let found = this.places.get(name);
    if (found === undefined) {
      const tree = /** @type {Tree} */ (this.sheet.tree(name));
      found = symbols(tree).length ? this.flatten(tree) : this.slot(this.sheet.value(name).double);
      this.places.set(name, found);
    }
    return found;
  }

  /** @param {number} operation @param {number} left @param {number} right */
  emit(operation, left, right) {
    const result = this.slot(0);
    this.tape.push(operation, left, right, result);
    return result;
  }

  /** @param {Tree} tree @returns {boolean} whether it is exactly nothing, whatever the parameters are */
  isNothing(tree) {
    const fixed = symbols(tree).every((name) => !this.parameters.includes(name) && !symbols(this.sheet.tree(name)).length);
    return fixed && evaluate(tree, (name) => this.sheet.value(name)).exact?.n === 0n;
  }

  /** @param {Tree} tree @returns {number} */
  flatten(tree) {
    if (!Array.isArray(tree)) return this.slot(evaluate(tree, () => this.sheet.value("")).double);
    const [kind, ...parts] = tree;
    switch (kind) {
      case "q":
        return this.place(parts[0]);
      case "+":
        return parts.map((part) => this.flatten(part)).reduce((left, right) => this.emit(ADD, left, right));
      case "*":
        // nothing times a logarithm is nothing, as entropies have it
        if (parts.some((part) => Array.isArray(part) && part[0] === "log") && parts.some((part) => this.isNothing(part))) {
          return this.slot(0);
        }
        return parts.map((part) => this.flatten(part)).reduce((left, right) => this.emit(MULTIPLY, left, right));
      case "^": {
        const base = this.flatten(parts[0]);
        return new Array(parts[1]).fill(base).reduce((left, right) => this.emit(MULTIPLY, left, right));
      }
      case "/":
        if (isShare(tree)) return this.flatten(shifted(tree));
        if (this.isNothing(parts[0])) return this.slot(0);
        return this.emit(DIVIDE, this.flatten(parts[0]), this.flatten(parts[1]));
      default: {
        const which = this.functions.push(FUNCTIONS[kind]) - 1;
        return this.emit(APPLY, this.flatten(parts[0]), which);
      }
    }
  }

  /** The loss before each update, as many updates as there are steps. @param {number} steps */
  run(steps) {
    for (let step = 0; step < steps; step++) {
      this.pass();
      this.losses.push(this.values[this.loss]);
      const next = this.updates.map(([, from]) => this.values[from]);
      this.updates.forEach(([to], index) => (this.values[to] = next[index]));
    }
  }

  pass() {
    const { code, values, functions } = this;
    for (let at = 0; at < code.length; at += 4) {
      const left = values[code[at + 1]];
      switch (code[at]) {
        case ADD:
          values[code[at + 3]] = left + values[code[at + 2]];
          break;
        case MULTIPLY:
          values[code[at + 3]] = left * values[code[at + 2]];
          break;
        case DIVIDE:
          values[code[at + 3]] = left / values[code[at + 2]];
          break;
        default:
          values[code[at + 3]] = functions[code[at + 2]](left);
      }
    }
  }

  /** The loss at the last parameters. */
  lastLoss() {
    this.pass();
    return this.values[this.loss];
  }

  /** The parameters as they are now, by name. @returns {Map<string, number>} */
  now() {
    return new Map(this.parameters.map((name) => [name, this.values[/** @type {number} */ (this.places.get(name))]]));
  }

  /** The parameters that training changes. @returns {string[]} */
  changing() {
    return this.parameters.filter((_, index) => this.updates[index][0] !== this.updates[index][1]);
  }

  /** Begin a unit of the last place away. */
  disturb() {
    for (const name of this.changing()) this.values[/** @type {number} */ (this.places.get(name))] *= 1 + LAST_BIT;
  }
}

/**
 * Trains without holding the page up: stops for breath every few milliseconds. It trains twice, once disturbed in the last
 * bit: what has become of that, and what rounding adds up to, tells how far off the parameters may be.
 * @param {() => Trainer} begin @param {Iterable<number>} kept counts of updates whose parameters are wanted
 * @param {() => boolean} stopped @param {() => Promise<void>} breathe
 * @returns {Promise<{ losses: number[], parameters: Map<number, Map<string, Near>> } | null>} null when it was stopped
 */
export async function train(begin, kept, stopped, breathe) {
  const [trainer, other] = [begin(), begin()];
  other.disturb();
  const changing = trainer.changing();
  /** @type {Map<number, Map<string, Near>>} */
  const parameters = new Map();
  const wanted = new Set(kept);
  const last = Math.max(0, ...wanted);
  let since = performance.now();
  for (let done = 0; ; done++) {
    if (wanted.has(done)) parameters.set(done, found(trainer.now(), other.now(), changing, done));
    if (done === last) break;
    trainer.run(1);
    other.run(1);
    if (done % 16 === 0 && performance.now() - since > 8) {
      await breathe();
      if (stopped()) return null;
      since = performance.now();
    }
  }
  return { losses: [...trainer.losses, trainer.lastLoss()], parameters };
}

/** @param {Map<string, number>} one @param {Map<string, number>} other @param {string[]} names @param {number} step */
function found(one, other, names, step) {
  const drift = 4 * Math.sqrt(step) * 2 ** -53;
  /** @param {string} name @returns {[string, Near]} */
  const near = (name) => {
    const [value, moved] = [/** @type {number} */ (one.get(name)), /** @type {number} */ (other.get(name))];
    const off = 16 * Math.abs(moved - value) + drift * Math.abs(value);
    return [name, within(value, Number.isFinite(off) ? off : 0)];
  };
  return new Map(names.map(near));
}
