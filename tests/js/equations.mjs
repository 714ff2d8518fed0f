// Sets every equation of a file that Python wrote, and compares each with Python's own to the byte.
// Usage: node equations.mjs FILE; prints how many were equal, or the first difference, and exits 1.

import { readFileSync } from "node:fs";
import { ladder } from "../../backprop_docgen/assets/formulas/equation.mjs";
import { Worksheet } from "../../backprop_docgen/assets/numbers/evaluate.mjs";

const { rules, sheets } = JSON.parse(readFileSync(process.argv[2], "utf8"));
let [compared, different] = [0, 0];
for (const { title, quantities, examples, language, decimals, prefix, ladders } of sheets) {
  const sheet = new Worksheet(quantities, null, new Map(), examples);
  for (const [name, expected] of Object.entries(ladders)) {
    const ours = ladder(sheet, prefix, name, language, decimals, rules);
    compared++;
    if (ours === expected) continue;
    if (!different++) console.error(`${title}, ${name}:\n  Python:     ${expected}\n  JavaScript: ${ours}`);
  }
}
if (different) {
  console.error(`${different} of ${compared} equations differ; above, the first of them`);
  process.exit(1);
}
console.log(`${compared} equations equal`);
