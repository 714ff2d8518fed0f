// Whether a value is what was written, and how often chance would give as much. The twin of the last part of slips/judge.py. No DOM.
// @ts-check

/** @typedef {{ value: number, digits: number, unit: number }} Answer `unit`: one unit of the last place, 0 of an exact one */
/** `tier`: the rank, but 0 of the likeliest that are made everywhere. @typedef {{ value: number, rank: number, tier: number }} Valued */

/** Answers of fewer significant digits are not judged, unless a candidate is exactly what was written. */
export const FEWEST = 3;
/** More digits than a double holds tell nothing. */
export const MOST = 15;
/** A slip is named where chance would give so near a candidate at most this often. */
export const CHANCE = 0.02;
/** Values that differ by less than this part are the same. */
export const SAME = 1e-12;
/** Rules up to this rank are plausible. */
export const PLAUSIBLE = 3;
/** The last rank. */
export const LOWEST = 5;
/** So many others make a crowd: of fewer the distance tells nothing. */
const CROWD = 3;

/** Which candidates count: first those that end at the digits written, as exact values do; the likeliest first. @type {[boolean, number][]} */
const TIERS = [
  ...[0, 1, 2, 3].map((rank) => /** @type {[boolean, number]} */ ([true, rank])),
  ...[0, 1, 2, 3, 4, 5].map((rank) => /** @type {[boolean, number]} */ ([false, rank])),
];

/** @param {number} one @param {number} other */
export const alike = (one, other) => one === other || Math.abs(one - other) <= SAME * Math.max(Math.abs(one), Math.abs(other));

/** Whether a value, rounded to the places of an answer, is the answer (a tie goes either way). @param {number} value @param {Answer} answer */
export function roundsTo(value, { value: x, unit }) {
  return Number.isFinite(value) && Math.abs(value - x) <= unit / 2 + SAME * Math.abs(value);
}

/** Whether an answer is a value with its further digits cut off. @param {number} value @param {Answer} answer */
export function cutsTo(value, { value: x, unit }) {
  const off = Math.abs(value) - Math.abs(x);
  return x > 0 === value > 0 && off >= 0 && off < unit - SAME * Math.abs(value); // 1 is not cut to 0.9999
}

/** Whether a value is written so with the digits of an answer; of few digits, whether it is exactly that. @param {Answer} answer @param {number} value */
export function fits(answer, value) {
  if (answer.digits < FEWEST || answer.unit === 0) return Number.isFinite(value) && alike(value, answer.value);
  return roundsTo(value, answer);
}

/** @param {Answer} answer @param {number} value */
const cut = (answer, value) => answer.digits > FEWEST && answer.unit !== 0 && Number.isFinite(value) && cutsTo(value, answer);

/** Whether a value needs no more places than an answer has. @param {number} value @param {Answer} answer */
export const ends = (value, { unit }) => unit === 0 || alike(Math.round(value / unit) * unit, value);

/** The likeliest first; what is equally likely stays in order. @template {Valued} T @param {T[]} candidates */
export const likeliest = (candidates) => [...candidates].sort((one, other) => one.rank - other.rank);

/** The same, where what ends at the digits written comes before what only rounds to them. @template {Valued} T @param {T[]} candidates @param {Answer} answer */
const likeliestFor = (candidates, answer) =>
  [...candidates].sort((one, other) => one.rank - other.rank || Number(ends(other.value, answer)) - Number(ends(one.value, answer)));

/**
 * The candidates that fit, likeliest first, if there are so few about that chance would seldom fit one.
 * @template {Valued} T @param {Answer} answer @param {T[]} candidates @param {number} radius @returns {T[] | null}
 */
export function named(answer, candidates, radius) {
  for (const [fit, room] of /** @type {[typeof fits, number][]} */ ([[fits, answer.unit], [cut, 2 * answer.unit]])) { // rounded, or else cut off
    const found = likeliestFor(candidates.filter(({ value }) => fit(answer, value)), answer);
    for (const [exact, rank] of found.length ? TIERS : []) {
      const tier = candidates.filter((each) => each.tier <= rank && (!exact || ends(each.value, answer)));
      if (tier.some(({ value }) => fit(answer, value)) && chance(answer.value, tier, room, radius) <= CHANCE) return found;
    }
    if (found.length) return null;
  }
  return null;
}

/**
 * How often a number about x would lie beside a candidate: as many as there are, each with the room of a unit. They are
 * counted as far as `radius`; and where they crowd about x, by how near the k-th of the others lies.
 * @param {number} x @param {Valued[]} candidates @param {number} unit @param {number} radius
 */
function chance(x, candidates, unit, radius) {
  if (unit === 0) return 0;
  if (radius <= 0) return Infinity;
  const near = candidates.map(({ value }) => value).filter((value) => Math.abs(value - x) <= radius);
  near.sort((one, other) => one - other);
  const distinct = near.filter((value, index) => index === 0 || !alike(near[index - 1], value));
  const others = distinct.map((value) => Math.abs(value - x)).filter((away) => away > unit / 2).sort((one, other) => one - other);
  const crowd = others.map((away, count) => (count >= CROWD - 1 ? (count * unit) / (2 * away) : 0));
  return Math.max((distinct.length * unit) / radius, ...crowd);
}

/**
 * With how many digits what fits now could be told from chance; null where nothing fits, or none would do.
 * @param {Answer} answer @param {Valued[]} candidates @param {number} radius
 */
export function digitsToTell(answer, candidates, radius) {
  const found = candidates.filter(({ value }) => fits(answer, value));
  if (!found.length || !answer.digits || answer.unit === 0) return 0 < answer.digits && answer.digits < FEWEST && answer.unit ? FEWEST : null; // so few are not judged
  const best = Math.min(...found.map(({ rank }) => rank));
  const likely = candidates.filter(({ rank }) => rank <= best);
  for (let more = 1; more <= MOST - answer.digits; more++) {
    if (answer.digits + more < FEWEST) continue;
    if (chance(answer.value, likely, answer.unit / 10 ** more, radius) <= CHANCE) return answer.digits + more;
  }
  return null;
}
