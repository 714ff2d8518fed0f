// Before and after one update: the outs against their targets, and the loss of each output.
// @ts-check

import { Drawing, kindOf, symbol } from "./scene.mjs";
import { range } from "./layout.mjs";
import { ofExact } from "../numbers/evaluate.mjs";
import { numeral } from "../numbers/language.mjs";
import { add, divide, fromDouble, multiply, negate, power10, rational, toDouble } from "../numbers/rational.mjs";
import { code, printed } from "../numbers/rounding.mjs";
import { element, fixed, line, magnitude, NAME, run, SMALL, widthOf } from "./svg.mjs";
import { outputs } from "./topology.mjs";

/** @typedef {import("./scene.mjs").Scene} Scene */
/** @typedef {import("./scene.mjs").Layout} Layout */
/** @typedef {import("../numbers/rational.mjs").Rational} Rational */
/** @typedef {"before" | "after" | "target"} Moment */
/** @typedef {{ left: number, width: number }} Panel the stretch of the sheet that an output has, or the loss */

const INSET = 22; // an axis in its panel
const BETWEEN = 24; // two panels
const ROW = 21;
const HUGE = 1e15; // what is larger has no place on the scale; it stands in digits only
const MOST = 4; // so many outputs are drawn; of more, the first ones
const ROOMY = 2; // outputs that a portrait has room for, each with a table of its own
const HEAD = 24; // above the lines of more
const NAMES = 52; // in front of their numbers
const LIFTS = { before: -13, after: 13, target: 0 };

/**
 * Outs and targets on one scale, before and after one update, with the losses in digits and as bars.
 * @param {Scene} scene @param {Layout} layout
 */
export function beforeAfter(scene, layout) {
  const sheet = new Drawing("before-after", scene, layout);
  const all = outputs(sheet.topology);
  const drawn = all.slice(0, MOST);
  const ticks = ticksOf(sheet, drawn);
  const columns = sheet.wide ? 2 : 1;
  const width = (sheet.width - BETWEEN * (columns - 1)) / columns;
  /** @param {number} place @returns {Panel} */
  const panel = (place) => ({ left: (place % columns) * (width + BETWEEN), width });
  let y = 0;
  let bottom = 0;
  if (columns === 1 && drawn.length > ROOMY) bottom = drawLines(sheet, drawn, ticks, panel(0));
  else {
    drawn.forEach((neuron, place) => {
      if (place % columns === 0) y = bottom;
      bottom = drawOutput(sheet, neuron, ticks, panel(place), y);
    });
  }
  const beside = drawn.length % columns ? drawTotal(sheet, panel(drawn.length), y) : 0; // the last output
  y = Math.max(bottom, beside);
  if (all.length > MOST) y = sheet.paragraph(4, y + 18, sheet.translate("⋯ further outputs are not drawn")) - 12;
  if (!beside) y = drawTotal(sheet, { left: 0, width: sheet.width }, y);
  const names = drawn.flatMap((o) => [`out_${o}`, `out_${o}@1`, `target_${o}`, `E_${o}`, `E_${o}@1`]);
  sheet.about.say("Outputs, targets and losses before and after (⁺) one update: {values}.", {
    values: sheet.about.listed([...names, "E_total", "E_total@1"]),
  });
  return sheet.finish(sheet.translate("Before and after one update"), y);
}

/** The whole number not above. @param {Rational} number */
function floor({ n, d }) {
  const quotient = n / d;
  return n < 0n && quotient * d !== n ? quotient - 1n : quotient;
}

/**
 * Round numbers that span all outs and targets, at most six of them.
 * @param {Drawing} sheet @param {string[]} drawn @returns {Rational[]}
 */
