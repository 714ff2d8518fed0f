// Right intervals and trees in doubles, of the worksheets in the file named: as Python finds them, but for what the last
// bits of functions do. Prints how many were alike; exits 1 with those that differ.

import { readFileSync } from "node:fs";
import { compute } from "../../backprop_docgen/assets/practice/doubles.mjs";
import { rightIntervals } from "../../backprop_docgen/assets/practice/right.mjs";

const NOT_FINITE = { inf: Infinity, "-inf": -Infinity, nan: NaN };
const number = (text) => NOT_FINITE[text] ?? Number(text);
const TOLERANCE = 1e-9;
const CANCELLED = 1e-13; // what is left of a difference in doubles

/** Whether two numbers are the same, as far as doubles bear it. */
const alike = (one, other, off = 0) => one === other || Math.abs(one - other) <= TOLERANCE * Math.max(Math.abs(one), Math.abs(other)) + off;

let count = 0;
const wrong = [];
for (const { title, trees, digits, intervals, values: nearest } of JSON.parse(readFileSync(process.argv[2], "utf8"))) {
  const right = rightIntervals(trees, new Map(), digits);
  const values = new Map();
  for (const [name, tree] of Object.entries(trees)) {
    values.set(name, compute(tree, (operand) => values.get(operand)));
    const [found, expected] = [right.of(name), intervals[name].map(number)];
    count++;
    if (!found.every((each, index) => alike(each, expected[index]))) wrong.push(`${title}, ${digits} digits, ${name}: expected ${expected}, found ${found}`);
    if (name in nearest && !alike(values.get(name), nearest[name], CANCELLED)) wrong.push(`${title}, ${name}: expected ${nearest[name]}, found ${values.get(name)}`);
  }
}
const entropy = compute(["*", ["q", "p"], ["log", ["q", "p"]]], () => 0);
if (entropy !== 0) wrong.push(`0 ln 0: ${entropy}`);
const share = compute(["/", ["exp", ["q", "x"]], ["+", ["exp", ["q", "x"]], ["exp", ["q", "y"]]]], (name) => ({ x: 2000, y: 2000 })[name]);
if (share !== 0.5) wrong.push(`a share of two giants: ${share}`);
const given = rightIntervals({ x: 0.25, y: ["*", 2, ["q", "x"]] }, new Map([["x", 0.5]]), 4).of("y");
if (!(given[0] <= 1 && 1 <= given[1] && given[1] - given[0] < 1e-12)) wrong.push(`a given's number: ${given}`);
for (const name of ["nothing", "z"]) {
  try {
    rightIntervals({ z: ["exp", ["q", "z"]] }, new Map(), 4).of(name);
    wrong.push(`${name} is no error`);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
}
if (wrong.length) {
  console.error(wrong.slice(0, 20).join("\n"));
  process.exit(1);
}
console.log(`${count} quantities alike`);
