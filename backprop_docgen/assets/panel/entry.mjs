// A field to type a number in. It is one of text: one of numbers drops what it does not know (0,35 is 35 then) and tells
// nobody, so that numeral.mjs could not refuse it.
// @ts-check

import { el } from "../dom/elements.mjs";

/** @param {Record<string, string | number | ((event: Event) => void)>} attributes */
export const entry = (attributes) =>
  el("input", { type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "done", ...attributes });

/**
 * Say what is wrong with what is written, or that nothing is.
 * @param {HTMLInputElement} input @param {HTMLElement} place that describes it @param {string | null} words
 */
export function complain(input, place, words) {
  place.hidden = words === null;
  place.textContent = words ?? "";
  if (words === null) input.removeAttribute("aria-invalid");
  else input.setAttribute("aria-invalid", "true"); // an empty value would say that it is valid
}

/** 1 for the arrow up, -1 for the arrow down, 0 for any other key. @param {Event} event */
export function arrow(event) {
  const { key, altKey, ctrlKey, metaKey } = /** @type {KeyboardEvent} */ (event);
  if (altKey || ctrlKey || metaKey) return 0;
  return key === "ArrowUp" ? 1 : key === "ArrowDown" ? -1 : 0;
}

/**
 * One for a whole number; the arrow keys count.
 * @param {Record<string, string | number>} attributes @param {(text: string) => number | null} read null: out of bounds, or none
 */
export function wholeEntry(attributes, read) {
  const input = entry({ inputmode: "numeric", ...attributes });
  input.addEventListener("keydown", (event) => {
    const [way, now] = [arrow(event), read(input.value)];
    if (!way || now === null) return;
    event.preventDefault();
    if (read(String(now + way)) === null) return;
    input.value = String(now + way);
    input.dispatchEvent(new Event("change"));
  });
  return input;
}
