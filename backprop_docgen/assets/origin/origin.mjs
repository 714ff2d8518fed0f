// Where a number comes from: its name and meaning, its formula, what that is made of, and what it goes into. No DOM.
// @ts-check

import { parseName, placeOf, symbolOf } from "../network/course.mjs";
import { describe } from "../network/describe.mjs";
import { ladder, Typesetter } from "../formulas/equation.mjs";
import { ofDouble, symbols } from "../numbers/evaluate.mjs";
import { translate, whole } from "../numbers/language.mjs";
import { formatted, printed, python, said, text, tex } from "../numbers/rounding.mjs";

/** @typedef {import("../network/course.mjs").Course} Course */
/** @typedef {import("../numbers/evaluate.mjs").Tree} Tree */
/** @typedef {import("../numbers/evaluate.mjs").Value} Value */
/** @typedef {import("../numbers/language.mjs").Language} Language */
/** @typedef {{ decimals: number, language: Language, rules: import("../formulas/equation.mjs").Rules, meanings: import("../network/describe.mjs").Meanings }} Setting */
/** @typedef {{ name: string, format: string } | { tree: Tree, format: string }} Mark what stands behind a number of the page */
/** @typedef {{ name: string, symbol: string, meaning: string, value: string }} Item a quantity in a list */
/**
 * @typedef {object} Origin
 * @property {string | null} name
 * @property {string | null} symbol as LaTeX
 * @property {string} meaning
 * @property {string} full the value with all of its digits
 * @property {boolean} exact whether these are all the digits it has
 * @property {string} shown as the page prints it
 * @property {string | null} formula as LaTeX
 * @property {string} note what is to be said instead of a formula, or about it
 * @property {Item[]} operands
 * @property {Item[]} users
 */

const FRACTION = 3;
const ATOM = 4;

/** A worksheet's quantities whose formula has this one in it. @param {Course} course @param {string} full @returns {string[]} */
function usersOf(course, full) {
  const { sheet, local, prefix } = placeOf(course, full);
  /** @type {Set<string>} */
  const all = new Set();
  for (let each = /** @type {typeof sheet | null} */ (sheet); each; each = each.base) {
    for (const one of each.names()) all.add(one);
  }
  return [...all].filter((one) => one !== local && symbols(sheet.tree(one)).includes(local)).map((one) => prefix + one);
}

/** The quantities that a number of the page is made of, by full name. @param {Course} course @param {Mark} mark @returns {string[]} */
function operandsOf(course, mark) {
  if ("tree" in mark) return [...new Set(symbols(mark.tree))];
  if (parseName(mark.name).step > 1) return [];
  const { sheet, local, prefix } = placeOf(course, mark.name);
  return [...new Set(symbols(sheet.tree(local)))].map((one) => prefix + one);
}

/**
 * @param {Mark} mark @param {Course} course @param {Setting} setting
 * @param {Value} [known] its value where the course cannot tell it
 * @returns {Origin}
 */
export function originOf(mark, course, setting, known) {
  const { language, decimals, meanings } = setting;
  /** @param {string} english @param {Record<string, string>} [values] */
  const say = (english, values) => translate(language, english, values);
  /** @param {string} full @returns {Item} */
  const item = (full) => {
    const value = course.ready(full) ? said(printed(course.value(full), decimals), language) : "";
    return { name: full, symbol: symbolOf(course, full), meaning: describe(full, meanings, language), value };
  };
  const operands = operandsOf(course, mark).map(item);
  if ("tree" in mark) {
    const value = course.known(mark.tree) ? course.evaluate(mark.tree) : (known ?? nothing);
    const formula = operands.length ? derivedTex(mark.tree, course, setting, value) : null;
    const meaning = formula ? say("a number worked out from others") : say("a constant");
    const note = formula ? say("Worked out where it stands.") : "";
    return {
      ...told(value, mark.format, setting),
      ...{ name: null, symbol: null, meaning, formula, note, operands, users: [] },
    };
  }
  const { name: full } = mark;
  const { sheet, step } = parseName(full);
  const value = course.ready(full) ? course.value(full) : (known ?? nothing);
  const own = sheet === "" && course.changes.has(full);
  let note = "";
  if (sheet === "count") note = say("A count or a setting of the network's file: no weight changes it.");
  else if (step > 1) {
    const number = whole(language, step);
    note = say("The update, repeated {number} times: too long to be written out.", { number });
  } else if (!operands.length) {
    note = own ? say("Given: your own number.") : say("Given: it stands in the network's file.");
  }
  if (sheet && sheet !== "count") {
    note = [note, say("Of the worksheet “{name}”, which is not the tutorial's own.", { name: sheet })].filter(Boolean).join(" ");
  }
  const place = placeOf(course, full);
  const formula = operands.length
    ? ladder(place.sheet, place.prefix, place.local, language, decimals, setting.rules)
    : null;
  const users = sheet === "count" || step > 1 ? [] : usersOf(course, full).map(item);
  const meaning = sheet === "count" ? say("a count") : describe(full, meanings, language);
  const symbol = sheet === "count" ? null : symbolOf(course, full);
  return { ...told(value, mark.format, setting), ...{ name: full, symbol, meaning, formula, note, operands, users } };
}

/** @type {Value} */
const nothing = ofDouble(NaN);

/** @param {Value} value @param {string} format @param {Setting} setting */
function told(value, format, { decimals, language }) {
  const all = printed(value, 40);
  const full = all.exact ? text(all, language.mark) : python(value.double).replace(/^-/, "−").replace(".", language.mark);
  const word = format.startsWith("word");
  return { full, exact: all.exact, shown: formatted(value, word ? "integer" : format, decimals, language) };
}

/** A formula without a name, in symbols and in numbers. @param {Tree} tree @param {Course} course @param {Setting} setting @param {Value} value */
function derivedTex(tree, course, { decimals, language, rules }, value) {
  const symbol = new Typesetter(
    (name) => {
      const found = symbolOf(course, name);
      return { tex: found, rank: found.startsWith("\\frac") ? FRACTION : ATOM };
    },
    language,
    rules,
  );
  const result = printed(value, decimals);
  const relation = result.exact ? "=" : "\\approx";
  return `${symbol.piece(tree).tex} ${relation} ${tex(result, language.mark)}`;
}
