// Rational numbers: numerator and denominator as BigInt, in lowest terms, the denominator positive.
// They decide between = and ≈, as Python's Fraction does when the site is built.
// @ts-check

/** @typedef {{ n: bigint, d: bigint }} Rational */

const EXACT_DIGITS = 40; // a value that needs more significant digits counts as inexact
const EXACT_BITS = 4096; // keeps hostile exponents from growing giant integers

/** @param {bigint} a */
const abs = (a) => (a < 0n ? -a : a);

/** @param {bigint} a @param {bigint} b */
function gcd(a, b) {
  while (b) [a, b] = [b, a % b];
  return a;
}

/** @param {bigint} a */
const bits = (a) => (a === 0n ? 0 : abs(a).toString(2).length);

/** A rational in lowest terms. @param {bigint} n @param {bigint} [d] @returns {Rational} */
export function rational(n, d = 1n) {
  if (d < 0n) [n, d] = [-n, -d];
  const common = gcd(abs(n), d) || 1n;
  return { n: n / common, d: d / common };
}

export const ZERO = rational(0n);

/** @param {Rational} a @param {Rational} b */
export const add = (a, b) => (a.d === b.d ? rational(a.n + b.n, a.d) : rational(a.n * b.d + b.n * a.d, a.d * b.d));
/** @param {Rational} a @param {Rational} b */
export const multiply = (a, b) => rational(a.n * b.n, a.d * b.d);
/** @param {Rational} a @param {Rational} b */
export const divide = (a, b) => rational(a.n * b.d, a.d * b.n);
/** @param {Rational} a */
export const negate = (a) => ({ n: -a.n, d: a.d });
/** @param {Rational} a */
export const absolute = (a) => ({ n: abs(a.n), d: a.d });
/** Negative, zero or positive, as a is less than, equal to or more than b. @param {Rational} a @param {Rational} b */
export function compare(a, b) {
  const difference = a.n * b.d - b.n * a.d;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Ten to a power. @param {number} power @returns {Rational} */
export const power10 = (power) => (power < 0 ? { n: 1n, d: 10n ** BigInt(-power) } : { n: 10n ** BigInt(power), d: 1n });

/**
 * A decimal literal ("0.05", "-1e-7") or a fraction ("1/3"), exactly; null for anything else.
 * @param {string} text @returns {Rational | null}
 */
export function parse(text) {
  const fraction = /^(-?\d{1,4000})\/(0*[1-9]\d{0,4000})$/.exec(text);
  if (fraction) return rational(BigInt(fraction[1]), BigInt(fraction[2]));
  const decimal = /^([-+]?)(\d{1,4000})(?:\.(\d{1,4000}))?(?:[eE]([-+]?\d{1,4}))?$/.exec(text);
  if (!decimal) return null;
  const [, sign, whole, places = "", power = "0"] = decimal;
  const exponent = Number(power);
  if (Math.abs(exponent) > 1000) return null;
  const digits = BigInt(whole + places) * (sign === "-" ? -1n : 1n);
  return multiply(rational(digits), power10(exponent - places.length));
}

/** The value of a double, exactly. @param {number} value @returns {Rational} */
export function fromDouble(value) {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const raw = view.getBigUint64(0);
  const exponent = Number((raw >> 52n) & 0x7ffn);
  const fraction = raw & 0xfffffffffffffn;
  const mantissa = (exponent ? fraction | (1n << 52n) : fraction) * (raw >> 63n ? -1n : 1n);
  const shift = (exponent || 1) - 1075;
  return shift < 0 ? rational(mantissa, 1n << BigInt(-shift)) : rational(mantissa << BigInt(shift));
}

/** The nearest double. @param {Rational} a */
export function toDouble(a) {
  const n = abs(a.n);
  if (n === 0n) return 0;
  if (n < 1n << 53n && a.d < 1n << 53n) return Number(a.n) / Number(a.d); // one correctly rounded division
  const shift = bits(a.d) - bits(n) + 64;
  const [top, bottom] = shift > 0 ? [n << BigInt(shift), a.d] : [n, a.d << BigInt(-shift)];
  const quotient = top / bottom;
  const sticky = top % bottom ? quotient | 1n : quotient; // what is cut off decides a tie
  const half = Math.trunc(shift / 2); // in two steps, so that neither power of two overflows
  const value = Number(sticky) * 2 ** -half * 2 ** -(shift - half);
  return a.n < 0n ? -value : value;
}

/**
 * How many decimal places write the value out in full; null when it never ends.
 * @param {Rational} a @returns {number | null}
 */
export function decimalPlaces(a) {
  let rest = a.d;
  let twos = 0;
  let fives = 0;
  for (; rest % 2n === 0n; rest /= 2n) twos++;
  for (; rest % 5n === 0n; rest /= 5n) fives++;
  return rest === 1n ? Math.max(twos, fives) : null;
}

/** The value, or null when it needs too many digits. @param {Rational} a @returns {Rational | null} */
export function limited(a) {
  if (Math.max(bits(a.n), bits(a.d)) > EXACT_BITS) return null;
  const places = decimalPlaces(a);
  if (places === null) {
    return abs(a.n).toString().length <= EXACT_DIGITS && a.d.toString().length <= EXACT_DIGITS ? a : null;
  }
  const digits = ((abs(a.n) * 10n ** BigInt(places)) / a.d).toString().replace(/0+$/, "");
  return digits.length <= EXACT_DIGITS ? a : null;
}
