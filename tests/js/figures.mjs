// Draws figures as the live page does, from formulas, and compares each to the byte with that of the build, which
// drew it from the values that Python had computed.
// Usage: node figures.mjs FILE; prints how many were equal, or the first difference, and exits 1.

import { readFileSync } from "node:fs";
import { ofExact, ofNear, Worksheet } from "../../backprop_docgen/assets/numbers/evaluate.mjs";
import { ofText } from "../../backprop_docgen/assets/numbers/near.mjs";
import { parse } from "../../backprop_docgen/assets/numbers/rational.mjs";
import { drawings } from "../../backprop_docgen/assets/figures/figure.mjs";

const { languages, bases, scenes } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const NOT_FINITE = { inf: Infinity, "-inf": -Infinity, nan: NaN };

/** The first place where two texts differ, with some of both around it. */
function difference(ours, expected) {
  let place = 0;
  while (place < ours.length && ours[place] === expected[place]) place++;
  const around = (text) => JSON.stringify(text.slice(Math.max(0, place - 100), place + 60));
  return `at character ${place}\n  the build:  ${around(expected)}\n  live page:  ${around(ours)}`;
}

let [compared, different] = [0, 0];
for (const { title, base, changes, losses, last, language, prefix, figures } of scenes) {
  const { network, names, quantities, examples, decimals, outputWeight, hiddenWeight } = bases[base];
  const sheet = new Worksheet(quantities, null, new Map(Object.entries(changes)), examples);
  const after = losses.map((loss) => NOT_FINITE[loss] ?? loss);
  const training = () => ({ after, last: last.includes("|") ? ofNear(ofText(last.replaceAll("|", " "))) : ofExact(parse(last)) });
  const weights = { outputWeight, hiddenWeight };
  const scene = { network, names, sheet, language: languages[language], decimals, losses: training, ...weights, prefix };
  for (const [kind, expected] of Object.entries(figures)) {
    const found = drawings(kind, scene);
    compared++;
    const [ours, theirs] = [found, expected].map(({ svgs, alt, names }) => [...svgs, alt, names.join(" ")].join("\n"));
    if (ours === theirs) continue;
    if (!different++) console.error(`${title}, ${language}, ${kind}: ${difference(ours, theirs)}`);
  }
}
if (different) {
  console.error(`${different} of ${compared} figures differ; above, the first of them`);
  process.exit(1);
}
console.log(compared);
