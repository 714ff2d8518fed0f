// The tokens of a code cell.
// @ts-check

/** The numbers of a cell's program, without those in f-strings. @param {Element} cell */
export function numberTokens(cell) {
  let depth = 0; // of what an f-string puts in
  return [...cell.querySelectorAll("code :is(.mf, .mi, .si)")].filter((token) => {
    const interpolation = token.matches(".si");
    if (interpolation) for (const sign of token.textContent ?? "") depth += Number(sign === "{") - Number(sign === "}");
    return !interpolation && !depth;
  });
}
