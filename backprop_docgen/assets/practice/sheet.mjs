// The numbers of a network, and what they become when a slip is made. The twin of slips/sheet.py. No DOM.
// @ts-check

import { atExample, marked, withoutExample } from "../numbers/examples.mjs";
import { symbols, Worksheet } from "../numbers/evaluate.mjs";
import { compiled } from "./doubles.mjs";
import { readRules, readSlips } from "./slips.mjs";

/** @typedef {import("../numbers/evaluate.mjs").Tree} Tree */
/** A tree as a function of what gives the number at each place. @typedef {(lookup: (at: number) => number) => number} Computed */
/** @typedef {import("./slips.mjs").Slip} Slip */
/**
 * What `assets/practice/<shape>.json` says.
 * @typedef {object} Published
 * @property {string} shape
 * @property {any} network
 * @property {Record<string, { symbol: string, tree: Tree }>} quantities
 * @property {Record<string, Tree>} steps
 * @property {string[]} asked
 * @property {Record<string, Tree>} steps
 * @property {any[][]} rules
 * @property {any[]} slips
 */

const MOST_IN_PAIRS = 24;
const SLICE = 8; // milliseconds, after which the page has its turn

/** A slip as it is computed: which quantities it reaches, in order, and the wrong formulas by place. @typedef {{ places: Uint16Array, wrong: Map<number, Computed> }} Made */

/** What hangs on no number: formulas, what follows from what, slips. One for each shape. */
export class Known {
  /** @param {Published} published */
  constructor(published) {
    this.asked = published.asked;
    /** @type {Map<string, Tree>} */
    this.formulas = new Map(Object.entries(published.quantities).map(([name, { tree }]) => [name, tree]));
    this.names = [...this.formulas.keys()];
    /** The formulas of who computes by hand. @type {Map<string, Tree>} */
    this.steps = new Map(Object.entries(published.steps));
    this.at = new Map(this.names.map((name, index) => [name, index]));
    this.marks = [...new Set(this.names.map((name) => withoutExample(name)[1]))].filter(Boolean);
    this.rules = readRules(published.rules);
    this.slips = readSlips(published.slips, this.rules, this.formulas);
    this.right = [...this.formulas.values()].map((tree) => this.compiled(tree));
    /** Of each quantity how many it follows from. @type {number[]} */
    this.depths = [];
    /** Of each quantity itself and those that follow from it, in order. @type {Uint16Array[]} */
    this.reach = this.following();
    /** @type {Map<Slip, Made>} */
    this.kept = new Map();
  }

  /** Where in the order a quantity stands. @param {string} name */
  place(name) {
    const at = this.at.get(name);
    if (at === undefined) throw new RangeError(`there is no quantity ${name}`);
    return at;
  }

  following() {
    /** @type {Set<number>[]} */
    const found = this.names.map((_, index) => new Set([index]));
    /** @type {Set<number>[]} */
    const before = [];
    [...this.formulas.values()].forEach((tree, index) => {
      const own = new Set(symbols(tree).map((name) => this.place(name)));
      for (const operand of [...own]) for (const each of before[operand]) own.add(each);
      before.push(own);
      this.depths.push(own.size);
      for (const each of own) found[each].add(index);
    });
    return found.map((each) => Uint16Array.from(each));
  }

  /** Whether a quantity follows from another. @param {string} name @param {string} other */
  follows(name, other) {
    return name !== other && indexOf(this.reach[this.place(other)], this.place(name)) >= 0;
  }

  /** @param {Tree} tree @returns {Computed} */
  compiled(tree) {
    /** @param {Tree} part @returns {Tree} */
    const placed = (part) => {
      if (!Array.isArray(part)) return part;
      const [kind, ...rest] = part;
      return kind === "q" ? ["q", this.place(rest[0])] : [kind, ...rest.map(placed)];
    };
    return /** @type {any} */ (compiled(placed(tree)));
  }

  /** @param {Slip} slip @returns {Made} */
  made(slip) {
    let found = this.kept.get(slip);
    if (!found) {
      const trees = new Map(slip.trees);
      for (const [name, tree] of slip.formula ? [] : slip.trees) {
        for (const mark of this.marks) {
          const own = atExample(name, mark);
          if (this.at.has(own)) trees.set(own, marked(tree, mark, (each) => this.at.has(atExample(each, mark))));
        }
      }
      const own = [...trees.keys()].map((name) => this.place(name));
      const wrong = new Map([...trees].map(([name, tree]) => [this.place(name), this.compiled(tree)]));
      const places = own.length === 1 ? this.reach[own[0]] : Uint16Array.from(new Set(own.flatMap((place) => [...this.reach[place]]))).sort();
      this.kept.set(slip, (found = { places, wrong }));
    }
    return found;
  }

