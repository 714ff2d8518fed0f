// What networks of two inputs answer on the whole square of inputs: their output in steps, the line of ½, the examples.
// @ts-check

import { outlines } from "./contours.mjs";
import { numeral } from "../numbers/language.mjs";
import { printed } from "../numbers/rounding.mjs";
import { Drawing, symbol } from "./scene.mjs";
import { element, NAME, run, short, SMALL, TALLEST, widthOf } from "./svg.mjs";

/** @typedef {import("./scene.mjs").Scene} Scene */
/** @typedef {import("./scene.mjs").Answers} Answers */
/** @typedef {import("./scene.mjs").Layout} Layout */
/** @typedef {import("./svg.mjs").Box} Box */
/** @typedef {{ scene: Scene, answers: Answers, stage: Answers["stages"][number], before: boolean }} Panel a network after training, or before it */

const LEVELS = [0.25, 0.5, 0.75];
const LEFT = 22; // room for the numbers of an axis
const GAP = 10; // between panels, at least
const KEY = 52; // below all of them, in portrait
const MOST_GAP = 40;
const LEAST = 110; // a side
const HEAD = 40; // above a panel
const FOOT = 44; // below it
const MOST_NAMED = 8; // examples whose outputs are told
const PLACES = 3; // decimals of an output

/**
 * A panel for each network as training leaves it; of the last one another panel, before it, as it starts.
 * @param {Scene} scene @param {Layout} layout
 */
export function regions(scene, layout) {
  const sheet = new Drawing("regions", scene, layout);
  const panels = panelsOf(scene);
  const columns = sheet.wide ? panels.length : Math.min(2, panels.length);
  const rows = Math.ceil(panels.length / columns);
  const fitting = sheet.wide ? Infinity : Math.max(LEAST, (TALLEST - KEY) / rows - HEAD - FOOT);
  const side = Math.min(160, (sheet.width - LEFT - GAP * columns) / columns, fitting);
  const gap = sheet.wide ? GAP : Math.min(MOST_GAP, (sheet.width - LEFT) / columns - side);
  panels.forEach((panel, place) => {
    const left = LEFT + (place % columns) * (side + gap);
    const top = HEAD + Math.floor(place / columns) * (side + HEAD + FOOT);
    drawPanel(sheet, panel, { left, top, right: left + side, bottom: top + side }, place % columns === 0);
  });
  const bottom = rows * (side + HEAD + FOOT);
  const { about } = sheet;
  about.say("What networks answer on the square of inputs, in steps; a thick line where the output is one half.");
  panels.forEach((panel) => describe(sheet, panel));
  return sheet.finish(sheet.translate("What networks answer on the square of inputs"), drawKey(sheet, bottom + 18));
}

/** @param {Scene} scene @returns {Panel[]} */
function panelsOf(scene) {
  const scenes = [scene, ...(scene.more ?? [])];
  return scenes.flatMap((each, place) => {
    const answers = each.answers?.();
    if (!answers) throw new RangeError("there are no answers on a square of inputs");
    const stages = place === scenes.length - 1 ? answers.stages : answers.stages.slice(-1);
    return stages.map((stage) => ({ scene: each, answers, stage, before: stage.step === 0 }));
  });
}

/** Which network it is, in a word or two, with the number among them. @param {Drawing} sheet @param {Panel} panel @returns {[string, number | null]} */
function titleOf(sheet, { scene, answers }) {
  const hidden = scene.names.neurons.slice(0, -1).flat().length;
  const count = sheet.integer(hidden);
  if (!hidden) return [sheet.translate("No hidden layer"), null];
  if (hidden === 1) return [sheet.translate("1 hidden neuron"), hidden];
  return [sheet.translate(answers.alike ? "{count} twin neurons" : "{count} hidden neurons", { count }), hidden];
}

/** When it answers so, with the number of updates. @param {Drawing} sheet @param {Panel} panel @returns {[string, number | null]} */
function timeOf(sheet, { stage, before }) {
  if (before) return [sheet.translate("before training"), null];
  if (stage.step === 1) return [sheet.translate("after 1 update"), 1];
  return [sheet.translate("after {count} updates", { count: sheet.integer(stage.step) }), stage.step];
}

/** @param {Drawing} sheet @param {Panel} panel @param {Box} box @param {boolean} first of its row */
function drawPanel(sheet, panel, box, first) {
  const { answers, stage, scene } = panel;
  const { left, right, top, bottom } = box;
  const middle = (left + right) / 2;
  for (const [y, [words, count], css] of /** @type {[number, [string, number | null], string][]} */ ([
    [top - 24, titleOf(sheet, panel), "bp-name bp-strong"],
    [top - 8, timeOf(sheet, panel), "bp-note"],
  ])) {
    sheet.text(middle, y, marked(sheet, words, count), css, "middle", SMALL);
  }
  drawSteps(sheet, stage.grid, box);
  sheet.box(box, "bp-line bp-rule", 0);
  /** @param {number} value */
  const share = (value) => (value - answers.low) / (answers.high - answers.low);
  /** @param {number} x */
  const across = (x) => left + (right - left) * share(x);
  /** @param {number} y */
  const up = (y) => bottom - (bottom - top) * share(y);
  for (const tick of [0, 1]) {
    sheet.text(across(tick), bottom + 14, [ticked(sheet, tick)], "bp-note", "middle", SMALL);
    if (first) sheet.text(left - 6, up(tick) + 4, [ticked(sheet, tick)], "bp-note", "end", SMALL);
  }
  const [x, y] = scene.names.inputs;
  sheet.text(across(0.5), bottom + 14, symbol(x), "", "middle", SMALL);
  if (first) sheet.text(left - 4, up(0.5) + 4, symbol(y), "", "end", SMALL);
  answers.points.forEach(({ at: [x, y], target }, place) => {
    drawPoint(sheet, across(x), up(y), target);
    if (place >= MOST_NAMED) return;
    const { name, value } = stage.outs[place];
    const number = sheet.shown(value, { "data-q": (scene.prefix ?? "") + name }, PLACES);
    sheet.text(across(x), up(y) + (y < 0.5 ? 17 : -8), [number], "bp-halo", "middle", SMALL);
  });
  const { name, value } = stage.loss;
  const number = sheet.shown(value, { "data-q": (scene.prefix ?? "") + name });
  const runs = [...symbol(name.split("@")[0]), run(number.rounded ? " ≈ " : " = "), number];
  sheet.text(middle, bottom + 36, runs, "", "middle", NAME - 1);
}

