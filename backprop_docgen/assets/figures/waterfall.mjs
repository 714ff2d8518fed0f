// The outputs as steps, each bar beginning where the one before ends, and below them (or beside) their δ in the same way.
// With softmax the first ones climb to 1 and the second ones come back to 0.
// @ts-check

import { Drawing, FEW, kindOf, symbol } from "./scene.mjs";
import { line, NAME, run, widthOf } from "./svg.mjs";
import { outputs } from "./topology.mjs";

/** @typedef {import("./scene.mjs").Scene} Scene */
/** @typedef {import("./scene.mjs").Layout} Layout */
/** @typedef {import("../numbers/evaluate.mjs").Tree} Tree */
/** @typedef {{ left: number, width: number, top: number }} Panel */

const BETWEEN = 26; // two panels
const GAP = 14; // between the names and the bars
const NUMBERS = 84; // room for the numbers at its right
const ROW = 27;
const BAR = 15;
const THIN = 2; // a bar is at least as wide
const MOST = 8; // so many outputs are drawn; of more, the first ones
const HUGE = 1e15; // larger sums have no place; they stand in digits only

/** Every output and its δ, step by step to their sums. @param {Scene} scene @param {Layout} layout */
export function waterfall(scene, layout) {
  const sheet = new Drawing("waterfall", scene, layout);
  const width = sheet.wide ? (sheet.width - BETWEEN) / 2 : sheet.width;
  const first = drawSteps(sheet, "out", { left: 0, width, top: 0 });
  const beside = sheet.wide ? { left: width + BETWEEN, width, top: 0 } : { left: 0, width, top: first + 14 };
  let y = drawSteps(sheet, "delta", beside);
  if (outputs(sheet.topology).length > MOST) y = sheet.paragraph(4, y + 18, sheet.translate("⋯ further outputs are not drawn")) - 12;
  const drawn = outputs(sheet.topology).slice(0, MOST);
  sheet.about.say("The outputs, each beginning where the one before ends: {values}.", {
    values: sheet.about.listed(drawn.map((neuron) => `out_${neuron}`)),
  });
  sheet.about.say("Their δ in the same way: {values}.", { values: sheet.about.listed(drawn.map((neuron) => `delta_${neuron}`)) });
  return sheet.finish(sheet.translate("The outputs and their δ, added up"), y);
}

/**
 * One panel: a bar for each output, and the sum of all; returns the y below.
 * @param {Drawing} sheet @param {"out" | "delta"} family @param {Panel} panel
 */
function drawSteps(sheet, family, { left, width, top }) {
  const all = outputs(sheet.topology).map((neuron) => `${family}_${neuron}`);
  const css = kindOf(all[0]);
  /** Where each bar begins, and where the last one ends. */
  const ends = [0];
  for (const name of all) ends.push(ends[ends.length - 1] + sheet.double(name));
  const drawable = ends.every((end) => Math.abs(end) < HUGE);
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const rows = all.slice(0, MOST);
  const start = left + Math.max(...rows.map((name) => widthOf(symbol(name), NAME))) + GAP;
  const span = left + width - NUMBERS - start;
  /** @param {number} value */
  const at = (value) => start + (drawable && high > low ? ((value - low) / (high - low)) * span : 0);
  const title = family === "out" ? "outputs, one after another" : "their δ, one after another";
  sheet.text(left + 4, top + 17, [run(sheet.translate(title))], "bp-strong", "start");
  let y = top + 28;
  const bottom = y + ROW * rows.length;
  sheet.lines([line(at(0), y, at(0), bottom)], "bp-line bp-note", 1);
  rows.forEach((name, place) => {
    const middle = y + ROW / 2;
    sheet.of([name], () => {
      sheet.text(left + 4, middle + 4, symbol(name), "", "start", NAME);
      if (drawable) {
        const [from, to] = [at(ends[place]), at(ends[place + 1])];
        const [near, far] = [Math.min(from, to), Math.max(from, to, Math.min(from, to) + THIN)];
        sheet.box({ left: near, top: middle - BAR / 2, right: far, bottom: middle + BAR / 2 }, `bp-dot ${css}`, 2);
      }
      sheet.text(left + width - 4, middle + 4, [sheet.number(name, FEW, NUMBERS - 12)], css, "end");
    });
    if (drawable) {
      const [x, from] = [at(ends[place + 1]), middle + BAR / 2];
      const to = from + (place + 1 < rows.length ? ROW - BAR : (ROW - BAR) / 2);
      sheet.lines([line(x, from, x, to)], "bp-line bp-note", 1, "2 2");
    }
    y += ROW;
  });
  sheet.lines([line(left + 4, y, left + width - 4, y)], "bp-line bp-rule", 1);
  /** @type {Tree} */
  const sum = all.length > 1 ? ["+", ...all.map((name) => /** @type {Tree} */ (["q", name]))] : ["q", all[0]];
  sheet.text(left + 4, y + 18, [run(sheet.translate("sum"))], "", "start");
  sheet.text(left + width - 4, y + 18, [sheet.derived(sum, FEW, NUMBERS - 12)], css, "end");
  return y + 28;
}
