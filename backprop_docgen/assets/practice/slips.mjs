// The slips of a network as they are published: small. The twin of slips/compact.py, which tells how. No DOM.
// @ts-check

/** @typedef {import("../numbers/evaluate.mjs").Tree} Tree */
/** @typedef {Record<string, string>} Parts what a slip's sentence names: `formula`, `part`, `other`, names between ⟨ and ⟩ */
/**
 * One wrong step: its rule, the wrong trees by name, and where it happens ("" everywhere).
 * @typedef {{ rule: string, rank: number, formula: string, trees: Map<string, Tree>, parts: Parts }} Slip
 */
/** @typedef {{ key: string, rank: number, family: string, text: string }} Rule `text`: a clause in English */

const KEYS = ["part", "other"];
const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";

/** @param {any[][]} rows of the table @returns {Map<string, Rule>} */
export const readRules = (rows) => new Map(rows.map(([key, rank, family, text]) => [key, { key, rank, family, text }]));

/**
 * All slips, likeliest first.
 * @param {any[]} entries @param {Map<string, Rule>} rules @param {Map<string, Tree>} formulas the right trees, in order
 * @returns {Slip[]}
 */
export function readSlips(entries, rules, formulas) {
  const [table, names] = [[...rules.values()], [...formulas.keys()]];
  const at = new Map(names.map((name, index) => [name, index]));
  const after = names.map((name, index) => at.get(`${name}@1`) ?? index);
  /** @type {any[][]} */
  const found = [];
  for (const entry of entries) found.push(typeof entry === "number" ? later(found[found.length - entry], after) : entry);
  return found.map(([rule, formula, change, ...said]) => {
    const name = names[formula] ?? "";
    /** @type {Parts} */
    const parts = name ? { formula: `⟨${name}⟩` } : {};
    said.forEach((text, index) => {
      if (text) parts[KEYS[index]] = numbered(text, (number) => names[number]);
    });
    /** @type {Map<string, Tree>} */
    const trees = new Map();
    const changes = name ? [formula, change] : change;
    for (let index = 0; index < changes.length; index += 2) {
      const own = names[changes[index]];
      trees.set(own, changed(/** @type {Tree} */ (formulas.get(own)), changes[index + 1], parts, names));
    }
    return { rule: table[rule].key, rank: table[rule].rank, formula: name, trees, parts };
  });
}

/** A text with other numbers between the marks. @param {string} text @param {(number: number) => string | number} of */
const numbered = (text, of) => text.replace(/⟨(\d+)⟩/g, (_, number) => `⟨${of(Number(number))}⟩`);

/** An entry with every quantity one update later. @param {any[]} entry @param {number[]} after @returns {any[]} */
function later([rule, formula, change, ...said], after) {
  const parts = said.map((text) => numbered(text, (number) => after[number]));
  /** @param {any} one a change */
  const moved = (one) => (Array.isArray(one) ? [treeLater(one[0], after)] : one);
  if (formula >= 0) return [rule, after[formula], moved(change), ...parts];
  return [rule, formula, change.map((/** @type {any} */ one, /** @type {number} */ at) => (at % 2 ? moved(one) : after[one])), ...parts];
}

/** @param {any} tree as it is published @param {number[]} after @returns {any} */
function treeLater(tree, after) {
  if (typeof tree === "number") return after[tree];
  if (tree.length === 1) return tree;
  if (tree[0] === "^") return ["^", treeLater(tree[1], after), tree[2]];
  return [tree[0], ...tree.slice(1).map((/** @type {any} */ part) => treeLater(part, after))];
}

/** @param {Tree} right @param {0 | string | [any]} change @param {Parts} parts @param {string[]} names @returns {Tree} */
function changed(right, change, parts, names) {
  if (change === 0) return taken(right, inside(parts.part), inside(parts.other));
  if (typeof change === "string") return shorter(right, [...change].map((digit) => DIGITS.indexOf(digit)));
  return written(change[0], names);
}

/** The name between the marks. @param {string} part */
const inside = (part) => part.slice(1, -1);

/** A tree with another name for one. @param {Tree} tree @param {string} name @param {string} other @returns {Tree} */
function taken(tree, name, other) {
  if (!Array.isArray(tree)) return tree;
  const [kind, ...parts] = tree;
  if (kind === "q") return parts[0] === name ? ["q", other] : tree;
  return [kind, ...parts.map((part) => taken(part, name, other))];
}

/** A tree without the operand at a place; what is left of two stands alone. @param {Tree} tree @param {number[]} way @returns {Tree} */
function shorter(tree, [first, ...rest]) {
  const [kind, ...parts] = /** @type {[string, ...any[]]} */ (tree);
  if (rest.length) return [kind, ...parts.map((part, index) => (index === first ? shorter(part, rest) : part))];
  const left = parts.filter((_, index) => index !== first);
  return left.length === 1 ? left[0] : [kind, ...left];
}

/** A tree as it is published. @param {any} tree @param {string[]} names @returns {Tree} */
function written(tree, names) {
  if (typeof tree === "number") return ["q", names[tree]];
  if (tree.length === 1) return tree[0];
  if (tree[0] === "^") return ["^", written(tree[1], names), tree[2]];
  return [tree[0], ...tree.slice(1).map((/** @type {any} */ part) => written(part, names))];
}
