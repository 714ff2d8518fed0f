// Who judges the answers of a page. About the site's own network he knows the slips; about other worksheets, and what a
// training leads to, he tells right from wrong.
// @ts-check

import { Practice } from "./judge.mjs";
import { readAnswer } from "./answer.mjs";
import { roundsTo } from "./fits.mjs";

/** @typedef {import("../page/live_page.mjs").LivePage} LivePage */
/** @typedef {import("./judge.mjs").Verdict} Verdict */
/** @typedef {{ quantity: string, text: string, digits: number, right: number }} Answer right: the quantity's double */
/** `sought`: whether slips were looked for. @typedef {Verdict & { sought: boolean }} Judged */
/** @typedef {(answer: Answer, own: Map<string, string>) => Judged} Judge `own`: the reader's other answers, by quantity */

/** The site's own network. */
const OWN = "default";
const NEAR = 2; // units of the last digit asked by which rounded steps may be off, where nothing more is known

/** @param {LivePage} page @returns {Promise<Judge>} */
export async function judging(page) {
  const practice = await Practice.open(OWN).catch(() => null); // a network too large to be practised with has none
  let { course } = page;
  let sheet = practice?.sheet(course.changes);
  void sheet?.prepare();
  return (answer, own) => {
    if (!practice || !practice.known.asked.includes(answer.quantity)) return plainly(answer);
    if (course !== page.course) {
      course = page.course;
      sheet = practice.sheet(course.changes);
    }
    const known = new Map([...own].filter(([name]) => practice.known.at.has(name)));
    return { ...(/** @type {NonNullable<typeof sheet>} */ (sheet).judge([answer], known)[0]), sought: true };
  };
}

/** Whether an answer is the value, as far as rounded steps may lead from it; no slips. @param {Answer} given @returns {Judged} */
function plainly({ quantity, text, digits, right }) {
  /** @type {Omit<Judged, "verdict">} */
  const rest = { quantity, remark: null, write: null, more: 0, explanations: [], sought: false };
  const answer = readAnswer(text, quantity);
  if ("refused" in answer) return { verdict: "refused", ...rest };
  const unit = right === 0 ? 0 : 10 ** (Math.floor(Math.log10(Math.abs(right))) + 1 - digits);
  if (answer.value === right || (answer.digits >= digits && Math.abs(answer.value - right) <= NEAR * unit)) return { verdict: "right", ...rest };
  if (answer.digits > 0 && answer.digits < digits && roundsTo(right, answer)) return { verdict: "short", ...rest, write: digits };
  return { verdict: "unknown", ...rest };
}
