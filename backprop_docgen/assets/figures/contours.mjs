// Where a surface on a grid lies above a level: closed outlines, and the stretches of them that are no edge of the grid.
// @ts-check

/** @typedef {[x: number, y: number]} Point in steps of the grid, from its first corner */
/** @typedef {{ points: Point[], edge: boolean }} Stretch `edge`: it runs along the edge of the grid */
/** @typedef {{ to: string, from: Point }} Step of an outline: a crossing, and the key of the next one */

const NEAR = 0.02; // steps of the grid by which an outline may be drawn straighter than it is

/**
 * The outlines of what lies above a level, each as stretches in order. A ring of "below" is laid around the grid, on its
 * edge, so that every outline is closed.
 * @param {number[][]} rows of as many numbers each; the first row is y = 0 @param {number} level @returns {Stretch[][]}
 */
export function outlines(rows, level) {
  const [high, wide] = [rows.length, rows[0].length];
  const steps = stepsOf(rows, level);
  const found = [];
  while (steps.size) {
    const [first] = steps.keys();
    /** @type {Point[]} */
    const points = [];
    for (let key = first; ; ) {
      const step = steps.get(key);
      if (!step) break;
      steps.delete(key);
      points.push(step.from);
      key = step.to;
    }
    found.push(stretches(points, wide - 1, high - 1));
  }
  return found;
}

/**
 * The steps of all outlines, by the key of the side of a cell where each begins, what lies above on their left.
 * @param {number[][]} rows @param {number} level
 */
function stepsOf(rows, level) {
  const [high, wide] = [rows.length, rows[0].length];
  /** @param {number} x @param {number} y */
  const off = (x, y) => (rows[y]?.[x] ?? -Infinity) - level; // above where positive; the ring is below
  /** @param {number} x @param {number} y @returns {Point} */
  const place = (x, y) => [Math.min(Math.max(x, 0), wide - 1), Math.min(Math.max(y, 0), high - 1)];
  /** @type {Map<string, Step>} */
  const steps = new Map();
  for (let y = -1; y < high; y++) {
    for (let x = -1; x < wide; x++) {
      /** The corners, one after the other around the cell. @type {Point[]} */
      const corners = [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1]];
      const offs = corners.map((corner) => off(...corner));
      const above = offs.map((each) => each > 0);
      /** @type {number[]} */
      const ins = [];
      /** @type {number[]} */
      const outs = [];
      for (let side = 0; side < 4; side++) {
        const next = (side + 1) % 4;
        if (above[side] && !above[next]) outs.push(side);
        if (!above[side] && above[next]) ins.push(side);
      }
      const joined = ins.length === 2 && offs.reduce((a, b) => a + b) > 0; // a saddle whose middle lies above
      outs.forEach((side) => {
        const end = joined ? after(side, ins) : before(side, ins);
        const [one, other] = [side, (side + 1) % 4];
        const share = offs[one] / (offs[one] - offs[other]); // 0 where the other corner is of the ring
        const [[x1, y1], [x2, y2]] = [place(...corners[one]), place(...corners[other])];
        /** @type {Point} */
        const from = [x1 + (x2 - x1) * share, y1 + (y2 - y1) * share];
        steps.set(key(corners, side), { from, to: key(corners, end) });
      });
    }
  }
  return steps;
}

/** The next of these sides, going around. @param {number} side @param {number[]} sides */
const after = (side, sides) => sides.reduce((a, b) => ((a - side + 4) % 4 < (b - side + 4) % 4 ? a : b));
/** The one before. @param {number} side @param {number[]} sides */
const before = (side, sides) => sides.reduce((a, b) => ((side - a + 4) % 4 < (side - b + 4) % 4 ? a : b));

/** The name of a side, the same for both cells that have it. @param {Point[]} corners @param {number} side */
function key(corners, side) {
  const [[x1, y1], [x2, y2]] = [corners[side], corners[(side + 1) % 4]];
  return `${Math.min(x1, x2)},${Math.min(y1, y2)},${x1 === x2 ? "y" : "x"}`;
}

/**
 * A closed outline cut where it comes to the edge or leaves it; the last point of a stretch is the first of the next.
 * @param {Point[]} points @param {number} right @param {number} bottom @returns {Stretch[]}
 */
function stretches(points, right, bottom) {
  const count = points.length;
  /** Whether the way to the next point is along the edge. @param {number} index */
  const along = (index) => {
    const [[x1, y1], [x2, y2]] = [points[index], points[(index + 1) % count]];
    return (x1 === x2 && (x1 === 0 || x1 === right)) || (y1 === y2 && (y1 === 0 || y1 === bottom));
  };
  const flags = points.map((_, index) => along(index));
  const start = Math.max(0, flags.findIndex((flag, index) => flag !== flags[(index + count - 1) % count]));
  /** @type {Stretch[]} */
  const found = [];
  for (let place = 0; place < count; place++) {
    const index = (start + place) % count;
    let last = found[found.length - 1];
    if (!last || last.edge !== flags[index]) {
      last = { points: [points[index]], edge: flags[index] };
      found.push(last);
    }
    last.points.push(points[(index + 1) % count]);
  }
  return found.map(({ points, edge }) => ({ points: straightened(points), edge }));
}

/** Without points that are hardly off the line between others. @param {Point[]} points @returns {Point[]} */
function straightened(points) {
  const [[x1, y1], [x2, y2]] = [points[0], points[points.length - 1]];
  const length = Math.sqrt((x2 - x1) ** 2 + (y2 - y1) ** 2);
  let [farthest, place] = [NEAR, 0];
  for (let index = 1; index < points.length - 1; index++) {
    const [x, y] = points[index];
    const away = length > 0
      ? Math.abs((x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)) / length
      : Math.sqrt((x - x1) ** 2 + (y - y1) ** 2);
    if (away > farthest) [farthest, place] = [away, index];
  }
  if (!place) return [points[0], points[points.length - 1]];
  return [...straightened(points.slice(0, place + 1)), ...straightened(points.slice(place)).slice(1)];
}
