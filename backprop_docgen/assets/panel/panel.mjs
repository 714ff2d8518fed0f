// The panel: every number of the network, and what can be done with all of them at once.
// @ts-check

import { el } from "../dom/elements.mjs";
import { complain, wholeEntry } from "./entry.mjs";
import { Fields } from "./fields.mjs";
import { ofDouble } from "../numbers/evaluate.mjs";
import { integer, printed, said } from "../numbers/rounding.mjs";
import { Readout } from "./readout.mjs";
import { Share } from "./share.mjs";
import { seedOf } from "../network/givens.mjs";
import { Tour } from "./tour.mjs";
import { Training } from "./training.mjs";

/** @typedef {import("./session.mjs").Session} Session */

const READING = 0.42; // of the height of the window: where one reads
const ROOM = 12; // px above the sheet

export class Panel {
  /** @param {Session} session */
  constructor(session) {
    this.session = session;
    const say = session.say.bind(session);
    /** @param {string} text @param {() => void} act */
    const button = (text, act) => el("button", { type: "button", click: act }, text);
    this.title = el("h2", { id: "bp-panel-title", tabindex: -1 }, say("Change the numbers"));
    this.status = el("p", { class: "bp-hidden", role: "status" });
    this.readout = new Readout(session);
    this.tour = new Tour(this);
    this.undo = button(say("Undo"), () => this.anew(() => session.undo()));
    this.reset = button(say("Reset"), () => this.anew(() => session.reset()));
    const decimal = session.page.settings.language.mark;
    this.seed = wholeEntry({ id: "bp-seed", name: "seed", "aria-describedby": "bp-seed-problem" }, (text) => seedOf(text, decimal));
    this.seed.onchange = () => this.draw(seedOf(this.seed.value, decimal));
    this.seed.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.draw(seedOf(this.seed.value, decimal)); // the same seed once more
    });
    this.seedProblem = el("p", { id: "bp-seed-problem", class: "bp-problem", hidden: true });
    this.fields = new Fields(session);
    this.training = new Training(this);
    this.share = new Share(this);
    const actions = el(
      "div",
      { class: "bp-row" },
      this.undo,
      this.reset,
      button(say("One step"), () => this.anew(() => this.training.one())),
      button(say("Random weights"), () => this.draw(1 + (crypto.getRandomValues(new Uint32Array(1))[0] % 9999))),
      el("span", { class: "bp-pair" }, el("label", { for: "bp-seed" }, say("Seed")), this.seed),
      this.seedProblem,
    );
    const close = el("button", { type: "button", class: "bp-close", "aria-label": say("Close"), click: () => session.closePanel() }, "×");
    this.element = el(
      "aside",
      { id: "bp-panel", class: "bp-panel", "aria-labelledby": "bp-panel-title" },
      el("div", { class: "bp-bar" }, this.title, this.tour.button, close, this.readout.element),
      el("div", { class: "bp-body" }, actions, this.fields.element, this.training.element, this.share.element),
      this.status,
    );
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) session.closePanel();
    });
    this.follow = () => this.show();
    this.rest = () => this.tell();
    this.printed = () => session.page.changes.marking || this.print(); // with other digits
  }

  /** @param {boolean} focus */
  open(focus) {
    if (!this.element.isConnected) {
      const doors = document.querySelector(".bp-doors");
      if (doors) doors.after(this.element);
      else document.body.prepend(this.element);
      this.place(true);
      this.door()?.setAttribute("aria-expanded", "true");
      this.session.listeners.add(this.follow);
      this.session.resting.add(this.rest);
      document.addEventListener("bp-follow", this.printed);
      this.show();
      if (this.readout.small) this.readout.news(); // is known
      if (focus) this.keepInSight();
    }
    if (focus) this.title.focus({ preventScroll: true });
  }

  close() {
    this.training.close();
    this.share.close();
    this.tour.close();
    this.session.listeners.delete(this.follow);
    this.session.resting.delete(this.rest);
    document.removeEventListener("bp-follow", this.printed);
    const inside = this.element.contains(document.activeElement);
    this.element.remove();
    this.place(false);
    this.door()?.setAttribute("aria-expanded", "false");
    if (inside) this.door()?.focus();
  }

  /** The page makes room, or takes it back. @param {boolean} open */
  place(open) {
    document.documentElement.toggleAttribute("data-bp-open", open);
    document.dispatchEvent(new Event("bp-room"));
  }

  /** Where the panel is a sheet over the text, what is being read stays above it. */
  keepInSight() {
    const { top, left } = this.element.getBoundingClientRect();
    if (left > 0) return;
    const line = document.elementFromPoint(innerWidth / 2, READING * innerHeight)?.closest("article :is(.equation, p, li, table, figure)");
    if (!line) return;
    const bar = document.querySelector(".md-header")?.getBoundingClientRect().bottom ?? 0;
    const read = line.getBoundingClientRect();
    scrollBy({ top: Math.max(0, Math.min(read.bottom + ROOM - top, read.top - ROOM - bar)), behavior: "instant" });
  }

  door() {
    return document.getElementById("bp-numbers");
  }

  /** The loss as the pages print it. */
  loss() {
    return this.readout.now.now;
  }

  /** @param {number} double */
  number(double) {
    const { settings } = this.session.page;
    return said(printed(ofDouble(double), settings.decimals), settings.language);
  }

  /** @param {number} count */
  whole(count) {
    return integer(BigInt(count), this.session.page.settings.language);
  }

  show() {
    const { now, past } = this.session;
    this.readout.show();
    this.undo.setAttribute("aria-disabled", String(past.length === 0));
    this.reset.setAttribute("aria-disabled", String(now.changes.size === 0));
    if (now.seed !== null) this.seed.value = String(now.seed);
    this.fields.follow();
  }

  print() {
    this.readout.show(true);
    this.tour.show();
  }

  /** The reader pauses: what has come of it is said aloud; what no longer holds is said no more. */
  tell() {
    const words = this.fields.complain() || this.readout.news();
    if (words) this.speak(words);
    else if (this.complained && !this.fields.problems.size) this.status.textContent = "";
    this.complained = this.fields.problems.size > 0;
    this.print();
  }

  /** Say something to those who listen to the page. @param {string} words */
  speak(words) {
    this.status.textContent = words === this.status.textContent ? `${words}\u00a0` : words; // the same again is news, too
    this.readout.news(); // whoever speaks of a change tells the loss
  }

  /** Set many numbers at once: what stands half-written in a field is forgotten. @param {() => void} act */
  anew(act) {
    this.fields.forget();
    act();
    this.fields.follow();
  }

  /** Other weights, the same for the same seed. @param {number | null} seed */
  draw(seed) {
    const { session } = this;
    const wrong = session.say("A seed is a whole number, from 0 to {limit}.", { limit: this.whole(999_999_999) });
    complain(this.seed, this.seedProblem, seed === null ? wrong : null);
    if (seed === null) {
      this.speak(wrong);
      return;
    }
    this.anew(() => session.commit(session.givens.randomWeights(session.now.changes, seed), { seed }));
    this.seed.value = String(seed);
    this.speak(session.say("The weights are drawn with seed {seed}; the loss is {loss}.", { seed: String(seed), loss: this.loss() }));
  }
}
