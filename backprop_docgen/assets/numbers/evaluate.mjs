// Expression trees and worksheets, evaluated as the site's build does: in doubles and, where that is
// possible, in exact rationals, with a bound of the rounding error beside the double. No DOM.
// @ts-check

import { atExample, marked, marksOf, symbolAt, withoutExample, writtenOut } from "./examples.mjs";
import { absolute, add, divide, limited, multiply, parse, rational, toDouble, ZERO } from "./rational.mjs";

/** @typedef {import("./examples.mjs").Examples} Examples */
/** @typedef {import("./rational.mjs").Rational} Rational */
/** @typedef {number | string | [string, ...any[]]} Tree */
/** @typedef {{ double: number, exact: Rational | null, bound: number }} Value */
/** @typedef {{ symbol: string, tree: Tree | null }} Entry */

const UNIT = 2 ** -53;
const NOISE = 2 ** -40; // a bound above this says little: it is the first order of much larger errors
const ONE = rational(1n);
const LEAK = rational(1n, 100n);

/** @param {number} x */
const softplus = (x) => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)));
/** @param {number} x */
const logistic = (x) => 1 / (1 + Math.exp(-x));

/**
 * How a function is computed: in doubles, its derivative (for the bound), exactly if it can be. At a corner what
 * is nothing but rounding error counts as 0.
 * @type {Record<string, { double: (x: number) => number, slope: (x: number) => number, exact?: (x: Rational) => Rational, corner?: boolean }>}
 */
const FUNCTIONS = {
  exp: { double: Math.exp, slope: Math.exp },
  abs: { double: Math.abs, slope: () => 1, exact: absolute },
  log: { double: Math.log, slope: (x) => (x ? 1 / x : Infinity) },
  tanh: { double: Math.tanh, slope: (x) => 1 - Math.tanh(x) ** 2 },
  softplus: { double: softplus, slope: logistic },
  relu: { double: (x) => (x <= 0 ? 0 : x), slope: () => 1, exact: (x) => (x.n > 0n ? x : ZERO), corner: true },
  step: {
    double: (x) => (Number.isNaN(x) ? x : Number(x > 0)),
    slope: () => 0,
    exact: (x) => (x.n > 0n ? ONE : ZERO),
    corner: true,
  },
  leaky_relu: {
    double: (x) => (x <= 0 ? 0.01 * x : x),
    slope: () => 1,
    exact: (x) => (x.n > 0n ? x : multiply(LEAK, x)),
    corner: true,
  },
  leaky_step: {
    double: (x) => (Number.isNaN(x) ? x : x > 0 ? 1 : 0.01),
    slope: () => 0,
    exact: (x) => (x.n > 0n ? ONE : LEAK),
    corner: true,
  },
};

/** @param {Rational | null} exact @param {number} double @param {number} bound @returns {Value} */
function finished(exact, double, bound) {
  if (exact === null) return { double, exact, bound };
  const nearest = toDouble(exact);
  if (!Number.isFinite(nearest)) return { double, exact: null, bound };
  return { double: nearest, exact, bound: Math.max(bound, UNIT * Math.abs(nearest)) };
}

/** A constant of a tree: a number stands for its shortest decimal literal. @param {number | string} literal @returns {Value} */
export function constant(literal) {
  const exact = parse(String(literal));
  if (exact === null) throw new RangeError(`${literal} is not a number`);
  const double = toDouble(exact);
  return { double, exact: limited(exact), bound: UNIT * Math.abs(double) };
}

/** @type {Map<number | string, Value>} */
const constants = new Map(); // a literal is read once

/** @param {number | string} literal */
function known(literal) {
  let found = constants.get(literal);
  if (!found) constants.set(literal, (found = constant(literal)));
  return found;
}

/** @param {Value[]} values @returns {Value} */
function sum(values) {
  let { double, exact, bound } = values[0];
  for (const value of values.slice(1)) {
    double += value.double;
    exact = exact === null || value.exact === null ? null : limited(add(exact, value.exact));
    bound += value.bound + UNIT * Math.abs(double);
  }
  return { double, exact, bound };
}

