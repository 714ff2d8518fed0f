// The only way from a number to its text in the browser: the same rule as in the build, tried on the same cases.
// @ts-check

import { fractionOf, nearOf } from "./evaluate.mjs";
import { noise, number, total } from "./near.mjs";
import { absolute, compare, decimalPlaces, multiply, power10, rational } from "./rational.mjs";

/** @typedef {import("./rational.mjs").Rational} Rational */
/** @typedef {import("./evaluate.mjs").Value} Value */
/** @typedef {import("./near.mjs").Near} Near */
/** @typedef {import("./near.mjs").Decimal} Decimal */
/** @typedef {{ digits: string, exponent: number | null, exact: boolean }} Printed */
/** @typedef {{ code: string, mark: string, grouping: [string, number], percent: string, strings?: Record<string, string> }} Language */

const MINUS = "\u2212";
const FEWEST = 2; // certain digits of a number
const CERTAIN = 12; // places between an error and the last digit shown, from which on the error does not count
const HALF_UP = 4; // ties away from zero
const LARGE = power10(15);
const MOST_POWER = 5000;
/** The digits of a number of which nothing is certain. */
export const UNCERTAIN = "?";
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

/** How a value is printed. @param {Value} value @param {number} decimals @returns {Printed} */
export function printed(value, decimals) {
  const { exact } = value;
  if (!exact) return printedNear(nearOf(value), decimals);
  if (compare(absolute(exact), LARGE) < 0) {
    const places = decimalPlaces(exact);
    if (places !== null && places <= decimals) return { digits: rounded(exact, places), exponent: null, exact: true };
    const fixed = rounded(exact, decimals);
    if (significant(fixed) >= leastDigits(decimals)) return { digits: fixed, exponent: null, exact: false };
  }
  return powers(number(nearOf(value)), leastDigits(decimals));
}

/** How many significant digits a printed number has at least, unless it is 0. @param {number} decimals */
const leastDigits = (decimals) => Math.max(FEWEST, Math.min(4, Math.floor((decimals + 1) / 2)));
/** @param {string} fixed */
const significant = (fixed) => fixed.replace(/^[-0.]+/, "").replace(".", "").length;

/** With as many places as asked for, if they hold; else fewer, or in powers of ten. @param {Near} near @param {number} decimals @returns {Printed} */
function printedNear(near, decimals) {
  const all = number(near);
  if (!all.isFinite()) return { digits: all.isNaN() ? "nan" : all.isNegative() ? "-inf" : "inf", exponent: null, exact: false };
  const least = leastDigits(decimals);
  /** @type {Printed | null} */
  let few = null;
  if (all.abs().lt("1e15")) {
    few = certain(near, fixed, decimals);
    if (few && (significant(few.digits) >= least || all.isZero() || noise(near))) return few;
    for (let places = decimals - 1; few === null && places >= 0; places--) {
      const fewer = certain(near, fixed, places);
      if (fewer && significant(fewer.digits) >= FEWEST) return fewer;
    }
  }
  for (let digits = all.isZero() ? 0 : least; digits >= FEWEST; digits--) { // a zero has no power of ten
    const found = certain(near, powers, digits);
    if (found) return found;
  }
  return few ?? { digits: UNCERTAIN, exponent: null, exact: false };
}

/**
 * The number as it is written if every digit holds: off by its error either way, it would be written the same.
 * @param {Near} near @param {(number: Decimal, digits: number) => Printed} write @param {number} digits @returns {Printed | null}
 */
function certain(near, write, digits) {
  const [shown, off] = [write(number(near), digits), near.error];
  if (off.isZero() || off.e < lastPlace(shown) - CERTAIN) return shown; // nearly a point, which may lie on a tie
  const ends = [off.neg(), off].map((step) => write(number(total([near, { whole: 0, rest: step, error: off }])), digits));
  return ends.every((end) => end.digits === shown.digits && end.exponent === shown.exponent) ? shown : null;
}

/** With so many places, ties away from zero, never "-0". @param {Decimal} all @param {number} places @returns {Printed} */
function fixed(all, places) {
  const text = all.toFixed(places, HALF_UP);
  return { digits: /[1-9]/.test(text) ? text : text.replace("-", ""), exponent: null, exact: false };
}

