// What a figure may show, what it gives back, and the sheet on which it is drawn.
// @ts-check

import { evaluate, symbols } from "../numbers/evaluate.mjs";
import { enumerate, listSeparator, numeral, translate, whole } from "../numbers/language.mjs";
import { printed } from "../numbers/rounding.mjs";
import { arrowHead, element, escapeText, fixed, pathElement, run, shortened, textElement, widthOf } from "./svg.mjs";
import { NUMBER, SMALL, WIDTHS } from "./svg.mjs";
import { ends } from "./topology.mjs";

/** @typedef {import("../numbers/evaluate.mjs").Tree} Tree */
/** @typedef {import("../numbers/evaluate.mjs").Value} Value */
/** @typedef {import("../numbers/language.mjs").Language} Language */
/** @typedef {import("./topology.mjs").Topology} Topology */
/** @typedef {import("./svg.mjs").Run} Run */
/** @typedef {import("./svg.mjs").Box} Box */
/** @typedef {import("./svg.mjs").Line} Line */
/** @typedef {{ svg: string, alt: string, names: string[] }} Figure names: of the quantities shown, in order */
/** @typedef {"tall" | "wide"} Layout portrait, from top to bottom; or landscape, from left to right */
/** @typedef {{ name: string, value: Value }} Quantity one that the worksheet does not have */

/**
 * What a network of two inputs and one output answers before training and after it: on a square from `low` to `high`,
 * row by row from the bottom, and for its examples. `alike`: its hidden neurons are copies of one another.
 * @typedef {object} Answers
 * @property {number} low
 * @property {number} high
 * @property {boolean} alike
 * @property {{ at: [number, number], target: number }[]} points
 * @property {{ step: number, grid: number[][], outs: Quantity[], loss: Quantity }[]} stages
 */

/**
 * Everything a figure may show. `network` is that of worksheet.json, `names` its topology; `losses` gives the mean loss
 * after 0, 1, … updates and is called by the loss curve only (`last`: as the pages tell the last one); `prefix` is the worksheet's name and a colon, or "".
 * @typedef {object} Scene
 * @property {{ network?: { loss: string }, layer: { activation: string }[], example?: unknown[] }} network
 * @property {Topology} names
 * @property {Pick<import("../numbers/evaluate.mjs").Worksheet, "has" | "value">} sheet
 * @property {Language} language
 * @property {number} decimals
 * @property {() => { after: ArrayLike<number>, last: Value }} losses
 * @property {() => Answers} [answers] what the network answers on a square of inputs: of the build alone
 * @property {string} outputWeight
 * @property {string | null} hiddenWeight
 * @property {string} [weight] one that a page wants followed instead of that of its layer
 * @property {number} [copy] which of the same figures on a page it is, from 2
 * @property {string} [prefix]
 * @property {Scene[]} [more] of the worksheets beside the first, where a figure shows several
 */

export const LINE = 17; // of a paragraph
export const FEW = 4; // decimals of a number where there is no room for all of them

/** The scene with its weight in the place of that of the same layer. @param {Scene} scene @returns {Scene} */
export function followed(scene) {
  const { weight, names } = scene;
  if (!weight) return scene;
  const [layer] = ends(names, weight);
  return layer === names.neurons.length - 1 ? { ...scene, outputWeight: weight } : { ...scene, hiddenWeight: weight };
}

/** A sheet: what is drawn, how it is described, and which quantities it shows. */
export class Drawing {
  /** @param {string} kind @param {Scene} scene @param {Layout} layout */
  constructor(kind, scene, layout) {
    this.kind = kind;
    this.layout = layout;
    this.wide = layout === "wide";
    this.width = WIDTHS[layout];
    this.ellipsis = this.wide ? "⋮" : "⋯"; // between neurons of a row
    this.scene = scene;
    this.topology = scene.names;
    /** @type {string[]} */
    this.parts = [];
    /** @type {string[]} */
    this.names = [];
    /** @type {Map<string, Run>} */
    this.numbers = new Map();
    /** Of which worksheets, but for the network's own. */
    this.sheets = [scene, ...(scene.more ?? [])].map(({ prefix }) => (prefix ?? "").slice(0, -1)).filter((name) => name);
    this.about = new Described(this);
    /** Attributes of the whole. @type {Record<string, string>} */
    this.data = {};
  }

