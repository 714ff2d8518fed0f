// How a formula goes to KaTeX, the same in the build's V8 and in the browser: what it may do, and the
// symbols dressed in the class of their kind, from which the style sheet takes their colour. No DOM.
// @ts-check

/** @typedef {{ renderToString: (tex: string, options: object) => string }} Katex */

const TRUSTED = new Set(["\\htmlData", "\\htmlClass", "\\htmlId"]);
const ESCAPED = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };
const SCRIPT = String.raw`(?:[_^](?:\{(?:[^{}]|\{[^{}]*\})*\}|[A-Za-z0-9+]))`;
const FRACTION = /\\frac\{(\\partial(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}\{(\\partial(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}/y;
const STRUT = /katex-strut" style="height:([\d.]+)em;(?:vertical-align:(-?[\d.]+)em;)?/g;
const LINE = { above: 0.9, below: 0.36 }; // em: a line of text in KaTeX's own font
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
 * How high a display formula is, in em of its own size: as high and as deep as KaTeX's struts, and a line at least.
 * @param {string} html
 */
function height(html) {
  let { above, below } = LINE;
  for (const [, whole, shift = "0"] of html.matchAll(STRUT)) {
    above = Math.max(above, Number(whole) + Number(shift));
    below = Math.max(below, -Number(shift));
  }
  return above + below;
}

/**
 * KaTeX's HTML: of the dressed formula, or of the one that was written, where a command takes no dressed symbol
 * (`\sqrt w`) or KaTeX finds a mistake, which is then told as it was written.
 * @param {Katex} katex @param {string} tex @param {object} options
 */
function rendered(katex, tex, options) {
  try {
    return katex.renderToString(dressed(tex), options);
  } catch {
    return katex.renderToString(tex, options);
  }
}

/**
 * HTML with MathML of a formula; its annotation is the LaTeX as it was written, and a display formula
 * says how high it is (`--bp-high`, for the style sheet). Throws what KaTeX throws.
 * @param {Katex} katex @param {string} tex @param {boolean} displayMode @param {string} [errorColor] of commands that are not allowed
 */
export function typeset(katex, tex, displayMode, errorColor = "#cc0000") {
  const html = rendered(katex, tex, {
    displayMode,
    output: "htmlAndMathml",
    throwOnError: true,
    errorColor,
    trust: (/** @type {{ command: string }} */ context) => TRUSTED.has(context.command),
    strict: (/** @type {string} */ code) => (code === "htmlExtension" ? "ignore" : "error"),
  });
  const plain = tex.replace(/[&<>"']/g, (sign) => /** @type {Record<string, string>} */ (ESCAPED)[sign]);
  const noted = html.replace(/(<annotation [^>]*>)[^]*?(<\/annotation>)/, (_, open, close) => open + plain + close);
  if (!displayMode) return noted;
  return noted.replace('<span class="katex-display"', `$& style="--bp-high:${Number(height(html).toFixed(3))}em"`);
}
