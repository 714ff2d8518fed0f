// The names of a network's neurons and parameters, and which leads where, as the build exports them.
// @ts-check

/**
 * `weights[l][j][i]` leads from source i to neuron j of layer l; a bias shared by a layer stands once for each neuron.
 * @typedef {{ inputs: string[], neurons: string[][], weights: string[][][], biases: string[][] }} Topology
 */

/** The neurons of the last layer. @param {Topology} names */
export const outputs = (names) => names.neurons[names.neurons.length - 1];

/** The quantities that feed a layer. @param {Topology} names @param {number} layer */
export const sources = (names, layer) =>
  layer === 0 ? names.inputs : names.neurons[layer - 1].map((neuron) => `out_${neuron}`);

/** Every weight, in reading order. @param {Topology} names */
export const allWeights = (names) => names.weights.flat(2);

/** Every bias, in reading order, each once. @param {Topology} names */
export const allBiases = (names) => [...new Set(names.biases.flat())];

/**
 * Layer, neuron and source of a weight, each from 0.
 * @param {Topology} names @param {string} weight @returns {[number, number, number]}
 */
export function ends(names, weight) {
  for (const [layer, rows] of names.weights.entries()) {
    for (const [neuron, row] of rows.entries()) {
      const source = row.indexOf(weight);
      if (source >= 0) return [layer, neuron, source];
    }
  }
  throw new RangeError(`there is no weight ${weight}`);
}
