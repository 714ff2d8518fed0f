// What any script may need of the page as a whole: what scrolls sideways made reachable.
// @ts-check

const SLICE = 15; // ms of measuring at a time
export const SIDEWAYS = ".md-typeset__scrollwrap, pre > code, .katex-display";

/** After other work of the page. @returns {Promise<void>} */
export const breathe = () => new Promise((done) => setTimeout(done));

/** What of these scrolls sideways can be reached from the keyboard, and says so. @param {Element[]} elements */
export function measure(elements) {
  const label = document.querySelector('meta[name="bp-page"]')?.getAttribute("data-wide") ?? "";
  const wide = new Map();
  for (const end = performance.now() + SLICE; elements.length && performance.now() < end; ) {
    const each = /** @type {Element} */ (elements.shift());
    wide.set(each, each.scrollWidth > each.clientWidth);
  }
  for (const [each, scrolls] of wide) {
    const told = each.matches("code") ? { tabindex: "0" } : { tabindex: "0", role: "group", "aria-label": label };
    for (const [name, value] of Object.entries(told)) {
      if (scrolls) each.setAttribute(name, value);
      else each.removeAttribute(name);
    }
  }
  if (elements.length) setTimeout(() => measure(elements));
}

/** Measures all that may scroll sideways; the theme's button beside a code block is no landmark. */
export function reachable() {
  for (const nav of document.querySelectorAll(".md-code__nav")) nav.setAttribute("role", "none");
  measure([...document.querySelectorAll(`article :is(${SIDEWAYS})`)]);
}
