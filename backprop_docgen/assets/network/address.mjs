// The changed numbers in an address: `#q:w5=0.9&eta=1`. What an address says is not to be trusted. No DOM.
// @ts-check

import { problem } from "./givens.mjs";

/** @typedef {import("./givens.mjs").Givens} Givens */
/** @typedef {import("./givens.mjs").Problem} Problem */

const LONGEST = 65_536; // characters: every number of the largest network fits
const OURS = /^#q(?::|%3A)/i;

/** Whether an address carries numbers: any other fragment is a heading's. @param {string} hash with its # */
export const carries = (hash) => OURS.test(hash);

/**
 * The changes an address asks for, all of them or a reason why none.
 * @param {string} hash @param {Givens} givens
 * @returns {{ changes: Map<string, string> } | { problem: Problem, name?: string }}
 */
export function read(hash, givens) {
  if (hash.length > LONGEST) return { problem: problem("it is too long") };
  let text;
  try {
    text = decodeURIComponent(hash).slice("#q:".length);
  } catch {
    return { problem: problem("it cannot be read") };
  }
  /** @type {[string, string][]} */
  const pairs = [];
  for (const part of text.split("&")) {
    const match = /^([A-Za-z][\w[\]]{0,40})=(.+)$/.exec(part);
    if (!match) return { problem: problem("it does not have the form name=number") };
    pairs.push([match[1], match[2]]);
  }
  return givens.accept(pairs);
}

/**
 * The fragment that carries changes, the same one for the same numbers; "" where there are none, null where it would be too long.
 * @param {Map<string, string>} changes @param {Givens} givens
 */
export function write(changes, givens) {
  const names = [...givens.published.keys()].filter((name) => changes.has(name));
  const text = names.map((name) => `${name}=${changes.get(name)}`).join("&");
  if (text.length + 3 > LONGEST) return null;
  return text && `#q:${text}`;
}