/** An axis's number. @param {Drawing} sheet @param {number} tick */
const ticked = (sheet, tick) => run(sheet.integer(tick), { data: { "data-tick": String(tick) } });

/** Words with a number among them. @param {Drawing} sheet @param {string} words @param {number | null} count */
function marked(sheet, words, count) {
  const text = count === null ? "" : sheet.integer(count);
  const place = count === null ? -1 : words.indexOf(text);
  if (place < 0) return [run(words)];
  const number = run(text, { data: { "data-tick": String(count) } });
  return [run(words.slice(0, place)), number, run(words.slice(place + text.length))].filter(({ text }) => text);
}

/** A square where the target is 1, a ring where it is 0. @param {Drawing} sheet @param {number} x @param {number} y @param {number} target */
function drawPoint(sheet, x, y, target) {
  if (target === 1) {
    sheet.parts.push(element("rect", { class: "bp-dot bp-target", x: x - 5, y: y - 5, width: 10, height: 10 }));
  } else {
    const look = { fill: "none", stroke: "currentColor", "stroke-width": 2 };
    sheet.parts.push(element("circle", { class: "bp-line bp-target bp-hollow", cx: x, cy: y, r: 5, ...look }));
  }
}

/**
 * What lies above each level, shaded once more, and where the output is at the level.
 * @param {Drawing} sheet @param {number[][]} grid @param {Box} box
 */
function drawSteps(sheet, grid, { left, right, bottom }) {
  const unit = (right - left) / (grid.length - 1);
  /** @param {number[][]} points */
  const path = (points) => points.map(([x, y]) => `${short(left + x * unit, 1)} ${short(bottom - y * unit, 1)}`).join("L");
  for (const level of LEVELS) {
    const found = outlines(grid, level);
    const shade = found.map((outline) => `M${path(outline.flatMap(({ points }) => points.slice(1)))}Z`);
    if (shade.length) {
      sheet.parts.push(element("path", { class: "bp-dot bp-out bp-shade", d: shade.join(""), "fill-rule": "evenodd" }));
    }
    const edges = found.flat().filter(({ edge }) => !edge).map(({ points }) => `M${path(points)}`);
    if (edges.length) {
      const look = { fill: "none", stroke: "currentColor", "stroke-width": level === 0.5 ? 2.6 : 1 };
      sheet.parts.push(element("path", { class: "bp-line bp-out", d: edges.join(""), ...look }));
    }
  }
}

/** What points and lines mean; returns the y below. @param {Drawing} sheet @param {number} y */
function drawKey(sheet, y) {
  const target = sheet.translate("target");
  let x = 6;
  for (const each of [0, 1]) {
    drawPoint(sheet, x + 6, y - 4, each);
    const runs = [run(`${target} `), ticked(sheet, each)];
    sheet.text(x + 16, y, runs, "bp-note", "start", SMALL);
    x += 16 + widthOf(runs, SMALL) + 14;
  }
  if (!sheet.wide) [x, y] = [6, y + 22];
  LEVELS.forEach((level, place) => {
    const look = { fill: "none", stroke: "currentColor", "stroke-width": level === 0.5 ? 2.6 : 1 };
    sheet.parts.push(element("path", { class: "bp-line bp-out", d: `M${short(x)} ${short(y - 4)}h18`, ...look }));
    const value = numeral(sheet.scene.language, printed({ double: level, exact: { n: BigInt(place + 1), d: 4n }, digits: null }, 2));
    const runs = [run(`${sheet.translate("output")} `), run(value, { data: { "data-tick": String(level) } })].slice(place && 1);
    sheet.text(x + 24, y, runs, "bp-note", "start", SMALL);
    x += 24 + widthOf(runs, SMALL) + 12;
  });
  return y + 12;
}

/** @param {Drawing} sheet @param {Panel} panel */
function describe(sheet, panel) {
  const { about, scene: { language } } = sheet;
  const { scene, answers, stage } = panel;
  const [[title, hidden], [time, updates]] = [titleOf(sheet, panel), timeOf(sheet, panel)];
  for (const count of [hidden, updates]) if (count !== null) about.names.push(`count:${count}`);
  const listed = answers.points.slice(0, MOST_NAMED).map(({ target }, place) => {
    const { name, value } = stage.outs[place];
    about.names.push(`count:${place + 1}`, (scene.prefix ?? "") + name, `count:${target}`);
    const numbers = { number: sheet.integer(place + 1), output: numeral(language, printed(value, PLACES)) };
    return sheet.translate("example {number} gives {output}, target {target}", { ...numbers, target: sheet.integer(target) });
  });
  about.add(`${title}, ${time}: ${listed.join("; ")}.`);
}
