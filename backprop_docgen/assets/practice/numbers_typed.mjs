// The numbers that someone wants explained: one a line, with a name before it or without, and in an address. No DOM.
// @ts-check

import { readAnswer } from "./answer.mjs";
import { symbolText } from "./words.mjs";

/** @typedef {{ text: string, quantity: string | null }} Line a number as it was typed, and what it should be (null: left open) */
/** @typedef {{ line: string, refused: "form" | "marks" | "name" }} Refused a line that is none */

/** So many lines are explained at once. */
export const MOST = 20;
const LONGEST = 4000; // characters of an address
const OURS = /^#n=/;

/** A name as it is told from others, however it was typed: `dE_total/dw5`, ∂E/∂w5, w5+. @param {string} name */
const key = (name) =>
  name
    .replace(/[₀-₉]/g, (sign) => sign.normalize("NFKC"))
    .replace(/[\s_{}$\\]/g, "")
    .replace(/^\((.*)\)(?=[⁺+]|$)/, "$1")
    .replace(/∂/g, "d")
    .replace(/δ/g, "delta")
    .replace(/η/g, "eta")
    .replace(/(?:@1|[⁺+])$/, "'");

/** What quantities are called, by what is typed; in small letters, too, unless that is another one: E_o1 is no e_o1. @param {string[]} names */
export function called(names) {
  /** @type {Map<string, string>} */
  const found = new Map();
  for (const name of names) {
    const ways = [name, symbolText(name)];
    if (/^dE_(?:total|mean)\//.test(name)) ways.push(name.replace(/^dE_(?:total|mean)/, "dE"));
    for (const way of ways) if (!found.has(key(way))) found.set(key(way), name);
  }
  for (const [way, name] of [...found]) if (!found.has(way.toLowerCase())) found.set(way.toLowerCase(), name);
  return (/** @type {string} */ text) => found.get(key(text)) ?? found.get(key(text).toLowerCase()) ?? null;
}

/**
 * The lines of a text; empty ones count for nothing.
 * @param {string} text @param {(name: string) => string | null} named @returns {(Line | Refused)[]}
 */
export function readLines(text, named) {
  const lines = text.split(/\r?\n/, 10 * MOST).filter((line) => line.trim());
  return lines.slice(0, MOST).map((line) => {
    const [, before, number] = /^(?:([^=≈]*)[=≈])?([^=≈]*)$/.exec(line.slice(0, 200)) ?? [];
    if (number === undefined) return { line, refused: "form" };
    const quantity = before === undefined ? null : named(before);
    if (before !== undefined && quantity === null) return { line, refused: "name" };
    const answer = readAnswer(number);
    if ("refused" in answer) return { line, refused: answer.refused };
    return { text: number.trim(), quantity };
  });
}

/** A line as it is typed. @param {Line} line */
export const written = ({ text, quantity }) => (quantity === null ? text : `${quantity} = ${text}`);

/** The fragment that carries lines; "" where it would be long. @param {Line[]} lines */
export function fragment(lines) {
  const found = `#n=${lines.map((line) => encodeURIComponent(line.quantity === null ? line.text : `${line.quantity}=${line.text}`)).join(";")}`;
  return lines.length && found.length <= LONGEST ? found : "";
}

/** What stands in an address as text to type; null where it carries nothing. @param {string} hash with its # */
export function fromFragment(hash) {
  if (!OURS.test(hash) || hash.length > LONGEST) return null;
  try {
    const lines = hash.slice(3).split(";", MOST).map(decodeURIComponent);
    return lines.map((line) => line.replace(/[\r\n]+/g, " ").replace("=", " = ")).join("\n");
  } catch {
    return null;
  }
}
