// What a reader may write for a number. The cases are shared with whatever else reads numbers that people typed.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { literal, read, whole } from "../../backprop_docgen/assets/numbers/numeral.mjs";
import { compare, parse } from "../../backprop_docgen/assets/numbers/rational.mjs";
import { generator } from "../../backprop_docgen/assets/network/givens.mjs";

const CASES = JSON.parse(readFileSync(new URL("../cases/numerals_typed.json", import.meta.url), "utf8"));

test("a number is written in its plainest form", () => {
  const cases = { "0.9": "0.9", ".50": "0.5", "5.": "5", "-0": "0", "+1": "1", "007": "7", "1e-7": "1e-7", "2E+3": "2e3", "-.5e0": "-0.5", "0e9": "0" };
  for (const [text, expected] of Object.entries(cases)) assert.equal(literal(text), expected, text);
  for (const text of ["", ".", "-", "abc", "1,5", "0x10", "1/2", "NaN", "Infinity", "1e", "1 2", "١", "1e9999", "9".repeat(99)]) {
    assert.equal(literal(text), null, text);
  }
});

test("the usual ways of writing a number are read", () => {
  for (const [text, expected, name] of CASES.read) assert.deepEqual(read(text, name), { literal: expected }, text);
});

test("anything else is refused, with the reason", () => {
  for (const [text, reason, name] of CASES.refused) assert.deepEqual(read(text, name), { refused: reason }, text);
});

test("whole numbers have no decimal mark", () => {
  for (const [text, mark, expected] of CASES.whole) assert.equal(whole(text, mark), expected, text);
});

test("a long text is refused at once", () => {
  const since = performance.now();
  for (const piece of ["1", "1 ", "1,", "w", "-", "=", "0.5w5=", " ", "\u200b", "10^(", "1 234"]) {
    const text = piece.repeat(10_000);
    assert.ok("refused" in read(text, "w5"), piece);
    assert.equal(whole(text), null);
    const short = piece.repeat(200).slice(0, 199);
    for (const end of ["", "x"]) read(short + end, "w5");
  }
  assert.ok(performance.now() - since < 1000);
});

/** Draws for the tests below, the same ones each time. */
function draws(seed) {
  const random = generator(seed);
  const upTo = (most) => Math.floor(random() * (most + 1));
  const pick = (list) => list[upTo(list.length - 1)];
  const digits = (most) => Array.from({ length: upTo(most) }, () => upTo(9)).join("");
  return { upTo, pick, digits };
}

const MINUS = ["-", "−", "–", "‑"];
const SPACES = ["", " ", "\u00a0", "\u202f", "\u2009", "  "];
const superscript = (text) => [...text].map((sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[sign])).join("");

test("a number is read exactly, however it is written", () => {
  const { upTo, pick, digits } = draws(1);
  for (let turn = 0; turn < 20_000; turn++) {
    const whole = String(upTo(1)) === "0" ? digits(3).replace(/^0+(?=\d)/, "") || "0" : `${1 + upTo(8)}${digits(8)}`;
    const places = digits(12);
    const exponent = pick([0, 0, upTo(300), -upTo(300)]);
    const negative = upTo(1) === 1;
    const plain = `${negative ? "-" : ""}${whole}${places && `.${places}`}e${exponent}`;
    const mark = pick([".", ","]);
    const apart = (gap) => whole.replace(/\B(?=(?:\d{3})+$)/g, gap);
    const grouped = pick([whole, apart(pick([" ", "\u00a0", "\u202f", "\u2009"])), places ? apart(mark === "." ? "," : ".") : whole]);
    const minus = pick(MINUS);
    const power = `${exponent < 0 ? minus : pick(["", "+"])}${Math.abs(exponent)}`;
    const [space, other] = [pick(SPACES), pick(SPACES)];
    const powers = [
      `${pick(["e", "E"])}${power}`,
      `${space}${pick(["×", "·", "⋅", "x", "*", "\\times "])}${other}10${superscript(String(exponent))}`,
      `${space}${pick(["×", "·", "⋅"])}${other}10${pick(["^", "**"])}${pick([power, `(${power})`, `{${power}}`])}`,
    ];
    const sign = negative ? minus : pick(["", "", "+"]);
    const before = pick(["", "", "w5 = ", "w₅ ≈ ", "w_5=", "= "]);
    const text = `${pick(SPACES)}${before}${sign}${grouped}${places && mark + places}${exponent ? pick(powers) : ""}${pick(SPACES)}`;
    const found = read(text, "w5");
    assert.ok("literal" in found, `${JSON.stringify(text)}: ${JSON.stringify(found)}`);
    assert.equal(compare(parse(found.literal), parse(plain)), 0, `${JSON.stringify(text)}: ${found.literal}`);
    assert.deepEqual(read(found.literal), found);
  }
});

