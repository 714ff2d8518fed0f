// The few kilobytes that every page of the tutorial loads: its doors, and the reader's numbers kept between pages.
// @ts-check

import { measure, reachable, SIDEWAYS } from "./dom/page_tools.mjs";
import { Reader } from "./reading/reader.mjs";

/** @typedef {import("./page/live_page.mjs").LivePage} LivePage */
/** @typedef {import("./panel/session.mjs").Session} Session */

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
export const livePage = once(async () => (await import("./page/live_page.mjs")).LivePage.open(ROOT, name));

/** The reader's numbers; loaded when there are any, or when he wants to change one. @type {() => Promise<Session>} */
export const session = once(async () => {
  const [{ Session }, page] = await Promise.all([import("./panel/session.mjs"), livePage()]);
  return Session.start(page, KEY);
});

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
