// The reader's numbers while he is on the site: kept in this tab, carried by the address, and the way back.
// @ts-check

import { carries, read, write } from "../network/address.mjs";
import { el } from "../dom/elements.mjs";
import { Banner } from "./banner.mjs";
import { parseName } from "../network/course.mjs";
import { translate } from "../numbers/language.mjs";
import { reachable } from "../dom/page_tools.mjs";
import { meanwhile, stylesheet } from "../dom/site.mjs";
import { Givens, same } from "../network/givens.mjs";

/** @typedef {import("../page/live_page.mjs").LivePage} LivePage */
/** @typedef {import("./panel.mjs").Panel} Panel */
/** @typedef {import("../network/givens.mjs").Problem} Problem */
/** @typedef {import("../network/course.mjs").Course} Course */
/** @typedef {{ changes: Map<string, string>, seed: number | null }} Snapshot */

const MOST_KEPT = 50; // steps back
const PAUSE = 400; // ms without a change

/** The changed numbers and what follows them: page, banner, address, panel. */
export class Session {
  /** @param {LivePage} page @param {string} key @param {AbortSignal} left */
  constructor(page, key, left) {
    this.page = page;
    this.key = key;
    this.left = left;
    this.path = location.pathname;
    this.givens = new Givens(page.published, page.settings);
    /** @type {Snapshot} */
    this.now = { changes: new Map(), seed: null };
    /** @type {Snapshot[]} */
    this.past = [];
    this.merging = ""; // the field whose changes make one step back
    /** The worksheets before the last change; null where there was none on this page. @type {Course | null} */
    this.earlier = null;
    this.linked = false; // the numbers came with a link, and the reader has not changed one
    this.open = false;
    /** @type {Snapshot | null} */
    this.shown = null;
    /** @type {Panel | null} */
    this.panel = null;
    /** @type {Set<() => void>} */
    this.listeners = new Set(); // after every change
    /** @type {Set<() => void>} */
    this.resting = new Set(); // when the reader pauses
    this.banner = new Banner(this);
  }

  /**
   * @param {LivePage} page @param {string} key where the numbers are kept @param {AbortSignal} signal the page is left
   * @param {boolean} again whether the reader has come back to a page: its address does not undo newer numbers
   */
  static async start(page, key, signal, again) {
    await meanwhile(signal, stylesheet("assets/live.css"));
    const session = new Session(page, key, signal);
    session.restore(again);
    addEventListener("pagehide", () => session.keep(), { signal });
    addEventListener("pageshow", (event) => event.persisted && session.restore(true), { signal }); // it may have changed more
    signal.addEventListener("abort", () => session.end());
    if (session.open) await session.openPanel(false);
    return session;
  }

  /** The page is left: the next one takes up what is kept. */
  end() {
    clearTimeout(this.timer);
    this.keep();
    this.panel?.close();
  }

  /** A string of the interface in the page's language. @param {string} english @param {Record<string, string>} [values] */
  say(english, values) {
    return translate(this.page.settings.language, english, values);
  }

  /** @param {Problem} problem */
  explain({ text, values }) {
    return this.say(text, values);
  }

  /** Whether the page shows numbers of the network that is being changed. */
  get pageFollows() {
    const { pages, worksheets } = this.page.published;
    /** @param {string} sheet @returns {boolean} */
    const follows = (sheet) => {
      const { base } = worksheets[sheet] ?? {};
      return sheet === "" || (base !== undefined && follows(base));
    };
    return (pages[this.page.url] ?? []).some((name) => follows(parseName(name).sheet));
  }

  /** Take up what this tab keeps, or what the address brings. @param {boolean} again */
  restore(again) {
    const known = this.load();
    if (carries(location.hash) && !(known && again)) this.followAddress();
    if (this.shown !== this.now && (this.shown || this.now.changes.size)) this.show(this.now, { restored: true });
  }

  load() {
    try {
      const { now, past, open, linked } = JSON.parse(sessionStorage.getItem(this.key) ?? "null") ?? {};
      /** @param {any} snapshot @returns {Snapshot[]} */
      const valid = ({ changes, seed }) => {
        const found = this.givens.accept(changes);
        return "changes" in found ? [{ changes: found.changes, seed: Number.isInteger(seed) ? seed : null }] : [];
      };
      if (!now) return false;
      [this.now] = [...valid(now), this.now];
      this.merging = "";
      this.past = past.flatMap(valid);
      this.open = open === true;
      this.linked = linked === true;
      return true;
    } catch {
      return false; // nothing kept, or nothing that can be read
    }
  }

  keep() {
    try {
      /** @param {Snapshot} snapshot */
      const plain = ({ changes, seed }) => ({ changes: [...changes], seed });
      if (!this.now.changes.size && !this.past.length && !this.open) sessionStorage.removeItem(this.key);
      else {
        const past = this.past.slice(-MOST_KEPT).map(plain);
        sessionStorage.setItem(this.key, JSON.stringify({ now: plain(this.now), past, open: this.open, linked: this.linked }));
      }
    } catch {
      // a browser that keeps nothing: the numbers hold for this page
    }
  }

