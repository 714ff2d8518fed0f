// Numbers to fifty digits, with a bound of their error: what a tree comes to where it is no rational. The build's
// formula/near.py does the same in the same order, with a library that rounds as this one does: both find the same digits.
// @ts-check

import { Decimal as Library } from "../_decimal/decimal.mjs";
import { fromDouble } from "./rational.mjs";

/** @typedef {import("./rational.mjs").Rational} Rational */
/** @typedef {InstanceType<typeof Library>} Decimal */
/**
 * `whole + rest`: a small whole number that it may be very near to (1 − 10⁻⁴⁴, the output of a saturated neuron, keeps
 * all of its digits), and what it is off by, known to within `error`. Infinite and undefined numbers are in `rest`.
 * @typedef {{ whole: number, rest: Decimal, error: Decimal }} Near
 */

const Fifty = Library.clone({ precision: 50, rounding: 6, minE: -9e15, maxE: 9e15 });
/** @param {number | string | Decimal} value */
const of = (value) => new Fifty(value);
const [ZERO, ONE, TWO] = [of(0), of(1), of(2)];
const UNIT = of("1e-49"); // more than the relative error of an operation
const TWICE = of("2e-49");
const CLOSE = of("1e-10"); // nearer to a whole number than this, and what is off stands apart
const SMALL = of("1e-8"); // below it the series of tanh has all digits
const NOISE = of("1e-12"); // an error above this is not that of rounding: it says how little is known
const LARGEST_WHOLE = 99;
const WHOLE = { n: 1n, d: 1n };
const TANH = [[-1, 3], [2, 15], [-17, 315]].map(([top, bottom]) => [of(top), of(bottom)]); // x − x³/3 + 2x⁵/15 − …

/** All of it, to fifty digits. @param {Near} x */
export const number = (x) => (x.whole ? of(x.whole).plus(x.rest) : x.rest);
/** Whether it is a number at all. @param {Near} x */
export const finite = (x) => x.rest.isFinite();
/** Whether nothing is known of it but that it is nearly 0. @param {Near} x */
export const noise = (x) => finite(x) && number(x).abs().lte(x.error);
/** Whether it has a minus. @param {Near} x */
export const belowZero = (x) => x.whole < 0 || (x.whole === 0 && x.rest.isNegative());
/** @param {Near} x @returns {Near} */
export const negated = (x) => ({ whole: -x.whole || 0, rest: x.rest.neg(), error: x.error });

/** A rational to fifty digits. @param {Rational} value @returns {Near} */
export function ofExact({ n, d }) {
  if (d === WHOLE.d && n <= LARGEST_WHOLE && n >= -LARGEST_WHOLE) return { whole: Number(n), rest: ZERO, error: ZERO };
  const rest = of(n.toString()).div(of(d.toString()));
  return { whole: 0, rest, error: UNIT.times(rest.abs()) };
}

/** A double, taken for what it says. @param {number} value @returns {Near} */
export function ofDouble(value) {
  if (!Number.isFinite(value)) return { whole: 0, rest: of(value), error: ZERO };
  const { n, d } = fromDouble(value);
  return { whole: 0, rest: of(n.toString()).div(of(d.toString())), error: ZERO };
}

/** In one piece, unless it lies close to a whole number. @param {number} whole @param {Decimal} rest @param {Decimal} error @returns {Near} */
function near(whole, rest, error) {
  if (!rest.isFinite()) return { whole: 0, rest, error: ZERO };
  if (whole === 0) return { whole, rest, error };
  if (rest.abs().lt(CLOSE) && Math.abs(whole) <= LARGEST_WHOLE) return { whole, rest, error };
  const all = of(whole).plus(rest);
  return { whole: 0, rest: all, error: error.plus(UNIT.times(all.abs())) };
}

/** Their sum, from left to right. @param {Near[]} terms @returns {Near} */
export function total(terms) {
  let { whole, rest, error } = terms[0];
  for (const term of terms.slice(1)) {
    whole += term.whole;
    rest = rest.plus(term.rest);
    error = error.plus(term.error).plus(UNIT.times(rest.abs()));
  }
  return near(whole, rest, error);
}

/** x · y. @param {Near} x @param {Near} y @returns {Near} */
export function product(x, y) {
  const [a, b] = [number(x), number(y)];
  let [rest, largest] = [ZERO, ZERO];
  if (x.whole && y.whole) {
    const [one, other] = [of(x.whole).times(y.rest), x.rest.times(b)];
    [rest, largest] = [one.plus(other), one.abs().plus(other.abs())];
  } else {
    rest = a.times(b);
    largest = rest.abs();
  }
  const error = a.abs().times(y.error).plus(b.abs().times(x.error)).plus(x.error.times(y.error));
  return near(x.whole * y.whole || 0, rest, error.plus(TWICE.times(largest)));
}

