// The loss over the iterations, on a logarithmic axis, with the first hundred on their own.
// @ts-check

import { Drawing, LINE, symbol } from "./scene.mjs";
import { range } from "./layout.mjs";
import { element, isPower, line, magnitude, NAME, run, short, SMALL, TALLEST, widthOf } from "./svg.mjs";

/** @typedef {import("./scene.mjs").Scene} Scene */
/** @typedef {import("./scene.mjs").Layout} Layout */
/** @typedef {import("./scene.mjs").Quantity} Quantity */
/** @typedef {{ left: number, right: number, top: number, height: number }} Place the sides of a panel, its top, and how tall its curve is */
/**
 * @typedef {Place & { last: number, low: number, high: number }} Panel its last iteration, and the powers of ten between which it runs
 */

const FIRST = 100; // so many iterations does the second panel show

const AXIS = 46; // room for the numbers beside a panel
const BETWEEN = 12; // two panels
const HEIGHT = 200; // of a curve, at most
const APART = 46; // two panels, one below the other
const NUMBERED = 23; // the numbers below a panel
const NAMED = 42; // these, and what they count
const TOP = 30; // above the first one
const LEAST = 90; // of a curve
const ENDS = 66; // the first and the last value below all
const BINS = 150;
const MOST_TICKS = 6;
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** Where an iteration stands. @param {Panel} panel @param {number} step */
const across = (panel, step) => panel.left + (panel.right - panel.left) * (panel.last ? step / panel.last : 0.5);
/** The y of a power of ten. @param {Panel} panel @param {number} power */
const level = (panel, power) => panel.top + panel.height - (panel.height * (power - panel.low)) / (panel.high - panel.low);
/** Whether a logarithmic axis can show it. @param {number} loss */
export const drawable = (loss) => Number.isFinite(loss) && loss > 0;

/** The loss after 0, 1, … updates; what a logarithmic axis cannot show is said in words. @param {Scene} scene @param {Layout} layout */
export function lossCurve(scene, layout) {
  const sheet = new Drawing("loss-curve", scene, layout);
  const { after, last: end } = scene.losses();
  const losses = Array.from(after);
  const last = losses.length - 1;
  const name = (scene.network.example?.length ?? 1) === 1 ? "E_total" : "E_mean";
  sheet.text(4, 16, symbol(name), "", "start", NAME);
  const first = losses.slice(0, FIRST + 1);
  const two = last > FIRST && first.some(drawable);
  const half = two && sheet.wide ? (sheet.width - BETWEEN) / 2 : sheet.width;
  const notes = notesOf(sheet, losses);
  const below = two && !sheet.wide;
  const height = below ? heightOf(sheet, notes) : HEIGHT;
  let bottom = drawPanel(sheet, losses, { left: AXIS, right: half - 16, top: TOP, height }, last, !below);
  if (two) {
    const [left, top] = sheet.wide ? [sheet.width - half, TOP] : [0, bottom + APART];
    const words = sheet.translate("The first {count} iterations", { count: String(FIRST) });
    sheet.paragraph(left + 4, top - (sheet.wide ? 14 : 16), words, "bp-name bp-strong", FIRST);
    bottom = drawPanel(sheet, first, { left: left + AXIS, right: sheet.width - 16, top, height }, FIRST, true);
  }
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

/** How tall each of two panels is, one below the other. @param {Drawing} sheet @param {[string, number | null][]} notes */
function heightOf(sheet, notes) {
  const words = notes.reduce((sum, [note]) => sum + 10 + LINE * sheet.broken(4, `${note}.`).length, 0);
  return Math.max(LEAST, (TALLEST - TOP - NUMBERED - APART - NAMED - words - ENDS) / 2);
}

/**
 * Axes, ticks and curve; returns the y below the numbers of the axis.
 * @param {Drawing} sheet @param {number[]} losses @param {Place} place @param {number} last @param {boolean} named whether the axis says what it counts
 */
function drawPanel(sheet, losses, place, last, named) {
  const positive = losses.filter(drawable);
  const { left, right, top, height } = place;
  if (!positive.length) return top;
  const least = positive.reduce((a, b) => Math.min(a, b));
  const greatest = positive.reduce((a, b) => Math.max(a, b));
  const low = magnitude(least);
  const panel = { ...place, last, low, high: Math.max(magnitude(greatest) + (isPower(greatest) ? 0 : 1), low + 1) };
  const bottom = top + height;
  for (const power of spread(panel.low, panel.high)) {
    const y = level(panel, power);
    sheet.lines([line(left, y, right, y)], "bp-line bp-rule", 1);
    drawTick(sheet, left - 8, y + 5, `1e${power}`, `10${raised(power)}`, "end");
  }
  const room = widthOf([run(sheet.integer(last))], SMALL) + 12;
  for (const step of stepsOf(last, Math.max(1, Math.min(5, Math.floor((right - left) / room))))) {
    const x = across(panel, step);
    sheet.lines([line(x, bottom, x, bottom + 5)], "bp-line bp-rule", 1);
    drawTick(sheet, Math.min(x, right - 8), bottom + 20, String(step), sheet.integer(step), "middle");
  }
  if (named) sheet.text(right, bottom + 39, [run(sheet.translate("iterations →"))], "bp-note", "end", SMALL);
  for (const piece of piecesOf(losses)) {
    drawPiece(sheet, piece.map((step) => [across(panel, step), level(panel, Math.log10(losses[step]))]));
  }
  return bottom + (named ? NAMED : NUMBERED);
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
export function drawTick(sheet, x, y, value, text, anchor) {
  sheet.text(x, y, [run(text, { data: { "data-tick": value } })], "bp-note", anchor, SMALL);
}

/** @param {number} power */
export const raised = (power) => String(power).replace("-", "⁻").replace(/\d/g, (digit) => RAISED[Number(digit)]);

/**
 * Every power of ten, or every second, fifth, tenth … where they are too many.
 * @param {number} low @param {number} high
 */
export function spread(low, high) {
  const powers = range(high + 1, low);
  const step = [1, 2, 5, 10, 20, 50, 100, 200].find((step) => powers.length <= MOST_TICKS * step);
  return powers.filter((_, place) => (step ? place % step === 0 : place === 0));
}

/** Round numbers of iterations from 0: about four, with at most so many steps between them. @param {number} last @param {number} most */
export function stepsOf(last, most) {
  for (let scale = 1; ; scale *= 10) {
    const step = [scale, 2 * scale, 5 * scale].find((step) => last / step <= most);
    if (step) return range(Math.floor(last / step) + 1).map((place) => place * step);
  }
}

/**
 * Iterations to draw, in unbroken pieces: in each of 150 stretches the first, least and greatest loss.
 * @param {number[]} losses
 */
export function piecesOf(losses) {
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
  const column = sheet.wide ? sheet.width / shown.length : 0;
  const room = (column || sheet.width) - 150 - 60;
  shown.forEach(([quantity, step], place) => {
    const [x, below] = [4 + column * place, sheet.wide ? y : y + 24 * place];
    const marked = run(sheet.integer(step), { data: { "data-tick": String(step) } });
    sheet.text(x, below, [run(`${sheet.translate("iteration")} `), marked], "bp-note", "start");
    const number = sheet.number(quantity, undefined, room);
    sheet.text(x + 146, below, [...symbol(quantity.name.split("@")[0]), run(" "), number], "", "start");
  });
  return y + 12 + (sheet.wide ? 0 : 24 * (shown.length - 1));
}
