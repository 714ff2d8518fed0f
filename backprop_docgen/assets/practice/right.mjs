// Which values are right: all that follow from operands rightly rounded to the digits asked. The twin of slips/right.py,
// which tells why it holds. No DOM.
// @ts-check

import { ONE, add, apply, bounded, constant, divide, form, made, magnitude, multiply, powerOfTen, shifted, sizes, within } from "./affine.mjs";
import { isShare, symbols } from "../numbers/evaluate.mjs";

/** @typedef {import("./affine.mjs").Form} Form */
/** @typedef {import("./affine.mjs").Range} Range */
/** @typedef {import("../numbers/evaluate.mjs").Tree} Tree */

const MOST = 2048; // quantities whose roundings are told apart; later ones are not, which is wider, in bounded time and memory
const FEWEST = 3; // digits from which on a product of two rounded numbers has more than they
const OFF = 2 ** -50; // relatively: what doubles are off by in what is done here
const NOTHING = 1e-13; // relatively: so little is no rounding
const LARGEST_POWER = 300; // exponents beyond go with a power of ten taken out

/**
 * The right values of a worksheet's quantities, at so many significant digits: the least and the greatest of each,
 * infinite where not bounded. A given takes its number from `values`, where it stands there; what is asked for is followed.
 * @param {Map<string, Tree> | Record<string, Tree>} trees each uses quantities of the mapping alone
 * @param {Map<string, number>} values @param {number} digits
 * @returns {{ of: (name: string) => Range }}
 */
export function rightIntervals(trees, values, digits) {
  const intervals = new RightIntervals(trees instanceof Map ? trees : new Map(Object.entries(trees)), values, digits);
  return { of: (name) => intervals.of(name) };
}

class RightIntervals {
  /** @param {Map<string, Tree>} trees @param {Map<string, number>} values @param {number} digits */
  constructor(trees, values, digits) {
    this.trees = trees;
    this.values = values;
    this.digits = digits;
    /** @type {Map<string, Form>} */
    this.forms = new Map();
    this.roundings = 0; // told apart so far
  }

  /** @param {string} name @returns {Range} */
  of(name) {
    const { low, high } = this.form(name);
    return [this.written(low), 0 - this.written(-high)];
  }

  /** @param {string} name @returns {Tree} */
  tree(name) {
    const tree = this.trees.get(name);
    if (tree === undefined) throw new RangeError(`there is no quantity ${name}`);
    return typeof tree === "object" ? tree : (this.values.get(name) ?? tree);
  }

  /** @param {string} name @returns {Form} */
  form(name) {
    const waiting = [name];
    while (waiting.length) {
      const last = waiting[waiting.length - 1];
      const tree = this.tree(last);
      const missing = symbols(tree).find((each) => !this.forms.has(each));
      if (missing !== undefined) {
        if (waiting.length > this.trees.size) throw new RangeError(`${missing} hangs on itself`);
        waiting.push(missing);
        continue;
      }
      waiting.pop();
      if (!this.forms.has(last)) this.forms.set(last, this.result(this.follow(tree), !Array.isArray(tree)));
    }
    return /** @type {Form} */ (this.forms.get(name));
  }

  /** What a tree comes to, its last step not yet rounded. @param {Tree} tree @returns {Form} */
  follow(tree) {
    if (!Array.isArray(tree)) return constant(tree);
    const [kind, ...parts] = tree;
    switch (kind) {
      case "q":
        return /** @type {Form} */ (this.forms.get(parts[0]));
      case "+":
      case "*": {
        let found = this.step(parts[0]);
        for (let index = 1; index < parts.length; index++) {
          found = (kind === "+" ? add : multiply)(index > 1 ? this.inside(found) : found, this.step(parts[index]));
        }
        return found;
      }
      case "^": {
        const number = this.step(parts[0]);
        let found = parts[1] === 1 ? number : apply("square", number);
        for (let count = 2; count < parts[1]; count++) found = multiply(this.inside(found), number);
        return found;
      }
      case "/": {
        const bottom = Array.isArray(parts[1]) && parts[1][0] === "exp" ? ["+", parts[1]] : parts[1];
        return isShare(["/", parts[0], bottom]) ? this.share(parts[0], bottom) : divide(this.step(parts[0]), this.step(parts[1]));
      }
      default:
        return apply(kind, this.step(parts[0]));
    }
  }

  /** @param {Tree} tree */
  step(tree) {
    return this.inside(this.follow(tree));
  }

  /**
   * eᵃ / Σ eᵇ: on paper each exponential is computed once, so its rounding is the same above and below. Where
   * exponentials might overflow a power of ten is taken out of all of them, which leaves their digits alone.
   * @param {any} top @param {any} bottom @returns {Form}
   */
  share(top, bottom) {
    const power = JSON.stringify(top[1]);
    const powers = bottom.slice(1).map((/** @type {any} */ term) => JSON.stringify(term[1]));
    /** @type {Map<string, Form>} */
    const exponents = new Map();
    for (const [, each] of [...bottom.slice(1), top]) exponents.set(JSON.stringify(each), this.step(each));
    const least = Math.min(...[...exponents.values()].map((each) => each.low));
    const largest = Math.max(...[...exponents.values()].map((each) => each.high));
    if (!(-Infinity < least && largest < Infinity)) return within(0, 1);
    const out = Math.abs(largest) > LARGEST_POWER ? Math.round(largest / Math.LN10) * Math.LN10 : 0;
    /** @type {Map<string, Form>} */
    const exponentials = new Map();
    for (const [each, exponent] of exponents) {
      exponentials.set(each, this.inside(apply("exp", shifted(exponent, -out)), this.roundings + exponentials.size));
    }
    /** @param {string} each */
    const of = (each) => /** @type {Form} */ (exponentials.get(each));
    const total = powers.slice(1).reduce((/** @type {Form} */ found, /** @type {string} */ each) => this.inside(add(found, of(each))), of(powers[0]));
    if (powers.length === 1 && powers[0] === power) return ONE;
    const { centre, parts, rest, low, high } = divide(of(power), total);
    return made(centre, parts, rest, Math.max(low, 0), Math.min(high, powers.includes(power) ? 1 : Infinity));
  }

