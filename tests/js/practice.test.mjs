// Practice without a page: networks drawn, answers judged stage by stage, lines handed in, addresses.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Attempt } from "../../backprop_docgen/assets/practice/attempt.mjs";
import { selfCheck } from "../../backprop_docgen/assets/practice/checks.mjs";
import { significant } from "../../backprop_docgen/assets/practice/digits.mjs";
import { drawn, hidesASlip } from "../../backprop_docgen/assets/practice/draw.mjs";
import { Equations } from "../../backprop_docgen/assets/practice/equations.mjs";
import { parse, write } from "../../backprop_docgen/assets/practice/line.mjs";
import { sentence, unreadable } from "../../backprop_docgen/assets/practice/said.mjs";
import { FIRST, read as readAddress, write as writeAddress } from "../../backprop_docgen/assets/practice/settings.mjs";
import { partOf, Shape } from "../../backprop_docgen/assets/practice/shape.mjs";
import { Stages } from "../../backprop_docgen/assets/practice/stages.mjs";
import { Practice } from "../../backprop_docgen/assets/practice/judge.mjs";

const PUBLISHED = JSON.parse(readFileSync(process.env.PRACTICE_DATA, "utf-8")); // by shape, as the build publishes it
const RULES = JSON.parse(readFileSync(process.env.PRACTICE_RULES, "utf-8"));
const CASES = JSON.parse(readFileSync(new URL("../slips/line_cases.json", import.meta.url), "utf-8"));
const LANGUAGE = { code: "es", mark: ",", grouping: ["\u202f", 5], percent: " %", strings: {}, words: [], and: "y" };

const say = (english, values = {}) => english.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function opened(name, changes = new Map()) {
  const practice = new Practice(PUBLISHED[name]);
  return { practice, shape: new Shape(PUBLISHED[name]), sheet: practice.sheet(changes) };
}

function attempt(name, rung, changes) {
  const { shape, sheet } = opened(name, changes);
  return new Attempt(shape, sheet, shape.blanks(rung), 4);
}

const right = (found, name) => String(Number(found.sheet.value(name).toPrecision(4)));

test("the blanks grow backward, from the last step to all", () => {
  for (const name of Object.keys(PUBLISHED)) {
    const { shape } = opened(name);
    assert.deepEqual(shape.blanks(0), []);
    for (let rung = 1; rung <= shape.rungs; rung++) {
      const [fewer, more] = [shape.blanks(rung - 1), shape.blanks(rung)];
      assert.ok(more.length > fewer.length);
      assert.deepEqual(fewer.length ? more.slice(-fewer.length) : [], fewer, name);
    }
    assert.deepEqual(shape.blanks(shape.rungs), shape.steps, name);
    assert.ok(shape.blanks(1).every((step) => partOf(step) === "update"), name);
  }
});

test("a seed draws the same numbers, of one digit or two, that teach something", () => {
  for (const name of Object.keys(PUBLISHED)) {
    const { practice, shape } = opened(name);
    const texts = new Set();
    for (let seed = 1; seed <= 12; seed++) {
      const numbers = drawn(shape, practice, seed, 4);
      assert.deepEqual([...drawn(shape, practice, seed, 4)], [...numbers]);
      assert.deepEqual([...numbers.keys()].sort(), [...shape.givens].sort());
      for (const [given, text] of numbers) assert.match(text, given.startsWith("w") ? /^-?0\.\d\d?$/ : /^\d(\.\d\d?)?$/, given);
      const sheet = practice.sheet(numbers);
      assert.ok(!hidesASlip(shape, sheet, 4), `${name} ${seed}`);
      assert.ok(shape.steps.filter((step) => sheet.value(step) === 0).length <= shape.steps.length / 4);
      const targets = [...numbers].filter(([given]) => given.startsWith("target_")).map(([, text]) => Number(text));
      if (shape.loss === "categorical_cross_entropy") assert.deepEqual([...targets].sort(), [0, 0, 1]);
      texts.add(JSON.stringify([...numbers]));
    }
    assert.equal(texts.size, 12);
  }
});

test("a value that two steps share hides a slip", () => {
  const { shape, practice } = opened("2-2-2");
  const twins = new Map([["w1", "0.3"], ["w2", "0.4"], ["w3", "0.3"], ["w4", "0.4"]]);
  assert.ok(hidesASlip(shape, practice.sheet(twins), 4));
});

