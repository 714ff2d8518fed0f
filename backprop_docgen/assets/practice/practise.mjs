// The practice page: a worksheet of the reader's choice, what he makes of it, and what he takes away.
// @ts-check

import { el } from "../dom/elements.mjs";
import { breathe, reachable } from "../dom/page_tools.mjs";
import { data, meanwhile, script, stylesheet } from "../dom/site.mjs";
import { typeset } from "../formulas/typeset.mjs";
import { translate } from "../numbers/language.mjs";
import { Attempt } from "./attempt.mjs";
import { anySeed, Choices } from "./choices.mjs";
import { drawn } from "./draw.mjs";
import { Equations } from "./equations.mjs";
import { Keeping } from "./keeping.mjs";
import * as handed from "./line.mjs";
import { FIRST, read, write } from "./settings.mjs";
import { MOST_STEPS, Shape } from "./shape.mjs";
import { Practice } from "./judge.mjs";
import { summary } from "./summary.mjs";
import { WorksheetView } from "./worksheet.mjs";

/** @typedef {import("../page/live_page.mjs").Settings} Live */
/** @typedef {import("../panel/session.mjs").Session} Session */
/** @typedef {import("./settings.mjs").Settings} Settings */
/** @typedef {{ language: string, key: string, session: () => Promise<Session>, left: AbortSignal }} Visit */

const FACES = /KaTeX_(?:Main|Math|Size\d)/;
const PRINTING = "data-bp-blank";

