// What a quantity is, in words, by the sentences that the build exports. No DOM.
// @ts-check

import { parseName } from "./course.mjs";
import { translate, whole } from "../numbers/language.mjs";

/** @typedef {import("../numbers/language.mjs").Language} Language */
/** @typedef {[string, string, Record<string, number>][]} Meanings pattern of a name, sentence, group of each placeholder */

/** A short description in the page's language. @param {string} full @param {Meanings} meanings @param {Language} language */
export function describe(full, meanings, language) {
  const { base, example, step } = parseName(full);
  let text = words(base, meanings) ?? base;
  if (example) text = translate(language, "{text}, example {number}", { text, number: String(example) });
  if (step === 1) return translate(language, "{text}, after one update", { text });
  if (step) return translate(language, "{text}, after {number} updates", { text, number: whole(language, step) });
  return text;
}

/** @param {string} base @param {Meanings} meanings @returns {string | null} */
function words(base, meanings) {
  for (const [pattern, text, groups] of meanings) {
    const match = new RegExp(`^(?:${pattern})$`).exec(base);
    if (match) return text.replace(/\{(\w+)\}/g, (_, name) => part(match[groups[name]], meanings));
  }
  return null;
}

/** What a placeholder names: "the output of h1" for out_h1, h2₁ for h2_1. @param {string} name @param {Meanings} meanings */
function part(name, meanings) {
  const below = /** @param {string} digits */ (digits) => [...digits].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)]).join("");
  return words(`the ${name}`, meanings) ?? name.replace(/_(\d+)$/, (_, digits) => below(digits));
}
