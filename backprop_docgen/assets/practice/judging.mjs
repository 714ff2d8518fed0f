// What judges the answers of a page: the one place that knows who does. Without a catalogue of slips it tells right from
// wrong; what explains a wrong number comes in here.
// @ts-check

import { read } from "../numbers/numeral.mjs";

/** @typedef {import("../page/live_page.mjs").LivePage} LivePage */
/** @typedef {import("../numbers/evaluate.mjs").Tree} Tree */
/** @typedef {{ quantity: string, text: string, digits: number, right: number }} Answer right: the quantity's double */
/** @typedef {{ rule: string, formula: string, text: string, trees: Record<string, Tree> }} Explanation */
/**
 * @typedef {object} Verdict
 * @property {"refused" | "right" | "short" | "carried" | "slip" | "other-quantity" | "unknown"} verdict
 * @property {string | null} remark "truncated": the last digit was cut off
 * @property {number | null} write so many digits would tell
 * @property {Explanation[]} explanations the likeliest first
 */
/** @typedef {(answer: Answer, own: Map<string, string>) => Verdict} Judge `own`: the reader's other answers, by quantity */

/** @type {Pick<Verdict, "remark" | "write" | "explanations">} */
const NOTHING_MORE = { remark: null, write: null, explanations: [] };

/** @param {LivePage} _page @returns {Promise<Judge>} */
export async function judging(_page) {
  return plainly;
}

/**
 * Whether an answer is the value, to one unit of the last digit asked, as each step may be rounded; no slips.
 * @param {Answer} answer @returns {Verdict}
 */
function plainly({ text, digits, right }) {
  const found = read(text);
  if ("refused" in found) return { verdict: "refused", ...NOTHING_MORE };
  const off = Math.abs(Number(found.literal) - right);
  const written = writtenDigits(found.literal);
  if (off <= unit(right, digits)) return { verdict: "right", ...NOTHING_MORE };
  if (written > 1 && written < digits && off <= unit(right, written) / 2) return { verdict: "short", ...NOTHING_MORE, write: digits };
  return { verdict: "unknown", ...NOTHING_MORE };
}

/** @param {string} literal */
const writtenDigits = (literal) => literal.replace(/e.*|[-.]/g, "").replace(/^0+/, "").length;

/** One unit of the last of so many significant digits. @param {number} value @param {number} digits */
const unit = (value, digits) => (value === 0 ? 10 ** -digits : 10 ** (Math.floor(Math.log10(Math.abs(value))) + 1 - digits));