export class Practise {
  /** @param {HTMLElement} holder @param {Live} live @param {Visit} visit @param {[string, string][]} shapes name and words of each */
  constructor(holder, live, visit, shapes) {
    this.holder = holder;
    this.live = live;
    this.visit = visit;
    this.shapes = shapes;
    /** @param {string} english @param {Record<string, string>} [values] */
    this.say = (english, values) => translate(live.language, english, values);
    this.keeping = new Keeping(`${visit.key}:practise`);
    /** @type {Map<string, HTMLAnchorElement>} */
    this.pages = new Map();
    for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("article a[data-step]"))) {
      this.pages.set(link.getAttribute("data-step") ?? "", link);
    }
    /** Steps whose result was shown: they come again. @type {string[]} */
    this.owed = [];
    /** @type {Settings} */
    this.settings = FIRST;
    this.turn = 0; // counts the worksheets, so that one that is overtaken is not shown
    this.awake = false;
    /** @type {HTMLElement[]} */
    this.parts = [];
    /** @type {WorksheetView | null} */
    this.view = null;
    /** @type {Map<string, string>} */
    this.changes = new Map();
    this.build();
  }

  /**
   * @param {HTMLElement} holder what stands here without a script @param {Visit} visit
   */
  static async open(holder, visit) {
    const named = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("article [data-shape]"));
    const all = [...named].map((each) => /** @type {[string, string]} */ ([each.getAttribute("data-shape") ?? "", each.textContent ?? ""]));
    const loading = [data(`assets/live/${visit.language}.json`), fits(FIRST.shape), script("assets/katex/katex.min.js"), stylesheet("assets/practice.css")];
    const [live, own] = await meanwhile(visit.left, Promise.all(loading));
    await breathe();
    for (const each of named) if (each.getAttribute("data-shape") === FIRST.shape && !own) each.closest("li")?.setAttribute("hidden", "");
    const page = new Practise(holder, live, visit, all.filter(([name]) => name !== FIRST.shape || own));
    const kept = page.keeping.load();
    try {
      await page.begin(read(location.search, page.shapes.map(([name]) => name)));
    } catch (error) {
      page.failed(error);
    }
    holder.classList.add("bp-practising");
    holder.replaceChildren(...page.parts); // all at once, so that nothing moves
    if (kept) page.restore(kept);
    for (const type of ["focusin", "pointerdown", "scroll"]) {
      document.addEventListener(type, () => page.wake(), { signal: visit.left, once: true, passive: true });
    }
    return page;
  }

  build() {
    const { say } = this;
    this.choices = new Choices(this.shapes, say, (chosen) => void this.choose(chosen));
    this.place = el("div", {});
    this.status = el("p", { class: "bp-hidden", role: "status" });
    /** @param {string} words @param {() => unknown} act */
    const button = (words, act) => el("button", { type: "button", click: () => void act() }, words);
    this.progress = el("p", { class: "bp-done" });
    this.all = button(say("Check everything"), () => this.handIn());
    this.next = button(say("Next worksheet"), () => this.climb());
    this.next.classList.add("bp-onward");
    this.again = button(say("The shown steps, with other numbers"), () => this.repeat());
    this.keep = el("input", { type: "checkbox", id: "bp-keep" });
    this.keep.onchange = () => (this.keep?.checked ? this.store() : this.keeping.erase());
    this.erase = button(say("Erase everything"), () => this.forget());
    this.copied = el("div", {});
    this.end = el("div", {});
    this.parts = [
      this.choices.element,
      this.place,
      this.progress,
      el("div", { class: "bp-actions" }, this.all, this.next, this.again),
      this.end,
      el(
        "div",
        { class: "bp-actions bp-take" },
        button(say("Print with blanks"), () => this.print()),
        button(say("Copy the answers as a line"), () => this.copy()),
        el("span", { class: "bp-keep" }, this.keep, el("label", { for: "bp-keep" }, say("Keep my answers on this device"))),
        this.erase,
      ),
      this.copied,
      this.status,
    ];
  }

  /** @param {unknown} error */
  failed(error) {
    console.error(error);
    if (this.progress) this.progress.textContent = this.say("This could not be loaded; try again");
    this.speak(this.progress?.textContent ?? "");
  }

  /** Said anew, even if it is the same as before. @param {string} words */
  speak(words) {
    const { status } = this;
    if (!status) return;
    status.textContent = "";
    requestAnimationFrame(() => (status.textContent = words));
  }

  /** @param {Partial<Settings>} chosen */
  async choose(chosen) {
    if (chosen.shape !== undefined && chosen.shape !== this.settings.shape) this.owed = [];
    try {
      await this.begin({ ...this.settings, ...chosen });
    } catch (error) {
      return this.failed(error);
    }
    this.speak(this.say("Another worksheet; blank lines: {count}.", { count: String(this.view?.attempt.lines.size ?? 0) }));
    this.store();
  }

  /**
   * A new worksheet.
   * @param {Settings} settings @param {string[] | null} [only] the steps that are blank; null: those of the rung, and those owed
   */
  async begin(settings, only = null) {
    const turn = ++this.turn;
    const practice = await meanwhile(this.visit.left, Practice.open(settings.shape));
    const shape = new Shape(practice.published);
    const rung = Math.min(settings.rung, shape.rungs);
    const changes = await this.numbers(settings, shape, practice);
    if (turn !== this.turn) return;
    await breathe();
    const sheet = practice.sheet(changes);
    const { digits, way } = settings;
    const { language, rules, meanings } = this.live;
    const blanks = only ?? [...shape.blanks(rung), ...this.owed];
    const attempt = new Attempt(shape, sheet, blanks, digits);
    const { katex } = /** @type {any} */ (window);
    const view = new WorksheetView(attempt, new Equations(shape, sheet, changes, digits, language, rules), way, {
      say: this.say,
      meanings,
      typeset: (tex, display) => typeset(katex, tex, display),
      speak: (words) => this.speak(words),
      changed: () => this.follow(),
    });
    await view.drawInSlices();
    if (turn !== this.turn) return;
    Object.assign(this, { view, changes, settings: { ...settings, rung }, owed: [] });
    if (this.awake) void sheet.prepare(this.visit.left);
    this.choices?.follow(this.settings, shape);
    this.place?.replaceChildren(view.element, el("p", { class: "bp-paper" }, new URL(write(this.settings), `${location.origin}${location.pathname}`).href));
    this.end?.replaceChildren();
    this.copied?.replaceChildren();
    this.summed = false;
    const search = write(this.settings);
    history.replaceState(history.state, "", `${location.pathname}${search}${location.hash}`);
    for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll(".md-header a[hreflang]"))) link.search = search;
    this.follow();
    reachable();
  }

  /** @param {Settings} settings @param {Shape} shape @param {Practice} practice @returns {Promise<Map<string, string>>} */
  async numbers(settings, shape, practice) {
    if (settings.numbers === "drawn") return drawn(shape, practice, settings.seed, settings.digits);
    if (settings.numbers === "published") return new Map();
    const session = await this.visit.session();
    if (!this.listening) {
      this.listening = true;
      session.listeners.add(() => {
        if (this.settings.numbers === "own") void this.begin(this.settings);
      });
    }
    return new Map([...session.now.changes].filter(([name]) => shape.givens.includes(name)));
  }

  /** Buttons and summary as the worksheet stands. */
  follow() {
    const { say, view } = this;
    if (!view || !this.progress || !this.all || !this.next || !this.again) return;
    const { attempt } = view;
    const total = attempt.lines.size;
    const settled = [...attempt.lines.values()].filter((line) => line.settled).length;
    const over = attempt.next === null;
    const shown = attempt.in("shown");
    const words = total ? say("Lines done: {done} of {total}", { done: String(settled), total: String(total) }) : say("All lines are worked: read them, then choose what is blank.");
    const climbs = attempt.climbs && this.settings.rung < attempt.shape.rungs;
    this.progress.textContent = climbs ? `${words}. ${say("At least two were right the first time: the next rung is open.")}` : words;
    this.all.hidden = this.settings.way !== "end" || over;
    this.next.hidden = !over && !climbs;
    this.next.textContent = climbs || !total ? say("Next rung, with other numbers") : say("Next worksheet");
    this.again.hidden = !shown.length || !over;
    if (over && total && !this.summed) {
      this.summed = true;
      this.end?.replaceChildren(summary(attempt, this.pages, say));
      this.end?.querySelector("#bp-summary")?.scrollIntoView({ block: "nearest" });
      /** @type {HTMLElement | null | undefined} */ (this.end?.querySelector("#bp-summary"))?.focus({ preventScroll: true });
    }
    this.store();
  }

  handIn() {
    if (this.view?.hand()) this.speak(this.say("Everything is checked; the summary is below the lines."));
  }

  /** The next worksheet: a rung higher where enough was right the first time, with what was shown blank again. */
  async climb() {
    if (!this.view) return;
    const { attempt } = this.view;
    const up = attempt.climbs || !attempt.lines.size;
    this.owed = attempt.in("shown");
    const rung = Math.min(this.settings.rung + Number(up), attempt.shape.rungs);
    await this.choose({ numbers: "drawn", seed: anySeed(), rung });
    this.toFirst();
  }

  /** The shown steps alone, with other numbers. */
  async repeat() {
    if (!this.view) return;
    const shown = this.view.attempt.in("shown");
    await this.begin({ ...this.settings, numbers: "drawn", seed: anySeed() }, shown);
    this.speak(this.say("Another worksheet; blank lines: {count}.", { count: String(shown.length) }));
    this.toFirst();
  }

  toFirst() {
    const next = this.view?.attempt.next;
    if (next) this.view?.focus(next);
    else this.choices?.shape.focus();
  }

  /** What is handed in: the worksheet and its answers as one line of text. */
  line() {
    const { shape, digits, numbers, seed } = this.settings;
    const answers = this.view?.drafts() ?? new Map();
    return handed.write({ shape, digits, seed: numbers === "drawn" ? seed : null, numbers: this.changes, answers });
  }

  async copy() {
    const { say } = this;
    const label = say("Your answers, as one line of text:");
    const area = el("textarea", { readonly: true, rows: 4, "aria-label": label }, this.line());
    const note = el("p", {}, label);
    this.copied?.replaceChildren(note, area);
    try {
      await navigator.clipboard.writeText(area.value);
      note.textContent = say("The line is copied.");
    } catch {
      area.focus(); // the browser does not let us: then the reader copies it himself
      area.select();
    }
    this.speak(note.textContent ?? "");
  }

  print() {
    const root = document.documentElement;
    root.setAttribute(PRINTING, "");
    addEventListener("afterprint", () => root.removeAttribute(PRINTING), { once: true });
    window.print();
  }

  /** Keep it on this device, if the reader has said so. */
  store() {
    if (!this.keep?.checked) return;
    if (!this.keeping.save({ search: write(this.settings), line: this.line(), owed: this.owed })) {
      this.keep.checked = false;
      this.speak(this.say("This browser keeps nothing."));
    }
  }

  forget() {
    this.keeping.erase();
    if (this.keep) this.keep.checked = false;
    this.owed = [];
    void this.begin(this.settings);
    this.speak(this.say("Everything is erased, here and on this device."));
  }

  /** Take up what is kept, where it is of the worksheet that the address asks for. @param {import("./keeping.mjs").Kept} kept */
  restore(kept) {
    if (this.keep) this.keep.checked = true;
    const found = handed.parse(kept.line);
    if ("refused" in found || kept.search !== write(this.settings)) return;
    this.owed = kept.owed;
    this.view?.restore(found.answers);
    this.follow();
  }

  /** A reader is there: what judges answers is prepared, and all that he may choose is fetched while there is a connection. */
  wake() {
    if (this.awake) return;
    this.awake = true;
    void this.view?.attempt.sheet.prepare(this.visit.left);
    void this.fetchAll();
  }

  /** What else may be chosen, for who loses the connection. */
  async fetchAll() {
    const faces = [...document.fonts].filter((face) => FACES.test(face.family) && face.weight === "400");
    await Promise.allSettled([...this.shapes.map(([name]) => Practice.open(name)), ...faces.map((face) => face.load()), this.visit.session()]);
    this.holder.setAttribute("data-fetched", "");
  }
}

/** Whether a network can be practised with: it is there, and has not too many steps. @param {string} shape */
async function fits(shape) {
  try {
    return Object.keys((await Practice.open(shape)).published.steps).length <= MOST_STEPS;
  } catch {
    return false;
  }
}
