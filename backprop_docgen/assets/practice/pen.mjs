// Slips of the pen: what a right number becomes on the way to the paper. The twin of slips/pen.py. No DOM.
// @ts-check

const LEAST = -6; // a number whose first digit stands further right is written with a power of ten

/**
 * Each rule of the pen with the number that comes out: the sign lost, the point moved, two unlike neighbours of the digits
 * swapped, the decimal mark read as one that groups. `digits`: significant digits to which the number is written, halves
 * away from zero. Of 0, and of what is no number, there are none.
 * @param {number} right @param {number} digits @returns {[string, number][]}
 */
export function penSlips(right, digits) {
  if (!right || !Number.isFinite(right)) return [];
  const sign = right < 0 ? "-" : "";
  const [text, power] = written(Math.abs(right), digits);
  /** @type {[string, number][]} */
  const found = [["sign-lost", -right], ["point-moved", right * 10], ["point-moved", right / 10]];
  for (let index = 0; index + 1 < text.length; index++) {
    const [one, other] = [text[index], text[index + 1]];
    if (one !== other) found.push(["digits-swapped", Number(`${sign}${text.slice(0, index)}${other}${one}${text.slice(index + 2)}e${power}`)]);
  }
  if (power < 0 && text.length + power > LEAST) found.push(["comma-thousands", Number(sign + text)]);
  return found.filter(([, number]) => Number.isFinite(number));
}

/** The digits of a number as it is written, and the power of ten of the last; a double is its shortest literal. @param {number} size @param {number} digits @returns {[string, number]} */
function written(size, digits) {
  const [mantissa, power] = size.toExponential().split("e");
  const all = mantissa.replace(".", "");
  const kept = all.slice(0, digits).padEnd(digits, "0");
  const rounded = all[digits] >= "5" ? String(BigInt(kept) + 1n) : kept;
  return [rounded.slice(0, digits), Number(power) + (rounded.length - digits) - digits + 1];
}
