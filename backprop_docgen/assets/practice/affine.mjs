// Affine arithmetic: what is known of a number that others were rounded on the way to. The twin of slips/affine.py, which
// tells why each bound holds: centre + Σ parts[k] εₖ ± rest, every εₖ between −1 and 1, and an interval beside it. No DOM.
// @ts-check

/**
 * What is known of a number. `grid`: a power of ten of which it is a multiple for whoever rounds (null: not known);
 * `rounded`: it has as many digits as asked, or none was rounded away. A `rest` without end: only the interval is known.
 * @typedef {{ centre: number, parts: Float64Array, rest: number, low: number, high: number, grid: number | null, rounded: boolean }} Form
 */
/** @typedef {[number, number]} Range */

const UNIT = 2 ** -52;
const TINY = 1e-300; // products below may have lost digits to underflow
const LARGEST = Number.MAX_VALUE;
const WIDER = 1 + 1e-12; // what adding up some thousand parts may be off by, relatively
const NOISE = 1e-14; // relatively: more than doubles are off by in a sum
const SHORT = 1e9; // below, a number with four binary places is a short decimal one
const LEAST_POWER = -330;
const NONE = new Float64Array(0);

const POWERS = Array.from({ length: 308 - LEAST_POWER + 1 }, (_, index) => Number(`1e${index + LEAST_POWER}`));

/** The double nearest to a power of ten; infinite or 0 where there is none. @param {number} power */
export const powerOfTen = (power) => (power > 308 ? Infinity : POWERS[Math.max(power, LEAST_POWER) - LEAST_POWER]);

/** The power of ten of the first digit of a positive, finite number. @param {number} number */
export function magnitude(number) {
  const size = Math.max(number, TINY);
  const found = Math.floor(Math.log10(size));
  return found + Number(powerOfTen(found + 1) <= size) - Number(powerOfTen(found) > size);
}

/**
 * @param {number} centre @param {Float64Array} parts @param {number} rest @param {number} low @param {number} high
 * @param {number | null} [grid] @param {boolean} [rounded] @returns {Form}
 */
export const form = (centre, parts, rest, low, high, grid = null, rounded = false) => ({ centre, parts, rest, low, high, grid, rounded });

export const ZERO = form(0, NONE, 0, 0, 0, 0, true);
export const ONE = form(1, NONE, 0, 1, 1, 0, true);

/** Whether it is a form at all; of the other numbers, only the interval is known. @param {Form} x */
export const bounded = (x) => x.rest < Infinity;
/** Whether it is exactly 0. @param {Form} x */
const nothing = (x) => x.low === 0 && x.high === 0;

/** The sum of the sizes of parts. @param {Float64Array} parts */
export function sizes(parts) {
  let found = 0;
  for (let index = 0; index < parts.length; index++) found += Math.abs(parts[index]);
  return found;
}

/** How far the number may be from the centre. @param {Form} x */
const radius = (x) => x.rest + sizes(x.parts) * WIDER;

/** @type {Map<number | string, Form>} */
const constants = new Map(); // a literal is read once

/** A number of a formula or of the network file, not rounded: a double for its shortest literal, or "1/3". @param {number | string} literal */
export function constant(literal) {
  let found = constants.get(literal);
  if (!found) {
    if (constants.size > 1024) constants.clear();
    constants.set(literal, (found = read(literal)));
  }
  return found;
}

/** @param {number | string} literal @returns {Form} */
function read(literal) {
  const [top, bottom] = String(literal).split("/").map(Number);
  const double = bottom === undefined ? top : top / bottom;
  if (Number.isNaN(double)) return within(-Infinity, Infinity);
  if (!Number.isFinite(double)) return double > 0 ? within(LARGEST, Infinity) : within(-Infinity, -LARGEST);
  const grid = typeof literal === "number" ? gridOf(literal) : null;
  if (grid !== null && Math.abs(double) < SHORT && Number.isInteger(16 * double)) return form(double, NONE, 0, double, double, grid);
  const off = Math.abs(double) * UNIT * (bottom === undefined ? 1 : 2);
  return form(double, NONE, off, double - off, double + off, grid);
}

/** The power of ten of the last decimal place of a double's shortest literal. @param {number} double */
function gridOf(double) {
  const [digits, power] = double.toExponential().split("e");
  return Math.min(Number(power) - Math.max(digits.replace(/^-/, "").length - 2, 0), 0);
}

