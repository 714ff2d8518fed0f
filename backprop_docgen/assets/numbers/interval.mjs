// Whether a printed equation holds for a reader with a calculator: the operands' intervals must meet the result's.
// @ts-check

import { absolute, add, compare, divide, fromDouble, multiply, negate, parse, rational, toDouble, ZERO } from "./rational.mjs";
import { evaluate } from "./evaluate.mjs";
import { finite, halfUnit, shown } from "./rounding.mjs";

/** @typedef {import("./rational.mjs").Rational} Rational */
/** @typedef {import("./evaluate.mjs").Tree} Tree */
/** @typedef {import("./rounding.mjs").Printed} Printed */
/** @typedef {[Rational, Rational]} Interval */

const SLACK = rational(1n, 1n << 50n); // the doubles of a function are widened by a few units of the last place
const ONE = rational(1n);

/** @param {Rational} a @param {Rational} b */
const less = (a, b) => compare(a, b) < 0;
/** @param {Rational[]} ends @returns {Interval} */
const around = (ends) => [ends.reduce((a, b) => (less(b, a) ? b : a)), ends.reduce((a, b) => (less(a, b) ? b : a))];

/** The interval a printed number stands for. @param {Printed} number @returns {Interval} */
function interval(number) {
  const [middle, half] = [shown(number), halfUnit(number)];
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
      const ends = found[0].map((end) => applied(tree[0], toDouble(end)));
      if (!ends.every(Number.isFinite)) return null;
      const [low, high] = ends.map(fromDouble);
      return [add(low, negate(multiply(absolute(low), SLACK))), add(high, multiply(absolute(high), SLACK))];
    }
  }
}

/** @param {string} name @param {number} x */
const applied = (name, x) => evaluate([name, ["q", "x"]], () => ({ double: x, exact: null, bound: 0 })).double;

/** @param {Printed} number */
const double = (number) => Number(number.exponent === null ? number.digits : `${number.digits}e${number.exponent}`);

/**
 * Whether the printed result can follow from the printed operands.
 * @param {Tree} tree @param {(name: string) => Printed} operand @param {Printed} result
 */
export function holds(tree, operand, result) {
  if (!result.exact && finite(result)) {
    const near = evaluate(tree, (name) => ({ double: double(operand(name)), exact: null, bound: 0 }));
    const distance = Math.abs(near.double - double(result));
    if (distance + 4 * near.bound + Math.abs(near.double) * 1e-15 < toDouble(halfUnit(result))) return true;
  }
  const found = follow(tree, operand);
  if (found === null) return true; // what is not bounded excludes nothing
  const [least, most] = interval(result);
  return !less(most, found[0]) && !less(found[1], least);
}
