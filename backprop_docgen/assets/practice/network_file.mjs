// A network file that someone has, as numbers for a network that the site knows: the same shape with other numbers. It reads
// what `network/toml.mjs` and `backprop-docgen` write, and what people write by hand: tables, lists, numbers. No DOM.
// @ts-check

import { atExample } from "../numbers/examples.mjs";
import { literal } from "../numbers/numeral.mjs";
import { parse } from "../numbers/rational.mjs";

/** A number as it stands in the file. */
class Written {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }
}

/** @typedef {"form" | "drawn" | "shape"} Reason why a file is not taken: it cannot be read, its weights are drawn, no network here has its shape */

const LONGEST = 65_536; // characters
const DEEPEST = 4; // lists in lists
const TOKEN = /[ \t\r\n]+|#[^\n]*|"(?:[^"\\\n]|\\["\\])*"|'[^'\n]*'|\[\[|\]\]|[[\]{}=,.]|[-+]?\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][-+]?\d+)?|[A-Za-z_][\w-]*/y;

/** The tokens of a text; null where something else stands in it. @param {string} text */
function tokens(text) {
  /** @type {string[]} */
  const found = [];
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (!match) return null;
    const [token] = match;
    if (/^[ \t\r\n]/.test(token)) {
      if (token.includes("\n")) found.push("\n");
    } else if (!token.startsWith("#")) found.push(token);
  }
  return found;
}

class Reader {
  /** @param {string[]} found */
  constructor(found) {
    this.tokens = found;
    this.at = 0;
  }

  get next() {
    return this.tokens[this.at] ?? "";
  }

  take() {
    return this.tokens[this.at++] ?? "";
  }

  lines() {
    while (this.next === "\n") this.at++;
  }

  /** @param {string} wanted */
  must(wanted) {
    if (this.take() !== wanted) throw new SyntaxError(`no ${wanted}`);
  }

  name() {
    const token = this.take();
    if (!/^[A-Za-z_]/.test(token)) throw new SyntaxError("no key");
    return token;
  }

  /** @returns {Record<string, any>} */
  file() {
    /** @type {Record<string, any>} */
    const whole = Object.create(null);
    let table = whole;
    for (this.lines(); this.at < this.tokens.length; this.lines()) {
      if (this.next === "[[" || this.next === "[") table = this.table(whole, this.take());
      else this.pair(table);
      if (this.at < this.tokens.length) this.must("\n");
    }
    return whole;
  }

  /** @param {Record<string, any>} whole @param {string} bracket @returns {Record<string, any>} */
  table(whole, bracket) {
    let place = whole;
    let name = this.name();
    for (; this.next === "."; name = this.name()) {
      place = place[name] ??= Object.create(null);
      this.take();
    }
    const made = Object.create(null);
    if (bracket === "[[") (place[name] ??= []).push(made);
    else if (name in place) throw new SyntaxError("twice");
    else place[name] = made;
    this.must(bracket === "[[" ? "]]" : "]");
    return made;
  }

  /** @param {Record<string, any>} table */
  pair(table) {
    const name = this.name();
    this.must("=");
    if (name in table) throw new SyntaxError("twice");
    table[name] = this.value(0);
  }

