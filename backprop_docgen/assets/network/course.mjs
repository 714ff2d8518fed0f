// All worksheets of a site with some of the network's numbers changed, and any quantity by its full name. No DOM.
// @ts-check

import { evaluate, ofNear, order, symbols, Worksheet } from "../numbers/evaluate.mjs";
import { compare } from "../numbers/rational.mjs";
import { printed, shown } from "../numbers/rounding.mjs";

/** @typedef {import("../numbers/evaluate.mjs").Tree} Tree */
/** @typedef {import("../numbers/examples.mjs").Examples} Examples */
/** @typedef {import("../numbers/evaluate.mjs").Value} Value */
/** @typedef {{ network?: any, base?: string, varied: boolean, quantities: Record<string, { symbol: string, tree: Tree | null }>, examples?: Examples }} Sheet */
/** @typedef {{ version: string, worksheets: Record<string, Sheet>, pages: Record<string, string[]> }} Published */

/** The parts of a full name: worksheet, base, example, count of updates. @param {string} full */
export function parseName(full) {
  const match = /^(?:([a-z][a-z0-9_-]*):)?([^[\]@:]+)(?:\[(\d{1,4})\])?(?:@(\d{1,7}))?$/.exec(full);
  if (!match) throw new RangeError(`${full} is not the name of a quantity`);
  const [, sheet = "", base, example, step] = match;
  return { sheet, base, example: example ? Number(example) : null, step: Number(step ?? 0) };
}

/** @param {{ sheet: string, base: string, example: number | null, step: number }} name */
export const fullName = ({ sheet, base, example, step }) =>
  `${sheet ? `${sheet}:` : ""}${base}${example === null ? "" : `[${example}]`}${step ? `@${step}` : ""}`;

/** Every worksheet by its name; "" is the network's own. */
export class Course {
  /**
   * @param {Published} published what the site's worksheet.json says
   * @param {Map<string, string>} changes decimal literals in the place of the network's numbers
   */
  constructor(published, changes) {
    this.published = published;
    this.changes = changes;
    /** @type {Map<string, Worksheet>} */
    this.sheets = new Map();
    /** @type {Map<string, boolean>} */
    this.still = new Map();
    /** @type {Map<number, Worksheet>} */
    this.later = new Map(); // the worksheet of the parameters after so many updates, once training has found them
  }

  /** Which example a worksheet works out. @param {string} key */
  worked(key) {
    const { network } = this.published.worksheets[key];
    return (network ?? this.published.worksheets[""].network).display?.example ?? 1;
  }

  /** @param {string} key @returns {Worksheet} */
  sheet(key) {
    let found = this.sheets.get(key);
    if (!found) {
      if (!Object.hasOwn(this.published.worksheets, key)) throw new RangeError(`there is no worksheet ${key}`);
      const { base, quantities, examples } = this.published.worksheets[key];
      found =
        base === undefined
          ? new Worksheet(quantities, null, key === "" ? this.changes : new Map(), examples)
          : new Worksheet(quantities, this.sheet(base), new Map(), examples);
      this.sheets.set(key, found);
    }
    return found;
  }

  /**
   * Whether a quantity can be told: what comes after many updates waits for the training, and that of
   * another network, which does not follow the changes, is not computed here, but where no update changes anything.
   * @param {string} full
   */
  ready(full) {
    const { sheet, step } = parseName(full);
    return step < 2 || (sheet === "" ? this.later.has(step) : this.stays(sheet));
  }

  /** @param {string} full @returns {Value} */
  value(full) {
    const name = parseName(full);
    const example = name.example === this.worked(name.sheet) ? null : name.example;
    if (name.step < 2) return this.sheet(name.sheet).value(fullName({ ...name, example, sheet: "" }));
    if (this.stays(name.sheet)) return this.sheet(name.sheet).value(fullName({ ...name, example, sheet: "", step: 0 }));
    const later = name.sheet === "" ? this.later.get(name.step) : undefined;
    if (!later) throw new RangeError(`${full} is not known yet`);
    return later.value(fullName({ ...name, example, sheet: "", step: 0 }));
  }

