// Trees in doubles: a wrong number is compared at the few digits that a person has written, so that doubles bear it. The
// twin of slips/doubles.py. No DOM.
// @ts-check

import { isShare, shifted } from "../numbers/evaluate.mjs";
import { toDouble, parse } from "../numbers/rational.mjs";

/** @typedef {import("../numbers/evaluate.mjs").Tree} Tree */
/** What a tree comes to, where a function gives the number of each name. @typedef {(lookup: (name: string) => number) => number} Computed */

const LEAK = 0.01;

/** @type {Record<string, (x: number) => number>} */
const FUNCTIONS = {
  exp: Math.exp,
  abs: Math.abs,
  log: Math.log,
  tanh: Math.tanh,
  softplus: (x) => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x))),
  relu: (x) => (x > 0 ? x : 0),
  step: (x) => (x > 0 ? 1 : 0),
  leaky_relu: (x) => (x > 0 ? x : LEAK * x),
  leaky_step: (x) => (x > 0 ? 1 : LEAK),
};

/**
 * A tree as a function, for those that compute it often; what cannot be computed is Infinity or NaN, as doubles have it.
 * @param {Tree} tree @returns {Computed}
 */
export function compiled(tree) {
  if (!Array.isArray(tree)) {
    const number = typeof tree === "number" ? tree : literal(tree);
    return () => number;
  }
  if (isShare(tree)) return compiled(shifted(tree));
  const [kind, ...parts] = tree;
  if (kind === "q") return (lookup) => lookup(parts[0]);
  if (kind === "^") return power(compiled(parts[0]), parts[1]);
  const operands = parts.map(compiled);
  const [first, second] = operands;
  switch (kind) {
    case "+":
      return (lookup) => operands.reduce((total, term) => total + term(lookup), 0);
    case "*":
      return parts.some((part) => Array.isArray(part) && part[0] === "log") ? entropy(operands) : product(operands);
    case "/":
      return (lookup) => first(lookup) / second(lookup);
    default: {
      if (!Object.hasOwn(FUNCTIONS, kind)) throw new RangeError(`there is no function ${kind}`);
      const of = FUNCTIONS[kind];
      return (lookup) => of(first(lookup));
    }
  }
}

/** What a tree comes to in doubles. @param {Tree} tree @param {(name: string) => number} lookup */
export const compute = (tree, lookup) => compiled(tree)(lookup);

/** @param {string} text */
function literal(text) {
  const exact = parse(text);
  if (exact === null) throw new RangeError(`${text} is not a number`);
  return toDouble(exact);
}

/** @param {Computed[]} factors @returns {Computed} */
const product = (factors) => (lookup) => factors.reduce((total, factor) => total * factor(lookup), 1);

/** 0 · ln 0 is 0 by convention. @param {Computed[]} factors @returns {Computed} */
const entropy = (factors) => (lookup) => {
  const numbers = factors.map((factor) => factor(lookup));
  return numbers.includes(0) ? 0 : numbers.reduce((total, number) => total * number, 1);
};

/** @param {Computed} base @param {number} exponent @returns {Computed} */
const power = (base, exponent) => (lookup) => {
  const number = base(lookup);
  let found = number;
  for (let count = 1; count < exponent; count++) found *= number;
  return found;
};
