// What is said of a wrong number: of the number, never of the person. The twin of slips/words.py. No DOM.
// @ts-check

import { translate } from "../numbers/language.mjs";

/** @typedef {import("../numbers/language.mjs").Language} Language */
/** @typedef {import("./judge.mjs").Candidate} Candidate */
/** @typedef {import("./slips.mjs").Parts} Parts */
/** @typedef {import("./slips.mjs").Rule} Rule */
/** @typedef {import("./slips.mjs").Slip} Slip */

/** A quantity's symbol, or a neuron's, as plain text: ∂E_total/∂w5, w5⁺, h1, h1₂ (layer 1, neuron 2). @param {string} name */
export function symbolText(name) {
  const match = /^([^[\]@]+)(\[\d+\])?(?:@(\d+))?$/.exec(name);
  if (!match) return name;
  const [, base, example = "", step = ""] = match;
  const [, top, bottom] = /^d(.+?)\/d(.+)$/.exec(base) ?? [];
  const derivative = top !== undefined;
  const plain = derivative ? `∂${part(top)}/∂${part(bottom)}` : part(base);
  const after = example + (step === "1" ? "⁺" : step && `^(${step})`);
  return derivative && after ? `(${plain})${after}` : plain + after;
}

/** @type {Record<string, string>} */
const WHOLE = { eta: "η", E_change: "ΔE", E_sequential: "E_seq" };

/** @param {string} name */
function part(name) {
  const below = name.replace(/(?<=[ho])(\d+)_(\d+)$/, (_, layer, digits) => layer + [...digits].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)]).join(""));
  return Object.hasOwn(WHOLE, name) ? WHOLE[name] : below.replace(/^delta_/, "δ_").replace(/^error_/, "e_");
}

/** @param {string} rule @param {Parts} parts @param {Map<string, Rule>} rules @param {Language} language */
function clause(rule, parts, rules, language) {
  const named = Object.entries(parts).map(([key, text]) => [key, text.replace(/⟨([^⟩]+)⟩/g, (_, name) => symbolText(name))]);
  return translate(language, rules.get(rule)?.text ?? rule, Object.fromEntries(named));
}

/** What gives a wrong value, as a sentence. @param {Pick<Candidate, "rule" | "slips" | "other">} candidate @param {Map<string, Rule>} rules @param {Language} language */
export function sentence({ rule, slips, other }, rules, language) {
  const say = (/** @type {string} */ text, /** @type {Record<string, string>} */ values = {}) => translate(language, text, values);
  if (other) return say("This is the value of {other}.", { other: symbolText(other) });
  const [first, second] = slips.map((slip) => clause(slip.rule, slip.parts, rules, language));
  const said = slips.length > 1 ? clause(rule, { first, second }, rules, language) : (first ?? clause(rule, {}, rules, language));
  return say("This is what comes out when {clause}.", { clause: said });
}

/**
 * What explains several numbers at once, as a sentence: `told` of them, of so many that were given.
 * @param {Slip} slip @param {number} told @param {number} given @param {Map<string, Rule>} rules @param {Language} language
 */
export function together({ rule, parts }, told, given, rules, language) {
  const say = (/** @type {string} */ text, /** @type {Record<string, string>} */ values = {}) => translate(language, text, values);
  const said = { clause: clause(rule, parts, rules, language) };
  if (told < given) return say("{count} of the numbers come out when {clause}.", { count: String(told), ...said });
  return told === 2 ? say("Both come out when {clause}.", said) : say("All of them come out when {clause}.", said);
}

/**
 * What is said of a verdict beside its explanations; null where that is nothing.
 * @param {import("./judge.mjs").Verdict} verdict @param {Language} language
 */
export function remark({ verdict, remark, write, more }, language) {
  const say = (/** @type {string} */ text, /** @type {Record<string, string>} */ values = {}) => translate(language, text, values);
  if (verdict === "right") return remark ? say("Right; the digits after the last one are cut off here, not rounded.") : say("Right.");
  if (verdict === "short") return say("Right so far; write {count} significant digits.", { count: String(write) });
  if (verdict === "carried") return say("It follows rightly from the numbers before it.");
  if (verdict === "unknown") {
    if (write) return say("Too few digits to tell; write {count} significant digits.", { count: String(write) });
    return say("None of the slips that are known here gives this number.");
  }
  return more ? say("Others that give the same digits: {count}.", { count: String(more) }) : null;
}
