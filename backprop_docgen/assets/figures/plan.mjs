// A network laid out: its rows, the arrows between them with the labels that found room, the nodes of the biases.
// @ts-check

import { ownBiases, ROOM, shared, sharedBias, sizeOf, textsOf } from "./biases.mjs";
import { between, edgesOf, heightOf, hidden, MOST_LABELS, nodes, placeLabels, rowsOf } from "./layout.mjs";
import { FEW, symbol } from "./scene.mjs";
import { NUMBER, run, SMALL, widthOf } from "./svg.mjs";
import { outputs } from "./topology.mjs";

/** @typedef {import("./scene.mjs").Drawing} Drawing */
/** @typedef {import("./layout.mjs").Row} Row */
/** @typedef {import("./layout.mjs").Edge} Edge */
/** @typedef {import("./layout.mjs").Sizes} Sizes */
/** @typedef {import("./biases.mjs").Bias} Bias */
/** @typedef {import("./svg.mjs").Box} Box */
/** @typedef {{ edges: Edge[], labels: Map<string, Box> | null, stacked: boolean, biases: Bias[], clear: boolean }} Layer what leads into it; `stacked`: a value below its name; `clear` of neurons that are only passed */
/** @typedef {{ rows: Row[], layers: Layer[], bottom: number }} Plan and how far down the neurons reach */

const LEFT = 26; // in portrait, beside the words for the rows
const GAPS = [92, 100, 108, 116, 124, 132, 140, 154, 168, 184, 200]; // between two rows of a portrait: the first that is enough
const APART = { tall: 150, wide: 130 }; // neurons of a row, at most
const SPANS = [290, 220]; // of a column; the shorter one where parameters are listed below it
const WORDS = 20; // the line above the columns
const BIAS = 40; // the line for the nodes of biases

/** The network on its sheet. @param {Drawing} sheet @param {boolean} values @returns {Plan} */
export function planned(sheet, values) {
  if (sheet.wide) {
    const plan = landscape(sheet, values, SPANS[0]);
    const left = leftOver(sheet, plan, values).length;
    if (!values || !left) return plan;
    const shorter = landscape(sheet, values, SPANS[1]);
    return leftOver(sheet, shorter, values).length > left ? plan : shorter;
  }
  const first = portrait(sheet, values, GAPS);
  if (complete(first)) return first;
  const longer = GAPS.slice(1).map((_, place, gaps) => gaps.slice(place));
  for (const gaps of longer) {
    const plan = portrait(sheet, values, gaps);
    if (complete(plan)) return plan;
  }
  return first;
}

/** Whether every bias that may have a node has one. @param {Plan} plan */
const complete = ({ layers, rows }) => layers.every(({ biases }, layer) => biases.length || hidden(rows[layer + 1]));

/** @param {Drawing} sheet @param {boolean} values @param {number[]} gaps between two rows, the first that is enough */
function portrait(sheet, values, gaps) {
  const { topology: names, width } = sheet;
  const common = names.biases.filter(shared).map(([bias]) => sizeOf(textsOf(sheet, bias, values))[0]);
  const widest = Math.max(0, ...common);
  const rows = rowsOf(names, [LEFT, width - (widest ? widest + 16 : 4)], APART.tall);
  rows[0].along = 30 + (values ? 20 * levelsOf(sheet, rows[0], inputs(sheet, rows[0])) : 0);
  const side = width - widest / 2 - 3;
  const layers = names.neurons.map((_, layer) => {
    const [from, to] = [rows[layer], rows[layer + 1]];
    /** @type {[Layer, number] | undefined} */
    let best;
    const crowded = isCrowded(from, to);
    for (const gap of gaps) {
      to.along = from.along + gap;
      const made = layerOf(sheet, values, rows, layer, side, width);
      const whole = made.clear && (made.labels !== null || crowded);
      if (whole || !best || (made.clear && !best[0].clear)) best = [made, to.along];
      if (whole) break;
    }
    const [made, along] = /** @type {[Layer, number]} */ (best);
    to.along = along;
    return made;
  });
  return completed(sheet, values, rows, layers, { left: 24, top: 1, right: width - 1, bottom: Infinity });
}

