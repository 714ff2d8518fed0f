// For each network of a file that Python wrote: numbers changed as the panel changes them, and what a reader takes away.
// Usage: node takeaway.mjs FILE; prints, for each, the network file, the Python program and every value.

import { readFileSync } from "node:fs";
import { read, write } from "../../backprop_docgen/assets/network/address.mjs";
import { Course } from "../../backprop_docgen/assets/network/course.mjs";
import { program } from "../../backprop_docgen/assets/network/python.mjs";
import { Givens, same } from "../../backprop_docgen/assets/network/givens.mjs";
import { networkFile } from "../../backprop_docgen/assets/network/toml.mjs";

const found = {};
for (const [title, { published, settings }] of Object.entries(JSON.parse(readFileSync(process.argv[2], "utf8")))) {
  const givens = new Givens(published, settings);
  const published_ = new Course(published, new Map());
  const stepped = givens.start(new Map(), givens.updated(published_));
  let drawn = givens.randomWeights(new Map(), 7);
  const data = [["eta", "0.3"], [givens.inputs(1)[0], "-1.25e-1"], [givens.biases[0], ".75"]];
  drawn = givens.settle(drawn, new Map(data)).changes;
  found[title] = {};
  for (const [how, changes] of Object.entries({ published: new Map(), stepped, drawn })) {
    if (changes === null) continue;
    const hash = write(changes, givens);
    const again = hash ? read(hash, givens) : { changes };
    if (!("changes" in again) || !same(again.changes, changes)) throw new Error(`${title}, ${how}: the address loses something`);
    const course = new Course(published, changes);
    const names = course.sheet("").names();
    const values = names.map((name) => [name, String(course.value(name).double)]);
    found[title][how] = {
      toml: networkFile(givens, changes, "changed"),
      python: program(course, settings, (english) => english),
      values: Object.fromEntries(values),
      after: String(course.value(`${settings.loss}@1`).double),
    };
  }
}
console.log(JSON.stringify(found));
