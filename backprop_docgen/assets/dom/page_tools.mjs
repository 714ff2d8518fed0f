// What any script may need of the page as a whole: what scrolls sideways made reachable.
// @ts-check

const SLICE = 15; // ms of measuring at a time
export const SIDEWAYS = ".md-typeset__scrollwrap, pre > code, .katex-display";

/** What of these scrolls sideways can be reached from the keyboard. @param {Element[]} elements */
export function measure(elements) {
  const wide = new Map();
  for (const end = performance.now() + SLICE; elements.length && performance.now() < end; ) {
    const each = /** @type {Element} */ (elements.shift());
    wide.set(each, each.scrollWidth > each.clientWidth);
  }
  for (const [each, scrolls] of wide) {
    if (scrolls) each.setAttribute("tabindex", "0");
    else each.removeAttribute("tabindex");
  }
  if (elements.length) setTimeout(() => measure(elements));
}

/** Measures all that may scroll sideways; the theme's button beside a code block is no landmark. */
export function reachable() {
  for (const nav of document.querySelectorAll(".md-code__nav")) nav.setAttribute("role", "none");
  // what is not laid out yet (a formula far from the window) is measured when it is
  const laidOut = { contentVisibilityAuto: true };
  const all = [...document.querySelectorAll(`article :is(${SIDEWAYS})`)];
  measure(all.filter((each) => each.firstElementChild?.checkVisibility?.(laidOut) ?? true));
}