  /** Follow the numbers of the address, all of them or none. */
  followAddress() {
    const found = read(location.hash, this.givens);
    if ("changes" in found) {
      this.banner.dismiss();
      this.commit(found.changes, { linked: true });
      this.restored = true;
      return;
    }
    const reason = `${"name" in found && found.name ? `${found.name}: ` : ""}${this.explain(found.problem)}`;
    this.banner.warn(this.say("The address was not followed, and nothing was changed: {reason}", { reason }));
  }

  /**
   * Change the numbers; one step back leads to those before.
   * @param {Map<string, string>} changes
   * @param {{ seed?: number | null, merge?: string, dragged?: boolean, linked?: boolean }} [more] `merge`: what is changed
   * bit by bit, a field or a slider, and is undone as one; `dragged`: more will come; `linked`: by a link, not the reader
   */
  commit(changes, { seed = this.now.seed, merge = "", dragged = false, linked = false } = {}) {
    if (same(changes, this.now.changes)) return;
    const going = merge !== "" && merge === this.merging;
    if (going && same(changes, this.before(merge).changes)) return this.undo(dragged); // back where it began
    if (!going) this.past = [...this.past.slice(1 - MOST_KEPT), this.now];
    this.merging = merge;
    this.linked = linked;
    if (!linked) this.banner.dismiss();
    this.show({ changes, seed }, { going, dragged });
  }

  /** What an invitation sets, or, where that is so already, the published numbers. @param {string} hash */
  tryOut(hash) {
    const found = read(hash, this.givens);
    if (!("changes" in found)) return;
    const changes = new Map(this.now.changes);
    const undo = this.tried(found.changes);
    for (const [name, value] of found.changes) {
      if (undo) changes.delete(name);
      else changes.set(name, value);
    }
    this.commit(changes);
  }

  /** Whether the reader's numbers are those. @param {Map<string, string>} changes */
  tried(changes) {
    return [...changes].every(([name, value]) => this.now.changes.get(name) === value);
  }

  /** An invitation that was followed says how to undo it. */
  markInvitations() {
    for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (this.page.article.querySelectorAll("a[data-try]"))) {
      const found = read(link.hash, this.givens);
      const on = "changes" in found && this.tried(found.changes);
      if (on === (link.querySelector("span") !== null)) continue;
      if (on) link.append(el("span", {}, ` · ${this.say("undo")}`));
      else link.querySelector("span")?.remove();
    }
  }

  /** The numbers before what is being changed bit by bit. @param {string} merge @returns {Snapshot} */
  before(merge) {
    return (merge === this.merging && this.past[this.past.length - 1]) || this.now;
  }

  /** @param {boolean} [dragged] more will come */
  undo(dragged = false) {
    const before = this.past.pop();
    this.merging = "";
    if (before) this.show(before, { dragged });
  }

  reset() {
    this.commit(new Map(), { seed: null });
  }

  /**
   * @param {Snapshot} snapshot
   * @param {{ going?: boolean, dragged?: boolean, restored?: boolean }} [how] `going`: on with the last change;
   * `restored`: not by the reader's hand: nothing has changed before his eyes, and a heading's address stays
   */
  show(snapshot, { going = false, dragged = false, restored = false } = {}) {
    this.now = this.shown = snapshot;
    this.restored = restored;
    if (restored) this.earlier = null;
    else if (!going) this.earlier = this.page.course;
    this.page.apply(snapshot.changes, { going, dragged, quiet: restored });
    this.markInvitations();
    this.banner.show(snapshot.changes);
    for (const listener of this.listeners) listener();
    this.pause();
  }

  /** Something was written; what waits for a pause waits anew. @param {number} [time] ms */
  pause(time = PAUSE) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.rest(), time);
  }

  rest() {
    this.keep();
    this.writeAddress();
    reachable();
    for (const listener of this.resting) listener();
  }

  /** The address carries the numbers; a heading's stays until the reader changes one. */
  writeAddress() {
    if (location.pathname !== this.path) return; // the theme is about to put another page in the place of this one
    const heading = location.hash !== "" && !carries(location.hash);
    const hash = write(this.now.changes, this.givens);
    if (hash === null || hash === location.hash || (heading && (this.restored || hash === ""))) return;
    history.replaceState(history.state, "", `${location.pathname}${location.search}${hash}`);
  }

  /** @param {boolean} focus whether the keyboard goes there */
  async openPanel(focus) {
    const { Panel } = await meanwhile(this.left, import("./panel.mjs"));
    this.panel ??= new Panel(this);
    this.panel.open(focus);
    this.open = true;
    this.pause();
  }

  closePanel() {
    this.panel?.close();
    this.panel = null;
    this.open = false;
    this.pause();
  }
}