  /** A step of a formula, rounded or not; `own`: its rounding is told apart, under this number. @param {Form} x @param {number} [own] @returns {Form} */
  inside(x, own) {
    if (x.rounded || this.short(x)) return x;
    const [low, high] = this.rounded(x);
    if (!bounded(x)) return form(0, x.parts, Infinity, low, high, null, true);
    const [under, over] = this.rounding(x);
    const [centre, half] = [x.centre + (under + over) / 2, (over - under) / 2];
    if (own === undefined) return form(centre, x.parts, x.rest + half, low, high, null, true);
    return form(centre, withPart(x.parts, own, half), x.rest, low, high, null, true);
  }

  /**
   * A formula's result, rounded or not; all that was rounded inside the formula is this quantity's own rounding.
   * @param {Form} x @param {boolean} given @returns {Form}
   */
  result(x, given) {
    if (x.rounded && !x.rest && x.parts.length <= this.roundings) return x; // another quantity, or what needs no rounding
    const known = x.parts.slice(0, this.roundings);
    let { centre, grid, low, high } = x;
    let half = x.rest + sizes(x.parts.subarray(this.roundings));
    const needed = !(x.rounded || this.short(x));
    if (needed) {
      [low, high] = this.rounded(x);
      if (!given) grid = this.grid(low, high); // a given may stay as it is
      if (bounded(x)) {
        const [under, over] = this.rounding(x, half, sizes(known));
        [centre, half] = [x.centre + (under + over) / 2, (over - under) / 2];
      }
    }
    const found = made(centre, known, half, low, high, grid);
    if (!bounded(found) || found.rest <= NOTHING * Math.abs(found.centre) || this.roundings >= MOST) {
      if (needed && !given) grid = null; // without parts it would say that nobody has rounded
      return { ...found, grid, rounded: true };
    }
    return { ...found, parts: withPart(found.parts, this.roundings++, found.rest), rest: 0, rounded: true };
  }

  /** Whether a number needs no rounding: a multiple of a power of ten with no more digits than asked. @param {Form} x */
  short(x) {
    return x.grid !== null && this.digits >= FEWEST && Math.max(-x.low, x.high) <= powerOfTen(this.digits + x.grid);
  }

  /** One unit of the last place of a number of that size. @param {number} size */
  unit(size) {
    return powerOfTen(magnitude(size) + 1 - this.digits);
  }

  /** The power of ten of which every rounded number of an interval is a multiple. @param {number} low @param {number} high */
  grid(low, high) {
    const least = Math.max(low, -high);
    return 0 < least && least < Infinity ? magnitude(least) + 1 - this.digits : null;
  }

  /**
   * What rounding adds to a number, at least and at most; `own`: what is included already of its own, ± so much;
   * `known`: what others' roundings move it by.
   * @param {Form} x @param {number} [own] @param {number} [known] @returns {Range}
   */
  rounding({ centre, low, high }, own = 0, known = Infinity) {
    const [largest, least] = [Math.max(-low, high), Math.max(low, -high)];
    const [unit, off] = [this.unit(largest), OFF * largest];
    if (high - low < unit && least > 0 && magnitude(least) === magnitude(largest)) {
      const nearest = Math.round((low / 2 + high / 2) / unit) * unit;
      const far = Math.max(Math.abs(high - nearest), Math.abs(nearest - low));
      if (far + off < unit / 2) {
        const more = Math.min(unit / 20, far);
        const toNearest = nearest - centre;
        const under = Math.max(Math.min(nearest - high, -more) - own, Math.min(-own - more, toNearest - known));
        const over = Math.min(Math.max(nearest - low, more) + own, Math.max(own + more, toNearest + known));
        return [under - off, over + off];
      }
    }
    return [-unit / 2 - own - off, unit / 2 + own + off];
  }

  /** The interval of a number that was rounded, or not, since rounding keeps the order. @param {Form} x @returns {Range} */
  rounded(x) {
    return [this.under(x.low), 0 - this.under(-x.high)];
  }

  /** The least that is written for a number: who has worked with more digits rounds once more. @param {number} number */
  written(number) {
    const size = Math.abs(number);
    return 0 < size && size < Infinity ? Math.min(number, this.nearest(number)) - OFF * size : number;
  }

  /** The number to the digits asked; of two as near the lesser one. @param {number} number */
  nearest(number) {
    const unit = this.unit(Math.abs(number));
    return Math.ceil((number - OFF * Math.abs(number)) / unit - 0.5) * unit;
  }

  /** The least that a number may be once it is rounded, to the digits asked or more, or not. @param {number} number */
  under(number) {
    const size = Math.abs(number);
    if (!(0 < size && size < Infinity)) return number;
    const nearest = this.nearest(number);
    return Math.min(nearest, number - Math.min(this.unit(size) / 20, Math.abs(nearest - number))) - OFF * size;
  }
}

/** The parts, and one more at this place. @param {Float64Array} parts @param {number} index @param {number} part */
function withPart(parts, index, part) {
  const found = new Float64Array(index + 1);
  found.set(parts);
  found[index] = part;
  return found;
}
