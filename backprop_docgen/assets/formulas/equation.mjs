// LaTeX of an equation from its tree, by the rule tables of the build: symbol = formula = numbers put in ≈ value.
// @ts-check

import { ofExact, symbols } from "../numbers/evaluate.mjs";
import { read, TRUE } from "../numbers/interval.mjs";
import { parse } from "../numbers/rational.mjs";
import { negative, printed, tex } from "../numbers/rounding.mjs";

/** @typedef {import("../numbers/evaluate.mjs").Tree} Tree */
/** @typedef {import("../numbers/evaluate.mjs").Worksheet} Worksheet */
/** @typedef {import("../numbers/rounding.mjs").Printed} Printed */
/** @typedef {import("../numbers/rounding.mjs").Language} Language */
/** @typedef {{ tex: string, rank: number, minus?: boolean }} Piece */
/** @typedef {Record<string, [string, number]>} Rules LaTeX around the argument, its rank */

const [SUM, PRODUCT, FRACTION, ATOM] = [1, 2, 3, 4]; // how tightly a piece holds together
const MOST_DECIMALS = 24;

/** @param {Piece} piece @returns {Piece} */
const parenthesised = (piece) => ({ tex: `\\left(${piece.tex}\\right)`, rank: ATOM });
/** @param {Piece} piece @param {boolean} leading */
const signed = (piece, leading) => (piece.minus && !leading ? parenthesised(piece) : piece);
/** @param {Tree} tree @returns {tree is [string, ...any[]]} */
const isMinus = (tree) => Array.isArray(tree) && tree[0] === "*" && tree[1] === -1;
/** What stands behind the minus sign. @param {any[]} tree @returns {Tree} */
const behind = (tree) => (tree.length > 3 ? ["*", ...tree.slice(2)] : tree[2]);

/** Terms or factors beside one another. @param {Piece[]} pieces @param {number} rank @returns {Piece} */
const row = (pieces, rank) =>
  pieces.length === 1 ? pieces[0] : { tex: pieces.map(({ tex }) => tex).join(" "), rank, minus: pieces[0].minus };

/** Sets trees with one way of writing their leaves. */
export class Typesetter {
  /** @param {(name: string) => Piece} leaf @param {Language} language @param {Rules} rules */
  constructor(leaf, language, rules) {
    this.leaf = leaf;
    this.language = language;
    this.rules = rules;
  }

  /** The whole tree as one piece. @param {Tree} tree @param {boolean} [leading] @returns {Piece} */
  piece(tree, leading = true) {
    if (!Array.isArray(tree)) return signed(this.constant(tree), leading);
    const [kind, ...rest] = tree;
    switch (kind) {
      case "q":
        return signed(this.leaf(rest[0]), leading);
      case "+":
        return row(rest.map((term, index) => this.term(term, index === 0, leading)), SUM);
      case "*": {
        if (!isMinus(tree)) return row(rest.map((factor, index) => this.factor(factor, index === 0, leading)), PRODUCT);
        const inner = this.inside(behind(tree), PRODUCT, false);
        return signed({ tex: `-${inner.tex}`, rank: PRODUCT, minus: true }, leading);
      }
      case "^":
        return { tex: `${this.inside(rest[0], ATOM, false).tex}^{${rest[1]}}`, rank: ATOM };
      case "/":
        return { tex: `\\frac{${this.piece(rest[0]).tex}}{${this.piece(rest[1]).tex}}`, rank: FRACTION };
      default: {
        const [template, rank] = this.rules[kind];
        const separator = this.language.mark === "," ? ";" : ",";
        /** @type {Record<string, string>} */
        const slots = { "{{": "{", "}}": "}", "{0}": this.piece(rest[0]).tex, "{separator}": separator };
        return { tex: template.replace(/\{\{|\}\}|\{0\}|\{separator\}/g, (slot) => slots[slot]), rank };
      }
    }
  }

