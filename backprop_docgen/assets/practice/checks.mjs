// A check that a reader can do himself on a wrong number: its sign, its bounds, its size, at last what its step is made of.
// It says where to look, never what comes out. No DOM.
// @ts-check

import { partOf } from "./shape.mjs";

/** @typedef {import("./shape.mjs").Shape} Shape */
/** @typedef {(english: string, values?: Record<string, string>) => string} Say */

const NEAR = 0.02; // of the value: only the last digits are off
const FAR = 4; // times too large or too small

/**
 * @param {Shape} shape @param {string} name @param {number} answer
 * @param {(name: string) => number} value of a quantity @param {Say} say
 */
export function selfCheck(shape, name, answer, value, say) {
  const right = value(name);
  return bounds(shape, name, answer, say) ?? signs(name, answer, right, value, say) ?? size(answer, right, say) ?? made(shape, name, say);
}

/** @param {string} name @param {number} answer @param {number} right @param {(name: string) => number} value @param {Say} say */
function signs(name, answer, right, value, say) {
  const part = partOf(name);
  if (part === "loss") return answer < 0 ? say("Check the sign: a loss is never negative.") : null;
  if (part === "update") {
    const before = value(name.replace("@1", ""));
    const other = right !== before && Math.sign(answer - before) !== Math.sign(right - before);
    return other ? say("Check the direction: the step goes against the gradient. Where the gradient is positive, the weight falls.") : null;
  }
  if (Math.sign(answer) === Math.sign(right) || right === 0 || answer === 0) return null; // of 0 it is the size that is off
  if (part === "delta") return say("Check the sign: that of δ is the sign of output − target.");
  if (part === "hidden") return say("Check the sign: add up what comes back along every arrow, each with the sign of its weight.");
  if (part === "gradient") return say("Check the sign: that of δ at the arrow's head times that of the value at its tail.");
  if (name.startsWith("out_")) return say("Check the sign: first that of the net input, then what the activation makes of it.");
  return say("Check the sign of each product before you add them up.");
}

/** @param {Shape} shape @param {string} name @param {number} answer @param {Say} say */
function bounds(shape, name, answer, say) {
  if (!name.startsWith("out_")) return null;
  const activation = shape.activation(name.slice("out_".length));
  if (activation === "logistic" && (answer <= 0 || answer >= 1)) return say("Check the bounds: the logistic function gives numbers between 0 and 1.");
  if (activation === "softmax" && (answer <= 0 || answer >= 1)) return say("Check the bounds: a share lies between 0 and 1, and all shares add up to 1.");
  if (activation === "tanh" && Math.abs(answer) >= 1) return say("Check the bounds: the hyperbolic tangent gives numbers between −1 and 1.");
  if (activation === "relu" && answer < 0) return say("Check the bounds: ReLU gives no negative number.");
  return null;
}

/** @param {number} answer @param {number} right @param {Say} say */
function size(answer, right, say) {
  if (right === 0) return say("Check each factor: is one of them 0?");
  const ratio = Math.abs(answer / right);
  if (Math.abs(ratio - 1) < NEAR) return say("Nearly. Check the last digits: was something rounded too early?");
  if (ratio > FAR) return say("Check the size: it is too large. Estimate it with one digit of each number.");
  if (ratio < 1 / FAR) return say("Check the size: it is too small. Estimate it with one digit of each number.");
  return null;
}

/** @param {Shape} shape @param {string} name @param {Say} say */
function made(shape, name, say) {
  switch (partOf(name)) {
    case "forward":
      if (name.startsWith("net_")) return say("Sign and size look right. Has every arrow into this neuron its own product, and is the bias added once?");
      return say("Sign and size look right. Is it the activation of this neuron's own net input, applied once?");
    case "loss":
      if (shape.loss.endsWith("cross_entropy")) return say("Sign and size look right. Is it the natural logarithm, of the right output?");
      return say("Sign and size look right. Is the difference squared, and is the factor in front there?");
    case "delta":
      if (shape.loss.endsWith("cross_entropy")) return say("Sign and size look right. With this loss δ is output − target, and nothing else.");
      return say("Sign and size look right. How far is the output off, and how steep is its activation? Both are factors.");
    case "hidden":
      return say("Sign and size look right. What comes back along all arrows is added up first; then comes this neuron's own slope.");
    case "gradient":
      return say("Sign and size look right. Which neuron is at the arrow's head, and which value at its tail?");
    default:
      return say("Sign and size look right. It is the old weight minus the learning rate times the gradient, of the same weight.");
  }
}
