// The lines of a worksheet as LaTeX: in symbols, and with numbers. No DOM.
// @ts-check

import { Typesetter } from "../formulas/equation.mjs";
import { symbols } from "../numbers/evaluate.mjs";
import { literal } from "../numbers/numeral.mjs";
import { negative, tex, text } from "../numbers/rounding.mjs";
import { significant } from "./digits.mjs";

/** @typedef {import("../numbers/evaluate.mjs").Tree} Tree */
/** @typedef {import("../numbers/language.mjs").Language} Language */
/** @typedef {import("../formulas/equation.mjs").Rules} Rules */
/** @typedef {import("./shape.mjs").Shape} Shape */
/** @typedef {import("./judge.mjs").Sheet} Sheet */

const [PRODUCT, FRACTION, ATOM] = [2, 3, 4]; // as equation.mjs counts

export class Equations {
  /** @param {Shape} shape @param {Sheet} sheet @param {Map<string, string>} changes @param {number} digits @param {Language} language @param {Rules} rules */
  constructor(shape, sheet, changes, digits, language, rules) {
    this.shape = shape;
    this.sheet = sheet;
    this.changes = changes;
    this.digits = digits;
    this.language = language;
    this.rules = rules;
  }

  /** A number of the worksheet as it is shown: a given as it was written, a result with the digits asked. @param {string} name */
  number(name) {
    const written = this.shape.givens.includes(name) ? literal(this.changes.get(name) ?? this.shape.literal(name)) : null;
    if (written !== null && !written.includes("e")) return { digits: written, exponent: null, exact: true };
    return significant(this.sheet.value(name), this.digits);
  }

  /** @param {Tree} tree */
  symbols(tree) {
    /** @param {string} name */
    const leaf = (name) => {
      const symbol = this.shape.symbol(name);
      return { tex: symbol, rank: symbol.startsWith("\\frac") ? FRACTION : ATOM };
    };
    return new Typesetter(leaf, this.language, this.rules).piece(tree).tex;
  }

  /** @param {Tree} tree */
  numbers(tree) {
    /** @param {string} name */
    const leaf = (name) => {
      const number = this.number(name);
      return { tex: tex(number, this.language.mark), rank: number.exponent === null ? ATOM : PRODUCT, minus: negative(number) };
    };
    return new Typesetter(leaf, this.language, this.rules).piece(tree).tex;
  }

  /** A step in symbols: what is to be done. @param {string} name @param {Tree} [tree] a wrong one */
  asked(name, tree = this.shape.tree(name)) {
    return `${this.shape.symbol(name)} = ${this.symbols(tree)}`;
  }

  /** A step done: symbols, numbers, result. @param {string} name */
  worked(name) {
    const result = this.number(name);
    const tree = this.shape.tree(name);
    const given = symbols(tree).every((operand) => this.number(operand).exact);
    /** @param {boolean} exact */
    const sign = (exact) => (exact ? "=" : "\\approx");
    return `${this.asked(name)} ${sign(given)} ${this.numbers(tree)} ${sign(given && result.exact)} ${tex(result, this.language.mark)}`;
  }

  /** A given with its number. @param {string} name */
  given(name) {
    return `${this.shape.symbol(name)} = ${tex(this.number(name), this.language.mark)}`;
  }

  /** A result in running text. @param {string} name */
  result(name) {
    return text(this.number(name), this.language.mark);
  }
}
