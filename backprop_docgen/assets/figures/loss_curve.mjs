// The loss over the iterations, on a logarithmic axis, with the first hundred on their own.
// @ts-check

import { Drawing, symbol } from "./scene.mjs";
import { range } from "./layout.mjs";
import { element, isPower, line, magnitude, NAME, run, short, SMALL, WIDTH } from "./svg.mjs";

/** @typedef {import("./scene.mjs").Scene} Scene */
/** @typedef {import("./scene.mjs").Quantity} Quantity */
/**
 * @typedef {{ top: number, last: number, low: number, high: number }} Panel its last iteration, and the powers of ten between which it runs
 */

const FIRST = 100; // so many iterations does the second panel show

const LEFT = 46;
const RIGHT = WIDTH - 16;
const HEIGHT = 200;
const BINS = 150;
const MOST_TICKS = 6;
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** Where an iteration stands. @param {Panel} panel @param {number} step */
const across = (panel, step) => LEFT + (RIGHT - LEFT) * (panel.last ? step / panel.last : 0.5);
/** The y of a power of ten. @param {Panel} panel @param {number} power */
const level = (panel, power) => panel.top + HEIGHT - (HEIGHT * (power - panel.low)) / (panel.high - panel.low);
/** Whether a logarithmic axis can show it. @param {number} loss */
const drawable = (loss) => Number.isFinite(loss) && loss > 0;

/** The loss after 0, 1, … updates; what a logarithmic axis cannot show is said in words. @param {Scene} scene */
export function lossCurve(scene) {
  const sheet = new Drawing("loss-curve", scene);
  const { after, last: end } = scene.losses();
  const losses = Array.from(after);
  const last = losses.length - 1;
  const name = (scene.network.example?.length ?? 1) === 1 ? "E_total" : "E_mean";
  sheet.text(4, 16, symbol(name), "", "start", NAME);
  let bottom = drawPanel(sheet, losses, 30, last);
  const first = losses.slice(0, FIRST + 1);
  if (last > FIRST && first.some(drawable)) {
    const words = sheet.translate("The first {count} iterations", { count: String(FIRST) });
    sheet.paragraph(4, bottom + 30, words, "bp-name bp-strong", FIRST);
    bottom = drawPanel(sheet, first, bottom + 46, FIRST);
  }
  const notes = notesOf(sheet, losses);
  for (const [note, step] of notes) bottom = sheet.paragraph(4, bottom + 24, `${note}.`, "bp-name", step) - 14;
  /** @type {[Quantity, number][]} */
  const shown = [[sheet.found(name), 0]];
  if (last) shown.push([{ name: `${name}@${last}`, value: end }, last]);
  bottom = drawEnds(sheet, shown, bottom + 30);
  const { about } = sheet;
  about.say("The loss over the iterations, on a logarithmic axis.");
  for (const [note, step] of notes) about.add(`${note}.`, step);
  for (const [quantity, step] of shown) {
    about.say("{values} at iteration {count}.", { values: about.listed([quantity]) }, step);
  }
  return sheet.finish(sheet.translate("The loss over the iterations"), bottom);
}

/**
 * Axes, ticks and curve; returns the y below the numbers of the axis.
 * @param {Drawing} sheet @param {number[]} losses @param {number} top @param {number} last
 */
function drawPanel(sheet, losses, top, last) {
  const positive = losses.filter(drawable);
  if (!positive.length) return top;
  const least = positive.reduce((a, b) => Math.min(a, b));
  const greatest = positive.reduce((a, b) => Math.max(a, b));
  const low = magnitude(least);
  const panel = { top, last, low, high: Math.max(magnitude(greatest) + (isPower(greatest) ? 0 : 1), low + 1) };
  const bottom = top + HEIGHT;
  for (const power of spread(panel.low, panel.high)) {
    const y = level(panel, power);
    sheet.lines([line(LEFT, y, RIGHT, y)], "bp-line bp-rule", 1);
    drawTick(sheet, LEFT - 8, y + 5, `1e${power}`, `10${raised(power)}`, "end");
  }
  for (const step of stepsOf(last)) {
    const x = across(panel, step);
    sheet.lines([line(x, bottom, x, bottom + 5)], "bp-line bp-rule", 1);
    drawTick(sheet, Math.min(x, RIGHT - 8), bottom + 20, String(step), sheet.integer(step), "middle");
  }
  sheet.text(RIGHT, bottom + 39, [run(sheet.translate("iterations →"))], "bp-note", "end", SMALL);
  for (const piece of piecesOf(losses)) {
    drawPiece(sheet, piece.map((step) => [across(panel, step), level(panel, Math.log10(losses[step]))]));
  }
  return bottom + 42;
}

/** An unbroken piece of the curve; alone a point is a dot. @param {Drawing} sheet @param {number[][]} points */
function drawPiece(sheet, points) {
  if (points.length === 1) {
    sheet.parts.push(element("circle", { class: "bp-dot bp-error", cx: points[0][0], cy: points[0][1], r: 4 }));
    return;
  }
  const d = `M${points.map(([x, y]) => `${short(x, 1)} ${short(y, 1)}`).join("L")}`;
  const stroke = { stroke: "currentColor", "stroke-width": 2.2, "stroke-linejoin": "round" };
  sheet.parts.push(element("path", { class: "bp-line bp-error", d, fill: "none", ...stroke }));
}

