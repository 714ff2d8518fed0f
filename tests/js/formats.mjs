// Exact numbers of a JSON file in each of its formats: prints what differs from Python's text, and counts.
import { readFileSync } from "node:fs";

import { ofExact } from "../../backprop_docgen/assets/numbers/evaluate.mjs";
import { parse } from "../../backprop_docgen/assets/numbers/rational.mjs";
import { formatted } from "../../backprop_docgen/assets/numbers/rounding.mjs";

const { languages, cases } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const wrong = [];
for (const { number, format, language, text } of cases) {
  const exact = parse(number);
  const found = exact && formatted(ofExact(exact), format, 9, languages[language]);
  if (found !== text) wrong.push(`${number} as ${format} in ${language}: ${found}, not ${text}`);
}
console.log(wrong.join("\n") || `${cases.length} texts equal`);
