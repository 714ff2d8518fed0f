// exp, log1p, tanh and softplus from the four operations alone: the same bits in every browser as in the build, whose
// engine/portable.py does the same operations in the same order.
// @ts-check

const [HIGH, LOW] = [6.9314718036912381649e-1, 1.90821492927058770002e-10]; // of ln 2; whole multiples of the first are exact
const OVER_LN2 = 1.4426950408889634;
const [LARGEST, SMALLEST] = [709.782712893384, -745.1332191019411];
const [P1, P2, P3] = [1.66666666666666019037e-1, -2.77777777770155933842e-3, 6.61375632143793436117e-5];
const [P4, P5] = [-1.6533902205465251539e-6, 4.13813679705723846039e-8];
const SERIES = Array.from({ length: 18 }, (_, n) => 1 / (37 - 2 * n)); // of artanh: 1/37, …, 1/3
const SMALL = 0.5;
const FRACTIONS = [17, 15, 13, 11, 9, 7, 5, 3, 1]; // of Lambert's continued fraction of tanh

const bits = new DataView(new ArrayBuffer(8));

/** 2ᵏ for −1022 ≤ k ≤ 1023. @param {number} k */
function power(k) {
  bits.setUint32(0, (k + 1023) << 20);
  bits.setUint32(4, 0);
  return bits.getFloat64(0);
}

/** eˣ; infinite where it overflows. @param {number} x */
export function exp(x) {
  if (!(SMALLEST <= x && x <= LARGEST)) return x > 0 ? Infinity : x < 0 ? 0 : x;
  const k = Math.trunc(OVER_LN2 * x + (x > 0 ? 0.5 : -0.5));
  const [high, low] = [x - k * HIGH, k * LOW];
  const r = high - low;
  const t = r * r;
  const c = r - t * (P1 + t * (P2 + t * (P3 + t * (P4 + t * P5))));
  const found = 1 - (low - (r * c) / (2 - c) - high);
  if (k > 1023) return found * 2 * power(k - 1);
  return k < -1021 ? found * power(k + 1000) * power(-1000) : found * power(k);
}

/** artanh z for |z| ≤ 1/3. @param {number} z */
function artanh(z) {
  const square = z * z;
  let found = 0;
  for (const factor of SERIES) found = (found + factor) * square;
  return z + z * found;
}

/** ln(1 + x) for 0 ≤ x ≤ 1. @param {number} x */
export const log1p = (x) => 2 * artanh(x / (2 + x));

/** @param {number} x @returns {number} */
export function tanh(x) {
  if (x < 0) return -tanh(-x);
  if (!(x < SMALL)) return 1 - 2 / (exp(2 * x) + 1);
  const square = x * x;
  let found = 19;
  for (const odd of FRACTIONS) found = odd + square / found;
  return x / found;
}

/** ln(1 + eˣ) without overflow and without cancellation. @param {number} x */
export const softplus = (x) => (x > 0 ? x + log1p(exp(-x)) : log1p(exp(x)));
