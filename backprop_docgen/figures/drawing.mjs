// What the build asks of V8 for its figures: many scenes at once, with values that Python has computed.
// @ts-check

import { drawings } from "../assets/figures/figure.mjs";
import { ofText } from "../assets/numbers/near.mjs";

/** @typedef {import("../assets/figures/scene.mjs").Scene} Scene */
/** @typedef {import("../assets/figures/scene.mjs").Answers} Answers */
/** @typedef {import("../assets/numbers/evaluate.mjs").Value} Value */
/** @typedef {import("../assets/numbers/language.mjs").Language} Language */
/** @typedef {{ names: string[], doubles: string, digits: string[] }} Values */
/** @typedef {Omit<Scene, "sheet" | "language" | "losses" | "answers" | "more"> & { values: Values }} Sheet */
/** @typedef {[kind: string, sheet: number, language: number, losses: number, own: { weight?: string, copy?: number }]} Wanted places in the lists beside, and what the figure alone has */

/** Doubles, eight bytes each, from base64. @param {string} text */
function doubles(text) {
  const bytes = /** @type {{ fromBase64(text: string): Uint8Array }} */ (/** @type {unknown} */ (Uint8Array));
  return new Float64Array(bytes.fromBase64(text).buffer);
}

/** A rational in lowest terms ("3/4", "2"), or fifty digits ("0 0.59 1E-50"). @param {number} double @param {string} text @returns {Value} */
function value(double, text) {
  if (text.includes(" ")) return { double, exact: null, digits: ofText(text) };
  const [n, d = "1"] = text.split("/");
  return { double, exact: { n: BigInt(n), d: BigInt(d) }, digits: null };
}

/** @param {{ doubles: string, last: { double: string, digits: string } }} losses @returns {ReturnType<Scene["losses"]>} */
function training({ doubles: all, last }) {
  return { after: doubles(all), last: value(doubles(last.double)[0], last.digits) };
}

/**
 * @typedef {{ name: string, double: number, digits: string }} Known
 * @typedef {Omit<Answers, "stages"> & { stages: { step: number, grid: number[][], outs: Known[], loss: Known }[] }} Answered
 */

/** @param {Answered} answers @returns {Answers} */
function answered({ stages, ...rest }) {
  /** @param {Known} known */
  const quantity = ({ name, double, digits }) => ({ name, value: value(double, digits) });
  return { ...rest, stages: stages.map((each) => ({ ...each, outs: each.outs.map(quantity), loss: quantity(each.loss) })) };
}

/** The worksheet as figures look into it. @param {Values} values @returns {Scene["sheet"]} */
function worksheet({ names, digits, ...packed }) {
  const double = doubles(packed.doubles);
  const places = new Map(names.map((name, place) => [name, place]));
  return {
    has: (name) => places.has(name),
    value(name) {
      const place = places.get(name);
      if (place === undefined) throw new RangeError(`there is no quantity ${name}`);
      return value(double[place], digits[place]);
    },
  };
}

/**
 * Every wanted figure, in order, or why it cannot be drawn; what several of them share is given once.
 * @param {{ sheets: (Sheet | Sheet[])[], languages: Language[], losses: string[], wanted: Wanted[] }} all a list where a figure shows several
 */
export function drawAll({ sheets, languages, losses, wanted }) {
  const scenes = sheets.map((each) => [each].flat().map(({ values, ...scene }) => ({ ...scene, sheet: worksheet(values) })));
  return wanted.map(([kind, sheet, language, curve, own]) => {
    const [first, ...more] = scenes[sheet].map((scene, place) => {
      const told = () => [JSON.parse(losses[curve])].flat()[place];
      return { ...scene, ...own, language: languages[language], losses: () => training(told()), answers: () => answered(told()) };
    });
    try {
      return drawings(kind, more.length ? { ...first, more } : first);
    } catch (error) {
      return `${kind}: ${/** @type {Error} */ (error).message}`;
    }
  });
}
