// Expression trees and worksheets, evaluated as the site's build does: in exact rationals where that is possible, else to
// fifty digits, with a bound of the error beside them. No DOM.
// @ts-check

import { atExample, marked, marksOf, symbolAt, withoutExample, writtenOut } from "./examples.mjs";
import * as fifty from "./near.mjs";
import { absolute, add, compare, divide, limited, multiply, parse, power10, rational, toDouble, ZERO } from "./rational.mjs";

/** @typedef {import("./examples.mjs").Examples} Examples */
/** @typedef {import("./near.mjs").Near} Near */
/** @typedef {import("./rational.mjs").Rational} Rational */
/** @typedef {number | string | [string, ...any[]]} Tree */
/**
 * What a tree comes to: the nearest double, the rational value or null, and an inexact value to fifty digits (null: the
 * double is all that is known).
 * @typedef {{ double: number, exact: Rational | null, digits: Near | null }} Value
 */
/** @typedef {{ symbol: string, tree: Tree | null }} Entry */

const ONE = rational(1n);
const LEAK = rational(1n, 100n);

/**
 * Those that keep a rational one. relu and its step are 0 at 0, by convention.
 * @type {Record<string, (x: Rational) => Rational>}
 */
const EXACT = {
  abs: absolute,
  relu: (x) => (x.n > 0n ? x : ZERO),
  step: (x) => (x.n > 0n ? ONE : ZERO),
  leaky_relu: (x) => (x.n > 0n ? x : multiply(LEAK, x)),
  leaky_step: (x) => (x.n > 0n ? ONE : LEAK),
};

/** What is known of a number inside a tree: a rational, or fifty digits. @typedef {Rational | Near} Known */

/** @param {Known} known @returns {known is Rational} */
const isExact = (known) => "n" in known;
/** @param {Known} known @returns {Near} */
const digitsOf = (known) => (isExact(known) ? fifty.ofExact(known) : known);
/** @param {Known} known */
const isFinite = (known) => isExact(known) || fifty.finite(known);
/** @param {Known} known */
const isUndefined = (known) => !isExact(known) && known.rest.isNaN();
/** @param {Known} known */
const isNothing = (known) => isExact(known) && known.n === 0n;

/** A value that is known as a double alone. @param {number} double @returns {Value} */
export const ofDouble = (double) => ({ double, exact: null, digits: null });
/** A rational value. @param {Rational} exact @returns {Value} */
export const ofExact = (exact) => ({ double: toDouble(exact), exact, digits: null });
/** Its double is never −0. @param {Near} digits @returns {Value} */
export const ofNear = (digits) => ({ double: fifty.number(digits).toNumber() + 0, exact: null, digits });

/** To fifty digits. @param {Value} value @returns {Near} */
export const nearOf = ({ double, exact, digits }) => digits ?? (exact ? fifty.ofExact(exact) : fifty.ofDouble(double));
/** @param {Value} value @returns {Known} */
const knownOf = (value) => value.exact ?? nearOf(value);

const GIANT = 5000; // a power of ten beyond which no rational is made

/** All that is known of the value, as a rational; null where it is no number, or a giant one. @param {Value} value @returns {Rational | null} */
export function fractionOf(value) {
  if (value.exact) return value.exact;
  const { whole, rest } = nearOf(value);
  if (!rest.isFinite() || rest.e > GIANT) return null;
  if (rest.isZero() || rest.e <= -GIANT) return rational(BigInt(whole));
  const [mantissa, power] = rest.toExponential().split("e");
  const [digits, places = ""] = mantissa.split(".");
  return add(rational(BigInt(whole)), multiply(rational(BigInt(digits + places)), power10(Number(power) - places.length)));
}

/**
 * Negative, zero or positive as the left value is less than, equal to or more than the right one; null with an undefined
 * one. What differs by no more than its errors is equal.
 * @param {Value} left @param {Value} right
 */
export function order(left, right) {
  if (left.exact && right.exact) return compare(left.exact, right.exact);
  const [one, other] = [nearOf(left), nearOf(right)];
  if (one.rest.isNaN() || other.rest.isNaN()) return null;
  if (!fifty.finite(one) || !fifty.finite(other)) return Number(left.double > right.double) - Number(left.double < right.double);
  const off = fifty.total([one, fifty.negated(other)]);
  return fifty.noise(off) ? 0 : fifty.belowZero(off) ? -1 : 1;
}

/** A constant of a tree: a number stands for its shortest decimal literal. @param {number | string} literal @returns {Known} */
function constant(literal) {
  const exact = parse(String(literal));
  if (exact === null) throw new RangeError(`${literal} is not a number`);
  return limited(exact) ?? fifty.ofExact(exact);
}