/** A number of which no more is known than an interval. @param {number} low @param {number} high @param {number | null} [grid] */
export function within(low, high, grid = null) {
  const [least, most] = low <= high ? [low, high] : [-Infinity, Infinity]; // not a number, too
  if (least === -Infinity || most === Infinity) return form(0, NONE, Infinity, least, most);
  const centre = least / 2 + most / 2;
  const rest = Math.max(most - centre, centre - least);
  return form(centre, NONE, rest + UNIT * rest, least, most, grid);
}

/**
 * A form whose interval is no wider than it allows; where the interval alone says more, that.
 * @param {number} centre @param {Float64Array} parts @param {number} rest @param {number} low @param {number} high @param {number | null} [grid]
 */
export function made(centre, parts, rest, low, high, grid = null) {
  const far = rest + sizes(parts) * WIDER;
  if (far === 0) return form(centre, NONE, 0, centre, centre, grid);
  if (Math.abs(centre) + far < Infinity) {
    const off = UNIT * (Math.abs(centre) + far);
    low = Math.max(low, centre - far - off);
    high = Math.min(high, centre + far + off);
    if (far <= high - low) return form(centre, parts, rest, low, high, grid);
  }
  return within(low, high, grid);
}

/** Two lists of parts, each times a number, as one. @param {number} a @param {Float64Array} x @param {number} b @param {Float64Array} y */
function joined(a, x, b, y) {
  if (x.length < y.length) [a, x, b, y] = [b, y, a, x];
  const found = new Float64Array(x.length);
  for (let index = 0; index < y.length; index++) found[index] = a * x[index] + b * y[index];
  for (let index = y.length; index < x.length; index++) found[index] = a * x[index];
  return found;
}

/** What a sum in doubles is off by (Knuth); not a number where it is infinite. @param {number} x @param {number} y @param {number} total */
function offOf(x, y, total) {
  const other = total - x;
  return x - (total - other) + (y - other);
}

/** The sum. @param {Form} x @param {Form} y @returns {Form} */
export function add(x, y) {
  if (nothing(x)) return y;
  if (nothing(y)) return x;
  const grid = x.grid === null || y.grid === null ? null : Math.min(x.grid, y.grid);
  let low = x.low + y.low;
  if (offOf(x.low, y.low, low) < 0) low -= Math.abs(low) * UNIT;
  let high = x.high + y.high;
  if (offOf(x.high, y.high, high) > 0) high += Math.abs(high) * UNIT;
  if (!bounded(x) || !bounded(y)) return within(low, high, grid);
  const centre = x.centre + y.centre;
  const parts = joined(1, x.parts, 1, y.parts);
  let rest = x.rest + y.rest + Math.abs(offOf(x.centre, y.centre, centre));
  const exact = !parts.length && grid !== null && rest <= NOISE * (Math.abs(x.centre) + Math.abs(y.centre));
  if (exact && Math.abs(centre) + rest < powerOfTen(grid ?? 0) / 2) return ZERO; // of decimals that nobody has rounded
  if (parts.length) rest += UNIT * (radius(x) + radius(y));
  return made(centre, parts, rest, low, high, grid);
}

/** −x: no rounding. @param {Form} x */
export const negative = (x) => form(0 - x.centre, x.parts.map((part) => -part), x.rest, 0 - x.high, 0 - x.low, x.grid, x.rounded);

/** The sum with a number that a double holds nearly. @param {Form} x @param {number} by */
export function shifted(x, by) {
  const off = UNIT * Math.abs(by);
  return by ? add(x, form(by, NONE, off, by - off, by + off)) : x;
}

/** Bounds of what is not 0 and which doubles have computed. @param {number} found @param {boolean} positive @returns {Range} */
function near(found, positive) {
  if (!(Math.abs(found) <= LARGEST)) {
    const low = Number.isNaN(found) ? 0 : LARGEST; // infinite over infinite
    return positive ? [low, Infinity] : [-Infinity, -low];
  }
  if (Math.abs(found) < TINY) return positive ? [0, TINY] : [-TINY, 0];
  const off = Math.abs(found) * UNIT;
  return [found - off, found + off];
}