/** x / y; by 0 it is infinite or undefined, as doubles have it. @param {Near} x @param {Near} y @returns {Near} */
export function quotient(x, y) {
  const b = number(y);
  const whole = (y.whole && x.whole % y.whole === 0 ? x.whole / y.whole : 0) || 0;
  const taken = of(whole).times(y.rest);
  const rest = (whole ? x.rest.minus(taken) : number(x)).div(b);
  if (!rest.isFinite()) return { whole: 0, rest, error: ZERO };
  const size = (whole ? of(whole).plus(rest) : rest).abs();
  let error = x.error.plus(size.times(y.error));
  if (whole) error = error.plus(UNIT.times(x.rest.abs().plus(taken.abs())));
  return near(whole, rest, error.div(b.abs()).plus(TWICE.times(rest.abs())));
}

/** @param {Near} x @returns {Near} */
function exp(x) {
  const value = number(x);
  if (value.isZero()) return { whole: 1, rest: ZERO, error: x.error };
  const found = value.exp();
  const error = x.error.plus(x.whole ? UNIT.times(value.abs()) : ZERO);
  return near(0, found, found.times(error.plus(UNIT)));
}

/** ln(1 + x); six terms of the series have all digits where x is nearly nothing. @param {Decimal} x */
function log1p(x) {
  if (x.abs().gte(CLOSE) || x.isNaN()) return ONE.plus(x).ln();
  let [found, power] = [ZERO, ONE];
  for (let n = 1; n < 7; n++) {
    power = power.times(x);
    const term = power.div(of(n));
    found = n % 2 ? found.plus(term) : found.minus(term);
  }
  return found;
}

/** @param {Near} x @returns {Near} */
function log(x) {
  const value = number(x);
  const found = x.whole === 1 ? log1p(x.rest) : value.ln();
  if (!found.isFinite()) return { whole: 0, rest: found, error: ZERO };
  return { whole: 0, rest: found, error: x.error.div(value.abs()).plus(TWICE.times(found.abs())) };
}

/** @param {Near} x @returns {Near} */
function tanh(x) {
  const value = number(x);
  if (value.isNaN()) return x;
  const sign = value.isNegative() ? -1 : 1;
  if (!value.isFinite()) return { whole: sign, rest: ZERO, error: ZERO };
  const size = value.abs();
  if (size.lt(SMALL)) {
    const square = value.times(value);
    let [found, power] = [value, value];
    for (const [top, bottom] of TANH) {
      power = power.times(square);
      found = found.plus(power.times(top).div(bottom));
    }
    return { whole: 0, rest: found, error: x.error.plus(TWICE.times(found.abs())) };
  }
  const shrunk = of(-2).times(size).exp();
  const off = TWO.times(shrunk).div(ONE.plus(shrunk));
  const error = x.error.times(TWO.times(off)).plus(of("1e-48").times(off));
  return near(sign, sign > 0 ? off.neg() : off, error);
}

/** ln(1 + eˣ) without overflow and without cancellation. @param {Near} x @returns {Near} */
function softplus(x) {
  const value = number(x);
  if (!value.isFinite()) return { whole: 0, rest: value.isNegative() && !value.isNaN() ? ZERO : value, error: ZERO };
  const shrunk = value.abs().neg().exp();
  const small = log1p(shrunk);
  const slope = (value.lt(ZERO) ? shrunk : ONE).div(ONE.plus(shrunk));
  const found = value.gt(ZERO) ? value.plus(small) : small;
  const rounding = shrunk.lt(CLOSE) ? TWICE.times(found) : UNIT; // that of 1 + e⁻ˣ
  return { whole: 0, rest: found, error: x.error.times(slope).plus(TWICE.times(found).plus(rounding)) };
}

/** Whether it is nothing but rounding error, as p − p is. @param {Near} x */
const atCorner = (x) => noise(x) && x.error.lte(NOISE);

/** @param {Near} x @param {Decimal} slope below 0 @returns {Near} */
function ramp(x, slope) {
  if (atCorner(x)) return { whole: 0, rest: ZERO, error: x.error };
  if (x.rest.isNaN() || !belowZero(x)) return x;
  return { whole: 0, rest: slope.times(number(x)), error: x.error };
}

/** @param {Near} x @param {Near} below @returns {Near} */
function step(x, below) {
  if (x.rest.isNaN()) return x;
  const found = atCorner(x) || belowZero(x) ? below : { whole: 1, rest: ZERO, error: ZERO };
  return noise(x) && x.error.gt(NOISE) ? { ...found, error: ONE } : found;
}

/**
 * The functions a tree may use, of what is no rational; at a corner what may be nothing but error counts as 0.
 * @type {Record<string, (x: Near) => Near>}
 */
export const FUNCTIONS = {
  exp,
  log,
  tanh,
  softplus,
  abs: (x) => (belowZero(x) ? negated(x) : x),
  relu: (x) => ramp(x, ZERO),
  leaky_relu: (x) => ramp(x, of("0.01")),
  step: (x) => step(x, { whole: 0, rest: ZERO, error: ZERO }),
  leaky_step: (x) => step(x, { whole: 0, rest: of("0.01"), error: ZERO }),
};

/** A double that is off by no more than an error. @param {number} value @param {number} error @returns {Near} */
export const within = (value, error) => ({ ...ofDouble(value), error: ofDouble(error).rest });

/** A number that was written down: "1 -3.7E-44 1E-93". @param {string} text @returns {Near} */
export function ofText(text) {
  const [whole, rest, error] = text.split(" ");
  return { whole: Number(whole), rest: of(rest), error: of(error) };
}
