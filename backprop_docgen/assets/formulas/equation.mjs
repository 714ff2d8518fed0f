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
/** @typedef {{ tex: string, rank: number, width: number, minus?: boolean }} Piece */
/** @typedef {Record<string, [string, number, number]>} Rules LaTeX around the argument, its width, its rank */

const [SUM, PRODUCT, FRACTION, ATOM] = [1, 2, 3, 4]; // how tightly a piece holds together
const LINE = 33; // digits that fit a line on a phone
const MOST_DECIMALS = 24;

/** About how wide a symbol is set, in digits. @param {string} symbol @returns {number} */
export function symbolWidth(symbol) {
  const fraction = /^(?:\\left\()?\\frac\{(.*)\}\{(\\partial .*)\}(?:\\right\)(.*))?$/.exec(symbol);
  if (fraction) {
    return 0.5 + Math.max(symbolWidth(fraction[1]), symbolWidth(fraction[2])) + (fraction[3] ? 2 : 0);
  }
  const scripts = symbol.replace(/\\(partial|eta|delta)/g, "d").replace(/\\text|[{}_^\\]/g, "");
  let small = 0;
  for (const [, part] of symbol.matchAll(/[_^](\{[^{}]*(?:\{[^{}]*\})?\})/g)) {
    small += part.replace(/\\text|[{}]/g, "").length;
  }
  return scripts.length - 0.35 * small;
}

