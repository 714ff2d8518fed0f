// What MathJax says of the formulas in a file (a list of [TeX, display]) that it cannot typeset, as it comes with Sphinx
// and others; of commands that it does not know, too.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const MathJax = await createRequire(import.meta.url)("mathjax").init({
  loader: { load: ["input/tex"] },
  tex: { packages: { "[-]": ["noundefined"] } },
});
const wrong = [];
for (const [tex, display] of JSON.parse(readFileSync(process.argv[2], "utf8"))) {
  const error = /data-mjx-error="([^"]*)"/.exec(MathJax.tex2mml(tex, { display }));
  if (error) wrong.push([tex, error[1]]);
}
console.log(JSON.stringify(wrong));
