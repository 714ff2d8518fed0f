// How the losses of several worksheets go, each as a share of its first one, on one logarithmic axis: on one sheet with a
// key; or in a row, where they differ in their learning rate alone.
// @ts-check

import { Drawing, symbol } from "./scene.mjs";
import { drawable, drawTick, piecesOf, raised, spread, stepsOf } from "./loss_curve.mjs";
import { element, isPower, line, magnitude, NAME, relation, run, short, SMALL, TALLEST, widthOf } from "./svg.mjs";

/** @typedef {import("./scene.mjs").Scene} Scene */
/** @typedef {import("./scene.mjs").Layout} Layout */
/** @typedef {import("./scene.mjs").Quantity} Quantity */
/** @typedef {import("./svg.mjs").Run} Run */
/**
 * A worksheet's training: the sheet that knows its numbers, the shares of its first loss, the loss at the end.
 * @typedef {{ own: Drawing, shares: number[], first: string, end: Quantity, last: number }} Training
 */
/** @typedef {{ left: number, right: number, top: number, height: number }} Place */
/** @typedef {{ last: number, low: number, high: number }} Axes its last iteration, and the powers of ten between which it runs */
/** @typedef {{ css: string, dash: string | null }} Style */

const AXIS = 46; // room for the numbers beside a panel
const MARGIN = 16;
const BETWEEN = 18; // two panels of a row
const TALL = 210; // a panel of its own
const LOW = 130; // one of a row, at most
const LEAST = 90;
const ROW_TOP = 52; // above the panels of a row
const ROW_FOOT = 70; // below them
const ROWS_APART = 92;
const SAMPLE = 34; // the stroke beside the words of the key

/** @type {Style[]} */
const STYLES = [
  { css: "bp-error", dash: null },
  { css: "bp-path-a", dash: "8 4" },
  { css: "bp-net", dash: "2.5 3.5" },
  { css: "bp-gradient", dash: "12 4 2.5 4" },
];

/** What the key calls a loss. @type {Record<string, string>} */
const LOSSES = {
  squared_error: "squared error",
  mean_squared_error: "mean squared error",
  binary_cross_entropy: "cross-entropy",
  categorical_cross_entropy: "cross-entropy",
};

/** The losses of some trainings, each as a share of its first. @param {Scene} scene @param {Layout} layout */
export function curves(scene, layout) {
  const sheet = new Drawing("curves", scene, layout);
  const trainings = [scene, ...(scene.more ?? [])].map((each) => trainingOf(each, layout));
  const axes = axesOf(trainings);
  sheet.text(4, 16, [run(sheet.translate("loss ÷ first loss"))], "", "start", NAME);
  const bottom = inRow(trainings) ? drawRow(sheet, trainings, axes) : drawTogether(sheet, trainings, axes);
  sheet.about.say("The loss as a share of the first one, on a logarithmic axis.");
  for (const training of trainings) tell(sheet, training);
  return sheet.finish(sheet.translate("The loss of several trainings"), bottom);
}

/** @param {Scene} scene @param {Layout} layout @returns {Training} */
function trainingOf(scene, layout) {
  const { after, last: value } = scene.losses();
  const losses = Array.from(after);
  const last = losses.length - 1;
  const first = (scene.network.example?.length ?? 1) === 1 ? "E_total" : "E_mean";
  const end = { name: last ? `${first}@${last}` : first, value };
  const shares = losses.map((loss) => (drawable(losses[0]) ? loss / losses[0] : Number.NaN));
  return { own: new Drawing("curves", scene, layout), shares, first, end, last };
}

/** Whether they differ in nothing but the learning rate, as far as a figure sees. @param {Training[]} trainings */
function inRow(trainings) {
  if (trainings.length < 2) return false;
  const [head, ...others] = trainings.map(({ own, first }) => [own.double("eta"), own.double(first), lossOf(own)]);
  return others.every(([rate, start, loss]) => rate !== head[0] && start === head[1] && loss === head[2]);
}

/** @param {Drawing} own */
const lossOf = (own) => own.scene.network.network?.loss ?? "squared_error";

/** @param {Training[]} trainings @returns {Axes} */
function axesOf(trainings) {
  const positive = trainings.flatMap(({ shares }) => shares.filter(drawable));
  const least = positive.reduce((a, b) => Math.min(a, b), 1);
  const greatest = positive.reduce((a, b) => Math.max(a, b), 1);
  const low = magnitude(least);
  const high = Math.max(magnitude(greatest) + (isPower(greatest) ? 0 : 1), low + 1);
  return { last: Math.max(...trainings.map(({ last }) => last)), low, high };
}

/**
 * All curves in one panel, and a key below it; returns the y below.
 * @param {Drawing} sheet @param {Training[]} trainings @param {Axes} axes
 */
function drawTogether(sheet, trainings, axes) {
  const place = { left: AXIS, right: sheet.width - MARGIN, top: 30, height: TALL };
  drawAxes(sheet, place, axes, true, 39);
  trainings.forEach(({ shares }, index) => drawCurve(sheet, place, axes, shares, styleOf(index)));
  let y = place.top + place.height + 66;
  trainings.forEach((training, index) => {
    const { css, dash } = styleOf(index);
    sheet.lines([line(4, y - 4, 4 + SAMPLE, y - 4)], `bp-line ${css}`, 2.2, dash);
    const { own, first, end } = training;
    const words = [run(`${sheet.translate(LOSSES[lossOf(own)])}, `), ...symbol("out_o1"), ...equals(own, "out_o1")];
    const change = [...symbol(first), run(": "), own.number(first, undefined, 90), run(" → "), own.number(end, undefined, 90)];
    sheet.text(SAMPLE + 14, y, words, "", "start");
    const beside = sheet.wide ? [sheet.width - MARGIN, y, "end"] : [SAMPLE + 14, y + 20, "start"];
    sheet.text(Number(beside[0]), Number(beside[1]), change, "", String(beside[2]));
    y += sheet.wide ? 24 : 46;
  });
  return y - 8;
}

