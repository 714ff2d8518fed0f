// What of a network the circuit shows, and in which steps: values fill in layer by layer, then gradients walk back.
// @ts-check

import { range } from "./layout.mjs";
import { ends } from "./topology.mjs";

/** @typedef {import("./scene.mjs").Drawing} Drawing */
/** @typedef {import("./topology.mjs").Topology} Topology */
/** The neurons of a layer that are drawn, null for "⋯"; the inputs are layer -1. @typedef {{ layer: number, slots: (number | null)[] }} Column */
/** A moment of the computation: its name, the layer (0 where there is only one), and what happens in words. @typedef {{ name: StepName, layer: number, words: string }} Step */
/** @typedef {"inputs" | "forward" | "loss" | "delta" | "weights" | "fork" | "hidden"} StepName */
/**
 * `full`: every neuron with all its arithmetic; else its output and δ alone. A column that is null stands for layers left out;
 * `kept` has of the inputs and of each layer the neuron that is followed.
 * @typedef {{ columns: (Column | null)[], steps: Step[], full: boolean, small: boolean, kept: number[] }} Plan
 */

const MOST_IN_FULL = 2; // layers, and neurons of a layer
export const MOST_SLOTS = 4;
const MOST_LAYERS = 3; // of more, the first and the last two are drawn
const MOST_IN_SMALL = 2; // layers; of more, the last two

/** @param {Drawing} sheet @param {boolean} [small] one drawing that fits a phone's first screen @returns {Plan} */
export function planned(sheet, small = false) {
  const { topology: names, scene } = sheet;
  const layers = names.neurons.length;
  const full = !small && layers <= MOST_IN_FULL && names.neurons.every((layer) => layer.length <= MOST_IN_FULL);
  const kept = keptNeurons(names, [scene.hiddenWeight, scene.outputWeight]);
  /** @param {number} layer @returns {Column} */
  const column = (layer) => ({ layer, slots: slotsOf((names.neurons[layer] ?? names.inputs).length, kept[layer + 1]) });
  const most = small ? MOST_IN_SMALL : MOST_LAYERS;
  const drawn = layers <= most ? range(layers, -1) : [...(small ? [] : [-1, 0]), null, layers - 2, layers - 1];
  return { columns: drawn.map((layer) => (layer === null ? null : column(layer))), steps: stepsOf(sheet), full, small, kept };
}

/** Of the inputs and of each layer the neuron that must be drawn. @param {Topology} names @param {(string | null)[]} weights */
function keptNeurons(names, weights) {
  const kept = new Array(names.neurons.length + 1).fill(0);
  for (const weight of weights) {
    if (weight === null) continue;
    const [layer, head, tail] = ends(names, weight);
    [kept[layer], kept[layer + 1]] = [tail, head];
  }
  return kept;
}

/** @param {number} count @param {number} keep @returns {(number | null)[]} */
function slotsOf(count, keep) {
  return count <= MOST_SLOTS ? range(count) : [keep < count - 1 ? keep : 0, null, count - 1];
}

/** Every step, in order. @param {Drawing} sheet @returns {Step[]} */
function stepsOf(sheet) {
  const last = sheet.topology.neurons.length - 1;
  /** @param {StepName} name @param {number} layer @param {string} english @returns {Step} */
  const step = (name, layer, english) => ({ name, layer, words: sheet.translate(english) });
  const forward = range(last).map((layer) => step("forward", layer, "hidden layer: net inputs, then outputs"));
  const back = range(last)
    .reverse()
    .flatMap((layer) => [
      step("fork", layer, "hidden layer: what comes back along the arrows is added up"),
      step("hidden", layer, "hidden layer: times the slope, the δ of each neuron"),
      step("weights", layer, layer ? "gradients of the weights in between: δ × output" : "gradients of the first weights: δ × input"),
    ]);
  return [
    step("inputs", 0, "inputs and weights"),
    ...forward,
    step("forward", last, "output layer: net inputs, then outputs"),
    step("loss", 0, "outputs against their targets: the loss"),
    step("delta", last, "back to the outputs: the δ of each"),
    step("weights", last, last ? "gradients of the output weights: δ × output" : "gradients of the output weights: δ × input"),
    ...back,
  ];
}

/** The place of a step, from 0. @param {Plan} plan @param {StepName} name @param {number} [layer] */
export const stepAt = (plan, name, layer = 0) => plan.steps.findIndex((step) => step.name === name && step.layer === layer);