  /** @param {number} depth @returns {any} */
  value(depth) {
    if (depth > DEEPEST) throw new SyntaxError("too deep");
    const token = this.take();
    if (token === "[[") return this.list(depth, [this.list(depth + 1, [])]);
    if (token === "[") return this.list(depth, []);
    if (token === "{") return this.inline(depth);
    if (/^["']/.test(token)) return token.slice(1, -1).replace(/\\(.)/g, "$1");
    if (token === "true" || token === "false") return token === "true";
    if (!/^[-+\d]/.test(token)) throw new SyntaxError("no value");
    return new Written(token.replace(/_/g, ""));
  }

  /** @param {number} depth @param {any[]} found the first value, where two brackets stood side by side */
  list(depth, found) {
    const ends = () => {
      this.lines();
      if (this.next === "]]") this.tokens.splice(this.at, 1, "]", "]");
      return this.next === "]";
    };
    if (found.length && !ends()) this.must(",");
    while (!ends()) {
      found.push(this.value(depth + 1));
      if (!ends()) this.must(",");
    }
    this.take();
    return found;
  }

  /** @param {number} depth */
  inline(depth) {
    const found = Object.create(null);
    while (this.next !== "}") {
      const name = this.name();
      this.must("=");
      found[name] = this.value(depth + 1);
      if (this.next !== "}") this.must(",");
    }
    this.take();
    return found;
  }
}

/** What a network file says; null where it cannot be read. @param {string} text @returns {Record<string, any> | null} */
export function readFile(text) {
  const found = text.length <= LONGEST ? tokens(text) : null;
  if (!found?.length) return null;
  try {
    return new Reader(found).file();
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
}

/** All that two networks must have in common, and their numbers by name. @param {Record<string, any>} file */
function taken(file) {
  /** @type {[string, any][]} */
  const numbers = [["eta", file.network.learning_rate ?? 0.5]];
  const layers = file.layer;
  const examples = file.example ?? [{ inputs: file.network.inputs, targets: file.network.targets }];
  const worked = Number(file.display?.example?.text ?? file.display?.example ?? 1);
  examples.forEach((/** @type {any} */ { inputs, targets }, /** @type {number} */ index) => {
    const mark = index + 1 === worked ? "" : `[${index + 1}]`;
    inputs.forEach((/** @type {any} */ each, /** @type {number} */ at) => numbers.push([atExample(`i${at + 1}`, mark), each]));
    targets.forEach((/** @type {any} */ each, /** @type {number} */ at) => numbers.push([atExample(`target_o${at + 1}`, mark), each]));
  });
  let [weights, biases] = [0, 0];
  for (const { weights: rows, bias = 0 } of layers) {
    for (const each of rows.flat()) numbers.push([`w${++weights}`, each]);
    for (const each of [bias].flat()) numbers.push([`b${++biases}`, each]);
  }
  const shape = JSON.stringify({
    examples: examples.map((/** @type {any} */ { inputs, targets }) => [inputs.length, targets.length]),
    worked,
    layers: layers.map((/** @type {any} */ each) => [
      each.activation ?? "logistic",
      each.weights.map((/** @type {any[]} */ row) => row.length),
      Array.isArray(each.bias) ? each.bias.length : "shared",
    ]),
    loss: file.network.loss ?? "squared_error",
    update: file.training?.update ?? "simultaneous",
    biases: file.training?.update_biases ?? false,
  });
  return { shape, numbers };
}

/** A number of a file as a literal; null for anything else. @param {unknown} value */
function plain(value) {
  const text = value instanceof Written ? value.text : typeof value === "number" || typeof value === "string" ? String(value) : "";
  return literal(text) ?? (text.includes("/") && parse(text) ? text : null);
}

/**
 * The numbers of a file for the network of the same shape among several.
 * @param {string} text @param {{ shape: string, network: any }[]} known as the site publishes them
 * @returns {{ shape: string, changes: Map<string, string> } | { refused: Reason }}
 */
export function fileNumbers(text, known) {
  const file = readFile(text);
  if (!file?.network || !Array.isArray(file.layer)) return { refused: "form" };
  if (file.layer.some((/** @type {any} */ layer) => !layer.weights)) return { refused: "drawn" };
  let own;
  try {
    own = taken(file);
  } catch {
    return { refused: "form" }; // a list where a number is expected, or the other way round
  }
  const same = known.find(({ network }) => taken(network).shape === own.shape);
  if (!same) return { refused: "shape" };
  /** @type {Map<string, string>} */
  const changes = new Map();
  for (const [name, value] of own.numbers) {
    const number = plain(value);
    if (number === null) return { refused: "form" };
    changes.set(name, number);
  }
  return { shape: same.shape, changes };
}