  /** Whether a quantity still has the value that the site was published with. @param {string} full */
  asPublished(full) {
    if (!this.ready(full)) return parseName(full).sheet !== "";
    let own = PUBLISHED.get(this.published);
    if (!own) PUBLISHED.set(this.published, (own = new Course(this.published, new Map())));
    return own.ready(full) && Object.is(own.value(full).double, this.value(full).double);
  }

  /** Keep what training found of the parameters that it changes. @param {number} step @param {Map<string, import("../numbers/near.mjs").Near>} parameters */
  trained(step, parameters) {
    const { quantities, examples } = this.published.worksheets[""];
    const sheet = new Worksheet(quantities, null, this.changes, examples);
    for (const [name, digits] of parameters) sheet.values.set(name, ofNear(digits));
    this.later.set(step, sheet);
  }

  /** Whether an update of a worksheet's own network changes nothing at all, in exact arithmetic: then none ever does. @param {string} [key] */
  stays(key = "") {
    let found = this.still.get(key);
    if (found !== undefined) return found;
    const sheet = this.sheet(key);
    const changing = Object.keys(sheet.entries).filter((name) => /^[bw]\d+$/.test(name));
    found = this.published.worksheets[key].base === undefined && changing.every((name) => {
      const [before, after] = [sheet.value(name).exact, sheet.value(`${name}@1`).exact];
      return before !== null && after !== null && compare(before, after) === 0;
    });
    this.still.set(key, found);
    return found;
  }

  /** The value of a tree over full names. @param {Tree} tree @returns {Value} */
  evaluate(tree) {
    return evaluate(tree, (name) => this.value(name));
  }

  /** Whether every quantity of a tree can be told yet. @param {Tree} tree */
  known(tree) {
    return symbols(tree).every((name) => this.ready(name));
  }

  /**
   * Whether a condition holds: true, false, or null where it hangs on a value that is not a number.
   * @param {[string, ...any[]]} condition @param {number} decimals with which numbers are printed
   * @returns {boolean | null}
   */
  holds([sign, ...parts], decimals) {
    if (sign === ALIKE) {
      const [one, other] = parts.map((part) => printed(this.evaluate(part), decimals));
      if (one.digits === "nan" || other.digits === "nan") return null;
      const [left, right] = [shown(one), shown(other)];
      if (left && right) return compare(left, right) === 0;
      return one.digits === other.digits && one.exponent === other.exponent;
    }
    if (sign in COMPARE) {
      const [left, right] = parts.map((part) => this.evaluate(part));
      const found = order(left, right);
      return found === null ? null : COMPARE[sign](found);
    }
    const known = parts.map((part) => this.holds(part, decimals));
    if (sign === "not") return known[0] === null ? null : !known[0];
    const decides = sign === "any"; // one true part decides "any", one false part "all"
    return known.includes(decides) ? decides : known.includes(null) ? null : !decides;
  }

  /** Whether all that a condition speaks of can be told yet. @param {[string, ...any[]]} condition @returns {boolean} */
  decidable([sign, ...parts]) {
    return parts.every((part) => (sign in COMPARE || sign === ALIKE ? this.known(part) : this.decidable(part)));
  }
}

const ALIKE = "alike"; // holds where two numbers read the same

/** @type {Record<string, (order: number) => boolean>} */
const COMPARE = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
  "==": (order) => order === 0,
  "!=": (order) => order !== 0,
};

/** Every site's course without changes. @type {WeakMap<Published, Course>} */
const PUBLISHED = new WeakMap();

/** The worksheet that has a quantity, the name it has there, and what goes before such names. @param {Course} course @param {string} full */
export function placeOf(course, full) {
  const name = parseName(full);
  const example = name.example === course.worked(name.sheet) ? null : name.example;
  const at = { ...name, example, sheet: "" };
  return { sheet: course.sheet(name.sheet), at, local: fullName(at), prefix: name.sheet && `${name.sheet}:` };
}

/** LaTeX of a quantity's symbol, whatever worksheet or update it is of. @param {Course} course @param {string} full */
export function symbolOf(course, full) {
  const { sheet, at, local } = placeOf(course, full);
  if (sheet.has(local)) return sheet.symbol(local);
  const symbol = sheet.symbol(fullName({ ...at, step: 0 }));
  return symbol.startsWith("\\frac") ? `\\left(${symbol}\\right)^{(${at.step})}` : `${symbol}^{(${at.step})}`;
}
