// The few kilobytes that every page of the tutorial loads: its doors, and the reader's numbers kept between pages.
// @ts-check

import { Reader } from "./reader.mjs";

/** @typedef {import("./page.mjs").LivePage} LivePage */
/** @typedef {import("./session.mjs").Session} Session */

/** The site's root. */
export const ROOT = new URL("../", import.meta.url);
/** Where this tab keeps the reader's numbers. */
export const KEY = `backprop-docgen:${ROOT.pathname}`;

const meta = document.querySelector('meta[name="bp-page"]');
/** The page's name, `es/output-layer`; "" outside the tutorial. */
export const name = meta?.getAttribute("content") ?? "";

/** A result that is wanted once, and tried again after a failure. @template T @param {() => Promise<T>} make */
function once(make) {
  /** @type {Promise<T> | null} */
  let found = null;
  return () =>
    (found ??= make().catch((error) => {
      found = null;
      throw error;
    }));
}

/** The page as it follows numbers; loaded when it is first asked for. @type {() => Promise<LivePage>} */
export const livePage = once(async () => (await import("./page.mjs")).LivePage.open(ROOT, name));

/** The reader's numbers; loaded when there are any, or when he wants to change one. @type {() => Promise<Session>} */
export const session = once(async () => {
  const [{ Session }, page] = await Promise.all([import("./session.mjs"), livePage()]);
  return Session.start(page, KEY);
});

/** A style sheet that only those need who open something. @param {string} file */
export function stylesheet(file) {
  const href = new URL(file, import.meta.url).href;
  if (document.querySelector(`link[href="${href}"]`)) return Promise.resolve();
  return new Promise((done) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    link.onload = link.onerror = () => done(undefined);
    document.head.append(link);
  });
}

/**
 * A button to something that is loaded when it is pressed.
 * @param {string} text @param {(button: HTMLButtonElement) => Promise<unknown>} open
 */
export function door(text, open) {
  const place = document.querySelector(".bp-doors") ?? document.createElement("aside");
  if (!place.isConnected) {
    place.className = "bp-doors";
    place.setAttribute("aria-label", meta?.getAttribute("data-tools") ?? "");
    document.querySelector(".md-container")?.before(place); // early in the order of the keyboard
  }
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: text });
  button.setAttribute("aria-expanded", "false");
  button.onclick = async () => {
    button.setAttribute("aria-busy", "true");
    try {
      await open(button);
      button.removeAttribute("title");
    } catch (error) {
      console.error(error);
      button.textContent = meta?.getAttribute("data-failed") ?? text;
    }
    button.removeAttribute("aria-busy");
  };
  place.append(button);
  return button;
}

const SLICE = 15; // ms of measuring at a time
const SIDEWAYS = ".md-typeset__scrollwrap, pre > code, .katex-display";

/** What of these scrolls sideways can be reached from the keyboard. @param {Element[]} elements */
function measure(elements) {
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

/** Whether this tab keeps numbers, or an open panel. */
function kept() {
  try {
    return sessionStorage.getItem(KEY) !== null;
  } catch {
    return false; // a browser that keeps nothing
  }
}

if (name) {
  door(meta?.getAttribute("data-numbers") ?? "", async () => (await session()).openPanel(true)).id = "bp-numbers";
  addEventListener("load", () => setTimeout(reachable));
  addEventListener("resize", reachable);
  document.addEventListener("contentvisibilityautostatechange", (event) => {
    const formula = /** @type {Element} */ (event.target);
    const { skipped } = /** @type {ContentVisibilityAutoStateChangeEvent} */ (event);
    if (!skipped && formula.matches(SIDEWAYS)) measure([formula]);
  });
  const carries = () => /^#q(?::|%3A)/i.test(location.hash);
  if (kept() || carries()) void session();
  addEventListener("hashchange", () => carries() && void session().then((found) => found.followAddress()));
  Object.assign(window, { backpropLive: livePage });
  new Reader(KEY, JSON.parse(meta?.getAttribute("data-reading") ?? "{}"), livePage).open();
}
