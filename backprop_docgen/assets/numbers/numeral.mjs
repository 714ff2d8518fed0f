// The only way from what a reader writes to a number: in any of the usual ways, exactly, or not at all. No DOM.
// Refused is what means one number here and another there: 1.234.567, an apostrophe (it groups in Switzerland and is
// the decimal mark of Spanish handwriting), "× 107", whose power may have slipped down to the line.
// @ts-check

/** @typedef {"form" | "marks" | "name"} Reason why a text is refused: no number, unclear marks, another quantity's name */

const LONGEST = 200; // characters; a formula that was copied twice over fits
const LITERAL = /^([+-]?)(\d{0,60})(?:\.(\d{0,60}))?(?:[eE]([+-]?\d{1,3}))?$/;
const INVISIBLE = /[\u200b\u2060\ufeff]/g; // what comes along from typeset formulas
const MINUS = "[-−–‐‑]";
const SIGN = "[-−–‐‑+]";
const SPACE = "[ \\u00a0\\u2007\\u2009\\u202f]";

const MANTISSA = [
  "\\d+(?:[.,]\\d*)?", // one mark or none: it is the decimal mark
  "[.,]\\d+",
  `[1-9]\\d{0,2}(?<gap>${SPACE})\\d{3}(?:\\k<gap>\\d{3})*(?:[.,]\\d+)?`,
  "[1-9]\\d{0,2}(?:\\.\\d{3})+,\\d+", // two kinds: the last is the decimal mark, the other groups
  "[1-9]\\d{0,2}(?:,\\d{3})+\\.\\d+",
].join("|");
const RAISED = `(?<raised>[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)|\\s*(?:\\^|\\*\\*)\\s*(?:(?<caret>${SIGN}?\\d+)|[({]\\s*(?<inside>${SIGN}?\\s*\\d+)\\s*[)}])`;
const POWER = [
  `[eE](?<e>${SIGN}?\\d+)`,
  `\\s*(?:[×·⋅*xX]|\\\\times|\\\\cdot)\\s*10(?:${RAISED})`,
  `\\s*[×⋅]\\s*10\\s*(?<fallen>${MINUS}\\d+)`, // as a browser copies a typeset power
].join("|");
const NUMBER = new RegExp(`^\\s*(?<sign>${SIGN}?)\\s*(?!0[xX])(?<mantissa>${MANTISSA})(?:${POWER})?\\s*$`);
const UNCLEAR = new RegExp(`^\\s*${SIGN}?[\\d.,]*\\d[\\d.,]*\\s*$`); // digits and marks, but not as a number has them
const POWER_ALONE = new RegExp(`^\\s*(?<sign>${SIGN}?)\\s*10(?:${RAISED})\\s*$`);

/**
 * A decimal literal in its plainest form ("0.5" for ".50"); null for anything else.
 * @param {string} text @returns {string | null}
 */
export function literal(text) {
  const match = LITERAL.exec(text);
  if (!match) return null;
  const [, sign, whole, places = "", power = ""] = match;
  if (!whole && !places) return null;
  const digits = [whole.replace(/^0+(?=\d)/, "") || "0", places.replace(/0+$/, "")].filter(Boolean).join(".");
  if (/^[0.]+$/.test(digits)) return "0";
  const exponent = Number(power) ? `e${Number(power)}` : "";
  return `${sign === "-" ? "-" : ""}${digits}${exponent}`;
}

/** The name of a quantity as it is told from others: "w₅", "w_5" and "w_{5}" are w5. @param {string} name */
const key = (name) =>
  name
    .replace(/[₀-₉ₒₕᵢ]/g, (sign) => sign.normalize("NFKC"))
    .replace(/\\text|\\(?=eta)|\^(?=\{?\[)|[\s_{}]/g, "")
    .replace("η", "eta")
    .toLowerCase();

/** A formula that was copied from a page stands there twice, for the eye and for the ear: once. @param {string} text */
function once(text) {
  const [, ear, eye] = /^([^=≈]+[=≈][^=≈]*?)([a-zη][^=≈]*[=≈][^=≈]*)$/i.exec(text) ?? [];
  return ear && ear.replace(/\s/g, "") === eye.replace(/\s/g, "") ? eye : text;
}

/** Signs and digits as a literal has them. @param {string} text */
const plain = (text) =>
  text
    .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹]/g, (sign) => sign.normalize("NFKC"))
    .replace(/[⁻−–‐‑]/g, "-")
    .replace(/[^-\d]/g, "");

/**
 * A number as it is written: sign ("-" or ""), digits before and after the decimal mark, power of ten; `mantissa`: whether
 * there is a factor before the power, which may be missing ("10⁻³").
 * @typedef {{ sign: string, whole: string, places: string, power: string, mantissa: boolean }} Written
 */

/**
 * The number that a text writes, as a literal in its plainest form.
 * @param {string} text @param {string} [name] the quantity it is for, whose name may stand before it: "w5 = 0.4"
 * @returns {{ literal: string } | { refused: Reason }}
 */
export function read(text, name = "") {
  const number = written(text, name);
  if ("refused" in number) return number;
  const found = literal(`${number.sign}${number.whole}.${number.places}e${number.power}`);
  return found === null ? { refused: "form" } : { literal: found };
}

/**
 * The same with all the digits that are written.
 * @param {string} text @param {string} [name] @returns {Written | { refused: Reason }}
 */
export function written(text, name = "") {
  const said = bare(text, name);
  if ("refused" in said) return said;
  const { groups } = NUMBER.exec(said.number) ?? POWER_ALONE.exec(said.number) ?? {};
  if (!groups) return { refused: UNCLEAR.test(said.number) ? "marks" : "form" };
  const { sign, mantissa, e, raised, caret, inside, fallen } = groups;
  const [, whole, places = ""] = /^(.*?)(?:[.,](\d*))?$/.exec(mantissa ?? "1") ?? ["", "", ""];
  const power = e ?? raised ?? caret ?? inside ?? fallen ?? "0";
  return { sign: plain(sign), whole: plain(whole), places, power: plain(power), mantissa: mantissa !== undefined };
}

/**
 * What a text says after the name of its quantity.
 * @param {string} text @param {string} [name] @returns {{ number: string } | { refused: Reason }}
 */
export function bare(text, name = "") {
  if (text.length > LONGEST) return { refused: "form" };
  const [, before = "", number] = /^(?:([^=≈]*)[=≈])?(.*)$/s.exec(once(text.replace(INVISIBLE, ""))) ?? ["", "", ""];
  if (before.trim() && key(before) !== key(name)) return { refused: /^\s*[a-zη]/i.test(before) ? "name" : "form" };
  return { number };
}

/**
 * The whole number that a text writes, without a sign; null where it is none. It has no decimal mark, so the mark that
 * is not the page's may group: 10,000 beside 0.5, and 10.000 beside 0,5.
 * @param {string} text @param {string} [mark] the page's decimal mark
 */
export function whole(text, mark = ".") {
  const gap = mark === "," ? "\\." : ",";
  const digits = `\\d+|[1-9]\\d{0,2}(?<gap>${SPACE}|${gap})\\d{3}(?:\\k<gap>\\d{3})*`;
  const match = text.length <= LONGEST ? new RegExp(`^\\s*\\+?(${digits})\\s*$`).exec(text.replace(INVISIBLE, "")) : null;
  return match ? Number(plain(match[1])) : null;
}