test("an answer is told of in stages, and a shown result is not solved", () => {
  const stages = new Stages();
  assert.equal(stages.take("short", "0.3"), "short");
  assert.equal(stages.tries, 0);
  assert.deepEqual(["unknown", "slip"].map((verdict) => stages.take(verdict, "1")), ["check", "question"]);
  assert.ok(!stages.settled);
  assert.equal(stages.take("unknown", "2"), "shown");
  assert.deepEqual([stages.state, stages.first], ["shown", false]);
  const late = new Stages();
  late.take("unknown", "1");
  assert.equal(late.take("right", "2"), "right");
  assert.deepEqual([late.state, late.first], ["right", false]);
  const first = new Stages();
  first.take("right", "2");
  assert.ok(first.first);
});

test("two lines right the first time open the next rung", () => {
  const found = attempt("2-2-2", 1);
  const [one, two, three] = found.lines.keys();
  found.answer(one, "9");
  found.answer(one, right(found, one));
  assert.ok(!found.climbs);
  found.answer(two, right(found, two).replace(".", ","));
  assert.ok(!found.climbs);
  found.answer(three, right(found, three));
  assert.ok(found.climbs);
});

test("what follows rightly from one's own wrong number is carried", () => {
  const found = attempt("1-1-1", 5);
  assert.equal(found.next, "net_h1");
  assert.equal(found.answer("net_h1", "0,9").said, "check");
  found.lines.get("net_h1").leave();
  assert.equal(found.next, "out_h1");
  const follows = 1 / (1 + Math.exp(-0.9));
  assert.equal(found.answer("out_h1", follows.toFixed(4)).said, "carried");
  const net = found.sheet.value("w2") * Number(follows.toFixed(4)) + found.sheet.value("b2");
  assert.equal(found.answer("net_o1", net.toFixed(4)).said, "carried");
  assert.equal(found.answer("out_o1", "0.1234").said, "check");
});

test("all at once: right, carried, wrong and left out", () => {
  const found = attempt("1-1-1", 5);
  const follows = (1 / (1 + Math.exp(-0.9))).toFixed(4);
  const texts = new Map([["net_h1", "0.9"], ["out_h1", follows], ["delta_o1", right(found, "delta_o1")]]);
  found.hand(texts);
  assert.deepEqual(found.in("wrong"), ["net_h1"]);
  assert.deepEqual(found.in("carried"), ["out_h1"]);
  assert.deepEqual(found.in("right"), ["delta_o1"]);
  assert.equal(found.in("empty").length, found.lines.size - 3);
  assert.equal(found.next, null);
  assert.deepEqual([...found.answers().keys()], ["net_h1", "out_h1", "delta_o1"]);
});

test("a check to do oneself says where to look, and no result", () => {
  const { shape, sheet } = opened("2-2-2");
  const value = (name) => sheet.value(name);
  const checks = {
    delta_o1: [-value("delta_o1"), /sign of output − target/],
    out_h1: [1.5, /between 0 and 1/],
    E_o1: [-0.1, /never negative/],
    net_h1: [value("net_h1") * 10, /too large/],
    delta_h1: [value("delta_h1") / 10, /too small/],
    "dE_total/dw5": [value("dE_total/dw5") * 1.01, /last digits/],
    "w5@1": [2 * value("w5") - value("w5@1"), /direction/],
    net_o1: [value("net_o1") * 1.5, /bias/],
    out_o1: [-value("out_o1"), /between 0 and 1/], // though its sign is wrong, too
  };
  for (const [name, [answer, wanted]] of Object.entries(checks)) {
    const words = selfCheck(shape, name, answer, value, say);
    assert.match(words, wanted, name);
    assert.ok(!words.includes(String(value(name).toPrecision(3))), name);
  }
  assert.match(selfCheck(shape, "net_h1", 0, value, say) ?? "", /too small/); // a 0 has no wrong sign
  for (const name of Object.keys(PUBLISHED)) {
    const { shape: each, sheet: own } = opened(name);
    for (const step of each.steps.filter((step) => step.startsWith("out_"))) {
      assert.doesNotMatch(selfCheck(each, step, -own.value(step), (other) => own.value(other), say), /product/, `${name} ${step}`); // its line has none
    }
    for (const step of each.steps) for (const factor of [-1, 0, 0.1, 0.5, 1.01, 2, 10]) {
      assert.ok(selfCheck(each, step, own.value(step) * factor, (other) => own.value(other), say), `${name} ${step} ${factor}`);
    }
  }
});