/** The interval of a product or quotient from those of its operands. @param {Form} x @param {Form} y @param {boolean} over */
function hull(x, y, over) {
  /** @type {Range} */
  const found = [Infinity, -Infinity];
  for (const a of [x.low, x.high]) {
    for (const b of [y.low, y.high]) {
      const [least, most] = a && b ? near(over ? a / b : a * b, a > 0 === b > 0) : [0, 0];
      found[0] = Math.min(found[0], least);
      found[1] = Math.max(found[1], most);
    }
  }
  return found;
}

/** The product; with exactly nothing it is nothing, whatever the other one (as 0 · ln 0). @param {Form} x @param {Form} y @returns {Form} */
export function multiply(x, y) {
  if (nothing(x) || nothing(y)) return ZERO;
  for (const [one, other] of [[x, y], [y, x]]) {
    if (one.low === one.high && Math.abs(one.low) === 1) return one.low === 1 ? other : negative(other);
  }
  const [low, high] = hull(x, y, false);
  const grid = x.grid === null || y.grid === null ? null : x.grid + y.grid;
  if (!bounded(x) || !bounded(y)) return within(low, high, grid);
  const [size, otherSize, far, otherFar] = [Math.abs(x.centre), Math.abs(y.centre), radius(x), radius(y)];
  const centre = x.centre * y.centre;
  let rest = size * y.rest + otherSize * x.rest + far * otherFar;
  rest += 2 * UNIT * (Math.abs(centre) + size * otherFar + otherSize * far) + TINY;
  return made(centre, joined(y.centre, x.parts, x.centre, y.parts), rest, low, high, grid);
}

/** The quotient; unbounded where the divisor may be 0. @param {Form} x @param {Form} y @returns {Form} */
export function divide(x, y) {
  if (y.low === 1 && y.high === 1) return x;
  if (y.low <= 0 && 0 <= y.high) return within(...byWhatMayBeNothing(x, y));
  if (nothing(x)) return ZERO;
  const [low, high] = hull(x, y, true);
  const [size, far] = [Math.abs(y.centre), radius(y)];
  const least = size - far - UNIT * size;
  if (!(bounded(x) && bounded(y) && least > 0)) return within(low, high);
  // x/y − q = (x − q y)/y: what both have in common cancels before anything is bounded
  const centre = x.centre / y.centre;
  const left = joined(1, x.parts, -centre, y.parts);
  const offCentre = (Math.abs(x.centre) + Math.abs(centre) * size) * UNIT;
  let rest = x.rest + Math.abs(centre) * y.rest + offCentre + 2 * UNIT * (radius(x) + Math.abs(centre) * far);
  const most = rest + sizes(left) * WIDER;
  const bent = (most / size) * (far / least);
  rest = rest / size + bent + 2 * UNIT * (Math.abs(centre) + most / size + bent) + TINY;
  return made(centre, left.map((part) => part / y.centre), rest, low, high);
}

/** @param {Form} x @param {Form} y @returns {Range} */
function byWhatMayBeNothing(x, y) {
  if (y.high === 0 && y.low < 0) [x, y] = [negative(x), negative(y)];
  if (y.low === 0 && 0 < y.high && x.low >= 0) return [x.low ? near(x.low / y.high, true)[0] : 0, Infinity];
  if (y.low === 0 && 0 < y.high && x.high <= 0) return [-Infinity, x.high ? near(x.high / y.high, false)[1] : 0];
  return [-Infinity, Infinity];
}

/** @param {number} x */
const softplus = (x) => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)));

/**
 * A function that is bent one way alone, or (`odd`) one way below 0 and the other above. It rises, or
 * (`even`) falls below 0; `known`: where it is exactly 0 or 1.
 * @typedef {{ of: (x: number) => number, slope: (x: number) => number, odd?: boolean, even?: boolean, known?: Map<number, Form>, least: number, most: number }} Curve
 */
