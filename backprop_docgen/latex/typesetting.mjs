// What the build asks of V8 for its formulas: many at once, each typeset as in the browser.
// @ts-check

import { typeset } from "../assets/formulas/typeset.mjs";

/** @typedef {import("../assets/formulas/typeset.mjs").Katex} Katex */

const { katex } = /** @type {{ katex: Katex }} */ (/** @type {unknown} */ (globalThis));

/**
 * For each formula, its TeX and whether it is a display: HTML, or why KaTeX refuses it.
 * @param {{ formulas: [string, boolean][], errorColor: string }} wanted @returns {[string, string | null][]}
 */
export function typesetAll({ formulas, errorColor }) {
  return formulas.map(([tex, display]) => {
    try {
      return [typeset(katex, tex, display, errorColor), null];
    } catch (error) {
      return ["", /** @type {Error} */ (error).message];
    }
  });
}