/** @param {Value[]} values @returns {Value} */
function product(values) {
  let { double, exact, bound } = values[0];
  for (const value of values.slice(1)) {
    const near = bound * Math.abs(value.double) + value.bound * Math.abs(double);
    bound = near + bound * value.bound + UNIT * Math.abs(double * value.double);
    double *= value.double;
    exact = exact === null || value.exact === null ? null : limited(multiply(exact, value.exact));
  }
  if (Number.isFinite(double) && values.some((value) => value.exact?.n === 0n)) exact = ZERO;
  return { double, exact, bound };
}

/** 0 · ln p is 0 by convention, even where p has underflowed to 0. @param {Tree[]} factors @param {Value[]} values */
function nothingTimesLog(factors, values) {
  return (
    factors.some((factor) => Array.isArray(factor) && factor[0] === "log") &&
    values.some((value) => value.exact?.n === 0n) &&
    !values.some((value) => Number.isNaN(value.double))
  );
}

/** @param {Value} top @param {Value} bottom @returns {Value} */
function quotient(top, bottom) {
  const notZero = Math.abs(bottom.double) > 0 || bottom.bound === 0;
  if (top.exact?.n === 0n && bottom.exact === null && notZero) return { double: 0, exact: ZERO, bound: 0 };
  const exact = top.exact && bottom.exact && bottom.exact.n !== 0n ? limited(divide(top.exact, bottom.exact)) : null;
  const double = top.double / bottom.double;
  if (bottom.double === 0) return { double, exact, bound: Infinity };
  const bound = (top.bound + Math.abs(double) * bottom.bound) / Math.abs(bottom.double) + UNIT * Math.abs(double);
  return { double, exact, bound };
}

/** A function in doubles. @param {string} name */
export function functionOf(name) {
  if (!Object.hasOwn(FUNCTIONS, name)) throw new RangeError(`there is no function ${name}`);
  return FUNCTIONS[name].double;
}

/** @param {string} name @param {Value} value @returns {Value} */
function applied(name, value) {
  const rule = FUNCTIONS[name];
  const noise = rule?.corner && value.exact === null && Math.abs(value.double) <= value.bound && value.bound <= NOISE;
  const double = functionOf(name)(noise ? 0 : value.double);
  const exact = rule.exact && value.exact ? limited(rule.exact(value.exact)) : null;
  return { double, exact, bound: Math.abs(rule.slope(value.double)) * value.bound + 4 * UNIT * Math.abs(double) };
}

/**
 * The value of a tree; `lookup` gives that of each quantity by its name.
 * @param {Tree} tree @param {(name: string) => Value} lookup @returns {Value}
 */
export function evaluate(tree, lookup) {
  const { double, exact, bound } = follow(tree, lookup);
  return finished(exact, double, bound);
}

/** @param {Tree} tree @param {(name: string) => Value} lookup @returns {Value} */
function follow(tree, lookup) {
  if (!Array.isArray(tree)) return known(tree);
  const [kind, ...parts] = tree;
  switch (kind) {
    case "q":
      return lookup(parts[0]);
    case "+":
      return sum(parts.map((part) => follow(part, lookup)));
    case "*": {
      const values = parts.map((part) => follow(part, lookup));
      return nothingTimesLog(parts, values) ? { double: 0, exact: ZERO, bound: 0 } : product(values);
    }
    case "^":
      return product(new Array(parts[1]).fill(follow(parts[0], lookup)));
    case "/":
      return quotient(follow(parts[0], lookup), follow(parts[1], lookup));
    default:
      return applied(kind, follow(parts[0], lookup));
  }
}

/** The names in a tree, in order, with repeats. @param {Tree | null} tree @returns {string[]} */
export function symbols(tree) {
  if (!Array.isArray(tree)) return [];
  return tree[0] === "q" ? [tree[1]] : tree.slice(1).flatMap(symbols);
}

/**
 * Quantities by name, computed when they are asked for. With a `base`, a worksheet that differs from it
 * in a few formulas; in one that takes the place of another its own name stands for the base's value.
 */