  /** @param {number | string} literal @returns {Piece} */
  constant(literal) {
    const number = parse(String(literal));
    if (!number) throw new RangeError(`${literal} is not a number`);
    const value = printed(ofExact(number), 15);
    if (!value.exact) {
      const [top, sign] = number.n < 0n ? [-number.n, "-"] : [number.n, ""];
      return { tex: `${sign}\\frac{${top}}{${number.d}}`, rank: FRACTION, minus: number.n < 0n };
    }
    if (number.n === 1n && number.d === 2n) return { tex: "\\frac{1}{2}", rank: FRACTION };
    return { tex: tex(value, this.language.mark), rank: ATOM, minus: number.n < 0n };
  }

  /** @param {Tree} term @param {boolean} first @param {boolean} leading @returns {Piece} */
  term(term, first, leading) {
    if (first) return this.inside(term, PRODUCT, leading);
    const inner = this.inside(isMinus(term) ? behind(term) : term, PRODUCT, false);
    return { tex: `${isMinus(term) ? "-" : "+"} ${inner.tex}`, rank: SUM };
  }

  /** @param {Tree} factor @param {boolean} first @param {boolean} leading @returns {Piece} */
  factor(factor, first, leading) {
    const inner = this.inside(factor, FRACTION, leading && first);
    return first ? inner : { tex: `\\cdot ${inner.tex}`, rank: PRODUCT };
  }

  /** @param {Tree} tree @param {number} least @param {boolean} leading @returns {Piece} */
  inside(tree, least, leading) {
    const piece = this.piece(tree, leading);
    return piece.rank < least ? parenthesised(this.piece(tree)) : piece;
  }
}

/** Quantities as their symbols. @param {Worksheet} sheet @returns {(name: string) => Piece} */
const asSymbol = (sheet) => (name) => {
  const symbol = sheet.symbol(name);
  return { tex: symbol, rank: symbol.startsWith("\\frac") ? FRACTION : ATOM };
};

/** A quantity's number, marked with its name. @param {string} name @param {Printed} number @param {Language} language @returns {Piece} */
function numeral(name, number, language) {
  const power = number.exponent !== null;
  const marked = `\\htmlData{q=${name}}{${tex(number, language.mark)}}`;
  return { tex: marked, rank: power ? PRODUCT : ATOM, minus: negative(number) };
}

/**
 * The operands' printed numbers, with as many digits as the equation needs to hold for its reader. Where no number of
 * digits leads to the result, those with which it may hold are enough.
 * @param {Tree} tree @param {Worksheet} sheet @param {Printed} result @param {number} decimals
 */
function operands(tree, sheet, result, decimals) {
  /** @type {Map<string, Printed> | null} */
  let best = null;
  let reading = -1;
  for (let digits = decimals; digits <= MOST_DECIMALS; digits++) {
    const found = new Map(symbols(tree).map((name) => [name, printed(sheet.value(name), digits)]));
    const reads = read(tree, (name) => /** @type {Printed} */ (found.get(name)), result);
    if (reads === null) return best ?? found; // something is no number
    if (reads > reading) [best, reading] = [found, reads];
    if (reads === TRUE) break;
  }
  return best ?? new Map();
}

/**
 * The display equation of one quantity: symbol = formula = numbers put in ≈ value, as LaTeX.
 * @param {Worksheet} sheet @param {string} prefix the worksheet's name and a colon, or ""
 * @param {string} name @param {Language} language @param {number} decimals @param {Rules} rules
 */
export function ladder(sheet, prefix, name, language, decimals, rules) {
  const tree = sheet.tree(name);
  if (tree === null) throw new RangeError(`${name} has no formula`);
  const result = printed(sheet.value(name), decimals);
  const numbers = operands(tree, sheet, result, decimals);
  const symbol = sheet.symbol(name);
  const value = numeral(prefix + name, result, language).tex;
  if (numbers.size === 0) return `${symbol} = ${value}`;
  const allExact = [...numbers.values()].every((number) => number.exact);
  const found = [`${symbol} = ${new Typesetter(asSymbol(sheet), language, rules).piece(tree).tex}`];
  if (!(Array.isArray(tree) && tree[0] === "q")) {
    /** @param {string} operand */
    const leaf = (operand) => numeral(prefix + operand, /** @type {Printed} */ (numbers.get(operand)), language);
    found.push(allExact ? "=" : "\\approx", new Typesetter(leaf, language, rules).piece(tree).tex);
  }
  return [...found, result.exact && allExact ? "=" : "\\approx", value].join(" ");
}
