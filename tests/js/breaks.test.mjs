// Where a display formula may be broken: before a "|", with the depth of the break.

import assert from "node:assert/strict";
import { test } from "node:test";
import { breakable } from "../../backprop_docgen/assets/formulas/breaks.mjs";

/** @type {[string, string][]} */
const CASES = [
  ["a", "a"],
  ["x = a \\cdot b + c", "x = a |4 \\cdot b |3 + c"], // x stays with what can be broken further on
  ["x = a + b \\approx 1 + 2 = 3", "x |3 = a |3 + b |1 \\approx 1 |3 + 2 |2 = 3"], // numbers after symbols
  ["a + b = c", "a |3 + b |3 = c"],
  ["x = \\left(a + b\\right)^{2} \\cdot c", "x = (a |5 + b)^{2} |3 \\cdot c"], // a bracket at its own signs
  ["x = \\left(\\frac{a}{b} - c\\right)", "x = \\biggl(\\frac{a}{b} |5 - c\\biggr)"],
  ["x = \\ln\\left|a - (b - c)\\right|", "x = \\ln\\lvert a |5 - (b |7 - c)\\rvert "],
  ["x = -a \\cdot \\left(-b\\right)", "x |3 = -a |3 \\cdot \\left(-b\\right)"],
  ["x = \\frac{a + b}{c - d} + e^{-f} + w^+", "x |3 = \\frac{a + b}{c - d} |3 + e^{-f} |3 + w^+"],
  ["x = \\htmlData{q=w5}{2 \\times 10^{-9}} \\cdot 3", "x |3 = \\htmlData{q=w5}{2 \\times 10^{-9}} |3 \\cdot 3"],
  ["a = b \\\\[1em] c = d", "a |3 = b |0\\\\[1em] c |3 = d"],
  ["\\begin{pmatrix} a + b \\\\ c \\end{pmatrix} \\allowbreak (1, 2)", "\\begin{pmatrix} a + b \\\\ c \\end{pmatrix} |3 (1, 2)"],
  ["[0, 1) + \\bigl(a + b\\bigr)", "[0, 1) |3 + \\bigl(a |5 + b\\bigr)"],
];

for (const [tex, expected] of CASES) {
  test(tex, () => {
    const { tex: found, levels } = breakable(tex);
    let at = 0;
    const shown = found.replace(/\\allowbreak ?|(?=\\\\)(?![^{]*\\end)/g, () => `|${levels[at++]}`);
    /** @param {string} text */
    const close = (text) => text.replace(/\\nobreak/g, "").replace(/\s+/g, "");
    assert.equal(close(shown), close(expected));
    assert.equal(at, levels.length);
  });
}

test("what is not closed is no formula", () => {
  for (const tex of ["{a", "\\left(a", "\\begin{x} a"]) assert.throws(() => breakable(tex), RangeError);
});