/** @param {Drawing} sheet @param {boolean} values @param {number} span */
function landscape(sheet, values, span) {
  const { topology: names, width } = sheet;
  const top = WORDS + BIAS;
  const bottom = top + heightOf(names, APART.wide, span);
  const rows = rowsOf(names, [top, bottom], APART.wide);
  const [first, last] = [rows[0], rows[rows.length - 1]];
  /** @param {string[]} numbers @param {string} note */
  const beside = (numbers, note) => (values ? 10 + Math.max(widthOf([run(note)], SMALL), widestOf(sheet, numbers)) : 2);
  /** @param {string} word @param {Row} row */
  const half = (word, row) => Math.max(row.radius, widthOf([run(sheet.translate(word))], SMALL) / 2);
  const start = half("inputs", first) + beside(inputs(sheet, first), "");
  const end = width - half("outputs", last) - beside(targets(sheet, last), targetNote(sheet));
  rows.forEach((row, place) => (row.along = start + ((end - start) * place) / (rows.length - 1)));
  const layers = names.neurons.map((_, layer) => layerOf(sheet, values, rows, layer, WORDS + 14, bottom));
  return completed(sheet, values, rows, layers, { left: 1, top: WORDS, right: width - 1, bottom: Infinity });
}

/** What says that the numbers at the outputs are targets. @param {Drawing} sheet */
export const targetNote = (sheet) => `${sheet.wide ? "←" : "↑"} ${sheet.translate("target")}`;

/** Whether there are too many arrows between two rows for labels. @param {Row} from @param {Row} to */
const isCrowded = (from, to) => hidden(from) > 0 || hidden(to) > 0 || from.names.length * to.names.length > MOST_LABELS;

/**
 * The arrows into a layer, its labels, and the bias that its neurons share; `side` is where across such biases stand.
 * @param {Drawing} sheet @param {boolean} values @param {Row[]} rows @param {number} layer @param {number} side @param {number} end
 * @returns {Layer}
 */
function layerOf(sheet, values, rows, layer, side, end) {
  const { wide, topology } = sheet;
  const [from, to] = [rows[layer], rows[layer + 1]];
  const edges = edgesOf(wide, topology, layer, rows);
  const biases = topology.biases[layer];
  const room = wide ? to.along - from.along - 12 : Infinity;
  const valued = values && sizeOf(textsOf(sheet, biases[0], true))[0] < room;
  const crowded = isCrowded(from, to);
  const inside = between(wide, from, to, end);
  const candidates = shared(biases) ? sharedBias(sheet, biases[0], valued, from, to, side) : [null];
  const ways = wide && values ? [false, true] : [!wide && values];
  /** @type {Layer | undefined} */
  let first;
  for (const stacked of ways) {
    const sizes = crowded ? new Map() : sizesOf(sheet, edges, values, stacked);
    for (const found of candidates) {
      const clear = found?.clear ?? true;
      if (first && clear !== first.clear) continue;
      const taken = found ? { lines: found.bias.arrows, boxes: [found.bias.box] } : { lines: [], boxes: [] };
      const labels = crowded ? null : placeLabels(edges, sizes, { inside, ...taken });
      const layer = { edges, labels, stacked, biases: found ? [found.bias] : [], clear };
      if (labels || crowded) return layer;
      first ??= layer;
    }
  }
  return /** @type {Layer} */ (first);
}

/**
 * With the nodes of biases of their own, wherever these find room.
 * @param {Drawing} sheet @param {boolean} values @param {Row[]} rows @param {Layer[]} layers @param {Box} inside @returns {Plan}
 */
