// The worksheet that a training in doubles goes by: where an output is nearly sure, fifty digits bear the formulas as the
// tutorial writes them, but doubles would divide nothing by nothing. The cross-entropies cancel to out − target. No DOM.
// @ts-check

import { Worksheet } from "../numbers/evaluate.mjs";

/** @typedef {import("../numbers/evaluate.mjs").Tree} Tree */
/** @typedef {import("./course.mjs").Course} Course */

/** @param {string} name @returns {Tree} */
const q = (name) => ["q", name];
/** @param {Tree} left @param {Tree} right @returns {Tree} */
const minus = (left, right) => ["+", left, ["*", -1, right]];

/**
 * @param {Course} course
 * @param {{ neurons: string[][], weights: string[][][], biases: string[][] }} topology
 */
export function trainable(course, topology) {
  const { network, quantities, examples } = course.published.worksheets[""];
  const last = topology.neurons.length - 1;
  const outputs = topology.neurons[last];
  const [loss, activation] = [network.network.loss, network.layer[last].activation ?? "logistic"];
  /** @type {Map<string, Tree>} */
  const trees = new Map();
  if (loss === "categorical_cross_entropy") {
    const all = /** @type {Tree} */ (outputs.length > 1 ? ["+", ...outputs.map((each) => q(`target_${each}`))] : q(`target_${outputs[0]}`));
    for (const own of outputs) {
      const others = outputs.filter((each) => each !== own);
      others.forEach((other, place) => {
        const [off, fold] = [minus(q(`net_${other}`), q(`net_${own}`)), q(`fold_${own}_${place - 1}`)];
        trees.set(`fold_${own}_${place}`, place ? ["+", fold, ["softplus", minus(off, fold)]] : ["softplus", off]);
      });
      trees.set(`E_${own}`, ["*", q(`target_${own}`), others.length ? q(`fold_${own}_${others.length - 1}`) : 0]);
      trees.set(`dE_total/dnet_${own}`, minus(["*", q(`out_${own}`), all], q(`target_${own}`)));
    }
  } else if (loss === "binary_cross_entropy" && activation === "logistic") {
    for (const own of outputs) {
      const [net, target] = [q(`net_${own}`), q(`target_${own}`)];
      trees.set(`E_${own}`, ["+", ["*", target, ["softplus", ["*", -1, net]]], ["*", minus(1, target), ["softplus", net]]]);
      for (const top of ["E_total", `E_${own}`]) trees.set(`d${top}/dnet_${own}`, q(`error_${own}`));
      const row = topology.weights[last][outputs.indexOf(own)];
      const fed = topology.biases[last].filter((each) => each === topology.biases[last][outputs.indexOf(own)]);
      for (const name of fed.length > 1 ? row : [...row, fed[0]]) {
        trees.set(`dE_total/d${name}`, ["*", q(`dE_total/dnet_${own}`), q(`dnet_${own}/d${name}`)]);
      }
    }
  }
  if (!trees.size) return course.sheet("");
  /** @type {Record<string, { symbol: string, tree: Tree | null }>} */
  const entries = {}; // each after those that its formula uses
  for (const [name, entry] of Object.entries(quantities)) {
    if (name === `E_${outputs[0]}`) {
      for (const [own, tree] of trees) if (own.startsWith("fold_")) entries[own] = { symbol: "", tree };
    }
    const tree = trees.get(name);
    entries[name] = tree === undefined ? entry : { ...entry, tree };
  }
  const named = examples && { ...examples, names: Object.keys(entries).filter((name) => examples.names.includes(name) || trees.has(name)) };
  return new Worksheet(entries, null, course.changes, named);
}
