// Judges answers as the site does, and compares each judgement with Python's.
// Usage: node judge.mjs FILE; prints how many answers were judged alike, or the first differences, and exits 1.

import { readFileSync } from "node:fs";
import { Practice } from "../../backprop_docgen/assets/practice/judge.mjs";

const { shapes, languages, groups } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const sheets = new Map();
/** @param {string} shape @param {string} code */
function sheet(shape, code) {
  const key = `${shape} ${code}`;
  if (!sheets.has(key)) sheets.set(key, new Practice(shapes[shape], languages[code]).sheet(new Map()));
  return sheets.get(key);
}
let [compared, different] = [0, 0];
for (const { shape, code, asked, expected } of groups) {
  const { verdicts, together } = sheet(shape, code).judgement(asked);
  const plain = verdicts.map(({ quantity, verdict, explanations, more, remark, write }) => {
    return { quantity, verdict, explanations: explanations.map(({ rule, formula, text }) => [rule, formula, text]), more, remark, write };
  });
  const found = JSON.stringify({ verdicts: plain, together: together.map(({ rule, text }) => [rule, text]) });
  compared += asked.length;
  if (found === JSON.stringify(expected)) continue;
  if (different++ < 5) console.error(`${shape} ${code}, ${JSON.stringify(asked)}:\n  Python:  ${JSON.stringify(expected)}\n  browser: ${found}`);
}
if (different) {
  console.error(`${different} of ${groups.length} groups differ`);
  process.exit(1);
}
console.log(compared);
