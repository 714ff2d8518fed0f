// What is typed on the page that explains numbers: lines, names, addresses, network files.
// Usage: node --test explain.test.mjs

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileNumbers, readFile } from "../../backprop_docgen/assets/practice/network_file.mjs";
import { called, fragment, fromFragment, MOST, readLines } from "../../backprop_docgen/assets/practice/numbers_typed.mjs";

const NAMES = ["i1", "w5", "net_h1", "error_o1", "E_o1", "delta_o1", "dE_total/dw5", "dE_total/dw5@1", "w5@1", "eta"];
const named = called(NAMES);

test("a quantity is found by every way to write it", () => {
  const ways = { net_h1: ["net_h1", " NET_H1 ", "net_{h1}"], "dE_total/dw5": ["∂E_total/∂w5", "dE/dw5", "∂E/∂w₅"], "w5@1": ["w5⁺", "w5+", "w5@1"], "dE_total/dw5@1": ["(∂E_total/∂w5)⁺", "dE/dw5@1"], delta_o1: ["δ_o1", "delta_o1"], eta: ["η"] };
  for (const [name, texts] of Object.entries(ways)) for (const text of texts) assert.equal(named(text), name, text);
  for (const [text, name] of [["E_o1", "E_o1"], ["e_o1", "error_o1"], ["E_{o1}", "E_o1"], ["ERROR_O1", "error_o1"]]) assert.equal(named(text), name, text);
  for (const text of ["", "w6", "constructor", "__proto__", "net_h1[2]"]) assert.equal(named(text), null, text);
});

test("lines are numbers, with a name or without", () => {
  assert.deepEqual(readLines("0,3825\n\n net_h1 = 0.39 \r\n3/8", named), [
    { text: "0,3825", quantity: null },
    { text: "0.39", quantity: "net_h1" },
    { text: "3/8", quantity: null },
  ]);
  const refused = readLines("x\nw6 = 1\n1.234.567\n1 = 2 = 3", named).map((line) => "refused" in line && line.refused);
  assert.deepEqual(refused, ["form", "name", "marks", "form"]);
  assert.equal(readLines("1\n".repeat(1000), named).length, MOST);
});

test("an address carries lines, and nothing else", () => {
  const lines = [{ text: "0.39", quantity: "dE_total/dw5@1" }, { text: "3/8", quantity: null }, { text: "1,5", quantity: "net_h1" }];
  const text = fromFragment(fragment(lines));
  assert.deepEqual(readLines(text ?? "", named), lines);
  for (const hash of ["", "#q:w5=1", "#n", "#n=%E0%A4%A", `#n=${"1".repeat(5000)}`]) assert.equal(fromFragment(hash), null, hash);
  assert.equal(fragment([]), "");
  assert.equal(fragment(Array.from({ length: 20 }, () => ({ text: "1".repeat(300), quantity: null }))), "");
  assert.equal(fromFragment("#n=1%0A2"), "1 2");
});

const network = {
  network: { inputs: [0.05, 0.1], targets: [0.01, 0.99], learning_rate: 0.5, loss: "squared_error", seed: 1 },
  layer: [
    { activation: "logistic", weights: [[0.15, 0.2], [0.25, 0.3]], bias: 0.35 },
    { activation: "logistic", weights: [[0.4, 0.45], [0.5, 0.55]], bias: 0.6 },
  ],
  training: { iterations: 10000, update: "simultaneous", update_biases: false },
  display: { decimals: 9, example: 1 },
};
const known = [{ shape: "default", network }];
const FILE = `# a network
[network]
inputs = [0.5, 0.8]  # two
targets = [ 1, 0 ]
learning_rate = 5e-1

[[layer]]
weights = [
    [0.3, -0.4],
    [0.70, +0.2],
]
bias = 0.1
[[layer]]
activation = "logistic"
weights = [[1_000, 0.45], ["1/3", 0.55]]
[display]
decimal_mark = { es = ",", en = "." }
`;

test("a file of the same shape gives its numbers, as they are written", () => {
  const found = fileNumbers(FILE, known);
  assert.ok("changes" in found);
  assert.equal(found.shape, "default");
  const expected = { eta: "5e-1", i1: "0.5", i2: "0.8", target_o1: "1", target_o2: "0", w1: "0.3", w2: "-0.4", w3: "0.7", w4: "0.2", w5: "1000", w6: "0.45", w7: "1/3", w8: "0.55", b1: "0.1", b2: "0" };
  assert.deepEqual(Object.fromEntries(found.changes), expected);
});

test("another shape, drawn weights and other texts are told apart", () => {
  /** @param {string} text */
  const refused = (text) => {
    const found = fileNumbers(text, known);
    return "refused" in found ? found.refused : null;
  };
  assert.equal(refused(FILE.replace('"logistic"', '"tanh"')), "shape");
  assert.equal(refused(FILE.replace("bias = 0.1", "bias = [0.1, 0.2]")), "shape");
  assert.equal(refused(FILE.replace("inputs = [0.5, 0.8]", "inputs = [0.5]")), "shape");
  assert.equal(refused(FILE.replace(/weights = \[\[[^\n]*/, "neurons = 2")), "drawn");
  for (const text of ["", "hello", "[network]", "[network]\n[[layer]]\nweights = 3", FILE + FILE, FILE.replace("0.45", '"x"'), "[".repeat(60_000), "a = ".repeat(9999), "\u0000", "x".repeat(70_000)]) {
    assert.equal(refused(text), "form", text.slice(0, 40));
  }
});

test("keys of objects are keys like others", () => {
  assert.equal(readFile("__proto__ = 1")?.__proto__.text, "1");
  assert.equal(/** @type {any} */ ({}).text, undefined);
});
