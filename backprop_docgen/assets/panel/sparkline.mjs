// The loss over the steps of a training, as a small drawing: logarithmic where the loss falls far.
// @ts-check

import { svg } from "../dom/elements.mjs";

const [WIDTH, HEIGHT, POINTS] = [300, 96, 240];

/** @param {number[]} losses @returns {{ line: string, logarithmic: boolean }} the points of a polyline */
export function points(losses) {
  const count = Math.min(POINTS, losses.length);
  const picked = Array.from({ length: count }, (_, index) => Math.round((index * (losses.length - 1)) / Math.max(1, count - 1)));
  const values = picked.map((at) => losses[at]);
  const logarithmic = values.every((value) => value > 0) && Math.max(...values) > 4 * Math.min(...values);
  const heights = values.map((value) => (logarithmic ? Math.log10(value) : value));
  const [low, high] = [Math.min(...heights), Math.max(...heights)];
  const line = heights.map((height, index) => {
    const x = (picked[index] / Math.max(1, losses.length - 1)) * WIDTH;
    const y = HEIGHT - ((height - low) / (high - low || 1)) * HEIGHT;
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  return { line: line.join(" "), logarithmic };
}

/** @param {string} line @param {string} title what it shows, in words */
export function curve(line, title) {
  const drawn = svg("polyline", { points: line, fill: "none", "vector-effect": "non-scaling-stroke" });
  const box = { viewBox: `-2 -3 ${WIDTH + 4} ${HEIGHT + 6}`, role: "img", "aria-label": title, class: "bp-curve", preserveAspectRatio: "none" };
  return svg("svg", box, svg("title", {}, title), drawn);
}