/** @type {Map<number | string, Known>} */
const constants = new Map(); // a literal is read once

/** @param {number | string} literal */
function read(literal) {
  let found = constants.get(literal);
  if (!found) constants.set(literal, (found = constant(literal)));
  return found;
}

/** One exact operation after the other, as long as the digits are few enough. @param {Known[]} values @param {(a: Rational, b: Rational) => Rational} operation @returns {Rational | null} */
function exactly(values, operation) {
  if (!isExact(values[0])) return null;
  /** @type {Rational | null} */
  let exact = values[0];
  for (const value of values.slice(1)) exact = exact && isExact(value) ? limited(operation(exact, value)) : null;
  return exact;
}

/** @param {Known[]} values @returns {Known} */
const sum = (values) => exactly(values, add) ?? fifty.total(values.map(digitsOf));

/** @param {Known[]} values @returns {Known} */
function product(values) {
  const exact = exactly(values, multiply);
  if (exact) return exact;
  if (values.some(isNothing) && values.every(isFinite)) return ZERO; // nothing times a number is exactly nothing
  return values.map(digitsOf).reduce(fifty.product);
}

/** 0 · ln p is 0 by convention, even where p has underflowed to 0. @param {Tree[]} factors @param {Known[]} values */
const nothingTimesLog = (factors, values) =>
  factors.some((factor) => Array.isArray(factor) && factor[0] === "log") && values.some(isNothing) && !values.some(isUndefined);

/** @param {Known} top @param {Known} bottom @returns {Known} */
function quotient(top, bottom) {
  if (isExact(top) && isExact(bottom) && bottom.n !== 0n) {
    const exact = limited(divide(top, bottom));
    if (exact) return exact;
  }
  if (isNothing(top) && !isExact(bottom) && isFinite(bottom) && !fifty.noise(bottom)) return ZERO;
  return fifty.quotient(digitsOf(top), digitsOf(bottom));
}

/** @param {string} name @param {Known} value @returns {Known} */
function applied(name, value) {
  if (!Object.hasOwn(fifty.FUNCTIONS, name)) throw new RangeError(`there is no function ${name}`);
  if (isExact(value) && Object.hasOwn(EXACT, name)) {
    const exact = limited(EXACT[name](value));
    if (exact) return exact;
  }
  return fifty.FUNCTIONS[name](digitsOf(value));
}

/** Whether a formula is a share of exponentials, eᵃ / Σ eᵇ. @param {Tree} tree */
export function isShare(tree) {
  /** @param {Tree} part */
  const exponential = (part) => Array.isArray(part) && part[0] === "exp";
  return Array.isArray(tree) && tree[0] === "/" && exponential(tree[1]) && tree[2][0] === "+" && tree[2].slice(1).every(exponential);
}

/**
 * The same as 1 / Σ eᵇ⁻ᵃ: no exponential overflows that the result does not, and 1 − it keeps its digits.
 * @param {Tree} tree @returns {Tree}
 */
export function shifted(tree) {
  const [, [, power], [, ...terms]] = /** @type {any} */ (tree);
  const own = JSON.stringify(power);
  /** @param {[string, Tree]} term */
  const shift = ([, other]) => (JSON.stringify(other) === own ? 1 : ["exp", ["+", other, ["*", -1, power]]]);
  return ["/", 1, ["+", ...terms.map(shift)]];
}

/**
 * The value of a tree; `lookup` gives that of each quantity by its name.
 * @param {Tree} tree @param {(name: string) => Value} lookup @returns {Value}
 */
export function evaluate(tree, lookup) {
  if (Array.isArray(tree) && tree[0] === "q") return lookup(tree[1]);
  const known = follow(tree, lookup);
  return isExact(known) ? ofExact(known) : ofNear(known);
}

/** @param {Tree} tree @param {(name: string) => Value} lookup @returns {Known} */
function follow(tree, lookup) {
  if (!Array.isArray(tree)) return read(tree);
  const [kind, ...parts] = tree;
  switch (kind) {
    case "q":
      return knownOf(lookup(parts[0]));
    case "+":
      return sum(parts.map((part) => follow(part, lookup)));
    case "*": {
      const values = parts.map((part) => follow(part, lookup));
      return nothingTimesLog(parts, values) ? ZERO : product(values);
    }
    case "^":
      return product(new Array(parts[1]).fill(follow(parts[0], lookup)));
    case "/":
      if (isShare(tree)) return follow(shifted(tree), lookup);
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
