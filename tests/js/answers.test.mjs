// Answers as they are typed, and slips of the pen: the cases are shared with Python.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readAnswer } from "../../backprop_docgen/assets/practice/answer.mjs";
import { penSlips } from "../../backprop_docgen/assets/practice/pen.mjs";

const cases = (name) => JSON.parse(readFileSync(new URL(`../slips/${name}_cases.json`, import.meta.url), "utf8"));
const [ANSWERS, PEN] = [cases("answer"), cases("pen")];

/** The double nearest to a fraction of whole numbers. */
function double(text) {
  const [top, bottom = "1"] = text.split("/");
  const zeros = /^10*$/.test(bottom) ? bottom.length - 1 : null;
  return zeros === null ? Number(top) / Number(bottom) : Number(`${top}e-${zeros}`);
}

test("a number is read with the digits that are written", () => {
  for (const { text, name, value, digits, unit } of ANSWERS.read) {
    assert.deepEqual(readAnswer(text, name), { text, value: double(value), digits, unit: double(unit) }, text);
  }
});

test("what is no number, or may be two, is refused", () => {
  for (const { text, name, reason } of ANSWERS.refused) assert.deepEqual(readAnswer(text, name), { refused: reason }, text);
});

test("a long text is refused at once", () => {
  const since = performance.now();
  for (const piece of ["1", "1/", "/", " ", "-", "1 ", "0", "w5="]) {
    assert.ok("refused" in readAnswer(piece.repeat(10_000)), piece);
    for (const end of ["", "x"]) readAnswer(piece.repeat(200).slice(0, 199) + end);
  }
  assert.ok(performance.now() - since < 1000);
});

test("slips of the pen", () => {
  for (const { right, digits, slips } of PEN) assert.deepEqual(penSlips(right, digits), slips, `${right}, ${digits} digits`);
  for (const number of [0, Infinity, -Infinity, NaN]) assert.deepEqual(penSlips(number, 4), []);
});
