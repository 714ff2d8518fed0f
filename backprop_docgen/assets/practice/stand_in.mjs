// In the place of the judge until he is here: he knows what is right and what is carried, and no slip. No DOM.
// @ts-check

import { evaluate, ofDouble, Worksheet } from "../numbers/evaluate.mjs";
import { read } from "../numbers/numeral.mjs";
import { data } from "../dom/site.mjs";

/** @typedef {import("../numbers/evaluate.mjs").Tree} Tree */
/** @typedef {import("./shape.mjs").Published} Published */
/** @typedef {{ quantity: string | null, text: string, digits: number | null }} Given */
/** @typedef {{ rule: string, formula: string, text: string, trees: Record<string, Tree> }} Explanation `text`: a sentence in the page's language */
/**
 * @typedef {object} Verdict
 * @property {"right" | "short" | "carried" | "slip" | "other-quantity" | "unknown"} verdict
 * @property {string | null} quantity
 * @property {null | "truncated"} remark
 * @property {number | null} write digits that would tell
 * @property {Explanation[]} explanations
 */

/** The answer that a text gives, as it is written. @param {string} text */
export function readAnswer(text) {
  const found = read(text);
  if ("refused" in found) return found;
  const digits = found.literal.replace(/e.*$/, "").replace(/[-.]/g, "").replace(/^0+/, "").length;
  const written = text.replace(/e.*$|[×x*·].*$/i, "").replace(/\D/g, "").replace(/^0+/, "").length;
  return { value: Number(found.literal), digits: Math.max(digits, written) };
}

export class Sheet {
  /** @param {Published} published @param {Map<string, string>} changes */
  constructor(published, changes) {
    this.published = published;
    const known = new Map([...changes].filter(([name]) => Object.hasOwn(published.quantities, name)));
    this.worksheet = new Worksheet(published.quantities, null, known);
  }

  /** @param {string} name */
  value(name) {
    return this.worksheet.value(name).double;
  }

  /** The plausible slips whose value is taken for right, at so many digits. @param {number} _digits @returns {string[]} */
  hidden(_digits) {
    return [];
  }

  /** What a step comes to with a reader's own numbers. @param {string} name @param {Map<string, string>} own */
  followed(name, own) {
    return evaluate(this.published.steps[name], (operand) => {
      const text = own.get(operand);
      const answer = text === undefined ? null : readAnswer(text);
      return answer && "value" in answer ? ofDouble(answer.value) : this.worksheet.value(operand);
    }).double;
  }

  /** @param {Given[]} answers @param {Map<string, string>} [own] earlier answers of the same chain @returns {Verdict[]} */
  judge(answers, own = new Map()) {
    return answers.map(({ quantity, text, digits }) => {
      const answer = readAnswer(text);
      /** @type {Verdict} */
      const verdict = { verdict: "unknown", quantity, remark: null, write: null, explanations: [] };
      if ("refused" in answer || quantity === null) return verdict;
      const wanted = digits ?? answer.digits;
      /** @param {number} value */
      const near = (value) => Math.abs(answer.value - value) <= 2 * unit(value, wanted);
      const [right, carried] = [this.value(quantity), own.size ? this.followed(quantity, own) : NaN];
      const found = near(right) ? "right" : near(carried) ? "carried" : "unknown";
      const exact = found === "right" ? right : carried;
      if (found !== "unknown" && answer.digits < wanted && answer.value !== exact && Math.abs(answer.value - exact) > 1e-12 * Math.abs(exact)) {
        return { ...verdict, verdict: "short", write: wanted };
      }
      return { ...verdict, verdict: found };
    });
  }
}

/** One unit of the last of so many digits. @param {number} value @param {number} digits */
const unit = (value, digits) => (value === 0 ? 0 : 10 ** (Math.floor(Math.log10(Math.abs(value))) + 1 - digits));

export class Practice {
  /** @param {Published} published */
  constructor(published) {
    this.published = published;
  }

  /** @param {string} shape */
  static async open(shape) {
    return new Practice(await data(`assets/practice/${shape}.json`));
  }

  /** @param {Map<string, string>} changes literals by name */
  sheet(changes) {
    return new Sheet(this.published, changes);
  }
}
