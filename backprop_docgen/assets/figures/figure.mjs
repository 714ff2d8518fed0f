// Figures: the network, the paths of the gradient, the circuit and the curves, as SVG drawn from the
// worksheet, by the build (in V8, figures/drawing.mjs) and by the live page. No DOM.
// @ts-check

import { circuit, smallCircuit } from "./circuit.mjs";
import { curves } from "./curves.mjs";
import { fitsWide } from "./layout.mjs";
import { lossCurve } from "./loss_curve.mjs";
import { bareNetwork, networkValues } from "./network.mjs";
import { outputPath } from "./output_path.mjs";
import { hiddenPaths } from "./paths.mjs";
import { regions } from "./regions.mjs";
import { followed } from "./scene.mjs";
import { beforeAfter } from "./before_after.mjs";
import { waterfall } from "./waterfall.mjs";

/** @typedef {import("./scene.mjs").Scene} Scene */
/** @typedef {import("./scene.mjs").Figure} Figure */

/** @typedef {import("./scene.mjs").Layout} Layout */
/** @typedef {{ draw: (scene: Scene, layout: Layout) => Figure, layouts: Layout[], fits?: (scene: Scene) => boolean }} Kind `fits`: whether a landscape has room for the network */
/** @typedef {{ svgs: string[], alt: string, names: string[] }} Drawings one SVG a layout: a page shows the one that it has room for */

/** @type {Layout[]} */
const TALL = ["tall"];
/** @type {Layout[]} */
const BOTH = ["tall", "wide"];

/** Every kind of figure, by the name that templates use. @type {Map<string, Kind>} */
export const KINDS = new Map([
  ["bare-network", { draw: bareNetwork, layouts: BOTH, fits: fitsWide }],
  ["network-values", { draw: networkValues, layouts: BOTH, fits: fitsWide }],
  ["output-path", { draw: outputPath, layouts: BOTH }],
  ["hidden-paths", { draw: hiddenPaths, layouts: BOTH, fits: fitsWide }],
  ["circuit", { draw: circuit, layouts: BOTH }],
  ["small-circuit", { draw: smallCircuit, layouts: TALL }],
  ["loss-curve", { draw: lossCurve, layouts: BOTH }],
  ["before-after", { draw: beforeAfter, layouts: BOTH }],
  ["waterfall", { draw: waterfall, layouts: BOTH }],
  ["regions", { draw: regions, layouts: BOTH }],
  ["curves", { draw: curves, layouts: BOTH }],
]);

/**
 * Draw a figure; a RangeError for an unknown kind, or a path that the network does not have.
 * @param {string} kind @param {Scene} scene @param {Layout} layout
 */
export const draw = (kind, scene, layout) => kindOf(kind).draw(followed(scene), layout);

/**
 * A figure in every layout that its kind has, told once: the description of the first, and what any of them shows.
 * @param {string} kind @param {Scene} scene @returns {Drawings}
 */
export function drawings(kind, scene) {
  const { layouts, fits } = kindOf(kind);
  const drawn = layouts.filter((layout) => layout === "tall" || (fits?.(scene) ?? true));
  const [first, ...others] = drawn.map((layout) => draw(kind, scene, layout));
  const more = others.flatMap(({ names }) => names.filter((name) => !first.names.includes(name)));
  return { svgs: [first, ...others].map(({ svg }) => svg), alt: first.alt, names: [...first.names, ...new Set(more)] };
}

/** @param {string} kind */
function kindOf(kind) {
  const found = KINDS.get(kind);
  if (!found) throw new RangeError(`there is no figure ${kind}`);
  return found;
}
