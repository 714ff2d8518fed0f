// What a reader hands in, as one line of text: the network, its numbers, the answers, a checksum against bad copies.
// `slips/line.py` reads and writes the same. White space may have become line ends on the way. No DOM.
//
//   bp1 shape=2-2-2 digits=4 seed=17 i1=0.5 … / net_h1=0%2C3775 out_h1=? … #1f3a9c07
//
// @ts-check

/**
 * @typedef {object} Line
 * @property {string} shape
 * @property {number} digits significant ones that were asked for
 * @property {number | null} seed of which the numbers were drawn
 * @property {Map<string, string>} numbers literals in the place of the published ones
 * @property {Map<string, string | null>} answers as they were written; null: the result was shown
 */
/** @typedef {"form" | "checksum"} Reason why a text is no such line */

const VERSION = "bp1";
const LONGEST = 65_536; // characters
const SPACE = /[ \t\r\n\u00a0]+/;
const SHAPE = /^[a-z0-9-]{1,40}$/;
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,40}(?:\/[A-Za-z0-9_]{1,40})?(?:@1)?$/;
const WHOLE = /^\d{1,10}$/;
const VALUE = /^[A-Za-z0-9._!~*'()%-]{1,400}$/;

/** CRC-32, as in ZIP files. @param {string} text of ASCII */
export function checksum(text) {
  let found = 0xffffffff;
  for (let at = 0; at < text.length; at++) {
    found ^= text.charCodeAt(at);
    for (let bit = 0; bit < 8; bit++) found = (found >>> 1) ^ (found & 1 ? 0xedb88320 : 0);
  }
  return ((found ^ 0xffffffff) >>> 0).toString(16).padStart(8, "0");
}

/** @param {Line} line */
export function write({ shape, digits, seed, numbers, answers }) {
  const parts = [VERSION, `shape=${shape}`, `digits=${digits}`];
  if (seed !== null) parts.push(`seed=${seed}`);
  for (const [name, literal] of numbers) parts.push(`${name}=${encodeURIComponent(literal)}`);
  parts.push("/");
  for (const [name, text] of answers) parts.push(`${name}=${text === null ? "?" : encodeURIComponent(text)}`);
  const text = parts.join(" ");
  return `${text} #${checksum(text)}`;
}

/** @param {string[]} tokens @returns {[string, string][] | null} */
function pairs(tokens) {
  const found = tokens.map((token) => /** @type {[string, string]} */ (token.split(/=([^]*)/).slice(0, 2)));
  const names = new Set(found.map(([name]) => name));
  return names.size === found.length ? found : null;
}

/** @param {string} text @returns {string | null} */
function plain(text) {
  if (!VALUE.test(text)) return null;
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** @param {string} text @returns {Line | { refused: Reason }} */
export function parse(text) {
  /** @type {{ refused: Reason }} */
  const form = { refused: "form" };
  if (text.length > LONGEST) return form;
  const tokens = text.split(SPACE).filter(Boolean);
  const sum = tokens.pop() ?? "";
  const slash = tokens.indexOf("/");
  if (tokens[0] !== VERSION || !/^#[0-9a-f]{8}$/.test(sum) || slash < 0) return form;
  if (sum !== `#${checksum(tokens.join(" "))}`) return { refused: "checksum" };
  const [head, tail] = [pairs(tokens.slice(1, slash)), pairs(tokens.slice(slash + 1))];
  if (head === null || tail === null) return form;
  const settings = new Map(head);
  const [shape, digits, seed] = ["shape", "digits", "seed"].map((name) => settings.get(name));
  if (!SHAPE.test(shape ?? "") || !/^[1-9]\d?$/.test(digits ?? "") || (seed !== undefined && !WHOLE.test(seed))) return form;
  /** @type {Line} */
  const line = { shape: shape ?? "", digits: Number(digits), seed: seed === undefined ? null : Number(seed), numbers: new Map(), answers: new Map() };
  for (const [name, value] of head) {
    if (["shape", "digits", "seed"].includes(name)) continue;
    const literal = NAME.test(name) ? plain(value ?? "") : null;
    if (literal === null) return form;
    line.numbers.set(name, literal);
  }
  for (const [name, value] of tail) {
    const answer = value === "?" ? null : plain(value ?? "");
    if (!NAME.test(name) || (answer === null && value !== "?")) return form;
    line.answers.set(name, answer);
  }
  return line;
}
