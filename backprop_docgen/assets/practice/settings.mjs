// Which worksheet a reader has before him, as the address says it: ?shape=relu&seed=17&rung=2&digits=4&way=end. No DOM.
// @ts-check

/** @typedef {"published" | "own" | "drawn"} Numbers */
/** @typedef {"each" | "end"} Way when something is said: after each step, or at the end */
/** @typedef {{ shape: string, numbers: Numbers, seed: number, rung: number, digits: number, way: Way }} Settings */

export const DIGITS = [3, 4, 5, 6];
export const MOST_SEED = 9999;
/** What an address may leave out. @type {Settings} */
export const FIRST = { shape: "default", numbers: "published", seed: 1, rung: 1, digits: 4, way: "each" };

/** @param {string | null} text @param {number} least @param {number} most @param {number} otherwise */
function whole(text, least, most, otherwise) {
  const found = /^\d{1,6}$/.test(text ?? "") ? Number(text) : NaN;
  return found >= least && found <= most ? found : otherwise;
}

/** What an address asks for, as far as it can be had. @param {string} search with its ? @param {string[]} shapes @returns {Settings} */
export function read(search, shapes) {
  const found = new URLSearchParams(search);
  const asked = found.get("shape") ?? "";
  const shape = shapes.includes(asked) ? asked : shapes.includes(FIRST.shape) ? FIRST.shape : shapes[0];
  const seed = whole(found.get("seed"), 1, MOST_SEED, 0);
  const own = found.get("numbers") === "own" && shape === FIRST.shape;
  return {
    shape,
    numbers: seed ? "drawn" : own ? "own" : "published",
    seed: seed || FIRST.seed,
    rung: whole(found.get("rung"), 0, 9, FIRST.rung),
    digits: whole(found.get("digits"), DIGITS[0], DIGITS[DIGITS.length - 1], FIRST.digits),
    way: found.get("way") === "end" ? "end" : "each",
  };
}

/** @param {Settings} settings @returns {string} with its ?; "" for the first worksheet */
export function write({ shape, numbers, seed, rung, digits, way }) {
  const found = new URLSearchParams();
  if (shape !== FIRST.shape) found.set("shape", shape);
  if (numbers === "drawn") found.set("seed", String(seed));
  if (numbers === "own") found.set("numbers", "own");
  if (rung !== FIRST.rung) found.set("rung", String(rung));
  if (digits !== FIRST.digits) found.set("digits", String(digits));
  if (way !== FIRST.way) found.set("way", way);
  const text = found.toString();
  return text && `?${text}`;
}