function completed(sheet, values, rows, layers, inside) {
  const all = rows.flatMap((row) => nodes(sheet.wide, row).map(({ at }) => at[1] + row.radius));
  const bottom = Math.max(...all);
  const taken = layers.flatMap(({ labels, biases }) => [...(labels?.values() ?? []), ...biases.map(({ box }) => box)]);
  if (values) taken.push(...rowsBeside(sheet, rows));
  layers.forEach((layer, place) => {
    if (shared(sheet.topology.biases[place])) return;
    layer.biases = ownBiases(sheet, place, values, rows, { ...inside, bottom }, taken);
    taken.push(...layer.biases.map(({ box }) => box));
  });
  return { rows, layers, bottom };
}

/** Where the numbers of inputs and targets stand. @param {Drawing} sheet @param {Row[]} rows @returns {Box[]} */
function rowsBeside(sheet, rows) {
  const [first, last] = [rows[0], rows[rows.length - 1]];
  const { wide, width } = sheet;
  if (!wide) return []; // above and below all neurons
  /** @type {[Row, number, number][]} */
  const sides = [[first, 0, first.along], [last, last.along, width]];
  return sides.flatMap(([row, left, right]) =>
    nodes(wide, row).map(({ at }) => ({ left, right, top: at[1] - row.radius, bottom: at[1] + row.radius })),
  );
}

/** @param {Drawing} sheet @param {Edge[]} edges @param {boolean} values @param {boolean} stacked @returns {Sizes} */
function sizesOf(sheet, edges, values, stacked) {
  return new Map(
    edges.map(({ weight }) => {
      const texts = labelOf(sheet, weight, values, stacked);
      return [weight, [Math.max(...texts.map((runs) => widthOf(runs, NUMBER))) + 4, stacked ? 33 : 18]];
    }),
  );
}

/**
 * What stands on an arrow: the weight's name, and its value beside it or, stacked, below it.
 * @param {Drawing} sheet @param {string} weight @param {boolean} values @param {boolean} stacked
 */
export function labelOf(sheet, weight, values, stacked) {
  if (!values) return [symbol(weight)];
  const number = { ...sheet.number(weight, FEW, ROOM), css: "bp-weight" };
  return stacked ? [symbol(weight), [number]] : [[...symbol(weight), run(" "), number]];
}

/** The names of the inputs shown. @param {Drawing} sheet @param {Row} row */
export const inputs = (sheet, row) => [...row.across.keys()].map((index) => sheet.topology.inputs[index]);
/** The names of the targets shown. @param {Drawing} sheet @param {Row} row */
export const targets = (sheet, row) => [...row.across.keys()].map((index) => `target_${outputs(sheet.topology)[index]}`);

/** @param {Drawing} sheet @param {string[]} names */
const widestOf = (sheet, names) => Math.max(...names.map((name) => widthOf([sheet.number(name, FEW, ROOM)])));

/**
 * On how many lines the numbers above or below a row must stand, so that they don't touch.
 * @param {Drawing} sheet @param {Row} row @param {string[]} names
 */
export function levelsOf(sheet, row, names) {
  const places = [...row.across.values()];
  const steps = places.slice(1).map((x, index) => x - places[index]);
  const step = steps.length ? Math.min(...steps) : sheet.width;
  return Math.max(1, Math.ceil((widestOf(sheet, names) + 6) / step));
}

/**
 * Parameters whose name, or value, has no place on the network: those of crowded layers.
 * @param {Drawing} sheet @param {Plan} plan @param {boolean} values
 */
export function leftOver(sheet, plan, values) {
  return plan.layers.flatMap(({ labels, biases }, layer) => {
    const told = new Set(biases.filter(({ valued }) => valued || !values).map(({ name }) => name));
    return [
      ...(labels ? [] : sheet.topology.weights[layer].flat()),
      ...[...new Set(sheet.topology.biases[layer])].filter((name) => !told.has(name)),
    ];
  });
}
