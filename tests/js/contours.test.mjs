// Where a surface on a grid lies above a level: outlines that close, and what of them is no edge of the grid.

import assert from "node:assert/strict";
import { test } from "node:test";
import { outlines } from "../../backprop_docgen/assets/figures/contours.mjs";

/** @param {(x: number, y: number) => number} surface */
const grid = (surface, size = 21) =>
  Array.from({ length: size }, (_, y) => Array.from({ length: size }, (_, x) => surface(x / (size - 1), y / (size - 1))));

/** The area inside, in shares of the grid: what lies above on the left counts, a hole is taken away. @param {import("../../backprop_docgen/assets/figures/contours.mjs").Stretch[][]} found */
function area(found, size = 21) {
  let twice = 0;
  for (const outline of found) {
    const points = outline.flatMap(({ points }) => points.slice(1));
    points.forEach(([x, y], index) => {
      const [nextX, nextY] = points[(index + 1) % points.length];
      twice += x * nextY - nextX * y;
    });
  }
  return twice / 2 / (size - 1) ** 2;
}

/** @type {[string, (x: number, y: number) => number, number, number, number][]} */
const SURFACES = [
  ["all above", () => 1, 1, 0, 1],
  ["all below", () => 0, 0, 0, 0],
  ["exactly at the level", () => 0.5, 0, 0, 0],
  ["a slope", (x, y) => (x + y) / 2, 1, 1, 0.5],
  ["a hill", (x, y) => 1 - 4 * ((x - 0.5) ** 2 + (y - 0.5) ** 2), 1, 1, Math.PI / 8],
  ["a hollow", (x, y) => 4 * ((x - 0.5) ** 2 + (y - 0.5) ** 2), 2, 1, 1 - Math.PI / 8],
  ["two corners", (x, y) => x * y + (1 - x) * (1 - y), 2, 2, 0.5],
  ["a band", (x, y) => 1 - Math.abs(x + y - 1), 1, 2, 0.75],
];

for (const [name, surface, count, inner, share] of SURFACES) {
  test(name, () => {
    const found = outlines(grid(surface), 0.5);
    assert.equal(found.length, count);
    assert.equal(found.flat().filter(({ edge }) => !edge).length, inner);
    assert.ok(Math.abs(area(found) - share) < 0.01, `${area(found)}`);
    for (const outline of found) {
      outline.forEach(({ points }, index) => {
        assert.deepEqual(points[points.length - 1], outline[(index + 1) % outline.length].points[0]);
      });
    }
  });
}

test("a straight line has two points", () => {
  const [outline] = outlines(grid((x, y) => (x + y) / 2), 0.5);
  assert.equal(outline.find(({ edge }) => !edge)?.points.length, 2);
});
