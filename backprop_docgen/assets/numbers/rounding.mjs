// The only way from a number to its text in the browser: the same rule as in the build, tried on the same cases.
// @ts-check

import { absolute, compare, decimalPlaces, divide, fromDouble, multiply, negate, power10, rational } from "./rational.mjs";

/** @typedef {import("./rational.mjs").Rational} Rational */
/** @typedef {import("./evaluate.mjs").Value} Value */
/** @typedef {{ digits: string, exponent: number | null, exact: boolean }} Printed */
/** @typedef {{ code: string, mark: string, grouping: [string, number], percent: string, strings?: Record<string, string> }} Language */

const MINUS = "\u2212";
const SIGNIFICANT = 4;
const LARGE = power10(15);
const SUPERSCRIPTS = /** @type {Record<string, string>} */ ({ "-": "⁻" });
[..."⁰¹²³⁴⁵⁶⁷⁸⁹"].forEach((sign, digit) => (SUPERSCRIPTS[digit] = sign));

/** With so many decimals, ties away from zero, never "-0". @param {Rational} value @param {number} places */
export function rounded(value, places) {
  const size = absolute(value);
  const scaled = (2n * size.n * 10n ** BigInt(places) + size.d) / (2n * size.d);
  const digits = scaled.toString().padStart(places + 1, "0");
  const sign = value.n < 0n && scaled ? "-" : "";
  return places ? `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}` : sign + digits;
}

/** How a value is printed; `bound` is that of its rounding error. @param {Value} value @param {number} decimals @returns {Printed} */
export function printed({ double, exact, bound }, decimals) {
  if (exact === null && !Number.isFinite(double)) {
    return { digits: Number.isNaN(double) ? "nan" : double < 0 ? "-inf" : "inf", exponent: null, exact: false };
  }
  const number = exact ?? fromDouble(double);
  const small = compare(absolute(number), LARGE) < 0;
  if (exact) {
    const places = decimalPlaces(exact);
    if (places !== null && places <= decimals && small) {
      return { digits: rounded(exact, places), exponent: null, exact: true };
    }
  }
  if (small) {
    const fixed = rounded(number, decimals);
    const significant = fixed.replace("-", "").replace(".", "").replace(/^0+/, "");
    const noise = exact === null && Math.abs(double) <= bound;
    if (significant.length >= SIGNIFICANT || number.n === 0n || noise) {
      return { digits: fixed, exponent: null, exact: false };
    }
  }
  return scientific(number);
}

/** @param {Rational} number @returns {Printed} */
function scientific(number) {
  let exponent = magnitude(number);
  let mantissa = rounded(divide(number, power10(exponent)), SIGNIFICANT - 1);
  if (/^-?10/.test(mantissa)) mantissa = rounded(divide(number, power10(++exponent)), SIGNIFICANT - 1);
  return { digits: mantissa, exponent, exact: false };
}

/** The e with 10ᵉ ≤ |number| < 10ᵉ⁺¹. @param {Rational} number */
function magnitude(number) {
  const size = absolute(number);
  let guess = size.n.toString().length - size.d.toString().length;
  while (compare(size, power10(guess)) < 0) guess--;
  while (compare(size, power10(guess + 1)) >= 0) guess++;
  return guess;
}

/** @param {Printed} number */
export const finite = (number) => /\d$/.test(number.digits);
/** @param {Printed} number */
export const negative = (number) => number.digits.startsWith("-");

/** The number that stands on the page. @param {Printed} number @returns {Rational} */
export function shown({ digits, exponent }) {
  const [whole, places = ""] = digits.split(".");
  return multiply(rational(BigInt(whole + places)), power10((exponent ?? 0) - places.length));
}

/** Half a unit of the last place printed; 0 for an exact number. @param {Printed} number @returns {Rational} */
export function halfUnit({ digits, exponent, exact }) {
  if (exact) return rational(0n);
  const places = digits.split(".")[1] ?? "";
  return multiply(rational(1n, 2n), power10((exponent ?? 0) - places.length));
}

/** As text, `−0.217071535` or `4.386 × 10⁻¹⁰`. @param {Printed} number @param {string} [mark] @param {boolean} [plus] */
export function text(number, mark = ".", plus = false) {
  const digits = number.digits.replace("-", "").replace(".", mark);
  const sign = negative(number) ? MINUS : plus && finite(number) && /[1-9]/.test(digits) ? "+" : "";
  if (!finite(number)) return sign + digits.replace("inf", "∞").replace("nan", "NaN");
  if (number.exponent === null) return sign + digits;
  const power = [...String(number.exponent)].map((sign) => SUPERSCRIPTS[sign]).join("");
  return `${sign}${digits}\u00a0×\u00a010${power}`;
}

/** As LaTeX, `-0{,}217071535`. @param {Printed} number @param {string} [mark] */
export function tex(number, mark = ".") {
  if (!finite(number)) return number.digits.replace("inf", "\\infty").replace("nan", "\\text{NaN}");
  const digits = mark === "." ? number.digits : number.digits.replace(".", `{${mark}}`);
  return number.exponent === null ? digits : `${digits} \\times 10^{${number.exponent}}`;
}

/** A double as Python prints it: 0.1, 1e-07, 1e+16, 5.0. @param {number} value */
export function python(value) {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  if (Object.is(value, -0)) return "-0.0";
  const [mantissa, power] = value.toExponential().split("e");
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 16) {
    const plain = exponent < 0 ? value.toFixed(mantissa.replace(/\D/g, "").length - 1 - exponent) : String(value);
    return plain.includes(".") ? plain : `${plain}.0`;
  }
  const size = String(Math.abs(exponent)).padStart(2, "0");
  return `${mantissa}e${exponent < 0 ? "-" : "+"}${size}`;
}

/** As a literal of a program, always with a point. @param {Printed} number */
export const code = ({ digits, exponent }) => (exponent === null ? digits : `${digits}e${exponent}`);

/** A whole number in digits: 10 000 in Spanish (but 1000), 10,000 in English. @param {bigint} number @param {Language} language */
export function integer(number, language) {
  const [separator, least] = language.grouping;
  const digits = (number < 0n ? -number : number).toString();
  const grouped = digits.length < least ? digits : digits.replace(/\B(?=(?:\d{3})+$)/g, separator);
  return (number < 0n ? MINUS : "") + grouped;
}

/**
 * A value in running text, in one of the formats of `data-format` ("rule:0", "percent:1", "fixed:3:+" …).
 * @param {Value} value @param {string} format @param {number} decimals @param {Language} language
 */
export function formatted(value, format, decimals, language) {
  const [kind, detail, sign] = format.split(":");
  const plus = sign === "+";
  if (!Number.isFinite(value.double)) return text(printed(value, decimals), language.mark, plus);
  const number = value.exact ?? fromDouble(value.double);
  const places = Number(detail);
  /** @param {Rational} share */
  const fixed = (share) => ({ digits: rounded(share, places), exponent: null, exact: false });
  switch (kind) {
    case "percent": {
      const share = text(fixed(multiply(number, rational(100n))), language.mark) + language.percent;
      return plus && number.n > 0n ? `+${share}` : share;
    }
    case "integer":
      return integer(number.n / number.d, language);
    case "fixed":
      return places === 0 && !plus
        ? integer(BigInt(rounded(number, 0)), language)
        : text(fixed(number), language.mark, plus);
    default:
      return text(printed(value, decimals), language.mark, plus);
  }
}

export { negate };
