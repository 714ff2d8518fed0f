// Whether a printed equation holds for a reader with a calculator: the operands' intervals must meet the result's.
// @ts-check

import { absolute, add, compare, divide, multiply, negate, parse, rational, ZERO } from "./rational.mjs";
import { evaluate, fractionOf, nearOf, ofNear, symbols } from "./evaluate.mjs";
import { ofExact } from "./near.mjs";
import { halfUnit, shown } from "./rounding.mjs";

/** @typedef {import("./rational.mjs").Rational} Rational */
/** @typedef {import("./evaluate.mjs").Tree} Tree */
/** @typedef {import("./rounding.mjs").Printed} Printed */
/** @typedef {[Rational, Rational]} Interval */

const ONE = rational(1n);
const NEARLY = rational(1n, 100n); // how far the operands as printed may lead from the result, as a part of it
const [FALSE, POSSIBLE] = [0, 1]; // what a reader finds of a printed equation
/** The operands as they are printed also lead to the result, or nearly. */
export const TRUE = 2;

/** @param {Rational} a @param {Rational} b */
const less = (a, b) => compare(a, b) < 0;
/** @param {Rational[]} ends @returns {Interval} */
const around = (ends) => [ends.reduce((a, b) => (less(b, a) ? b : a)), ends.reduce((a, b) => (less(a, b) ? b : a))];

/** The interval a printed number stands for; null where it is no number. @param {Printed} number @returns {Interval | null} */
function interval(number) {
  const middle = shown(number);
  if (middle === null) return null;
  const half = halfUnit(number);
  return [add(middle, negate(half)), add(middle, half)];
}

/** @param {Interval[]} parts @returns {Interval} */
const product = (parts) => parts.reduce((a, b) => around(a.flatMap((left) => b.map((right) => multiply(left, right)))));

/** @param {Tree} tree @param {(name: string) => Printed} operand @returns {Interval | null} null: not bounded */
function follow(tree, operand) {
  if (!Array.isArray(tree)) {
    const number = /** @type {Rational} */ (parse(String(tree)));
    return [number, number];
  }
  if (tree[0] === "q") return interval(operand(tree[1]));
  const parts = tree.slice(1, tree[0] === "^" ? 2 : undefined).map((part) => follow(part, operand));
  if (parts.includes(null)) return null;
  const found = /** @type {Interval[]} */ (parts);
  switch (tree[0]) {
    case "+":
      return found.reduce(([a, b], [c, d]) => [add(a, c), add(b, d)]);
    case "*":
      return product(found);
    case "^": {
      const ends = around(found[0].map((end) => product(new Array(tree[2]).fill([end, end]))[0]));
      return tree[2] % 2 === 0 && found[0][0].n < 0n && found[0][1].n > 0n ? [ZERO, ends[1]] : ends;
    }
    case "/": {
      const [low, high] = found[1];
      if (low.n <= 0n && high.n >= 0n) return null;
      return product([found[0], [divide(ONE, high), divide(ONE, low)]]);
    }
    case "abs": {
      const ends = around(found[0].map(absolute));
      return found[0][0].n < 0n && found[0][1].n > 0n ? [ZERO, ends[1]] : ends;
    }
    default: {
      const [low, high] = found[0].map((end) => evaluate([tree[0], ["q", "x"]], () => known(end)));
      const [least, most] = [fractionOf(low), fractionOf(high)];
      if (least === null || most === null) return null;
      return [add(least, negate(errorOf(low))), add(most, errorOf(high))];
    }
  }
}

/** A rational that counts as inexact, so that nothing is shortened. @param {Rational} exact */
const known = (exact) => ofNear(ofExact(exact));

/** The bound of a value's error. @param {import("./evaluate.mjs").Value} value @returns {Rational} */
const errorOf = (value) => /** @type {Rational} */ (fractionOf(ofNear({ whole: 0, rest: nearOf(value).error, error: nearOf(value).error })));

/**
 * How a printed equation reads; null for operands or a result that are no numbers.
 * @param {Tree} tree @param {(name: string) => Printed} operand @param {Printed} result @returns {number | null}
 */
export function read(tree, operand, result) {
  const numbers = symbols(tree).map((name) => shown(operand(name)));
  const wanted = shown(result);
  if (wanted === null || numbers.includes(null)) return null;
  const found = fractionOf(evaluate(tree, (name) => known(/** @type {Rational} */ (shown(operand(name))))));
  const off = found && absolute(add(found, negate(wanted)));
  if (off && less(off, halfUnit(result))) return TRUE;
  const reach = follow(tree, operand);
  if (reach === null) return POSSIBLE; // an unbounded interval excludes nothing
  const [least, most] = /** @type {Interval} */ (interval(result));
  if (less(most, reach[0]) || less(reach[1], least)) return FALSE;
  return off && !less(multiply(NEARLY, absolute(wanted)), off) ? TRUE : POSSIBLE;
}