export class Worksheet {
  /**
   * @param {Record<string, Entry>} entries formulas of its own
   * @param {Worksheet | null} [base]
   * @param {Map<string, Tree>} [changes] formulas put in the place of others, such as a changed weight
   * @param {Examples} [examples] whose formulas are those of the worked one, unless they stand among the entries
   */
  constructor(entries, base = null, changes = new Map(), examples = undefined) {
    this.entries = entries;
    this.base = base;
    this.changes = changes;
    this.shared = new Set(examples?.names);
    /** @type {string[]} */
    this.marks = examples ? marksOf(examples) : (base?.marks ?? []);
    this.known = new Set(this.marks);
    /** @type {Map<string, Value>} */
    this.values = new Map();
    /** @type {Map<string, Tree | null>} */
    this.means = new Map();
  }

  /** Whether every example has a quantity of that name. @param {string} name @returns {boolean} */
  hasEach(name) {
    return this.shared.has(name) || (this.base?.hasEach(name) ?? false);
  }

  /** The entry of its own behind a name, and the mark of the example that it is taken of. @param {string} name @returns {[Entry, string] | null} */
  entry(name) {
    if (Object.hasOwn(this.entries, name)) return [this.entries[name], ""];
    const [bare, mark] = withoutExample(name);
    return this.shared.has(bare) && this.known.has(mark) ? [this.entries[bare], mark] : null;
  }

  /** Whether there is a quantity of that name. @param {string} name @returns {boolean} */
  has(name) {
    return this.entry(name) !== null || (this.base?.has(name) ?? false);
  }

  /**
   * A quantity's formula, and the mark of the example that it is taken of: its names are those of the worked one.
   * @param {string} name @returns {[Tree | null, string]}
   */
  formula(name) {
    if (this.changes.has(name)) return [/** @type {Tree} */ (this.changes.get(name)), ""];
    const found = this.entry(name);
    if (!found) {
      if (this.base) return this.base.formula(name);
      throw new RangeError(`there is no quantity ${name}`);
    }
    const [{ tree }, mark] = found;
    if (mark || !this.marks.length) return [tree, mark];
    let mean = this.means.get(name);
    if (mean === undefined) {
      mean = writtenOut(tree, this.marks, (each) => this.hasEach(each));
      if (mean !== tree) this.means.set(name, mean);
    }
    return [mean, ""];
  }

  /** The formula of a quantity, in full names. @param {string} name @returns {Tree | null} */
  tree(name) {
    const [tree, mark] = this.formula(name);
    return mark && tree !== null ? marked(tree, mark, (each) => this.hasEach(each)) : tree;
  }

  /** LaTeX of a quantity's symbol. @param {string} name @returns {string} */
  symbol(name) {
    const found = this.entry(name);
    if (found) return found[1] ? symbolAt(found[0].symbol, found[1]) : found[0].symbol;
    if (this.base) return this.base.symbol(name);
    throw new RangeError(`there is no quantity ${name}`);
  }

  /** The names of its own, each after those in its formula: of a run that every example has, example by example. */
  names() {
    /** @type {string[]} */
    const names = [];
    /** @type {string[]} */
    let run = [];
    const end = () => {
      for (const mark of this.marks) names.push(...run.map((name) => atExample(name, mark)));
      run = [];
    };
    for (const name of Object.keys(this.entries)) {
      const [bare, mark] = withoutExample(name);
      if (mark && this.shared.has(bare)) continue;
      if (!this.shared.has(name)) end();
      else run.push(name);
      names.push(name);
    }
    end();
    return names;
  }

  /** @param {string} name @returns {Value} */
  value(name) {
    let found = this.values.get(name);
    if (!found) {
      const [tree, mark] = this.formula(name);
      if (tree === null) throw new RangeError(`${name} has no formula`);
      const own = this.entry(name) && this.base?.has(name) ? this.base : this;
      /** @param {string} operand */
      const full = (operand) => (mark && this.hasEach(operand) ? atExample(operand, mark) : operand);
      found = evaluate(tree, (operand) => (full(operand) === name ? own : this).value(full(operand)));
      this.values.set(name, found);
    }
    return found;
  }
}