test("what is said follows the verdict, and a text that is no number is no try", () => {
  const found = attempt("2-2-2", 1);
  const equations = new Equations(found.shape, found.sheet, new Map(), 4, LANGUAGE, RULES);
  const [name] = found.lines.keys();
  for (const text of ["", "abc", "1.234.567"]) assert.ok(unreadable(text, say), text);
  for (const text of ["0,5", "−0.5", "1.2e-3", "1,2 × 10⁻³"]) assert.equal(unreadable(text, say), null, text);
  const verdict = { verdict: "slip", quantity: name, remark: null, write: null, explanations: [{ rule: "sign", formula: name, text: "A sign.", trees: {} }] };
  assert.equal(sentence("question", verdict, found, equations, name, "1", say), "Could it be this? A sign.");
  const several = { ...verdict, explanations: [...verdict.explanations, { ...verdict.explanations[0], text: "A bias." }] };
  assert.equal(sentence("question", several, found, equations, name, "1", say), "Could it be one of these?\n– A sign.\n– A bias.");
  const few = { ...verdict, verdict: "unknown", write: 6, explanations: [] }; // then slips may well give it
  assert.match(sentence("question", few, found, equations, name, "1.23", say), /^Whether a slip .* write 6 /);
  assert.match(sentence("shown", verdict, found, equations, name, "1", say), new RegExp(equations.result(name)));
  for (const said of ["check", "question"]) assert.ok(!sentence(said, { ...verdict, explanations: [] }, found, equations, name, "0.1", say).includes(equations.result(name)));
});

test("a line of a worksheet in LaTeX, with the digits asked and the page's mark", () => {
  const { shape, sheet } = opened("2-2-2");
  const equations = new Equations(shape, sheet, new Map(), 4, LANGUAGE, RULES);
  assert.equal(equations.given("w2"), "w_{2} = -0{,}4");
  assert.match(equations.worked("net_h1"), /^\\text\{net\}_\{h1\} = w_\{1\} \\cdot i_\{1\} \+ .* = 0\{,\}3 \\cdot 0\{,\}5 \+ /);
  assert.ok(!equations.asked("out_h1").includes("0{,}"));
});

test("significant digits", () => {
  const cases = [[0.37752, 4, "0.3775"], [0.00012344, 4, "0.0001234"], [12345.678, 3, "12300"], [-0.25, 4, "-0.25"], [0.039, 3, "0.039"], [2 / 3, 2, "0.67"], [0, 4, "0"], [0.99999, 3, "1.00"]];
  for (const [value, digits, text] of cases) {
    const found = significant(value, digits);
    assert.equal(found.digits, text);
    assert.equal(found.exponent, null);
  }
  assert.deepEqual(significant(1.23456e-7, 3), { digits: "1.23", exponent: -7, exact: false });
  assert.equal(significant(0.375, 4).exact, true);
});

test("a line that is handed in is written and read as Python does", () => {
  const of = ({ numbers, answers, ...rest }) => ({ ...rest, numbers: new Map(Object.entries(numbers)), answers: new Map(Object.entries(answers)) });
  for (const { line, text } of CASES.written) {
    assert.equal(write(of(line)), text);
    assert.deepEqual(parse(text), of(line));
  }
  for (const { text, as } of CASES.read) assert.deepEqual(parse(text), of(CASES.written[as].line));
  for (const { text, reason } of CASES.refused) assert.deepEqual(parse(text), { refused: reason }, text.slice(0, 80));
});

test("an address asks for a worksheet, and what it cannot have is as it is at first", () => {
  const shapes = ["default", "relu"];
  const asked = { shape: "relu", numbers: "drawn", seed: 17, rung: 3, digits: 5, way: "end" };
  assert.equal(writeAddress(asked), "?shape=relu&seed=17&rung=3&digits=5&way=end");
  assert.deepEqual(readAddress(writeAddress(asked), shapes), asked);
  assert.equal(writeAddress(FIRST), "");
  for (const search of ["", "?shape=../x&seed=0&rung=99&digits=2&way=x", "?seed=1e3&digits=%ff", "?numbers=own&shape=relu"]) {
    const found = readAddress(search, shapes);
    if (!search.includes("relu")) assert.deepEqual(found, FIRST, search);
    else assert.equal(found.numbers, "published");
  }
});