function ticksOf(sheet, drawn) {
  const names = drawn.flatMap((o) => [`out_${o}`, `out_${o}@1`, `target_${o}`]);
  const values = names.map((name) => sheet.double(name)).filter((value) => Math.abs(value) < HUGE);
  let [low, high] = values.length ? [Math.min(...values), Math.max(...values)] : [0, 1];
  if (low >= 0 && high <= 1) [low, high] = [0, 1];
  if (high === low) high = low + 1;
  const unit = power10(magnitude(high - low) - 1);
  for (const factor of [1n, 2n, 5n, 10n, 20n, 50n]) {
    const step = multiply(unit, rational(factor));
    const first = floor(divide(fromDouble(low), step));
    const last = -floor(negate(divide(fromDouble(high), step)));
    if (last - first <= 5n) return range(Number(last - first) + 1).map((k) => multiply(step, rational(first + BigInt(k))));
  }
  throw new RangeError("fifty tenths of a span hold it");
}

/** @param {Drawing} sheet @param {string} neuron @param {Rational[]} ticks @param {Panel} panel @param {number} y */
function drawOutput(sheet, neuron, ticks, panel, y) {
  const { left, width } = panel;
  const [outs, losses] = [left + 0.33 * width, left + 0.66 * width];
  const room = 0.33 * width - 6;
  const axis = y + 44;
  sheet.text(left + 4, y + 18, symbol(neuron, "bp-name"), "bp-strong", "start", NAME);
  drawAxis(sheet, ticks, panel, axis, true);
  const top = axis + 52;
  sheet.text(outs, top, symbol(`out_${neuron}`), "", "start", NAME);
  sheet.text(losses, top, symbol(`E_${neuron}`), "", "start", NAME);
  /** @type {[string, string, Moment][]} */
  const rows = [
    [`out_${neuron}`, `E_${neuron}`, "before"],
    [`out_${neuron}@1`, `E_${neuron}@1`, "after"],
    [`target_${neuron}`, "", "target"],
  ];
  rows.forEach(([name, loss, moment], place) => {
    const value = sheet.double(name);
    if (Math.abs(value) < HUGE) drawMark(sheet, placeOf(value, ticks, panel), axis + LIFTS[moment], moment);
    const below = top + 22 + ROW * place;
    drawMark(sheet, left + 12, below - 5, moment);
    sheet.text(left + 26, below, [run(sheet.translate(moment))], "", "start");
    sheet.text(outs, below, [sheet.number(name, undefined, room)], kindOf(name), "start");
    if (loss) sheet.text(losses, below, [sheet.number(loss, undefined, room)], "bp-error", "start");
  });
  const bottom = top + 22 + ROW * 3;
  sheet.lines([line(left + 4, bottom - 6, left + width - 4, bottom - 6)], "bp-line bp-rule", 1);
  return bottom;
}

/**
 * Outputs with little room: an axis each, all of one scale, and below it a line of outs and one of losses.
 * @param {Drawing} sheet @param {string[]} drawn @param {Rational[]} ticks @param {Panel} panel
 */
function drawLines(sheet, drawn, ticks, panel) {
  const { left, width } = panel;
  const column = (width - NAMES) / 3;
  /** @type {[Moment, string][]} */
  const moments = [["before", ""], ["after", "@1"], ["target", ""]];
  moments.forEach(([moment], place) => {
    drawMark(sheet, left + NAMES + column * place + 7, 13, moment);
    sheet.text(left + NAMES + column * place + 20, 18, [run(sheet.translate(moment))], "", "start");
  });
  const ruled = drawn.length < MOST;
  let y = HEAD;
  drawn.forEach((neuron, place) => {
    const last = place === drawn.length - 1;
    const axis = y + 17;
    const outs = axis + (last ? 53 : 34);
    drawAxis(sheet, ticks, panel, axis, last);
    for (const [word, below] of /** @type {[string, number][]} */ ([["out", outs], ["E", outs + 19]])) {
      sheet.text(left + 4, below, symbol(`${word}_${neuron}`), "", "start");
    }
    moments.forEach(([moment, mark], place) => {
      const name = moment === "target" ? `target_${neuron}` : `out_${neuron}${mark}`;
      const value = sheet.double(name);
      if (Math.abs(value) < HUGE) drawMark(sheet, placeOf(value, ticks, panel), axis + LIFTS[moment], moment);
      const x = left + NAMES + column * place;
      sheet.text(x, outs, [sheet.number(name, undefined, column - 6)], kindOf(name), "start");
      if (moment !== "target") sheet.text(x, outs + 19, [sheet.number(`E_${neuron}${mark}`, undefined, column - 6)], "bp-error", "start");
    });
    y = outs + (last ? 24 : 26);
    if (!ruled || last) return;
    sheet.lines([line(left + 4, y + 4, left + width - 4, y + 4)], "bp-line bp-rule", 1);
    y += 16;
  });
  return y;
}

