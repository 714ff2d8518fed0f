// SVG as text: runs of text with subscripts, lines, boxes, and how wide a text is about to be. No DOM.
// @ts-check

/**
 * A stretch of text, lowered or not, with attributes and a class; `rounded` if a number is.
 * @typedef {{ text: string, sub: boolean, data: Record<string, string>, css: string, rounded: boolean }} Run
 */
/** @typedef {{ left: number, top: number, right: number, bottom: number }} Box y grows downwards */
/** @typedef {{ x1: number, y1: number, x2: number, y2: number }} Line */
/** @typedef {Record<string, string | number | null>} Pairs */

export const WIDTH = 340; // of a sheet in portrait, as a phone shows it
export const TALLEST = 462; // better no taller: seven tenths of a phone's window of 360 × 640, which shows a sheet 328 wide
export const WIDTHS = { tall: WIDTH, wide: 620 };
export const NAME = 14.5;
export const NUMBER = 13;
export const SMALL = 12.5;

const USUAL = 64; // hundredths of the font size
/** @type {Map<string, number>} */
const WIDE = new Map();
for (const [signs, width] of /** @type {[string, number][]} */ ([
  [" .,;:ijl|'", 33],
  ["frt()[]", 41],
  ["⁻⁰¹²³⁴⁵⁶⁷⁸⁹", 44],
  ["w×−+=≈→<>½", 84],
  ["mM…⋯", 100],
])) {
  for (const sign of signs) WIDE.set(sign, width);
}

/** @param {string} text @param {Partial<Run>} [more] @returns {Run} */
export const run = (text, more = {}) => ({ text, sub: false, data: {}, css: "", rounded: false, ...more });

/** `=` between exact numbers, `≈` where one is rounded. @param {Run[]} numbers */
export const relation = (...numbers) => (numbers.some((number) => number.rounded) ? "≈" : "=");

/** About how wide the text is. @param {Run[]} runs @param {number} [size] */
export function widthOf(runs, size = NUMBER) {
  let hundredths = 0;
  for (const { text, sub } of runs) {
    for (const sign of text) hundredths += (WIDE.get(sign) ?? USUAL) * (sub ? SMALL : size);
  }
  return hundredths / 100;
}

/**
 * The rectangle of a size about a centre.
 * @param {number} x @param {number} y @param {number} width @param {number} height @returns {Box}
 */
export const around = (x, y, width, height) => ({
  left: x - width / 2,
  top: y - height / 2,
  right: x + width / 2,
  bottom: y + height / 2,
});

/** Whether two rectangles come closer than `gap`. @param {Box} a @param {Box} b @param {number} gap */
export const overlaps = (a, b, gap) =>
  a.left < b.right + gap && b.left < a.right + gap && a.top < b.bottom + gap && b.top < a.bottom + gap;

/**
 * The stretch of a line (0 to 1) inside the rectangle grown by `gap`; null if they don't meet.
 * @param {Box} box @param {Line} line @param {number} gap @returns {[number, number] | null}
 */
export function spanOn(box, line, gap) {
  let [start, end] = [0, 1];
  for (const [low, high, origin, step] of [
    [box.left - gap, box.right + gap, line.x1, line.x2 - line.x1],
    [box.top - gap, box.bottom + gap, line.y1, line.y2 - line.y1],
  ]) {
    if (Math.abs(step) < 1e-9) {
      if (!(low < origin && origin < high)) return null;
      continue;
    }
    const [first, second] = [(low - origin) / step, (high - origin) / step];
    start = Math.max(start, Math.min(first, second));
    end = Math.min(end, Math.max(first, second));
  }
  return start < end ? [start, end] : null;
}

/** @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 @returns {Line} */
export const line = (x1, y1, x2, y2) => ({ x1, y1, x2, y2 });

/** The point a share of the way along. @param {Line} line @param {number} share @returns {[number, number]} */
export const at = ({ x1, y1, x2, y2 }, share) => [x1 + (x2 - x1) * share, y1 + (y2 - y1) * share];

/** How long a line is, never 0. @param {Line} line */
function lengthOf({ x1, y1, x2, y2 }) {
  const [across, down] = [x2 - x1, y2 - y1];
  return Math.max(Math.sqrt(across * across + down * down), 1e-9);
}

