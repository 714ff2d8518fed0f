// Numbers of one or two digits for a network, drawn from a seed: the same ones for the same seed. No DOM.
// @ts-check

import { generator } from "../network/givens.mjs";

/** @typedef {import("./shape.mjs").Shape} Shape */
/** @typedef {import("./judge.mjs").Practice} Practice */
/** @typedef {import("./judge.mjs").Sheet} Sheet */

const TRIES = 60; // draws, of which the first that will do is taken
const APART = 7919; // from one draw's seed to the next one's
const MOST_NOTHING = 0.25; // the share of steps that may be 0

/** @template T @param {() => number} random @param {T[]} from */
const pick = (random, from) => from[Math.floor(random() * from.length)];

/** So many different ones. @template T @param {() => number} random @param {T[]} from @param {number} count @returns {T[]} */
function several(random, from, count) {
  const left = [...from];
  return Array.from({ length: count }, () => (left.length ? left.splice(Math.floor(random() * left.length), 1)[0] : pick(random, from)));
}

/** Multiples of a step, as literals without the noise of doubles. @param {number} first @param {number} last @param {number} unit of 1 */
const multiples = (first, last, unit) => Array.from({ length: last - first + 1 }, (_, index) => String((first + index) / unit));

const INPUTS = [...multiples(1, 9, 10), "1.5", "2"];
const WEIGHTS = multiples(2, 19, 20); // 0.1 to 0.95
const BIASES = multiples(1, 6, 10);
const TARGETS = ["0.05", "0.1", "0.2", "0.8", "0.9", "0.95"];
const RATES = ["0.1", "0.2", "0.5"];

/** One draw. @param {Shape} shape @param {() => number} random @returns {Map<string, string>} */
function once(shape, random) {
  /** @param {RegExp} pattern */
  const named = (pattern) => shape.givens.filter((name) => pattern.test(name));
  /** @type {Map<string, string>} */
  const found = new Map();
  /** @param {string[]} names @param {string[]} values */
  const set = (names, values) => names.forEach((name, index) => found.set(name, values[index]));
  const [inputs, targets, weights, biases] = [/^i\d/, /^target_/, /^w\d+$/, /^b\d+$/].map(named);
  set(inputs, several(random, INPUTS, inputs.length));
  set(weights, several(random, WEIGHTS, weights.length).map((size) => (random() < 0.4 ? `-${size}` : size)));
  set(biases, several(random, BIASES, biases.length));
  if (shape.loss === "categorical_cross_entropy") {
    const right = Math.floor(random() * targets.length);
    set(targets, targets.map((_, index) => (index === right ? "1" : "0")));
  } else if (shape.loss === "binary_cross_entropy") {
    set(targets, targets.map(() => (random() < 0.5 ? "0" : "1")));
  } else {
    set(targets, several(random, TARGETS, targets.length));
  }
  found.set("eta", pick(random, RATES));
  return found;
}

/** What a sheet must not have, since it would teach nothing: many steps that come to 0, or to no number. @param {Shape} shape @param {Sheet} sheet */
function teachesNothing(shape, sheet) {
  const values = shape.steps.map((name) => sheet.value(name));
  return values.some((value) => !Number.isFinite(value)) || values.filter((value) => value === 0).length > MOST_NOTHING * values.length;
}

/**
 * Whether a plausible slip would print what is right: its value lies inside the right interval of its quantity at the
 * digits asked. (The catalogue's slips are asked by `Sheet.hidden`; here are those that need no catalogue: two steps of the
 * same kind with the same value, so that one neuron's number may be given for another's.)
 * @param {Shape} shape @param {Sheet} sheet @param {number} digits
 */
export function hidesASlip(shape, sheet, digits) {
  /** @type {Set<string>} */
  const seen = new Set();
  for (const name of shape.steps) {
    const value = sheet.value(name);
    if (value === 0) continue;
    const key = `${name.replace(/\d.*$/, "")} ${value.toPrecision(digits)}`;
    if (seen.has(key)) return true;
    seen.add(key);
  }
  return sheet.hidden(digits, shape.steps).length > 0;
}

/**
 * The numbers of a seed, as changes of the published ones.
 * @param {Shape} shape @param {Practice} practice @param {number} seed @param {number} digits that are asked for
 * @returns {Map<string, string>} a literal for each given
 */
export function drawn(shape, practice, seed, digits) {
  /** @type {Map<string, string> | null} */
  let best = null;
  for (let turn = 0; turn < TRIES; turn++) {
    const numbers = once(shape, generator(seed + turn * APART));
    const sheet = practice.sheet(numbers);
    if (teachesNothing(shape, sheet)) continue;
    if (!hidesASlip(shape, sheet, digits)) return numbers;
    best ??= numbers;
  }
  return best ?? once(shape, generator(seed));
}