/** With so many significant digits and a power of ten. @param {Decimal} all @param {number} digits @returns {Printed} */
function powers(all, digits) {
  const [mantissa, power] = all.toExponential(digits - 1, HALF_UP).split("e");
  return { digits: mantissa, exponent: Number(power), exact: false };
}

/** The power of ten of the last digit. @param {Printed} number */
const lastPlace = ({ digits, exponent }) => (exponent ?? 0) - (digits.split(".")[1] ?? "").length;

/** @param {Printed} number */
export const finite = (number) => /\d$/.test(number.digits);
/** @param {Printed} number */
export const negative = (number) => number.digits.startsWith("-");

/** The number that stands on the page; null where it is none, or too long to write out. @param {Printed} number @returns {Rational | null} */
export function shown({ digits, exponent }) {
  const [whole, places = ""] = digits.split(".");
  if (!/\d$/.test(digits) || Math.abs(exponent ?? 0) > MOST_POWER) return null;
  return multiply(rational(BigInt(whole + places)), power10((exponent ?? 0) - places.length));
}

/** Half a unit of the last place printed; 0 for an exact number. @param {Printed} number @returns {Rational} */
export function halfUnit({ digits, exponent, exact }) {
  if (exact) return rational(0n);
  return multiply(rational(1n, 2n), power10(lastPlace({ digits, exponent, exact })));
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
  if (!finite(number)) return number.digits.replace("inf", "\\infty").replace("nan", "\\text{NaN}").replace(UNCERTAIN, "\\text{?}");
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
  return grouped((number < 0n ? MINUS : "") + (number < 0n ? -number : number).toString(), language);
}

/** A number with the digits of its whole part in groups of three, where they are many. @param {string} text @param {Language} language */
function grouped(text, language) {
  const [separator, least] = language.grouping;
  return text.replace(/\d+/, (digits) => (digits.length < least ? digits : digits.replace(/\B(?=(?:\d{3})+$)/g, separator)));
}

/**
 * A value in running text, in one of the formats of `data-format` ("rule:0", "percent:1", "fixed:3:+", "rate:0" …).
 * @param {Value} value @param {string} format @param {number} decimals @param {Language} language
 */
export function formatted(value, format, decimals, language) {
  const [kind, detail, sign] = format.split(":");
  const plus = sign === "+";
  const number = fractionOf(value);
  if (number === null) return said(printed(value, decimals), language, plus);
  const places = kind === "rate" ? ratePlaces(number) : Number(detail);
  if (places === null) return said(printed(value, decimals), language, plus);
  if ((kind === "percent" || kind === "fixed" || kind === "rate") && nearOf(value).error.gte(`1e${-places - (kind === "percent" ? 2 : 0)}`)) {
    return said({ digits: UNCERTAIN, exponent: null, exact: false }, language);
  }
  /** @param {Rational} share */
  const fixed = (share) => ({ digits: rounded(share, places), exponent: null, exact: false });
  switch (kind) {
    case "percent": {
      const share = said(fixed(multiply(number, rational(100n))), language) + language.percent;
      return plus && number.n > 0n ? `+${share}` : share;
    }
    case "integer":
      return integer(number.n / number.d, language);
    case "rate": {
      const rate = fixed(number);
      return said({ ...rate, digits: rate.digits.replace(/\.00$/, "") }, language, plus);
    }
    case "fixed":
      return places === 0 && !plus
        ? integer(BigInt(rounded(number, 0)), language)
        : said(fixed(number), language, plus);
    default:
      return said(printed(value, decimals), language, plus);
  }
}

/** How many decimals of a rate are read aloud: three below 1, two from there on; null: as many as it has. @param {Rational} number */
function ratePlaces(number) {
  const size = absolute(number);
  if (compare(size, rational(1n, 100n)) < 0 || compare(size, rational(1000n)) >= 0) return null;
  return compare(size, rational(9995n, 10000n)) < 0 ? 3 : 2;
}

/** A printed number in running text, the digits of a large one in groups. @param {Printed} number @param {Language} language @param {boolean} [plus] */
export function said(number, language, plus = false) {
  const uncertain = "no certain digit"; // say("no certain digit")
  if (number.digits === UNCERTAIN) return language.strings?.[uncertain] || uncertain;
  return grouped(text(number, language.mark, plus), language);
}
