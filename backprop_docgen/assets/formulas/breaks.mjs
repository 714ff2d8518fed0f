// Where a display formula may be broken: before its relations, then between terms, then between factors, and in a
// bracket at its own signs. No DOM.
// @ts-check

/** @typedef {{ tex: string, levels: number[] }} Breakable TeX for KaTeX's inline mode, and how deep each of its breaks is */
/** @typedef {"atom" | "relation" | "sum" | "product" | "break" | "row" | "bracket"} Kind */
/** @typedef {{ kind: Kind, tex: string, inner?: Item[], close?: string }} Item */

// The depth of a break: a new row, the second relation (numbers after symbols), those after it, all others.
export const ROW = 0;
const PART = 1;
export const RELATION = 2;
const FLOW = 3;

const TOKEN = /\\(?:[A-Za-z]+|.)|[^]/y;
const RELATES =
  /^(?:[=<>≈≠≤≥≡→←↦∝∼∈]|\\(?:approx|neq?|leq?|geq?|lt|gt|equiv|sim|simeq|cong|propto|to|gets|mapsto|implies|iff|in|(?:long|Long)?(?:left)?(?:[rR]ight|left)arrow))$/;
const SIGN = /^(?:[-+−±]|\\(?:pm|mp))$/;
const TIMES = /^(?:[*·⋅×∗⊙]|\\(?:cdot|times|odot|ast|div|otimes|circ))$/;
const SPACE = /^(?:\s|~|\\(?:[,;:!> ]|quad|qquad|displaystyle|limits|nolimits))$/;
const SIZE = /^\\[bB]igg?([lr])$/;
const TALL = /\\(?:[dt]?frac|sum|prod|int|begin)(?![A-Za-z])/;
/** The signs of brackets by what `\left` takes. @type {Record<string, [string, string]>} */
const FENCES = { "(": ["(", ")"], "[": ["[", "]"], "|": ["\\lvert", "\\rvert"], "\\{": ["\\{", "\\}"] };

/** TeX that KaTeX breaks where a reader would. @param {string} tex @returns {Breakable} */
export function breakable(tex) {
  /** @type {number[]} */
  const levels = [];
  return { tex: rows(new Reader(tex).items(), levels), levels };
}

/** Takes TeX apart as far as a line may be broken in it. */
class Reader {
  /** @param {string} tex */
  constructor(tex) {
    this.tex = tex;
    this.at = 0;
  }

  /** @returns {string} the next token; "" at the end */
  peek() {
    TOKEN.lastIndex = this.at;
    return TOKEN.exec(this.tex)?.[0] ?? "";
  }

  take() {
    const token = this.peek();
    this.at += token.length;
    return token;
  }

  /** What stands before a token that ends it. @param {(token: string) => boolean} [ends] @returns {Item[]} */
  items(ends = () => false) {
    /** @type {Item[]} */
    const found = [];
    for (let token = this.peek(); token && !ends(token); token = this.peek()) found.push(this.item(found));
    return found;
  }

  /** @param {Item[]} before @returns {Item} */
  item(before) {
    const start = this.at;
    const token = this.take();
    if (token === "\\left") return this.fence(start);
    if (SIZE.test(token)) return this.sized(start, token);
    if (token === "(" || token === "[") return this.plain(start, token);
    if (token === "\\\\") return { kind: "row", tex: token + this.optional() };
    if (token === "\\allowbreak") return { kind: "break", tex: "" };
    if (RELATES.test(token)) return { kind: "relation", tex: token };
    if (TIMES.test(token)) return { kind: "product", tex: token };
    if (SIGN.test(token)) return { kind: binary(before) ? "sum" : "atom", tex: token };
    this.rest(token);
    return { kind: "atom", tex: this.tex.slice(start, this.at) };
  }

  /** The rest of what a token begins: a group, an environment, a script. @param {string} token */
  rest(token) {
    if (token === "{") this.group();
    else if (token === "\\begin") this.environment();
    else if (token === "^" || token === "_") this.script();
  }

  /** To the brace that closes the one just taken. */
  group() {
    for (let depth = 1; depth; ) {
      const token = this.take();
      if (!token) throw new RangeError("a group is not closed");
      depth += token === "{" ? 1 : token === "}" ? -1 : 0;
    }
  }

  environment() {
    for (let depth = 1; depth; ) {
      const token = this.take();
      if (!token) throw new RangeError("an environment is not closed");
      depth += token === "\\begin" ? 1 : token === "\\end" ? -1 : 0;
    }
    this.take();
    this.group();
  }

  script() {
    while (/^\s$/.test(this.peek())) this.take();
    this.rest(this.take());
  }

