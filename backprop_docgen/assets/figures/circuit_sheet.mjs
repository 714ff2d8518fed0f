// The sheet of the circuit: what is drawn on it carries the step at which it is known. All of it shows as drawn;
// the page's stepper puts away what is still to come.
// @ts-check

import { Drawing } from "./scene.mjs";

/** @typedef {import("./circuit_plan.mjs").Step} Step */

export class Sheet extends Drawing {
  /**
   * What `draw` draws shows these quantities, and is known from a step on (0: always).
   * @param {number} step @param {string[]} names @param {() => void} draw
   */
  at(step, names, draw) {
    if (step) this.parts.push(`<g data-step="${step}">`);
    this.of(names.filter((name) => this.scene.sheet.has(name)), draw);
    if (step) this.parts.push("</g>");
  }

  /** The names and words of all steps, for the page's stepper. @param {Step[]} steps */
  tell(steps) {
    this.data["data-steps"] = JSON.stringify(steps.map(({ name, words }) => [name, words]));
  }
}
