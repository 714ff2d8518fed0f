// The few kilobytes that every page of the tutorial loads: its doors, and the reader's numbers kept between pages.
// @ts-check

import { measure, reachable, SIDEWAYS } from "./dom/page_tools.mjs";
import { meanwhile, ROOT } from "./dom/site.mjs";
import { Reader } from "./reading/reader.mjs";

/** @typedef {import("./page/live_page.mjs").LivePage} LivePage */
/** @typedef {import("./panel/session.mjs").Session} Session */
/** The theme's own, where it has one. @typedef {{ subscribe: (then: () => void) => { unsubscribe: () => void } }} Observable */

/** Where this tab keeps the reader's numbers. */
const KEY = `backprop-docgen:${ROOT.pathname}`;
/** @type {{ document$?: Observable, location$?: Observable }} */
const { document$, location$ } = /** @type {any} */ (window);

const carries = () => /^#q(?::|%3A)/i.test(location.hash);

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

/** Whether this tab keeps numbers, or an open panel. */
function kept() {
  try {
    return sessionStorage.getItem(KEY) !== null;
  } catch {
    return false; // a browser that keeps nothing
  }
}

/** A page of the tutorial while it is shown. */
class Visit {
  /** @param {Element} meta what the page says of itself @param {boolean} again whether the reader has come back to it */
  constructor(meta, again) {
    this.meta = meta;
    this.leaving = new AbortController();
    const { signal } = this.leaving; // aborted when the page is left
    this.path = location.pathname;
    /** @type {HTMLElement | null} */
    this.doors = null;
    const place = { name: this.said("content"), url: this.said("data-url") };
    /** The page as it follows numbers; loaded when it is first asked for. @type {() => Promise<LivePage>} */
    this.page = once(() => meanwhile(signal, import("./page/live_page.mjs").then(({ LivePage }) => LivePage.open(place, signal))));
    /** The reader's numbers; loaded when there are any, or when he wants to change one. @type {() => Promise<Session>} */
    this.session = once(async () => {
      const [{ Session }, page] = await meanwhile(signal, Promise.all([import("./panel/session.mjs"), this.page()]));
      return Session.start(page, KEY, signal, again);
    });
  }

  /** @param {string} attribute */
  said(attribute) {
    return this.meta.getAttribute(attribute) ?? "";
  }

  open() {
    const { signal } = this.leaving;
    this.door(this.said("data-numbers"), async () => (await this.session()).openPanel(true)).id = "bp-numbers";
    if (kept() || carries()) void this.session();
    const follow = () => {
      if (carries() && location.pathname === this.path) void this.session().then((found) => found.followAddress());
    };
    addEventListener("hashchange", follow, { signal });
    const moves = location$?.subscribe(follow); // the theme's instant navigation tells nobody else
    signal.addEventListener("abort", () => moves?.unsubscribe());
    new Reader(KEY, JSON.parse(this.said("data-reading") || "{}"), this.page, signal).open();
    Object.assign(window, { backpropLive: this.page });
  }

  end() {
    this.leaving.abort();
    this.doors?.parentElement?.remove();
  }

  /**
   * A button to something that is loaded when it is pressed.
   * @param {string} text @param {(button: HTMLButtonElement) => Promise<unknown>} open
   */
  door(text, open) {
    this.doors ??= document.createElement("aside");
    if (!this.doors.isConnected) {
      this.doors.className = "bp-doors";
      this.doors.setAttribute("aria-label", this.said("data-tools"));
      const host = document.createElement("div"); // what comes beside them later is no new neighbour of the page
      host.append(this.doors);
      document.querySelector(".md-container")?.before(host); // early in the order of the keyboard
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
        button.textContent = this.said("data-failed") || text;
      }
      button.removeAttribute("aria-busy");
    };
    this.doors.append(button);
    return button;
  }
}

/** @type {Visit | null} */
let visit = null;
let again = performance.getEntriesByType("navigation").some((each) => /** @type {any} */ (each).type !== "navigate");
addEventListener("popstate", ({ state }) => (again ||= state !== null)); // the theme keeps where the reader was; a jump has none
addEventListener("click", () => (again = false), true);

/** Links to the other languages, where the theme keeps its header from page to page. */
function languages() {
  const urls = JSON.parse(document.querySelector('meta[name="bp-languages"]')?.getAttribute("content") ?? "{}");
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll(".md-header a[hreflang]"))) {
    const url = urls[link.hreflang];
    if (url !== undefined) link.href = new URL(url, ROOT).href;
  }
}

/** A page is there: the first one, or the next in its place. */
function begin() {
  visit?.end();
  languages();
  const meta = document.querySelector('meta[name="bp-page"]');
  visit = meta && new Visit(meta, again);
  visit?.open();
  setTimeout(reachable);
}

if (document$) document$.subscribe(begin);
else begin();
addEventListener("load", () => setTimeout(reachable));
addEventListener("resize", reachable);
document.addEventListener("contentvisibilityautostatechange", (event) => {
  const formula = /** @type {Element} */ (event.target);
  const { skipped } = /** @type {ContentVisibilityAutoStateChangeEvent} */ (event);
  if (!skipped && formula.matches(SIDEWAYS)) measure([formula]);
});
