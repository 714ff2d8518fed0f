// The cases of tests/cases/rounding.json, read from the file named: numbers as text.
// Exits 1 with every case that differs.

import { readFileSync } from "node:fs";
import { ofDouble, ofExact, ofNear } from "../../backprop_docgen/assets/numbers/evaluate.mjs";
import { ofText } from "../../backprop_docgen/assets/numbers/near.mjs";
import { parse } from "../../backprop_docgen/assets/numbers/rational.mjs";
import { printed, text } from "../../backprop_docgen/assets/numbers/rounding.mjs";

const cases = JSON.parse(readFileSync(process.argv[2], "utf8"));
const NOT_FINITE = { inf: Infinity, "-inf": -Infinity, nan: NaN };
let different = 0;
for (const { why, value, error, exact, decimals, mark, digits, exponent, is_exact, text: expected } of cases) {
  const rational = exact ? parse(value) : null;
  const known = () => (rational ? ofExact(rational) : ofDouble(NOT_FINITE[value] ?? Number(value)));
  const number = printed(error === undefined ? known() : ofNear(ofText(`0 ${value} ${error}`)), decimals);
  const ours = JSON.stringify([number.digits, number.exponent, number.exact, text(number, mark)]);
  const theirs = JSON.stringify([digits, exponent, is_exact, expected]);
  if (ours === theirs) continue;
  different++;
  console.error(`${why}: expected ${theirs}, found ${ours}`);
}
if (different) process.exit(1);
console.log(`${cases.length} cases equal`);
