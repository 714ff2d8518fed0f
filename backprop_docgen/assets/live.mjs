// The few kilobytes that every page of the tutorial loads: its doors, and the reader's numbers kept between pages.
// @ts-check

import { reachable } from "./dom/page_tools.mjs";
import { meanwhile, ROOT } from "./dom/site.mjs";
import { arrive, languages } from "./reading/place.mjs";
import { Reader } from "./reading/reader.mjs";

/** @typedef {import("./page/live_page.mjs").LivePage} LivePage */
/** @typedef {import("./panel/session.mjs").Session} Session */
/** The theme's own, where it has one. @typedef {{ subscribe: (then: () => void) => { unsubscribe: () => void } }} Observable */

/** Where this tab keeps the reader's numbers. */
const KEY = `backprop-docgen:${ROOT.pathname}`;
/** @type {{ document$?: Observable, location$?: Observable }} */
const { document$, location$ } = /** @type {any} */ (window);

/** An address that asks for a worksheet. */
const WORKSHEET = /[?&](?:shape|seed|rung)=/;

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
    this.again = again;
    this.leaving = new AbortController();
    const { signal } = this.leaving; // aborted when the page is left
    this.path = location.pathname;
    /** @type {HTMLElement | null} */
    this.doors = null;
    const place = { name: this.said("content"), url: this.said("data-url") };
    /** The page as it follows numbers; loaded when it is first asked for. @type {() => Promise<LivePage>} */
    this.page = once(() => meanwhile(signal, import("./page/live_page.mjs").then(({ LivePage }) => LivePage.open(place, signal))));
    /** What judges answers; loaded when a reader turns to a question. */
    this.questions = once(async () => {
      const [{ Questions }, page] = await meanwhile(signal, Promise.all([import("./practice/questions.mjs"), this.page()]));
      return Questions.open(page, signal);
    });
    this.reader = new Reader(KEY, JSON.parse(this.said("data-reading") || "{}"), this.page, signal);
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
    /** An invitation sets a number, and the same one sets it back. @param {MouseEvent} event */
    const invited = (event) => {
      const link = /** @type {Element} */ (event.target).closest?.("article a[data-try]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      event.stopPropagation(); // the theme's instant navigation would follow it
      void this.session().then((found) => found.tryOut(/** @type {HTMLAnchorElement} */ (link).hash));
    };
    document.addEventListener("click", invited, { signal, capture: true });
    for (const type of ["focusin", "click", "keydown"]) {
      document.addEventListener(type, (event) => void this.turned(event), { signal, capture: true });
    }
    const moves = location$?.subscribe(follow); // the theme's instant navigation tells nobody else
    signal.addEventListener("abort", () => moves?.unsubscribe());
    this.reader.open();
    for (const figure of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("article figure[data-at]"))) {
      this.nearly(figure, () => this.steps(figure));
    }
    const sheet = /** @type {HTMLElement | null} */ (document.querySelector("article .bp-practise"));
    if (sheet) this.nearly(sheet, () => this.orSay(sheet, this.practise(sheet)));
    if (sheet && !this.again && WORKSHEET.test(location.search)) sheet.scrollIntoView(); // who was sent a worksheet goes to it
    const explained = /** @type {HTMLElement | null} */ (document.querySelector("article .bp-explain"));
    if (explained) this.nearly(explained, () => this.orSay(explained, this.explain(explained)));
    Object.assign(window, { backpropLive: this.page });
  }

  /** A reader turns to a question; who opens its answer has been shown it. @param {Event} event */
  async turned(event) {
    const target = /** @type {Element} */ (event.target);
    const question = /** @type {HTMLElement | null} */ (target.closest?.("article .bp-quiz") ?? null);
    if (question && event.type === "click" && target.closest("summary")) question.dataset.shown = ""; // paper opens folds, too
    if (!question || !target.closest(".bp-quiz-field, label")) return;
    try {
      (await this.questions()).turn(question, target, event instanceof KeyboardEvent ? event.key : event.type);
    } catch (error) {
      console.error(error);
      question.title = this.said("data-failed");
    }
  }

  /** When the reader has nearly come to an element. @param {Element} element @param {() => void} then */
  nearly(element, then) {
    const watching = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        watching.disconnect();
        then();
      },
      { rootMargin: "400px" },
    );
    watching.observe(element);
    this.leaving.signal.addEventListener("abort", () => watching.disconnect());
  }

  /** What stands there without a script is read where it could not be loaded. @param {HTMLElement} holder @param {Promise<unknown>} loading */
  async orSay(holder, loading) {
    try {
      await loading;
    } catch (error) {
      console.error(error);
      holder.dataset.failed = "";
    }
  }

  /** A worksheet to fill in. @param {HTMLElement} holder */
  async practise(holder) {
    const { Practise } = await meanwhile(this.leaving.signal, import("./practice/practise.mjs"));
    const [language] = this.said("content").split("/");
    await Practise.open(holder, { language, key: KEY, session: this.session, left: this.leaving.signal });
  }

  /** Where a number is explained. @param {HTMLElement} holder */
  async explain(holder) {
    const { Explain } = await meanwhile(this.leaving.signal, import("./practice/explain.mjs"));
    const [language] = this.said("content").split("/");
    await Explain.open(holder, { language, session: this.session, left: this.leaving.signal });
  }

  /** A figure that goes step by step; on the first page a weight can be turned beside it. @param {HTMLElement} figure */
  async steps(figure) {
    const { signal } = this.leaving;
    const { say } = this.reader;
    const holder = /** @type {HTMLElement | null} */ (figure.parentElement?.querySelector(".bp-turn") ?? null);
    if (holder) {
      const { Home } = await meanwhile(signal, import("./home/home.mjs"));
      new Home(holder, figure, this.session, say, signal);
    } else {
      const { Stepper } = await meanwhile(signal, import("./reading/stepper.mjs"));
      figure.querySelector(".drawing")?.after(new Stepper(figure, say, signal).controls());
    }
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

/** A page is there: the first one, or the next in its place. */
function begin() {
  visit?.end();
  languages(ROOT, `${KEY}:place`);
  arrive(`${KEY}:place`);
  const meta = document.querySelector('meta[name="bp-page"]');
  visit = meta && new Visit(meta, again);
  visit?.open();
  settled();
}

/** Measures when a frame is painted: before it, the browser would lay the page out once more. */
function settled() {
  requestAnimationFrame(() => setTimeout(reachable));
}

if (document$) document$.subscribe(begin);
else begin();
addEventListener("load", settled);
addEventListener("resize", reachable);
/** Who has installed the page wants all of it. */
const keepSite = () => void import("./reading/offline.mjs").then(({ keep, possible }) => (possible() ? keep() : undefined)).catch(console.error);
if (matchMedia("(display-mode: standalone)").matches) addEventListener("load", () => setTimeout(keepSite, 2000)); // the page comes first
addEventListener("appinstalled", keepSite);
