// What a quantity is, in words, by the sentences that the build exports. No DOM.
// @ts-check

import { parseName } from "./course.mjs";
import { translate, whole } from "../numbers/language.mjs";

/** @typedef {import("../numbers/language.mjs").Language} Language */
/** @typedef {[string, string, Record<string, number>][]} Meanings pattern of a name, sentence, group of each placeholder */

/** A short description in the page's language. @param {string} full @param {Meanings} meanings @param {Language} language */
export function describe(full, meanings, language) {
  const { base, example, step } = parseName(full);
  let text = described(base, meanings);
  if (example) text = translate(language, "{text}, example {number}", { text, number: String(example) });
  if (step === 1) return translate(language, "{text}, after one update", { text });
  if (step) return translate(language, "{text}, after {number} updates", { text, number: whole(language, step) });
  return text;
}

/** @param {string} base @param {Meanings} meanings */
function described(base, meanings) {
  for (const [pattern, text, groups] of meanings) {
    const match = new RegExp(`^(?:${pattern})$`).exec(base);
    if (match) return text.replace(/\{(\w+)\}/g, (_, name) => match[groups[name]]);
  }
  return base;
}