/** @param {Piece} piece @returns {Piece} */
const parenthesised = (piece) => ({ tex: `\\left(${piece.tex}\\right)`, rank: ATOM, width: piece.width + 1.5 });
/** @param {Piece} piece @param {boolean} leading */
const signed = (piece, leading) => (piece.minus && !leading ? parenthesised(piece) : piece);
/** @param {Tree} tree @returns {tree is [string, ...any[]]} */
const isMinus = (tree) => Array.isArray(tree) && tree[0] === "*" && tree[1] === -1;
/** What stands behind the minus sign. @param {any[]} tree @returns {Tree} */
const behind = (tree) => (tree.length > 3 ? ["*", ...tree.slice(2)] : tree[2]);

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
    const parts = this.parts(tree, leading);
    if (parts.length === 1) return parts[0];
    const rank = Array.isArray(tree) && tree[0] === "+" ? SUM : PRODUCT;
    const width = parts.reduce((total, part) => total + part.width, 0);
    return { tex: parts.map((part) => part.tex).join(" "), rank, width, minus: parts[0].minus };
  }

  /** The tree cut where a line may be broken. @param {Tree} tree @param {boolean} [leading] @returns {Piece[]} */
  parts(tree, leading = true) {
    if (!Array.isArray(tree)) return [signed(this.constant(tree), leading)];
    const [kind, ...rest] = tree;
    switch (kind) {
      case "q":
        return [signed(this.leaf(rest[0]), leading)];
      case "+":
        return rest.map((term, index) => this.term(term, index === 0, leading));
      case "*": {
        if (!isMinus(tree)) return rest.map((factor, index) => this.factor(factor, index === 0, leading));
        const inner = this.inside(behind(tree), PRODUCT, false);
        return [signed({ tex: `-${inner.tex}`, rank: PRODUCT, width: inner.width + 1, minus: true }, leading)];
      }
      case "^": {
        const inner = this.inside(rest[0], ATOM, false);
        return [{ tex: `${inner.tex}^{${rest[1]}}`, rank: ATOM, width: inner.width + 0.7 }];
      }
      case "/": {
        const [top, bottom] = [this.piece(rest[0]), this.piece(rest[1])];
        const width = Math.max(top.width, bottom.width) + 0.5;
        return [{ tex: `\\frac{${top.tex}}{${bottom.tex}}`, rank: FRACTION, width }];
      }
      default: {
        const [template, width, rank] = this.rules[kind];
        const inner = this.piece(rest[0]);
        const separator = this.language.mark === "," ? ";" : ",";
        /** @type {Record<string, string>} */
        const slots = { "{{": "{", "}}": "}", "{0}": inner.tex, "{separator}": separator };
        const set = template.replace(/\{\{|\}\}|\{0\}|\{separator\}/g, (slot) => slots[slot]);
        return [{ tex: set, rank, width: inner.width + width }];
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
      return { tex: `${sign}\\frac{${top}}{${number.d}}`, rank: FRACTION, width: 1.5, minus: number.n < 0n };
    }
    if (number.n === 1n && number.d === 2n) return { tex: "\\frac{1}{2}", rank: FRACTION, width: 1 };
    return { tex: tex(value, this.language.mark), rank: ATOM, width: value.digits.length, minus: number.n < 0n };
  }

  /** @param {Tree} term @param {boolean} first @param {boolean} leading @returns {Piece} */
  term(term, first, leading) {
    if (first) return this.inside(term, PRODUCT, leading);
    const inner = this.inside(isMinus(term) ? behind(term) : term, PRODUCT, false);
    return { tex: `${isMinus(term) ? "-" : "+"} ${inner.tex}`, rank: SUM, width: inner.width + 2 };
  }

  /** @param {Tree} factor @param {boolean} first @param {boolean} leading @returns {Piece} */
  factor(factor, first, leading) {
    const inner = this.inside(factor, FRACTION, leading && first);
    return first ? inner : { tex: `\\cdot ${inner.tex}`, rank: PRODUCT, width: inner.width + 1.5 };
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
  return { tex: symbol, rank: symbol.startsWith("\\frac") ? FRACTION : ATOM, width: symbolWidth(symbol) };
};

/** A quantity's number, marked with its name. @param {string} name @param {Printed} number @param {Language} language @returns {Piece} */
function numeral(name, number, language) {
  const power = number.exponent !== null;
  const width = number.digits.length + (power ? 5 : 0);
  const marked = `\\htmlData{q=${name}}{${tex(number, language.mark)}}`;
  return { tex: marked, rank: power ? PRODUCT : ATOM, width, minus: negative(number) };
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
  const left = { tex: sheet.symbol(name), rank: ATOM, width: symbolWidth(sheet.symbol(name)) };
  const value = numeral(prefix + name, result, language);
  if (numbers.size === 0) return aligned(rows("", left, "=", [value]));
  const allExact = [...numbers.values()].every((number) => number.exact);
  const relation = result.exact && allExact ? "=" : "\\approx";
  const found = rows("", left, "=", new Typesetter(asSymbol(sheet), language, rules).parts(tree));
  if (!(Array.isArray(tree) && tree[0] === "q")) {
    /** @param {string} operand */
    const leaf = (operand) => numeral(prefix + operand, /** @type {Printed} */ (numbers.get(operand)), language);
    found.push(...rows("\\quad ", null, allExact ? "=" : "\\approx", new Typesetter(leaf, language, rules).parts(tree)));
  }
  return aligned([...found, ...rows("\\quad ", null, relation, [value])]);
}

/**
 * Left side, relation and parts, broken into rows that fit; later rows are set in.
 * @param {string} indent @param {Piece | null} left @param {string} relation @param {Piece[]} parts
 */
function rows(indent, left, relation, parts) {
  let used = 2 + (left ? left.width + 1 : 2);
  let row = `${indent}${left ? `${left.tex} ` : ""}${relation}`;
  /** @type {string[]} */
  const found = [];
  parts.forEach((part, index) => {
    if (used + part.width > LINE && (index || (left && used > 4 && used + part.width > LINE + 4))) {
      found.push(row);
      [row, used] = [index ? `\\qquad {}${part.tex}` : `\\quad ${part.tex}`, 4 + part.width];
    } else {
      [row, used] = [`${row} ${part.tex}`, used + part.width];
    }
  });
  return [...found, row];
}

/** A line break, with more air before a new relation and around fractions. @param {string} above @param {string} below */
function gap(above, below) {
  const air =
    0.2 +
    (below.startsWith("\\quad") ? 0.2 : 0) +
    (above.includes("\\frac") ? 0.25 : 0) +
    (below.includes("\\frac") ? 0.15 : 0);
  return ` \\\\[${Number(air.toPrecision(2))}em] `;
}

/** Left-aligned rows. @param {string[]} found */
function aligned(found) {
  if (found.length === 1) return found[0];
  const body = found.map((row, index) => (index ? gap(found[index - 1], row) : "") + `& ${row}`).join("");
  return `\\begin{aligned} ${body} \\end{aligned}`;
}
