// What is said of an answer, stage by stage: of the number, never of the person. No DOM.
// @ts-check

import { readAnswer } from "./answer.mjs";
import { selfCheck } from "./checks.mjs";
import { symbolText } from "./words.mjs";

/** @typedef {import("./attempt.mjs").Attempt} Attempt */
/** @typedef {import("./equations.mjs").Equations} Equations */
/** @typedef {import("./checks.mjs").Say} Say */
/** @typedef {import("./stages.mjs").Said} Said */
/** @typedef {import("./judge.mjs").Verdict} Verdict */

/** @param {Attempt} attempt @param {string} name @param {string} text @param {Say} say */
function checked(attempt, name, text, say) {
  const answer = readAnswer(text);
  return "value" in answer ? selfCheck(attempt.shape, name, answer.value, (other) => attempt.sheet.value(other), say) : "";
}

/** Why a text cannot be judged; null where it can. @param {string} text @param {Say} say */
export function unreadable(text, say) {
  if (text === "") return say("Write a number first.");
  const answer = readAnswer(text);
  if (!("refused" in answer)) return null;
  if (answer.refused === "marks") return say("This number can be read in two ways: write it without groups, with one decimal mark.");
  return say("This is not a number, such as 0.5, 0,5 or 1.2e-3.");
}

/**
 * @param {Said} said @param {Verdict} verdict @param {Attempt} attempt @param {Equations} equations
 * @param {string} name @param {string} text @param {Say} say
 */
export function sentence(said, verdict, attempt, equations, name, text, say) {
  const symbol = symbolText(name);
  switch (said) {
    case "right":
      return verdict.remark === "truncated" ? say("Right; only, the last digit was cut off instead of rounded.") : say("Right.");
    case "carried":
      return say("Carried forward: it follows rightly from your own earlier number.");
    case "short":
      return say("Too few digits to tell: write {count} significant ones.", { count: String(verdict.write ?? attempt.digits) });
    case "check":
      return `${say("This is not {symbol} yet; look at this line again.", { symbol })} ${checked(attempt, name, text, say)}`;
    case "question":
      if (verdict.explanations.length) return slips(verdict, say);
      return `${untold(verdict, say)} ${checked(attempt, name, text, say)}`;
    case "shown":
      return say("The result is {value}. It was shown, so it does not count as solved: the step comes back with other numbers.", { value: equations.result(name) });
  }
}

/** Of a number that is not explained: whether more digits would do it. @param {Verdict} verdict @param {Say} say */
function untold({ write }, say) {
  if (write === null) return say("No slip known here gives this number.");
  return say("Whether a slip gives this number cannot be told from these digits; write {count} significant ones.", { count: String(write) });
}

/** What is said at the end of the first step that is off. @param {Verdict} verdict @param {Attempt} attempt @param {string} name @param {string} text @param {Say} say */
export function firstOff(verdict, attempt, name, text, say) {
  const more = verdict.explanations.length ? slips(verdict, say) : checked(attempt, name, text, say);
  return `${say("The first step that is off; those after it were judged with this number.")} ${more}`;
}

/** What gives a number, as a question; of several each in a line of its own, the likeliest first. @param {Verdict} verdict @param {Say} say */
function slips({ explanations }, say) {
  if (explanations.length === 1) return say("Could it be this? {text}", { text: explanations[0].text });
  return [say("Could it be one of these?"), ...explanations.map(({ text }) => `– ${text}`)].join("\n");
}
