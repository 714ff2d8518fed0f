// Figures: the network, the paths of the gradient, the circuit and the curves, as SVG drawn from the
// worksheet, by the build (in V8, figures/drawing.mjs) and by the live page. No DOM.
// @ts-check

import { circuit } from "./circuit.mjs";
import { lossCurve } from "./loss_curve.mjs";
import { bareNetwork, networkValues } from "./network.mjs";
import { hiddenPaths, outputPath } from "./paths.mjs";
import { beforeAfter } from "./before_after.mjs";

/** @typedef {import("./scene.mjs").Scene} Scene */
/** @typedef {import("./scene.mjs").Figure} Figure */

/** Every kind of figure, by the name that templates use. @type {Map<string, (scene: Scene) => Figure>} */
export const KINDS = new Map([
  ["bare-network", bareNetwork],
  ["network-values", networkValues],
  ["output-path", outputPath],
  ["hidden-paths", hiddenPaths],
  ["circuit", circuit],
  ["loss-curve", lossCurve],
  ["before-after", beforeAfter],
]);

/**
 * Draw a figure; a RangeError for an unknown kind, or a path that the network does not have.
 * @param {string} kind @param {Scene} scene
 */
export function draw(kind, scene) {
  const found = KINDS.get(kind);
  if (!found) throw new RangeError(`there is no figure ${kind}`);
  return found(scene);
}
