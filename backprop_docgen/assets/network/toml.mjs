// The network file of the reader's numbers: it rebuilds the page that he sees. No DOM.
// @ts-check

/** @typedef {import("./givens.mjs").Givens} Givens */

/** @param {unknown} value @returns {string} a value of a TOML table that is no list */
function toml(value) {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value).map(([key, inner]) => `${key} = ${toml(inner)}`).join(", ")} }`;
}

/** @param {string} title @param {Record<string, unknown>} table */
const table = (title, table) => ["", `[${title}]`, ...Object.entries(table).map(([key, value]) => `${key} = ${toml(value)}`)];

/**
 * The text of `network.toml`; weights that were drawn are written out.
 * @param {Givens} givens @param {Map<string, string>} changes @param {string} remark a line of comment
 */
export function networkFile(givens, changes, remark) {
  const { network, layer, training, display } = givens.network;
  /** @param {string[]} names */
  const row = (names) => `[${names.map((name) => givens.literal(changes, name)).join(", ")}]`;
  /** @param {number} example */
  const data = (example) => [`inputs = ${row(givens.inputs(example))}`, `targets = ${row(givens.targets(example))}`];
  const several = givens.examples > 1;
  const lines = [`# ${remark}`, "", "[network]"];
  if (!several) lines.push(...data(1));
  lines.push(`learning_rate = ${givens.literal(changes, "eta")}`, `loss = ${toml(network.loss)}`, `seed = ${network.seed}`);
  for (const [index, one] of layer.entries()) {
    const weights = givens.topology.weights[index].map((names) => `    ${row(names)},`);
    const biases = givens.topology.biases[index];
    const shared = !Array.isArray(one.bias);
    lines.push("", "[[layer]]", `activation = ${toml(one.activation)}`, "weights = [", ...weights, "]");
    lines.push(`bias = ${shared ? givens.literal(changes, biases[0]) : row(biases)}`);
  }
  if (several) {
    for (let example = 1; example <= givens.examples; example++) lines.push("", "[[example]]", ...data(example));
  }
  return [...lines, ...table("training", training), ...table("display", display), ""].join("\n");
}
