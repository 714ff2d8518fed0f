// How a page is cut into steps that fit a screen. No DOM.
// @ts-check

/**
 * A block of the page: how high it is, whether it is a heading, whether it is what a step is about (an equation,
 * a figure, a table, code), and whether it leads up to what comes next (it ends with a colon). The parts of a long
 * block are blocks that go on with the one before; `head` is the height of what is said again above them.
 * @typedef {{ height: number, heading: boolean, weighty: boolean, leads: boolean, goesOn?: boolean, head?: number }} Block
 */

/**
 * The blocks of each step, as the place of its first block and of the one after its last.
 * A step has one weighty block, with what leads up to it and what is said about it; it is cut where it would
 * not fit, but never between a heading, or a sentence that leads up, and what follows.
 * @param {Block[]} blocks @param {number} room @returns {[number, number][]}
 */
export function steps(blocks, room) {
  /** @type {[number, number][]} */
  const found = [];
  let start = 0;
  let used = 0; // of the room, by the blocks from the start on
  let weighty = false;
  /** Where a block and what belongs before it begin. @param {number} at */
  const withLead = (at) => {
    while (at > start && (blocks[at - 1].leads || blocks[at - 1].heading)) at--;
    return at;
  };
  /** @param {number} end */
  const cut = (end) => {
    if (end <= start) return;
    found.push([start, end]);
    start = end;
    weighty = false;
  };
  blocks.forEach((block, at) => {
    const begins = block.heading && at > start && !blocks.slice(start, at).every((each) => each.heading);
    const full = used + block.height > room;
    const second = weighty && !block.goesOn && (block.weighty || block.leads);
    if (begins) cut(at);
    else if (second || full) cut(withLead(at));
    used = blocks.slice(start, at + 1).reduce((total, each) => total + each.height, blocks[start].head ?? 0);
    weighty ||= block.weighty;
  });
  cut(blocks.length);
  return found;
}