/**
 * A panel for each, on the same axes, below its learning rate; returns the y below.
 * @param {Drawing} sheet @param {Training[]} trainings @param {Axes} axes
 */
function drawRow(sheet, trainings, axes) {
  const columns = Math.min(trainings.length, sheet.wide ? 4 : 2);
  const width = (sheet.width - AXIS - MARGIN - BETWEEN * (columns - 1)) / columns;
  const rows = Math.ceil(trainings.length / columns);
  const fitting = (TALLEST - ROW_TOP - ROW_FOOT - (rows - 1) * ROWS_APART) / rows;
  const height = sheet.wide ? LOW : Math.min(LOW, Math.max(LEAST, fitting));
  let bottom = 0;
  trainings.forEach((training, index) => {
    const column = index % columns;
    const left = AXIS + column * (width + BETWEEN);
    const place = { left, right: left + width, top: ROW_TOP + Math.floor(index / columns) * (height + ROWS_APART), height };
    const { own, first, end } = training;
    sheet.text(left, place.top - 12, [...symbol("eta"), ...equals(own, "eta")], "bp-strong", "start");
    const lowest = index + columns >= trainings.length;
    drawAxes(sheet, place, axes, column === 0, lowest && column === Math.min(columns, trainings.length) - 1 ? 58 : null);
    drawCurve(sheet, place, axes, training.shares, STYLES[0]);
    bottom = place.top + height + 40;
    sheet.text(left, bottom, [...symbol(first), run(" → "), own.number(end, undefined, width - 60)], "bp-error", "start");
  });
  return bottom + ROW_FOOT - 40;
}

/** @param {Drawing} own @param {string} name @returns {Run[]} */
function equals(own, name) {
  const number = own.number(name, undefined, 90);
  return [run(` ${relation(number)} `), number];
}

/** @param {number} index */
const styleOf = (index) => STYLES[index % STYLES.length];

/**
 * Lines of the powers of ten, ticks of the iterations; numbers of the powers only where wanted.
 * @param {Drawing} sheet @param {Place} place @param {Axes} axes @param {boolean} numbered @param {number | null} named how far below stands what the axis counts
 */
function drawAxes(sheet, { left, right, top, height }, axes, numbered, named) {
  const bottom = top + height;
  for (const power of spread(axes.low, axes.high)) {
    const y = bottom - (height * (power - axes.low)) / (axes.high - axes.low);
    sheet.lines([line(left, y, right, y)], "bp-line bp-rule", 1);
    if (numbered) drawTick(sheet, left - 8, y + 5, `1e${power}`, `10${raised(power)}`, "end");
  }
  const room = widthOf([run(sheet.integer(axes.last))], SMALL) + 12;
  for (const step of stepsOf(axes.last, Math.max(1, Math.min(5, Math.floor((right - left) / room))))) {
    const x = acrossOf(left, right, axes, step);
    sheet.lines([line(x, bottom, x, bottom + 5)], "bp-line bp-rule", 1);
    drawTick(sheet, Math.min(x, right - 8), bottom + 20, String(step), sheet.integer(step), "middle");
  }
  if (named !== null) sheet.text(right, bottom + named, [run(sheet.translate("iterations →"))], "bp-note", "end", SMALL);
}

/** Where an iteration stands. @param {number} left @param {number} right @param {Axes} axes @param {number} step */
const acrossOf = (left, right, { last }, step) => left + (right - left) * (last ? step / last : 0.5);

/** @param {Drawing} sheet @param {Place} place @param {Axes} axes @param {number[]} shares @param {Style} style */
function drawCurve(sheet, { left, right, top, height }, axes, shares, { css, dash }) {
  for (const piece of piecesOf(shares)) {
    const points = piece.map((step) => {
      const level = (Math.log10(shares[step]) - axes.low) / (axes.high - axes.low);
      return [acrossOf(left, right, axes, step), top + height * (1 - level)];
    });
    if (points.length === 1) {
      sheet.parts.push(element("circle", { class: `bp-dot ${css}`, cx: points[0][0], cy: points[0][1], r: 4 }));
      continue;
    }
    const d = `M${points.map(([x, y]) => `${short(x, 1)} ${short(y, 1)}`).join("L")}`;
    const stroke = { stroke: "currentColor", "stroke-width": 2.2, "stroke-linejoin": "round", "stroke-dasharray": dash };
    sheet.parts.push(element("path", { class: `bp-line ${css}`, d, fill: "none", ...stroke }));
  }
}

/** What a training is and how it ends, in words. @param {Drawing} sheet @param {Training} training */
function tell(sheet, { own, first, end, last }) {
  const start = own.about.listed(["eta", "out_o1", first]);
  const finish = own.about.listed([end]);
  sheet.about.names.push(...own.about.names);
  const loss = sheet.translate(LOSSES[lossOf(own)]);
  sheet.about.say("{loss}: {start} at the start; {end} at iteration {count}.", { loss, start, end: finish }, last);
}
