// A language's small strings, number words and lists, from what the build exports of it.
// @ts-check

import { integer, said } from "./rounding.mjs";

/** @typedef {import("./rounding.mjs").Printed} Printed */
/**
 * `words` are those of the counts from 0 on (of neurons, without the noun), `and` the one before the last of a list.
 * @typedef {import("./rounding.mjs").Language & { strings: Record<string, string>, words: string[], and: string }} Language
 */

/**
 * The language's own version of an English string, with `{placeholders}` filled in.
 * @param {Language} language @param {string} english @param {Record<string, string>} [values]
 */
export function translate(language, english, values = {}) {
  const own = Object.hasOwn(language.strings, english) ? language.strings[english] : "";
  return (own || english).replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** A printed number in running text. @param {Language} language @param {Printed} number */
export const numeral = (language, number) => said(number, language);

/** A whole number in digits. @param {Language} language @param {number} number */
export const whole = (language, number) => integer(BigInt(number), language);

/** A count as a word, in digits when it is large. @param {Language} language @param {number} number */
export const word = (language, number) => language.words[number] ?? whole(language, number);

/** What parts numbers in a list. @param {Language} language */
export const listSeparator = (language) => (language.mark === "," ? ";" : ",");

/** The items as a list in running text. @param {Language} language @param {string[]} items */
export function enumerate(language, items) {
  if (items.length < 2) return items.join("");
  const comma = language.code === "en" && items.length > 2 ? "," : "";
  return `${items.slice(0, -1).join(", ")}${comma} ${language.and} ${items[items.length - 1]}`;
}