/**
 * A number of an axis; its value is in `data-tick`.
 * @param {Drawing} sheet @param {number} x @param {number} y @param {string} value @param {string} text
 * @param {string} anchor
 */
function drawTick(sheet, x, y, value, text, anchor) {
  sheet.text(x, y, [run(text, { data: { "data-tick": value } })], "bp-note", anchor, SMALL);
}

/** @param {number} power */
const raised = (power) => String(power).replace("-", "⁻").replace(/\d/g, (digit) => RAISED[Number(digit)]);

/**
 * Every power of ten, or every second, fifth, tenth … where they are too many.
 * @param {number} low @param {number} high
 */
function spread(low, high) {
  const powers = range(high + 1, low);
  const step = [1, 2, 5, 10, 20, 50, 100, 200].find((step) => powers.length <= MOST_TICKS * step);
  return powers.filter((_, place) => (step ? place % step === 0 : place === 0));
}

/** Round numbers of iterations: about four, from 0. @param {number} last */
function stepsOf(last) {
  for (let scale = 1; ; scale *= 10) {
    const step = [scale, 2 * scale, 5 * scale].find((step) => last / step <= 5);
    if (step) return range(Math.floor(last / step) + 1).map((place) => place * step);
  }
}

/**
 * Iterations to draw, in unbroken pieces: in each of 150 stretches the first, least and greatest loss.
 * @param {number[]} losses
 */
function piecesOf(losses) {
  const last = losses.length - 1;
  const size = Math.max(1, Math.ceil(losses.length / BINS));
  /** @type {number[][]} */
  const pieces = [[]];
  for (let start = 0; start <= last; start += size) {
    const stretch = range(Math.min(start + size, losses.length), start);
    const fit = stretch.filter((step) => drawable(losses[step]));
    const chosen = new Set(stretch.filter((step) => !drawable(losses[step])).slice(0, 1));
    if (fit.length) {
      chosen.add(fit[0]);
      chosen.add(fit.reduce((a, b) => (losses[b] < losses[a] ? b : a)));
      chosen.add(fit.reduce((a, b) => (losses[b] > losses[a] ? b : a)));
      if (fit[fit.length - 1] === last) chosen.add(last);
    }
    for (const step of [...chosen].sort((a, b) => a - b)) {
      if (drawable(losses[step])) pieces[pieces.length - 1].push(step);
      else if (pieces[pieces.length - 1].length) pieces.push([]);
    }
  }
  return pieces.filter((piece) => piece.length);
}

/**
 * What a logarithmic axis cannot show: which losses, and what is said of them, lasting or once.
 * @type {[(loss: number) => boolean, string, string][]}
 */
const STRANGE = [
  [
    (loss) => loss === 0,
    "From iteration {step} on the loss is exactly zero, which a logarithmic axis cannot show",
    "At iteration {step} the loss is exactly zero, which a logarithmic axis cannot show",
  ],
  [
    (loss) => Number.isFinite(loss) && loss < 0,
    "From iteration {step} on the loss is negative, which a logarithmic axis cannot show",
    "At iteration {step} the loss is negative, which a logarithmic axis cannot show",
  ],
  [
    (loss) => !Number.isFinite(loss),
    "From iteration {step} on the loss is not a finite number any more",
    "At iteration {step} the loss is not a finite number",
  ],
];

/**
 * Notes on the curve, each with the iteration it names.
 * @param {Drawing} sheet @param {number[]} losses @returns {[string, number | null][]}
 */
function notesOf(sheet, losses) {
  /** @type {[string, number | null][]} */
  const notes = [];
  for (const [strange, lasting, once] of STRANGE) {
    const step = losses.findIndex(strange);
    if (step < 0) continue;
    const english = losses.length - step > 1 && losses.slice(step).every(strange) ? lasting : once;
    notes.push([sheet.translate(english, { step: sheet.integer(step) }), step]);
  }
  if (losses.length > 1 && drawable(losses[0]) && losses.every((loss) => loss === losses[0])) {
    notes.push([sheet.translate("The loss does not change"), null]);
  }
  return notes;
}

/**
 * The first and the last value in digits.
 * @param {Drawing} sheet @param {[Quantity, number][]} shown @param {number} y
 */
function drawEnds(sheet, shown, y) {
  for (const [quantity, step] of shown) {
    const marked = run(sheet.integer(step), { data: { "data-tick": String(step) } });
    sheet.text(4, y, [run(`${sheet.translate("iteration")} `), marked], "bp-note", "start");
    const number = sheet.number(quantity, undefined, WIDTH - 150 - 60);
    sheet.text(150, y, [...symbol(quantity.name.split("@")[0]), run(" "), number], "", "start");
    y += 24;
  }
  return y - 12;
}