  /** @param {string} english @param {Record<string, string>} [values] */
  translate(english, values) {
    return translate(this.scene.language, english, values);
  }

  /** A whole number in digits. @param {number} number */
  integer(number) {
    return whole(this.scene.language, number);
  }

  /** The items as a list in running text. @param {string[]} items */
  enumerate(items) {
    return enumerate(this.scene.language, items);
  }

  /** A quantity's name with its worksheet's in front. @param {string} name */
  public(name) {
    return (this.scene.prefix ?? "") + name;
  }

  /** @param {string | Quantity} quantity @returns {Quantity} */
  found(quantity) {
    return typeof quantity === "string" ? { name: quantity, value: this.scene.sheet.value(quantity) } : quantity;
  }

  /** A quantity's double. @param {string} name */
  double(name) {
    return this.scene.sheet.value(name).double;
  }

  /**
   * A quantity's number; `decimals` and `room` (units at the usual size) where space is short.
   * @param {string | Quantity} quantity @param {number} [decimals] @param {number} [room] @returns {Run}
   */
  number(quantity, decimals, room) {
    const { name, value } = this.found(quantity);
    const key = `${name} ${decimals} ${room}`;
    const known = this.numbers.get(key) ?? this.shown(value, { "data-q": this.public(name) }, decimals, room);
    this.numbers.set(key, known); // layouts are tried, and ask again and again
    return known;
  }

  /** A formula over public names. @param {Tree} tree @returns {Tree} */
  publicTree(tree) {
    if (!Array.isArray(tree)) return tree;
    return tree[0] === "q" ? ["q", this.public(tree[1])] : [tree[0], ...tree.slice(1).map((part) => this.publicTree(part))];
  }

  /**
   * The number of a formula that has no name.
   * @param {Tree} tree @param {number} [decimals] @param {number} [room] @returns {Run}
   */
  derived(tree, decimals, room) {
    const value = evaluate(tree, (name) => this.scene.sheet.value(name));
    return this.shown(value, { "data-tree": JSON.stringify(this.publicTree(tree)) }, decimals, room);
  }

  /**
   * The number with as many of its decimals as there is room for.
   * @param {Value} value @param {Record<string, string>} data @param {number} [decimals] @param {number} [room] @returns {Run}
   */
  shown(value, data, decimals = this.scene.decimals, room = Infinity) {
    const { language, decimals: most } = this.scene;
    const full = printed(value, most);
    let places = Math.min(decimals, most);
    let number = printed(value, places);
    while (places && widthOf([run(numeral(language, number))]) > room) number = printed(value, --places);
    const same = number.digits === full.digits && number.exponent === full.exponent && number.exact === full.exact;
    if (!same) data["data-decimals"] = String(places);
    return run(numeral(language, number), { data, rounded: !number.exact });
  }

  /**
   * What `draw` draws shows these quantities: the page lights it where it speaks of them.
   * @param {string[]} names @param {() => void} draw
   */
  of(names, draw) {
    const listed = [...new Set(names)].map((name) => (name.includes(":") ? name : this.public(name))).join(" ");
    if (listed) this.parts.push(`<g data-of="${listed}">`);
    draw();
    if (listed) this.parts.push("</g>");
  }

