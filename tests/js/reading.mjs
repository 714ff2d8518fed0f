// What the reading modules say, for the cases of a JSON file: prints what differs, and counts.
import { readFileSync } from "node:fs";

import { Course } from "../../backprop_docgen/assets/network/course.mjs";
import { describe } from "../../backprop_docgen/assets/network/describe.mjs";
import { originOf } from "../../backprop_docgen/assets/origin/origin.mjs";
import { steps } from "../../backprop_docgen/assets/reading/steps.mjs";
import { dressed } from "../../backprop_docgen/assets/formulas/typeset.mjs";

const cases = JSON.parse(readFileSync(process.argv[2], "utf8"));
let count = 0;
const wrong = [];

/** @param {string} about @param {unknown} found @param {unknown} expected */
function same(about, found, expected) {
  count++;
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)];
  if (left !== right) wrong.push(`${about}\n  found    ${left}\n  expected ${right}`);
}

for (const { published, settings, quantities, operands } of cases.networks ?? []) {
  for (const language of settings) {
    const course = new Course(published, new Map());
    for (const [name, expected] of Object.entries(quantities)) {
      const meaning = describe(name, language.meanings, language.language);
      same(`${language.language.code} ${name}`, meaning, expected.meaning[language.language.code]);
    }
    for (const [name, expected] of Object.entries(operands)) {
      const origin = originOf({ name, format: "rule:0" }, course, language);
      same(`${name} made of`, origin.operands.map((each) => each.name).sort(), expected.operands);
      same(`${name} goes into`, origin.users.map((each) => each.name).sort(), expected.users);
      // the last bit of an exponential is the machine's own
      const [full, value] = [origin.full, expected.full].map((text) => Number(text.replace("−", "-")));
      const near = !expected.exact && Math.abs(full - value) <= 1e-12 * Math.abs(value);
      same(`${name} in full`, near ? expected.full : origin.full, expected.full);
      same(`${name} symbol`, origin.symbol, expected.symbol);
      same(`${name} formula`, origin.formula !== null, expected.operands.length > 0);
    }
  }
}
for (const { tex, expected } of cases.dressed ?? []) same(tex, dressed(tex), expected);
for (const { blocks, room, expected } of cases.steps ?? []) same(JSON.stringify(blocks), steps(blocks, room), expected);

if (wrong.length) {
  console.error(`${wrong.length} of ${count} differ:\n${wrong.slice(0, 5).join("\n")}`);
  process.exit(1);
}
console.log(count);