  /** What `\\` takes: how much air comes after it. */
  optional() {
    const found = /^\[[^\]]*\]/.exec(this.tex.slice(this.at))?.[0] ?? "";
    this.at += found.length;
    return found;
  }

  /** `\left( … \right)`: of fixed size where it may be broken. @param {number} start @returns {Item} */
  fence(start) {
    const opening = this.take();
    const inner = this.items((token) => token === "\\right");
    const ends = [this.take(), this.take()];
    if (!ends[0]) throw new RangeError("a bracket is not closed");
    const signs = FENCES[opening];
    const tex = this.tex.slice(start, this.at);
    if (!signs || ends[1] !== (signs[1] === "\\rvert" ? "|" : signs[1]) || !breaks(inner)) return { kind: "atom", tex };
    const size = TALL.test(tex.replace(/[_^]\{[^{}]*\}/g, "")) ? ["\\biggl", "\\biggr"] : ["", ""];
    return { kind: "bracket", tex: size[0] + signs[0], inner, close: size[1] + signs[1] };
  }

  /** `\bigl( … \bigr)`. @param {number} start @param {string} opening @returns {Item} */
  sized(start, opening) {
    this.take();
    const tex = this.tex.slice(start, this.at);
    if (SIZE.exec(opening)?.[1] === "r") return { kind: "atom", tex };
    return this.closed(start, tex, (token) => SIZE.exec(token)?.[1] === "r");
  }

  /** A bracket that is written as it stands. @param {number} start @param {string} opening @returns {Item} */
  plain(start, opening) {
    return this.closed(start, opening, (token) => token === (opening === "(" ? ")" : "]"));
  }

  /** @param {number} start @param {string} opening @param {(token: string) => boolean} ends @returns {Item} */
  closed(start, opening, ends) {
    const inside = this.at;
    const inner = this.items((token) => ends(token) || token === "\\right" || token === "\\\\");
    if (!ends(this.peek())) {
      this.at = inside; // nothing closes it: a sign like any other
      return { kind: "atom", tex: opening };
    }
    const close = this.take() + (SIZE.test(opening.slice(0, -1)) ? this.take() : "");
    return breaks(inner) ? { kind: "bracket", tex: opening, inner, close } : { kind: "atom", tex: this.tex.slice(start, this.at) };
  }
}

/** Whether a sign stands between two terms. @param {Item[]} before */
function binary(before) {
  const last = before.filter((each) => !SPACE.test(each.tex)).at(-1);
  return last?.kind === "bracket" || (last?.kind === "atom" && !/^[,;]$/.test(last.tex));
}

/** Whether there is a break in these. @param {Item[]} items @returns {boolean} */
const breaks = (items) => items.some(({ kind, inner }) => kind !== "atom" && (!inner || breaks(inner)));

/** @param {Item[]} items @param {number[]} levels */
function rows(items, levels) {
  return split(items, "row")
    .map((row, index) => {
      if (!index) return sides(row, levels);
      levels.push(ROW);
      return row[0].tex + sides(row.slice(1), levels);
    })
    .join("");
}

/** Items cut before each of a kind. @param {Item[]} items @param {Kind} kind */
function split(items, kind) {
  /** @type {Item[][]} */
  const found = [[]];
  for (const item of items) {
    if (item.kind === kind) found.push([item]);
    else found[found.length - 1].push(item);
  }
  return found;
}

/** One row: its sides, each with the relation before it. @param {Item[]} row @param {number[]} levels */
function sides(row, levels) {
  const [left, ...others] = split(row, "relation");
  let tex = side(left, levels, FLOW);
  const bare = !left.some((item) => !SPACE.test(item.tex));
  others.forEach(([relation, ...right], index) => {
    // a lone symbol stays with what it is, where that can be broken further on
    const tied = index === 0 && (bare || (!breaks(left) && begins(right)));
    if (!tied) tex += broken(levels, [FLOW, PART][index] ?? RELATION);
    tex += `${relation.tex}\\nobreak ${side(right, levels, FLOW)}`;
  });
  return tex;
}

/** Whether a side begins with a term that can be broken. @param {Item[]} right */
function begins(right) {
  const sum = right.some((item) => item.kind === "sum");
  const end = right.findIndex((item) => item.kind === (sum ? "sum" : "product"));
  return breaks(end < 0 ? right : right.slice(0, end));
}

/** A sum is broken between its terms and, deeper, in them; a product between its factors. @param {Item[]} items @param {number[]} levels @param {number} level @returns {string} */
function side(items, levels, level) {
  const sum = items.some((item) => item.kind === "sum");
  return items
    .map((item) => {
      if (item.kind === "atom") return item.tex;
      if (item.kind === "bracket") return item.tex + side(item.inner ?? [], levels, level + 2) + item.close;
      if (item.kind === "break") return broken(levels, level);
      return `${broken(levels, item.kind === "product" && sum ? level + 1 : level)}${item.tex}\\nobreak `;
    })
    .join("");
}

/** @param {number[]} levels @param {number} level */
function broken(levels, level) {
  levels.push(level);
  return "\\allowbreak ";
}
