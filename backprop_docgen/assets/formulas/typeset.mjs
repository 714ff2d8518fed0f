// How a formula goes to KaTeX, the same in the build's V8 and in the browser: what it may do, and the
// symbols dressed in the class of their kind, from which the style sheet takes their colour. No DOM.
// @ts-check

import { breakable } from "./breaks.mjs";
import { group, light, lightMaths } from "./boxes.mjs";

/** @typedef {import("./boxes.mjs").Box} Box */
/** @typedef {{ __renderToDomTree: (tex: string, options: object) => Box, __domTree: { Span: import("./boxes.mjs").Span } }} Katex */

const TRUSTED = new Set(["\\htmlData", "\\htmlClass", "\\htmlId"]);
const ESCAPED = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };
const SCRIPT = String.raw`(?:[_^](?:\{(?:[^{}]|\{[^{}]*\})*\}|[A-Za-z0-9+]))`;
const FRACTION = /\\frac\{(\\partial(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}\{(\\partial(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}/y;
const WHOLE = /\\(?:text|operatorname|mathsf|begin|end|html(?:Data|Class|Id))\*?\{[^{}]*\}|\\(?:[A-Za-z]+|.)/y;

/** What each kind of quantity looks like in LaTeX; a letter inside a command or a word is none. @type {[string, RegExp][]} */
const SYMBOLS = [
  ["gradient", FRACTION],
  ["net", new RegExp(String.raw`\\text\{net\}${SCRIPT}*`, "y")],
  ["out", new RegExp(String.raw`\\text\{out\}${SCRIPT}*`, "y")],
  ["target", new RegExp(String.raw`\\text\{target\}${SCRIPT}*`, "y")],
  ["gradient", new RegExp(String.raw`\\delta(?![A-Za-z])${SCRIPT}*`, "y")],
  ["error", new RegExp(String.raw`E${SCRIPT}*|e_\{[ho]${SCRIPT}*[^{}]*\}${SCRIPT}?`, "y")],
  ["weight", new RegExp(String.raw`[wW]${SCRIPT}*`, "y")],
  ["bias", new RegExp(String.raw`b(?![A-Za-z])${SCRIPT}*`, "y")],
  ["input", new RegExp(String.raw`i_\{\d+\}${SCRIPT}*`, "y")],
];

/** LaTeX with every symbol of a quantity in the class of its kind. @param {string} tex */
export function dressed(tex) {
  let found = "";
  for (let at = 0; at < tex.length; ) {
    const symbol = symbolAt(tex, at);
    if (symbol) {
      found += `\\htmlClass{bp-${symbol.kind}}{${symbol.text}}`;
      at += symbol.text.length;
      continue;
    }
    WHOLE.lastIndex = at;
    const piece = WHOLE.exec(tex)?.[0] ?? tex[at];
    found += piece;
    at += piece.length;
  }
  return found;
}

/** @param {string} tex @param {number} at */
function symbolAt(tex, at) {
  for (const [kind, pattern] of SYMBOLS) {
    pattern.lastIndex = at;
    const match = pattern.exec(tex);
    if (match) return { kind, text: match[0] };
  }
  return null;
}

/**
 * KaTeX's boxes: of the dressed formula, or of the one that was written, where a command takes no dressed symbol
 * (`\\sqrt w`) or KaTeX finds a mistake, which is then told as it was written.
 * @param {Katex} katex @param {string} tex @param {object} options
 */
function boxes(katex, tex, options) {
  try {
    return katex.__renderToDomTree(dressed(tex), options);
  } catch {
    return katex.__renderToDomTree(tex, options);
  }
}

/**
 * The boxes of a formula on a line of its own: broken by the browser where it does not fit, as those of a text are. What
 * KaTeX sets in its own display mode alone (`align`, `\\tag`) is not broken.
 * @param {Katex} katex @param {string} tex @param {object} options
 */
function display(katex, tex, options) {
  try {
    const { tex: broken, levels } = breakable(tex);
    const found = boxes(katex, `\\displaystyle ${broken}`, options);
    if (found.children?.[1]) group(found.children[1], levels, katex.__domTree.Span);
    return new katex.__domTree.Span(["katex-display"], [found]);
  } catch {
    return boxes(katex, tex, { ...options, displayMode: true });
  }
}

/**
 * HTML with MathML of a formula; its annotation is the LaTeX as it was written. Throws what KaTeX throws.
 * @param {Katex} katex @param {string} tex @param {boolean} displayMode @param {string} [errorColor] of commands that are not allowed
 */
export function typeset(katex, tex, displayMode, errorColor = "#cc0000") {
  const options = {
    output: "htmlAndMathml",
    throwOnError: true,
    errorColor,
    trust: (/** @type {{ command: string }} */ context) => TRUSTED.has(context.command),
    strict: (/** @type {string} */ code) => (code === "htmlExtension" ? "ignore" : "error"),
  };
  const found = displayMode ? display(katex, tex, options) : boxes(katex, tex, options);
  const [maths, html] = (displayMode ? found.children?.[0] : found)?.children ?? [];
  if (maths) lightMaths(maths);
  if (html) light(html);
  const plain = tex.replace(/[&<>"']/g, (sign) => /** @type {Record<string, string>} */ (ESCAPED)[sign]);
  return found.toMarkup().replace(/(<annotation [^>]*>)[^]*?(<\/annotation>)/, (_, open, close) => open + plain + close);
}
