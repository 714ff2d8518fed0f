// A double with as many significant digits as are asked for, as a printed number. No DOM.
// @ts-check

/** @typedef {import("../numbers/rounding.mjs").Printed} Printed */

const SMALLEST = -4; // the power of ten from which on a small number is written out
const LARGEST = 6;
const SAME = 1e-12; // what a double is off by, and no more

/** The value rounded; `exact`: nothing was lost. A value with fewer digits keeps its own. @param {number} value @param {number} digits @returns {Printed} */
export function significant(value, digits) {
  if (!Number.isFinite(value)) return { digits: Number.isNaN(value) ? "nan" : value < 0 ? "-inf" : "inf", exponent: null, exact: false };
  if (value === 0) return { digits: "0", exponent: null, exact: true };
  const [mantissa, power] = value.toExponential(digits - 1).split("e");
  const exact = Math.abs(Number(`${mantissa}e${power}`) - value) <= SAME * Math.abs(value);
  const short = exact ? mantissa.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "") : mantissa;
  const exponent = Number(power);
  if (exponent < SMALLEST || exponent > LARGEST) return { digits: short, exponent, exact };
  const places = Math.max(0, short.replace(/^-?\d\.?/, "").length - exponent);
  return { digits: Number(`${short}e${power}`).toFixed(places), exponent: null, exact };
}
