// Computes quantities as the live page does, with changed numbers, and compares each with what a build with those numbers
// has: its double to the last bit, its fifty digits, and how it is printed.
// Usage: node values.mjs FILE; prints how many were equal, or the first differences, and exits 1.

import { readFileSync } from "node:fs";
import { Course } from "../../backprop_docgen/assets/network/course.mjs";
import { train, Trainer } from "../../backprop_docgen/assets/network/train.mjs";
import { trainable } from "../../backprop_docgen/assets/network/trainable.mjs";
import { nearOf } from "../../backprop_docgen/assets/numbers/evaluate.mjs";
import { printed, python, text } from "../../backprop_docgen/assets/numbers/rounding.mjs";

const { published, changed } = JSON.parse(readFileSync(process.argv[2], "utf8"));
let [compared, different] = [0, 0];
for (const { title, base, changes, topology, loss, steps, decimals, values, losses } of changed) {
  const course = new Course(published[base], new Map(changes));
  const parameters = [...topology.weights.flat(2), ...new Set(topology.biases.flat())];
  const sheet = trainable(course, topology);
  const found = await train(() => new Trainer(sheet, parameters, loss), steps, () => false, async () => {});
  for (const [step, trained] of found.parameters) course.trained(step, trained);
  for (const [name, ...expected] of values) {
    const value = course.value(name);
    const { whole, rest, error } = nearOf(value);
    const digits = [rest, error].map((each) => (each.isFinite() ? each.toExponential() : String(each).toLowerCase()));
    const ours = [python(value.double), String(value.exact !== null), whole, ...digits, text(printed(value, decimals))];
    compared++;
    if (JSON.stringify(ours) === JSON.stringify(expected)) continue;
    if (different++ < 5) console.error(`${title}, ${name}:\n  build: ${expected.join(" | ")}\n  live:  ${ours.join(" | ")}`);
  }
  const said = found.losses.map(python).join(" ");
  if (losses !== null && said !== losses && different++ < 5) console.error(`${title}: the losses of its training differ`);
}
if (different) {
  console.error(`${different} of ${compared} values differ`);
  process.exit(1);
}
console.log(compared);
