// The reader's numbers: which may be changed, what may be written, and what a step of training makes of them. No DOM.
// @ts-check

import { Worksheet } from "../numbers/evaluate.mjs";
import { literal, read, whole } from "../numbers/numeral.mjs";
import { absolute, add, compare, decimalPlaces, parse, power10, rational, ZERO } from "../numbers/rational.mjs";
import { rounded } from "../numbers/rounding.mjs";

/** @typedef {import("./course.mjs").Course} Course */
/** @typedef {import("./course.mjs").Published} Published */
/** @typedef {import("../page/live_page.mjs").Settings} Settings */
/** @typedef {{ text: string, values: Record<string, string> }} Problem an English string of the catalogue, and what goes in */
/** @typedef {"rate" | "input" | "target" | "weight" | "bias"} Kind */

const LARGEST = rational(10n ** 6n);
const SMALLEST = power10(-300); // as network.toml has it
const MOST_STEPS = 1_000_000;
const MOST_SEED = 999_999_999;

/** @param {string} text @param {Record<string, string>} [values] @returns {Problem} */
export const problem = (text, values = {}) => ({ text, values });

const REFUSED = {
  form: problem("This cannot be read as a number. Write it like 0.5 or 0,5, like -2, or like 1.2e-3."),
  marks: problem("It is not clear which point or comma is the decimal mark. Write it like 1234.5 or 1234,5."),
  name: problem("This is the number of another quantity. Write it into the field of that quantity."),
};

/** A constant of a tree as a decimal literal. @param {number | string} constant */
function decimal(constant) {
  const text = String(constant);
  if (!text.includes("/")) return literal(text) ?? text;
  const exact = parse(text);
  const places = exact && decimalPlaces(exact);
  return exact && places !== null ? (literal(rounded(exact, places ?? 0)) ?? text) : text;
}

/** What of a network its reader may change, and to what. */
export class Givens {
  /** @param {Published} published @param {Settings} settings */
  constructor(published, settings) {
    const { quantities, examples, network } = published.worksheets[""];
    const sheet = new Worksheet(quantities, null, new Map(), examples);
    this.topology = settings.topology;
    this.network = network;
    this.examples = network.example?.length ?? 1;
    this.worked = network.display?.example ?? 1;
    this.outputs = this.topology.neurons[this.topology.neurons.length - 1];
    this.weights = this.topology.weights.flat(2);
    this.biases = [...new Set(this.topology.biases.flat())];
    const numbers = Array.from({ length: this.examples }, (_, index) => index + 1);
    const data = numbers.flatMap((number) => [...this.inputs(number), ...this.targets(number)]);
    /** @type {Map<string, string>} */
    this.published = new Map();
    for (const name of ["eta", ...data, ...this.weights, ...this.biases]) {
      const tree = sheet.has(name) && sheet.tree(name);
      if (typeof tree === "number" || typeof tree === "string") this.published.set(name, decimal(tree));
    }
  }

  /** @param {number} example counted from 1 */
  mark(example) {
    return example === this.worked ? "" : `[${example}]`;
  }

  /** @param {number} example */
  inputs(example) {
    return this.topology.inputs.map((name) => name + this.mark(example));
  }

  /** @param {number} example */
  targets(example) {
    return this.outputs.map((neuron) => `target_${neuron}${this.mark(example)}`);
  }

  /** @param {string} name @returns {Kind} */
  kind(name) {
    if (name === "eta") return "rate";
    if (name.startsWith("target_")) return "target";
    return name.startsWith("i") ? "input" : name.startsWith("w") ? "weight" : "bias";
  }

  /** Whether a number may be negative. @param {string} name */
  signed(name) {
    return this.wrong(name, "-1") === null;
  }

  /** The literal that stands for a name. @param {Map<string, string>} changes @param {string} name */
  literal(changes, name) {
    return changes.get(name) ?? this.published.get(name) ?? "0";
  }

  /** What is wrong with a text in the place of a number, by itself; null where nothing is. @param {string} name @param {string} text */
  wrong(name, text) {
    const found = read(text, name);
    if ("refused" in found) return REFUSED[found.refused];
    const exact = parse(found.literal);
    if (exact === null) return REFUSED.form;
    const size = absolute(exact);
    if (compare(size, LARGEST) > 0) {
      return problem("This number is too large; expected at most {limit} in size.", { limit: "10⁶" });
    }
    if (size.n && compare(size, SMALLEST) < 0) return problem("This number is too close to 0; write 0.");
    const kind = this.kind(name);
    if (kind === "rate" && compare(exact, ZERO) <= 0) return problem("The learning rate must be greater than 0.");
    const { loss } = this.network.network;
    if (kind === "target" && (loss === "binary_cross_entropy" || loss === "categorical_cross_entropy")) {
      if (compare(exact, ZERO) < 0 || compare(exact, rational(1n)) > 0) {
        return problem("With this loss a target is a probability: from 0 to 1.");
      }
    }
    return null;
  }

  /** Probabilities that sum to 1: the sum where they don't; null where all is well. @param {Map<string, string>} changes @param {string[]} targets */
  badSum(changes, targets) {
    if (this.network.network.loss !== "categorical_cross_entropy") return null;
    const sum = targets.map((name) => parse(this.literal(changes, name)) ?? ZERO).reduce(add);
    return compare(sum, rational(1n)) === 0 ? null : rounded(sum, decimalPlaces(sum) ?? 9);
  }

