// What may be written in a field and in an address, and what comes of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { carries, read, write } from "../../backprop_docgen/assets/network/address.mjs";
import { generator, Givens, same, seedOf, steps } from "../../backprop_docgen/assets/network/givens.mjs";

const NAMES = { i1: 0.05, target_o1: 0, target_o2: 1, eta: 0.5, w1: 0.4, w2: "1/8", b1: 0.6 };

function givens(loss = "squared_error") {
  const quantities = Object.fromEntries(Object.entries(NAMES).map(([name, tree]) => [name, { symbol: name, tree }]));
  const network = { network: { loss }, layer: [{}], display: { example: 1 } };
  const topology = { inputs: ["i1"], neurons: [["o1", "o2"]], weights: [[["w1"], ["w2"]]], biases: [["b1", "b1"]] };
  return new Givens({ worksheets: { "": { quantities, network } } }, { topology });
}

/** What settling drafts comes to, as plain objects. */
function settled(loss, changes, drafts) {
  const found = givens(loss).settle(new Map(Object.entries(changes)), new Map(Object.entries(drafts)));
  return [Object.fromEntries(found.changes), [...found.problems.keys()]];
}

test("what is not valid is refused, and nothing changes", () => {
  for (const text of ["", "abc", "1000000.1", "-1e7", "1e-301", "1e400"]) {
    assert.deepEqual(settled("squared_error", { w1: "2" }, { w1: text }), [{ w1: "2" }, ["w1"]], text);
  }
  for (const text of ["0", "-0.5", "0e5"]) assert.deepEqual(settled("squared_error", {}, { eta: text }), [{}, ["eta"]]);
  assert.deepEqual(settled("squared_error", {}, { target_o1: "7", w1: "1000000" }), [{ target_o1: "7", w1: "1000000" }, []]);
  for (const text of ["-0.1", "1.1"]) assert.deepEqual(settled("binary_cross_entropy", {}, { target_o1: text }), [{}, ["target_o1"]]);
});

test("the targets of a softmax wait until they sum to 1", () => {
  const loss = "categorical_cross_entropy";
  assert.deepEqual(settled(loss, {}, { target_o1: "0.3" }), [{}, ["target_o1"]]);
  assert.deepEqual(settled(loss, {}, { target_o1: "0.3", w1: "1" }), [{ w1: "1" }, ["target_o1"]]);
  assert.deepEqual(settled(loss, {}, { target_o1: "0.3", target_o2: "0.7" }), [{ target_o1: "0.3", target_o2: "0.7" }, []]);
  assert.deepEqual(settled(loss, {}, { target_o1: "0.1", target_o2: "0.2" })[0], {});
});

test("a number as published is no change", () => {
  assert.deepEqual(settled("squared_error", { w1: "2" }, { w1: "0.40" }), [{}, []]);
  assert.deepEqual(settled("squared_error", {}, { w2: "0.125" }), [{}, []]);
});

test("the same seed draws the same weights", () => {
  const all = givens();
  const [one, again, other] = [3, 3, 4].map((seed) => all.randomWeights(new Map(), seed));
  assert.ok(same(one, again));
  assert.ok(!same(one, other));
  assert.deepEqual([...one.keys()], ["w1", "w2"]);
  const random = generator(1);
  const drawn = Array.from({ length: 2000 }, random);
  assert.ok(drawn.every((x) => x >= 0 && x < 1));
  assert.ok(Math.abs(drawn.reduce((a, b) => a + b) / 2000 - 0.5) < 0.02);
});

test("parameters that run away are no start", () => {
  const all = givens();
  for (const double of [Infinity, NaN, 2e6]) assert.equal(all.start(new Map(), new Map([["w1", double]])), null);
  assert.deepEqual([...all.start(new Map(), new Map([["w1", 0.1 + 0.2], ["b1", 0.6]]))], [["w1", "0.30000000000000004"]]);
});

test("sliders have room around the number", () => {
  const all = givens();
  for (const [name, now] of [["w1", 0.4], ["w1", -90.5], ["eta", 0.5], ["eta", 3], ["target_o1", 0.3], ["target_o1", 4], ["i1", 1e5]]) {
    const { min, max, step } = all.range(name, now);
    assert.ok(min <= now && now <= max && step > 0, `${name} ${now}`);
    if (name === "eta") assert.ok(min > 0);
  }
});

test("steps and seeds are whole numbers", () => {
  assert.deepEqual(["1", "1000000", "0", "1000001", "1.5", "-3", "", "1e3"].map((text) => steps(text)), [1, 1_000_000, null, null, null, null, null, null]);
  assert.deepEqual(["0", "17", "1234567890", "1.5", ""].map((text) => seedOf(text)), [0, 17, null, null, null]);
});

test("an address carries numbers there and back", () => {
  const all = givens();
  const changes = new Map([["w1", "0.9"], ["eta", "1"]]);
  assert.equal(write(changes, all), "#q:eta=1&w1=0.9");
  for (const hash of ["#q:w1=0.9&eta=1", "#q%3Aw1%3D0.9%26eta%3D1", "#q:eta=1&w1=0.90"]) {
    const found = read(hash, all);
    assert.ok("changes" in found && same(found.changes, changes), hash);
  }
  for (const text of ["0,9", "+.9", "9e-1", "9·10⁻¹", "w1=0,9", "%20900%20×%2010^-3"]) {
    const found = read(`#q:eta=1&w1=${text}`, all);
    assert.ok("changes" in found && same(found.changes, new Map([["w1", found.changes.get("w1")], ["eta", "1"]])), text);
    assert.equal(Number(found.changes.get("w1")), 0.9, text);
  }
  assert.equal(read("#q:w1=−0,9", all).changes.get("w1"), "-0.9");
  assert.equal(write(new Map(), all), "");
  assert.deepEqual(["#q:w1=1", "#Q:w1=1", "#q%3aw1=1", "#quantities", "#q", "", "#w1=1"].map(carries), [true, true, true, false, false, false, false]);
});

test("a hostile address is refused as a whole", () => {
  const all = givens();
  const bad = [
    "#q:", "#q:w1", "#q:w1=", "#q:=1", "#q:w1=abc", "#q:w1=1e999", "#q:w1=NaN", "#q:w1=0x10", "#q:w1=1/3", "#q:w1=%31%30%zz",
    "#q:w9=1", "#q:__proto__=1", "#q:constructor=1", "#q:w1=1&w1=2", "#q:w1=1&eta=0", "#q:w1=1&&eta=1", "#q:eta=1&w1=9999999",
    "#q:w1=<img src=x onerror=alert(1)>", "#q:w1=1;alert(1)", "#q:w1=1&toString=2", `#q:w1=${"1".repeat(70_000)}`,
    `#q:${"w1=1&".repeat(9000)}w1=1`, "#q:w1=٣", "#q:w1=1.2.3", "#q:w1=b1=1", "#q:w1=1#x", "#q:out_o1=0.5", "#q:w1@1=3",
  ];
  for (const hash of bad) {
    const found = read(hash, all);
    assert.ok("problem" in found && found.problem.text, hash.slice(0, 60));
    assert.ok((found.name ?? "").length <= 24);
  }
});