  /**
   * A line of text, its baseline at y.
   * @param {number} x @param {number} y @param {Run[]} runs @param {string} [css] @param {string} [anchor] @param {number} [size]
   */
  text(x, y, runs, css = "", anchor = "middle", size = NUMBER) {
    for (const { data } of runs) {
      if ("data-q" in data) this.names.push(data["data-q"]);
      if ("data-tree" in data) this.names.push(...symbols(JSON.parse(data["data-tree"])));
    }
    this.parts.push(textElement(x, y, runs, anchor, size, css));
  }

  /**
   * Straight lines of one style.
   * @param {Line[]} lines @param {string} css @param {number} [width] @param {string | null} [dash]
   */
  lines(lines, css, width, dash) {
    if (lines.length) this.parts.push(pathElement(lines, css, width, dash));
  }

  /**
   * A line with a head at its end.
   * @param {Line} shaft @param {string} css @param {number} [width] @param {string | null} [dash]
   */
  arrow(shaft, css, width = 1.5, dash = null) {
    this.lines([shortened(shaft, 0, 5)], css, width, dash);
    this.parts.push(arrowHead(shaft, css));
  }

  /** A rounded rectangle. @param {Box} box @param {string} css @param {number} [radius] */
  box({ left, top, right, bottom }, css, radius = 6) {
    const place = { x: left, y: top, width: right - left, height: bottom - top, rx: radius };
    this.parts.push(element("rect", { class: css, ...place, fill: "none", stroke: "currentColor" }));
  }

  /** @param {number} x @param {number} y @param {number} radius @param {string} css */
  circle(x, y, radius, css) {
    this.parts.push(element("circle", { class: css, cx: x, cy: y, r: radius, fill: "none", stroke: "currentColor" }));
  }

  /** Where neurons are left out. @param {number} x @param {number} y @param {string} css */
  dots(x, y, css) {
    this.text(x, y + 5, [run(this.ellipsis)], css, "middle", 18);
  }

  /**
   * Words broken into lines from the left; returns the y below them. `count` is a number among them.
   * @param {number} x @param {number} y @param {string} text @param {string} [css] @param {number | null} [count]
   */
  paragraph(x, y, text, css = "bp-note", count = null) {
    const mark = count === null ? null : this.integer(count);
    for (const words of this.broken(x, text)) {
      const joined = words.join(" ");
      let runs = [run(joined)];
      if (mark !== null && words.includes(mark)) {
        const place = joined.indexOf(mark);
        const numbered = run(mark, { data: { "data-tick": String(count) } });
        runs = [run(joined.slice(0, place)), numbered, run(joined.slice(place + mark.length))];
      }
      this.text(x, y, runs.filter((part) => part.text), css, "start", SMALL);
      y += LINE;
    }
    return y;
  }

  /** The words of each line of a paragraph. @param {number} x @param {string} text */
  broken(x, text) {
    /** @type {string[][]} */
    const lines = [[]];
    for (const word of text.split(" ")) {
      const last = lines[lines.length - 1];
      if (last.length && widthOf([run([...last, word].join(" "))], SMALL) > this.width - x) lines.push([word]);
      else last.push(word);
    }
    return lines;
  }