  /**
   * Take what stands in the fields, as far as it is valid; what is not changes nothing.
   * @param {Map<string, string>} changes what is changed already @param {Map<string, string>} drafts texts by name
   * @returns {{ changes: Map<string, string>, problems: Map<string, Problem> }} the changes then, and what is wrong with which draft
   */
  settle(changes, drafts) {
    /** @type {Map<string, Problem>} */
    const problems = new Map();
    let next = new Map(changes);
    for (const [name, text] of drafts) {
      const wrong = this.wrong(name, text);
      const found = read(text, name);
      if (wrong) problems.set(name, wrong);
      else if ("literal" in found) this.set(next, name, found.literal);
    }
    for (let example = 1; example <= this.examples; example++) {
      const targets = this.targets(example);
      if (!targets.some((name) => drafts.has(name))) continue;
      const sum = this.badSum(next, targets);
      if (sum === null) continue;
      for (const name of targets) {
        if (!drafts.has(name)) continue;
        const before = changes.get(name); // they wait for each other
        if (before === undefined) next.delete(name);
        else next.set(name, before);
        if (!problems.has(name)) problems.set(name, problem("The targets must sum to 1; they sum to {sum}.", { sum }));
      }
    }
    return { changes: next, problems };
  }

  /** @param {Map<string, string>} changes @param {string} name @param {string} text a literal */
  set(changes, name, text) {
    const [own, now] = [parse(this.published.get(name) ?? ""), parse(text)];
    if (own && now && compare(own, now) === 0) changes.delete(name);
    else changes.set(name, text);
  }

  /**
   * All or nothing: numbers from elsewhere by name, or what is wrong with the first bad one.
   * @param {Iterable<[string, string]>} given
   * @returns {{ changes: Map<string, string> } | { problem: Problem, name: string }}
   */
  accept(given) {
    const drafts = new Map();
    for (const [name, text] of given) {
      const shown = name.slice(0, 24);
      if (!this.published.has(name)) return { name: shown, problem: problem("the network has no number of this name") };
      if (drafts.has(name)) return { name: shown, problem: problem("it is given twice") };
      drafts.set(name, text);
    }
    const { changes, problems } = this.settle(new Map(), drafts);
    for (const [name, problem] of problems) return { name, problem };
    return { changes };
  }

  /** Other weights, drawn from a seed. @param {Map<string, string>} changes @param {number} seed */
  randomWeights(changes, seed) {
    const next = new Map(changes);
    const random = generator(seed);
    for (const name of this.weights) this.set(next, name, String((Math.floor(random() * 201) - 100) / 100));
    return next;
  }

  /**
   * Parameters as new starting values, full doubles as literals; null where one of them cannot be one.
   * @param {Map<string, string>} changes @param {Map<string, number>} parameters
   */
  start(changes, parameters) {
    const next = new Map(changes);
    for (const [name, double] of parameters) {
      const text = literal(String(Math.abs(double) < 1e-300 ? 0 : double));
      if (text === null || this.wrong(name, text)) return null;
      if (Number(this.literal(changes, name)) !== double) this.set(next, name, text);
    }
    return next;
  }

  /** The parameters after one update. @param {Course} course @returns {Map<string, number>} */
  updated(course) {
    return new Map([...this.weights, ...this.biases].map((name) => [name, course.value(`${name}@1`).double]));
  }

  /** The ends of a slider, with room around what the network has and what the reader wrote. @param {string} name @param {number} now */
  range(name, now) {
    const own = Number(this.published.get(name));
    const size = Math.max(Math.abs(own), Math.abs(now));
    const room = Math.max(1, Math.ceil(2 * Math.abs(own)), Math.ceil(Math.abs(now)));
    const kind = this.kind(name);
    const step = size > 0 && size < 0.01 ? 0.0001 : room > 100 ? 1 : 0.01;
    if (kind === "rate") return { min: step, max: Math.max(1, Math.ceil(4 * own), Math.ceil(now)), step };
    if (kind === "target" && own >= 0 && own <= 1 && now >= 0 && now <= 1) return { min: 0, max: 1, step: 0.01 };
    const most = kind === "weight" || kind === "bias" ? Math.max(2, room) : room;
    return { min: -most, max: most, step };
  }
}

/** How many steps a text asks for; null where it is no such number. @param {string} text @param {string} [mark] the decimal mark */
export function steps(text, mark) {
  const count = whole(text, mark);
  return count !== null && count >= 1 && count <= MOST_STEPS ? count : null;
}

/** A seed as a text gives it; null where it is none. @param {string} text @param {string} [mark] the decimal mark */
export function seedOf(text, mark) {
  const seed = whole(text, mark);
  return seed !== null && seed <= MOST_SEED ? seed : null;
}

/** Numbers from 0 up to 1, the same ones for the same seed (mulberry32). @param {number} seed */
export function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Whether two sets of changes are the same. @param {Map<string, string>} left @param {Map<string, string>} right */
export const same = (left, right) => left.size === right.size && [...left].every(([name, text]) => right.get(name) === text);
