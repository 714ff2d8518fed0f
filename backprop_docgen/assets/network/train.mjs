// Training in the browser: the worksheet's own formulas of one update, flattened and repeated. No DOM.
// @ts-check

import { evaluate, functionOf, symbols } from "../numbers/evaluate.mjs";

/** @typedef {import("../numbers/evaluate.mjs").Tree} Tree */
/** @typedef {import("../numbers/evaluate.mjs").Worksheet} Worksheet */

const [ADD, MULTIPLY, DIVIDE, APPLY] = [0, 1, 2, 3];

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
        if (this.isNothing(parts[0])) return this.slot(0);
        return this.emit(DIVIDE, this.flatten(parts[0]), this.flatten(parts[1]));
      default: {
        const which = this.functions.push(functionOf(kind)) - 1;
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
}

/**
 * Trains without holding the page up: stops for breath every few milliseconds.
 * @param {Trainer} trainer @param {number} steps @param {Iterable<number>} kept counts of updates whose parameters are wanted
 * @param {() => boolean} stopped @param {() => Promise<void>} breathe
 * @returns {Promise<{ losses: number[], parameters: Map<number, Map<string, number>> } | null>} null when it was stopped
 */
export async function train(trainer, steps, kept, stopped, breathe) {
  /** @type {Map<number, Map<string, number>>} */
  const parameters = new Map();
  const wanted = new Set(kept);
  let since = performance.now();
  for (let done = 0; ; done++) {
    if (wanted.has(done)) parameters.set(done, trainer.now());
    if (done === steps) break;
    trainer.run(1);
    if (done % 16 === 0 && performance.now() - since > 8) {
      await breathe();
      if (stopped()) return null;
      since = performance.now();
    }
  }
  return { losses: [...trainer.losses, trainer.lastLoss()], parameters };
}
