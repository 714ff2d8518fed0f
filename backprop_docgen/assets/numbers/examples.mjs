// What is the same for every example stands once in worksheet.json: names and formulas of one example from those of the
// worked one. No DOM.
// @ts-check

/** @typedef {import("./evaluate.mjs").Tree} Tree */
/** @typedef {{ count: number, worked: number, names: string[] }} Examples the quantities that every example has */

/** A name of the worked example with the mark of another one: `net_h1@1` and `[2]` → `net_h1[2]@1`. @param {string} name @param {string} mark */
export function atExample(name, mark) {
  const at = name.indexOf("@");
  return at < 0 ? name + mark : name.slice(0, at) + mark + name.slice(at);
}

/** The inverse: name and mark, "" where there is none. @param {string} name @returns {[string, string]} */
export function withoutExample(name) {
  const match = /^([^[@]+)(\[\d+\])(@\d+)?$/.exec(name);
  return match ? [match[1] + (match[3] ?? ""), match[2]] : [name, ""];
}

/** The symbol of an example's quantity from that of the worked example's. @param {string} symbol @param {string} mark */
export function symbolAt(symbol, mark) {
  if (symbol.endsWith("^{+}")) return `${symbol.slice(0, -"+}".length)}${mark}+}`;
  return symbol.startsWith("\\frac") ? `\\left(${symbol}\\right)^{${mark}}` : `${symbol}^{${mark}}`;
}

/** The marks of the examples beside the worked one, in order. @param {Examples} examples */
export function marksOf({ count, worked }) {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  return numbers.filter((number) => number !== worked).map((number) => `[${number}]`);
}

/**
 * A formula of the worked example as that of another one; `has` tells which names are an example's own.
 * @param {Tree} tree @param {string} mark @param {(name: string) => boolean} has @returns {Tree}
 */
export function marked(tree, mark, has) {
  if (!Array.isArray(tree)) return tree;
  const [kind, ...parts] = tree;
  if (kind === "q") return has(parts[0]) ? ["q", atExample(parts[0], mark)] : tree;
  return [kind, ...parts.map((part) => marked(part, mark, has))];
}

/**
 * A mean over the examples, `["/", ["+", ["each", tree]], count]`, with all its terms; any other tree as it is.
 * @param {Tree | null} tree @param {string[]} marks @param {(name: string) => boolean} has @returns {Tree | null}
 */
export function writtenOut(tree, marks, has) {
  if (!Array.isArray(tree) || tree[0] !== "/" || tree[1]?.[1]?.[0] !== "each") return tree;
  const [, term] = tree[1][1];
  return ["/", ["+", term, ...marks.map((mark) => marked(term, mark, has))], tree[2]];
}