/** Where a value stands on the axis. @param {number} value @param {Rational[]} ticks @param {Panel} panel */
function placeOf(value, ticks, { left, width }) {
  const start = negate(ticks[0]);
  const span = add(ticks[ticks.length - 1], start);
  return left + INSET + (width - 2 * INSET) * toDouble(divide(add(fromDouble(value), start), span));
}

/** @param {Drawing} sheet @param {Rational[]} ticks @param {Panel} panel @param {number} y @param {boolean} numbered */
function drawAxis(sheet, ticks, panel, y, numbered) {
  const places = ticks.map((tick) => placeOf(toDouble(tick), ticks, panel));
  const right = panel.left + panel.width;
  sheet.lines([line(panel.left + INSET, y, right - INSET, y), ...places.map((x) => line(x, y - 4, x, y + 4))], "bp-line bp-note", 1);
  if (!numbered) return;
  const numbers = ticks.map((exact) => printed(ofExact(exact), 15));
  const labels = numbers.map((number) => numeral(sheet.scene.language, number));
  const widths = labels.map((label) => widthOf([run(label)], SMALL));
  const room = Math.min(...places.slice(1).map((x, index) => x - places[index])) - 6;
  const every = Math.max(...widths) < room ? 1 : ticks.length - 1;
  for (let place = 0; place < ticks.length; place += every) {
    const half = widths[place] / 2;
    const x = Math.min(Math.max(places[place], panel.left + half), right - half);
    const data = { "data-tick": code(numbers[place]) };
    sheet.text(x, y + 33, [run(labels[place], { data })], "bp-note", "middle", SMALL);
  }
}

/**
 * Hollow circle: before; full circle: after; diamond: target.
 * @param {Drawing} sheet @param {number} x @param {number} y @param {Moment} moment
 */
function drawMark(sheet, x, y, moment) {
  if (moment === "target") {
    const d = `M${fixed(x, 2)} ${fixed(y - 7, 2)}l6 7l-6 7l-6 -7Z`;
    sheet.parts.push(element("path", { class: "bp-dot bp-target", d, fill: "currentColor" }));
  } else if (moment === "before") {
    sheet.circle(x, y, 5.5, "bp-node bp-hollow bp-out");
  } else {
    sheet.parts.push(element("circle", { class: "bp-dot bp-out", cx: x, cy: y, r: 6, fill: "currentColor" }));
  }
}

/** The loss before and after as bars on one scale from 0. @param {Drawing} sheet @param {Panel} panel @param {number} y */
function drawTotal(sheet, { left, width }, y) {
  sheet.text(left + 4, y + 22, symbol("E_total"), "", "start", NAME);
  const pair = [
    ["E_total", "before", "bp-node bp-hollow bp-error"],
    ["E_total@1", "after", "bp-dot bp-error"],
  ];
  const finite = pair.map(([name]) => sheet.double(name)).filter(Number.isFinite);
  const largest = (finite.length && Math.max(...finite)) || 1;
  const room = 116; // for the numbers at the right
  y += 48;
  for (const [name, word, css] of pair) {
    const value = sheet.double(name);
    sheet.text(left + 4, y, [run(sheet.translate(word))], "", "start");
    sheet.text(left + width - 4, y, [sheet.number(name, undefined, room)], "bp-error", "end");
    const share = Number.isFinite(value) ? Math.max(0, value / largest) : 0;
    const bar = left + 74;
    if (share) sheet.box({ left: bar, top: y - 12, right: bar + (width - 84 - room) * share, bottom: y + 2 }, css, 3);
    y += 26;
  }
  return y - 10;
}
