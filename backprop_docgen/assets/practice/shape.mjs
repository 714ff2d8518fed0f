// A network to practise with: its steps, in which step of the method each belongs, and which are blank on each rung. No DOM.
// @ts-check

/** @typedef {import("../numbers/evaluate.mjs").Tree} Tree */
/** @typedef {"forward" | "loss" | "delta" | "hidden" | "gradient" | "update"} Part a part of the method, each with a page of its own */
/** @typedef {import("./sheet.mjs").Published} Published */

/** The blanks grow by one of these, from the last on. @type {Part[][]} */
const GROUPS = [["forward"], ["loss"], ["delta", "hidden"], ["gradient"], ["update"]];
const GIVEN = /^(?:i\d+|target_\w+|eta|[wb]\d+)$/;
/** More steps than that are no exercise. */
export const MOST_STEPS = 80;

/** Where in the method a quantity is computed. @param {string} name @returns {Part} */
export function partOf(name) {
  if (name.endsWith("@1")) return "update";
  if (name.startsWith("delta_")) return name.startsWith("delta_o") ? "delta" : "hidden";
  if (name.startsWith("d")) return "gradient";
  return name.startsWith("E") ? "loss" : "forward";
}

export class Shape {
  /** @param {Published} published */
  constructor(published) {
    this.published = published;
    this.name = published.shape;
    this.steps = Object.keys(published.steps);
    /** The numbers of the network, by name. @type {string[]} */
    this.givens = Object.keys(published.quantities).filter((name) => GIVEN.test(name));
    this.groups = GROUPS.map((parts) => this.steps.filter((name) => parts.includes(partOf(name)))).filter((steps) => steps.length);
    /** The number of the last rung, on which everything is blank. */
    this.rungs = this.groups.length;
  }

  /** @param {string} name */
  symbol(name) {
    return this.published.quantities[name].symbol;
  }

  /** The formula of a step, as it is done by hand. @param {string} name */
  tree(name) {
    return this.published.steps[name];
  }

  /** What is blank on a rung: 0 nothing, then one group more each time, from the last on. @param {number} rung */
  blanks(rung) {
    return rung ? this.groups.slice(-rung).flat() : [];
  }

  /** The activation of a neuron. @param {string} neuron `h1`, `h2_1`, `o1` */
  activation(neuron) {
    const { layer } = this.published.network;
    const within = /^h(\d+)_/.exec(neuron);
    const at = neuron.startsWith("o") ? layer.length - 1 : within ? Number(within[1]) - 1 : 0;
    return /** @type {string} */ (layer[at].activation ?? "logistic");
  }

  get loss() {
    return /** @type {string} */ (this.published.network.network.loss);
  }

  /** The published number of a given. @param {string} name */
  literal(name) {
    return String(this.published.quantities[name].tree);
  }
}