/** @type {Record<string, Curve>} */
const CURVES = {
  exp: { of: Math.exp, slope: Math.exp, known: new Map([[0, ONE]]), least: 0, most: Infinity },
  log: { of: Math.log, slope: (x) => 1 / x, known: new Map([[1, ZERO]]), least: -Infinity, most: Infinity },
  tanh: { of: Math.tanh, slope: (x) => 1 - Math.tanh(x) ** 2, odd: true, known: new Map([[0, ZERO]]), least: -1, most: 1 },
  softplus: { of: softplus, slope: (x) => 1 / (1 + Math.exp(-x)), least: 0, most: Infinity },
  square: { of: (x) => x * x, slope: (x) => 2 * x, even: true, known: new Map([[0, ZERO], [1, ONE]]), least: 0, most: Infinity },
};
/** The slopes, below 0, of what is bent there alone; above it is the number itself. @type {Record<string, Form>} */
const BELOW = { relu: ZERO, leaky_relu: constant(0.01), abs: negative(ONE) };
/** What steps are below 0; above it they are 1. @type {Record<string, Form>} */
const STEPS = { step: ZERO, leaky_step: constant(0.01) };

/** A function of a tree, or "square". @param {string} name @param {Form} x @returns {Form} */
export function apply(name, x) {
  if (Object.hasOwn(STEPS, name)) {
    const below = STEPS[name];
    return x.low > 0 ? ONE : x.high <= 0 ? below : within(below.low, 1, below.grid);
  }
  if (Object.hasOwn(BELOW, name)) return bentAtNothing(x, BELOW[name]);
  if (!Object.hasOwn(CURVES, name)) throw new RangeError(`there is no function ${name}`);
  const curve = CURVES[name];
  return (x.low === x.high ? curve.known?.get(x.low) : undefined) ?? curved(curve, x);
}

/** @param {Form} x @param {Form} below @returns {Form} */
function bentAtNothing(x, below) {
  if (x.low >= 0) return x;
  if (x.high <= 0) return { ...multiply(below, x), rounded: x.rounded };
  const ends = [0, below.centre && below.centre * x.low, x.high]; // 0 times infinite is 0 here
  const [low, high] = [Math.min(...ends) * (1 + UNIT), Math.max(...ends) * (1 + UNIT)];
  const grid = x.grid === null || below.grid === null ? null : x.grid + below.grid;
  if (!bounded(x) || high === Infinity) return within(low, high, grid);
  // the function lies below its chord, and above the parallel through its corner
  const slope = (x.high - below.centre * x.low) / (x.high - x.low);
  const over = x.high - slope * x.high;
  const rest = Math.abs(slope) * x.rest + over / 2 + 8 * UNIT * (x.high - x.low);
  return { ...made(slope * x.centre + over / 2, x.parts.map((part) => slope * part), rest, low, high, grid), rounded: x.rounded };
}

/** @param {Curve} curve @param {Form} x @returns {Form} */
function curved(curve, x) {
  const [low, high] = between(curve, x.low, x.high);
  if (!bounded(x) || low === -Infinity || high === Infinity) return within(low, high);
  const at = Math.min(Math.max(x.centre, x.low), x.high);
  const [value, slope] = [curve.of(at), curve.slope(at)];
  // without its tangent a curve is extreme where it touches, at an end, or where it has that slope once more
  const left = [x.low, x.high].map((end) => curve.of(end) - value - slope * (end - at));
  if (curve.odd && x.low < -at && -at < x.high) left.push(curve.of(-at) - value + 2 * slope * at);
  const [under, over] = [Math.min(0, ...left), Math.max(0, ...left)];
  let rest = Math.abs(slope) * x.rest + (over - under) / 2 + TINY;
  rest += 8 * UNIT * (Math.max(Math.abs(low), Math.abs(high)) + Math.abs(slope) * (x.high - x.low + radius(x)));
  return made(value + slope * (x.centre - at) + (under + over) / 2, x.parts.map((part) => slope * part), rest, low, high);
}

/** The interval of a curve's values, and room for what libraries are off by. @param {Curve} curve @param {number} low @param {number} high @returns {Range} */
function between(curve, low, high) {
  const ends = [curve.of(low), curve.of(high)];
  let under = curve.even && low < 0 && 0 < high ? 0 : Math.min(...ends);
  let over = Math.max(...ends);
  if (Number.isNaN(under) || Number.isNaN(over)) return [-Infinity, Infinity]; // a logarithm of less than nothing
  if (Number.isFinite(under)) under -= 4 * UNIT * Math.abs(under);
  if (Number.isFinite(over)) over += 4 * UNIT * Math.abs(over);
  under = Math.max(Math.min(under, LARGEST), curve.least);
  over = Math.min(Math.max(over, -LARGEST), curve.most);
  return [under, curve.least === 0 ? Math.max(over, TINY) : over];
}