/**
 * The line without its first `start` and last `end` units.
 * @param {Line} whole @param {number} start @param {number} end
 */
export function shortened(whole, start, end) {
  const length = lengthOf(whole);
  return line(...at(whole, start / length), ...at(whole, 1 - end / length));
}

/**
 * With so many decimals, exact ties to the even digit as Python has them.
 * @param {number} number @param {number} places
 */
export function fixed(number, places) {
  const text = number.toFixed(places); // of two equally near ones the larger
  const halves = Math.abs(number) * 2 ** (places + 1);
  if (halves % 2 !== 1 || Number(text[text.length - 1]) % 2 === 0) return text;
  return (number - Math.sign(number) * 2 ** -20).toFixed(places);
}

/** A length in an attribute: at most two decimals (or one), no "-0". @param {number} number @param {number} [places] */
export function short(number, places = 2) {
  const text = fixed(number, places).replace(/\.?0+$/, "");
  return text === "-0" ? "0" : text;
}

/** The e with 10ᵉ ≤ number < 10ᵉ⁺¹, by the number's shortest digits. @param {number} number */
export const magnitude = (number) => Number(number.toExponential().split("e")[1]);

/** Whether the number's shortest digits are a power of ten. @param {number} number */
export const isPower = (number) => number.toExponential().startsWith("1e");

/** @param {string} text */
export const escapeText = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
/** @param {string} text */
const escapeValue = (text) => escapeText(text).replace(/"/g, "&quot;").replace(/'/g, "&#x27;");

/**
 * An element; `inside` is markup already; attributes that are null are left out.
 * @param {string} tag @param {Pairs} pairs @param {string} [inside]
 */
export function element(tag, pairs, inside = "") {
  let opening = `<${tag}`;
  for (const [key, value] of Object.entries(pairs)) {
    if (value !== null) opening += ` ${key}="${escapeValue(typeof value === "number" ? short(value) : value)}"`;
  }
  return inside ? `${opening}>${inside}</${tag}>` : `${opening}/>`;
}

/**
 * A line of text on its baseline; subscripts hang 4 units below it.
 * @param {number} x @param {number} y @param {Run[]} runs @param {string} anchor @param {number} size @param {string} css
 */
export function textElement(x, y, runs, anchor, size, css) {
  let [inside, lowered] = ["", false];
  for (const { text, sub, css: own, data } of runs) {
    const shift = sub && !lowered ? 4 : lowered && !sub ? -4 : null;
    lowered = sub;
    /** @type {Pairs} */
    const pairs = { dy: shift, "font-size": sub ? SMALL : null, class: own || null, ...data };
    const bare = Object.values(pairs).every((value) => value === null);
    inside += bare ? escapeText(text) : element("tspan", pairs, escapeText(text));
  }
  /** @type {Pairs} */
  const pairs = { x, y, "font-size": size, class: css || null };
  if (anchor !== "start") pairs["text-anchor"] = anchor;
  return element("text", pairs, inside);
}

/**
 * Lines as one stroked path.
 * @param {Line[]} lines @param {string} css @param {number} [width] @param {string | null} [dash]
 */
export function pathElement(lines, css, width = 1, dash = null) {
  const d = lines.map((s) => `M${short(s.x1)} ${short(s.y1)}L${short(s.x2)} ${short(s.y2)}`).join("");
  const stroke = { stroke: "currentColor", "stroke-width": width, "stroke-dasharray": dash };
  return element("path", { class: css, d, fill: "none", ...stroke });
}

/**
 * A filled triangle whose tip is the end of the line.
 * @param {Line} shaft @param {string} css @param {number} [size]
 */
export function arrowHead(shaft, css, size = 7) {
  const length = lengthOf(shaft);
  const [ux, uy] = [(shaft.x2 - shaft.x1) / length, (shaft.y2 - shaft.y1) / length];
  const [bx, by] = [shaft.x2 - ux * size, shaft.y2 - uy * size];
  const half = size * 0.45;
  const points = [
    [shaft.x2, shaft.y2],
    [bx - uy * half, by + ux * half],
    [bx + uy * half, by - ux * half],
  ];
  const d = `M${points.map(([x, y]) => `${short(x)} ${short(y)}`).join("L")}Z`;
  return element("path", { class: `${css} bp-head`, d, fill: "currentColor" });
}