  /** Whether a slip is in a quantity's formula, or in one that it follows from. @param {Slip} slip @param {string} name */
  reaches(slip, name) {
    return indexOf(this.made(slip).places, this.place(name)) >= 0;
  }
}

/** Where a number stands among sorted ones; −1 where it does not. @param {Uint16Array} sorted @param {number} number */
function indexOf(sorted, number) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < number) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === number ? low : -1;
}

/** The numbers of one network of a shape. */
export class Numbers {
  /** @param {Known} known @param {Map<string, string>} changes literals in the place of the published numbers, by name */
  constructor(known, changes) {
    /** @type {Known} */
    this.known = known;
    /** The right formulas, with these numbers. @type {Map<string, Tree>} */
    this.formulas = new Map(known.formulas);
    for (const [name, literal] of changes) if (this.given(name)) this.formulas.set(name, literal);
    const entries = Object.fromEntries([...this.formulas].map(([name, tree]) => [name, { symbol: "", tree }]));
    this.worksheet = new Worksheet(entries);
    this.values = new Float64Array(known.names.length);
    this.wrong = new Float64Array(known.names.length);
    this.state = new Uint32Array(known.names.length); // twice the number of a run where a value waits, one more where it is there
    this.run = 0;
    /** What each slip makes of what it reaches. @type {Map<Slip, Float64Array>} */
    this.table = new Map();
    known.names.forEach((name, at) => {
      const tree = /** @type {Tree} */ (this.formulas.get(name));
      this.values[at] = (Array.isArray(tree) ? known.right[at] : known.compiled(tree))((/** @type {number} */ operand) => this.values[operand]);
    });
  }

  /** Whether a quantity is a number of the network. @param {string} name */
  given(name) {
    return this.known.at.has(name) && !Array.isArray(this.known.formulas.get(name));
  }

  /** The right value of a quantity. @param {string} name */
  value(name) {
    return this.values[this.known.place(name)];
  }

  /** The right value as a rational; null where it is none. @param {string} name */
  exact(name) {
    return this.worksheet.value(name).exact;
  }

  /**
   * What comes to each place when slips are made, all others following rightly; NaN where they go round in a circle.
   * @param {Made[]} made @returns {(at: number) => number} to be asked before the next is
   */
  under(...made) {
    const { state, values, wrong, known } = this;
    const waits = 2 * ++this.run;
    for (const { places } of made) for (const place of places) state[place] = waits;
    /** @param {number} at @returns {number} */
    const value = (at) => {
      if (state[at] < waits) return values[at];
      if (state[at] === waits) {
        state[at] = waits + 1;
        wrong[at] = NaN;
        const own = made[0].wrong.get(at) ?? made[1]?.wrong.get(at) ?? known.right[at];
        wrong[at] = own(value);
      }
      return wrong[at];
    };
    return value;
  }

  /** What a quantity becomes when a slip that reaches it is made. @param {Slip} slip @param {string} name */
  withSlip(slip, name) {
    const made = this.known.made(slip);
    let row = this.table.get(slip);
    if (!row) this.table.set(slip, (row = Float64Array.from(made.places, this.under(made))));
    return row[indexOf(made.places, this.known.place(name))];
  }

  /** What a quantity becomes when two slips are made. @param {[Slip, Slip]} slips @param {string} name */
  withBoth(slips, name) {
    return this.under(...slips.map((slip) => this.known.made(slip)))(this.known.place(name));
  }

  /** Two of the likeliest slips at once, each of which reaches a quantity. @param {string} name @returns {[Slip, Slip][]} */
  pairs(name) {
    const { known } = this;
    const likeliest = known.slips.filter((slip) => slip.rank === 1 && known.reaches(slip, name));
    const depth = (/** @type {Slip} */ slip) => known.depths[known.place(slip.formula)];
    const near = likeliest.filter((slip) => slip.formula).sort((one, other) => depth(other) - depth(one));
    const pool = [...likeliest.filter((slip) => !slip.formula), ...near].slice(0, MOST_IN_PAIRS);
    return pool.flatMap((first, index) => {
      const apart = pool.slice(index + 1).filter((second) => ![...known.made(first).wrong.keys()].some((at) => known.made(second).wrong.has(at)));
      return apart.map((second) => /** @type {[Slip, Slip]} */ ([first, second]));
    });
  }

  /**
   * Compute what every slip makes of everything, in slices, so that the page has its turn between them: then an answer is
   * judged at once.
   * @param {AbortSignal} [left] nobody waits for it any more
   */
  async prepare(left) {
    let end = performance.now() + SLICE;
    for (const slip of this.known.slips) {
      this.withSlip(slip, this.known.names[0]);
      if (performance.now() < end) continue;
      await new Promise((done) => setTimeout(done));
      if (left?.aborted) return;
      end = performance.now() + SLICE;
    }
  }
}