  /**
   * The SVG with its title and description; no blank line in it.
   * @param {string} title @param {number} height @returns {Figure}
   */
  finish(title, height) {
    const alt = this.about.sentences.join(" ");
    const { weight, copy } = this.scene;
    const own = [weight, copy].filter((each) => each);
    const ids = ["title", "desc"].map((part) => ["bp", this.kind, ...this.sheets, ...own, this.layout, part].join("-"));
    const listed = { id: ids[1], "data-q-list": this.about.names.join(" ") || null };
    const head = [element("title", { id: ids[0] }, escapeText(title)), element("desc", listed, escapeText(alt))];
    const pairs = {
      class: `bp-figure bp-${this.kind} bp-${this.layout}`,
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${this.width} ${fixed(height, 0)}`,
      role: "img",
      "aria-labelledby": ids.join(" "),
      "data-sheets": this.sheets.join("+") || null,
      "data-weight": weight ?? null,
      "data-copy": copy === undefined ? null : String(copy),
      ...this.data,
    };
    return { svg: element("svg", pairs, `\n${[...head, ...this.parts].join("\n")}\n`), alt, names: this.names };
  }
}

/** A description made of values: sentences, and the names of their numerals in order. */
class Described {
  /** @param {Drawing} drawing */
  constructor(drawing) {
    this.drawing = drawing;
    /** @type {string[]} */
    this.sentences = [];
    /** @type {string[]} */
    this.names = [];
  }

  /**
   * Add a sentence; `count` is a number among its words.
   * @param {string} english @param {Record<string, string>} [values] @param {number | null} [count]
   */
  say(english, values = {}, count = null) {
    const all = count === null ? values : { ...values, count: this.drawing.integer(count) };
    this.add(this.drawing.translate(english, all), count);
  }

  /**
   * Add a finished sentence; its `count` is kept in the list of names.
   * @param {string} sentence @param {number | null} [count]
   */
  add(sentence, count = null) {
    if (count !== null) this.names.push(`count:${count}`);
    this.sentences.push(sentence);
  }

  /** `w1 = 0.15, w2 = 0.2`: names and numbers. @param {(string | Quantity)[]} quantities */
  listed(quantities) {
    const { scene } = this.drawing;
    const items = quantities.map((one) => {
      const { name, value } = this.drawing.found(one);
      const number = printed(value, scene.decimals);
      this.names.push(this.drawing.public(name));
      return `${spoken(name)} ${number.exact ? "=" : "≈"} ${numeral(scene.language, number)}`;
    });
    return items.join(`${listSeparator(scene.language)} `);
  }
}

/** @type {[string, string][]} */
const FAMILIES = [
  ["net_", "bp-net"],
  ["out_", "bp-out"],
  ["target_", "bp-target"],
  ["E_", "bp-error"],
  ["error_", "bp-error"],
  ["i", "bp-input"],
  ["w", "bp-weight"],
  ["b", "bp-bias"],
];

/** The quantities of a node of the network: an input itself, a neuron's net, out and delta. @param {string} node */
export const quantitiesOf = (node) => (node.startsWith("i") ? [node] : [`net_${node}`, `out_${node}`, `delta_${node}`]);

/** The class that colours a quantity of this name. @param {string} name */
export function kindOf(name) {
  const base = name.split("@")[0];
  if (base.includes("/d") || base.startsWith("delta_")) return "bp-gradient";
  return FAMILIES.find(([start]) => base.startsWith(start))?.[1] ?? "";
}

/** A name as it is read in a description: `∂E_total/∂w5`, `w5⁺`. @param {string} name */
function spoken(name) {
  const text = name.includes("/d") ? name.replace(/(^|\/)d(?=[a-zE])/g, "$1∂") : name;
  return text.replace(/@1$/, "⁺").replace(/@\d+$/, "");
}

/**
 * A name as text with subscripts: w₅, net with h1 below, ∂E/∂w₅; `
 * @param {string} name @param {string} [css] @returns {Run[]}
 */
export function symbol(name, css = kindOf(name)) {
  const [base, step] = name.split("@");
  const plus = step === "1" ? [run("⁺", { css })] : [];
  const place = base.indexOf("/d");
  if (place >= 0) {
    const [top, bottom] = [base.slice(1, place), base.slice(place + 2)];
    return [run("∂", { css }), ...symbol(top, css), run("/∂", { css }), ...symbol(bottom, css), ...plus];
  }
  if (base === "eta") return [run("η", { css }), ...plus];
  const cut = base.indexOf("_");
  let [stem, below] = cut > 0 ? [base.slice(0, cut), base.slice(cut + 1)] : [base[0], base.slice(1)];
  if (stem === "delta") stem = "δ";
  below = below.replace(/_/g, ",");
  return [run(stem, { css }), run(below, { sub: true, css }), ...plus];
}
