// What a person answers: a number with the digits that stand there, or a fraction. The twin of slips/answer.py. No DOM.
// @ts-check

import { bare, read, written } from "../numbers/numeral.mjs";
import { parse, toDouble } from "../numbers/rational.mjs";

/** @typedef {import("../numbers/numeral.mjs").Reason} Reason */
/**
 * A number that was read. `text`: as it was written; `value`: the nearest double; `digits`: significant digits written, 0 of
 * a zero; `unit`: one unit of the last place written, 0 of a fraction or a power of ten alone, which are exact.
 * @typedef {{ text: string, value: number, digits: number, unit: number }} Answer
 */

/** The digits that count for a fraction, or for a power of ten alone. */
export const EXACT_DIGITS = 15;

const BLANK = "[ \\u00a0\\u2007\\u2009\\u202f]*";
const FRACTION = new RegExp(`^${BLANK}([-−–‐‑+]?)${BLANK}(\\d{1,30})${BLANK}[/⁄∕]${BLANK}(0{0,30}[1-9]\\d{0,29})${BLANK}$`);

/**
 * The number that a text writes; `name` is the quantity it is for, which may stand before it: "w5 = 0.4".
 * @param {string} text @param {string} [name] @returns {Answer | { refused: Reason }}
 */
export function readAnswer(text, name = "") {
  const said = bare(text, name);
  const fraction = "number" in said ? FRACTION.exec(said.number) : null;
  if (fraction) {
    const [, sign, top, bottom] = fraction;
    const size = toDouble(/** @type {import("../numbers/rational.mjs").Rational} */ (parse(`${top}/${bottom}`)));
    return { text, value: sign && sign !== "+" ? 0 - size : size, digits: EXACT_DIGITS, unit: 0 };
  }
  const [number, found] = [read(text, name), written(text, name)];
  if ("refused" in number) return number;
  if ("refused" in found) return found;
  const value = Number(number.literal);
  const unit = Number(`1e${Number(found.power) - found.places.length}`);
  if (!Number.isFinite(value) || !Number.isFinite(unit) || unit === 0) return { refused: "form" }; // 1e999 and 1e-999 have no double
  if (!found.mantissa) return { text, value, digits: EXACT_DIGITS, unit: 0 };
  return { text, value, digits: (found.whole + found.places).replace(/^0+/, "").length, unit };
}