/** The number of a text by another road: one that knows less, and is surer. Null where it cannot tell. */
function plainly(text) {
  let rest = text.replace(/[\u200b\u2060\ufeff]/g, "").trim().replace(/[−–‑‐⁻]/g, "-").replace(/⁺/g, "+");
  rest = rest.replace(/^(?:[wW][\s_{]*[5₅][\s}]*)?[=≈]/, "").trim().replace(/^([-+])\s+/, "$1");
  rest = rest.replace(/^([-+]?)10(?=\s*(?:[⁰¹²³⁴⁵⁶⁷⁸⁹+-]|\^|\*\*))/, "$11 × 10"); // a power alone has the factor one
  rest = rest.replace(/\s*(?:[×·⋅xX*]|\\times|\\cdot)\s*10\s*(\^|\*\*)?\s*[({]?\s*([-+]?)\s*([\d⁰¹²³⁴⁵⁶⁷⁸⁹]+)\s*[)}]?$/, (all, raised, sign, power) =>
    raised || sign || /^\D/.test(power) ? `e${sign}${power.normalize("NFKC")}` : all,
  );
  const [, sign, body, power = ""] = /^([-+]?)([\d., \u00a0\u202f\u2009\u2007]+?)(?:[eE]([-+]?\d+))?$/.exec(rest) ?? [];
  if (!body) return null;
  const pieces = body.split(/[., \u00a0\u202f\u2009\u2007]/);
  const marks = body.match(/[., \u00a0\u202f\u2009\u2007]/g) ?? [];
  const last = marks[marks.length - 1];
  const decimal = last === "." || last === "," ? marks.filter((mark) => mark === last).length === 1 : false;
  const [whole, places] = decimal ? [pieces.slice(0, -1), pieces[pieces.length - 1]] : [pieces, ""];
  if (whole.slice(1).some((piece) => piece.length !== 3)) return null;
  return parse(`${sign === "-" ? "-" : ""}${whole.join("") || "0"}${places && `.${places}`}e${power || 0}`);
}

test("whatever is written, the number that is read is the one that stands there", () => {
  const { upTo, pick, digits } = draws(2);
  const signs = [..."0123456789.,-−–+eE×·x10^()⁻³⁷ \u00a0\u202fw5=≈%/'", "\u200b", "10", "000", ".5", " × 10⁻⁷", "w5 = ", "1.234"];
  let taken = 0;
  for (let turn = 0; turn < 200_000; turn++) {
    let text = upTo(1) ? Array.from({ length: upTo(7) }, () => pick(signs)).join("") : pick(CASES.read)[0];
    for (let slip = upTo(2); slip > 0; slip--) {
      const place = upTo(text.length);
      text = text.slice(0, place) + pick(["", pick(signs), digits(3)]) + text.slice(place + upTo(1));
    }
    const found = read(text, "w5");
    if ("refused" in found) continue;
    const expected = plainly(text);
    assert.ok(expected, `${JSON.stringify(text)} was read as ${found.literal}`);
    const own = parse(found.literal);
    if (own) assert.equal(compare(own, expected), 0, `${JSON.stringify(text)} was read as ${found.literal}`);
    taken++;
  }
  assert.ok(taken > 10_000, String(taken));
});
