// Small pieces of interface: elements, and cards that stand beside something or come from below.
// @ts-check

const MARGIN = 8;

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {Record<string, string>} attributes @param {...(Node | string)} children @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Run something before the next frame, once however often it is asked for; numbers that change come first. @param {() => void} action */
export function coalesced(action) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      action();
    });
  };
}

/** A card: a dialog that leaves the page usable. @param {string} id @param {string} label */
export function card(id, label) {
  return make("div", { id, class: "bp-card", role: "dialog", "aria-label": label, tabindex: "-1" });
}

/** Whether cards come from below: the screen is narrow. */
export const isSheet = () => matchMedia("(max-width: 44.9375em)").matches;

/** Whether an element is elsewhere in the window than it was. @param {Element} element @param {DOMRect} before */
export function moved(element, before) {
  const now = element.getBoundingClientRect();
  return Math.hypot(now.left - before.left, now.top - before.top) > 1;
}

/** Put a card below an element, or above it where there is more room; on a narrow screen the style sheet does it. @param {HTMLElement} box @param {Element | null} anchor */
export function place(box, anchor) {
  if (!anchor) return;
  const { style } = box;
  style.left = style.top = style.bottom = style.maxHeight = "";
  if (isSheet()) return;
  const at = anchor.getBoundingClientRect();
  const { width, height } = box.getBoundingClientRect();
  const bar = document.querySelector(".bp-wall")?.getBoundingClientRect().height ?? 0; // of the projector
  const below = innerHeight - bar - at.bottom;
  const under = below >= height + 2 * MARGIN || below >= at.top;
  style.left = `${Math.max(MARGIN, Math.min(at.left, document.documentElement.clientWidth - width - MARGIN))}px`;
  if (under) style.top = `${at.bottom + MARGIN}px`;
  else style.bottom = `${innerHeight - at.top + MARGIN}px`;
  style.maxHeight = `${Math.max((under ? below : at.top) - 2 * MARGIN, 160)}px`;
}
