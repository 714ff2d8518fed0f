// The head of the panel: the loss before and after the last change, now and after one step with the learning rate.
// @ts-check

import { Course } from "../network/course.mjs";
import { el } from "../dom/elements.mjs";
import { printed, said } from "../numbers/rounding.mjs";

/** @typedef {import("./session.mjs").Session} Session */
/** @typedef {{ before: string, now: string }} Pair the same number, before and after the last change */

const MOST = 60; // numbers of a network whose step is worked out while a slider moves

/** @param {{ before: HTMLElement, now: HTMLElement }} line @param {Pair} pair */
function write(line, { before, now }) {
  line.before.textContent = before === now ? "" : `${before} → `;
  line.now.textContent = now;
}

export class Readout {
  /** @param {Session} session */
  constructor(session) {
    this.session = session;
    this.loss = this.line();
    this.step = this.line();
    this.element = el(
      "div",
      { class: "bp-losses" },
      el("p", { class: "bp-loss" }, `${session.say("Loss")}: `, this.loss.element),
      el("p", { class: "bp-next-loss" }, `${session.say("After one step")}: `, this.step.element),
    );
    this.told = "";
    /** @type {Course | undefined} */
    this.published = undefined;
    this.small = session.givens.published.size <= MOST;
  }

  line() {
    const [before, now] = [el("span", { class: "bp-before" }), el("b", {})];
    return { before, now, element: el("span", {}, before, now) };
  }

  /** The worksheets before the last change; as published where there was none on this page. */
  get earlier() {
    const { session } = this;
    if (!session.earlier && !session.now.changes.size) return session.page.course;
    return session.earlier ?? (this.published ??= new Course(session.page.published, new Map()));
  }

  /** @param {string} name @returns {Pair} */
  pair(name) {
    const { course, settings } = this.session.page;
    /** @param {Course} of */
    const shown = (of) => said(printed(of.value(name), settings.decimals), settings.language);
    return { before: shown(this.earlier), now: shown(course) };
  }

  /** The loss of the network as it is. */
  get now() {
    return this.pair(this.session.page.settings.loss);
  }

  /** The loss after one update. */
  get next() {
    return this.pair(`${this.session.page.settings.loss}@1`);
  }

  /** @param {boolean} [resting] the reader pauses: there is time for a step of a large network */
  show(resting = false) {
    write(this.loss, this.now);
    if (resting || this.small) write(this.step, this.next);
    else write(this.step, { before: "…", now: "…" });
  }

  /** What is new of it, in words; "" where nothing is. */
  news() {
    const { session, now, next } = this;
    const all = `${now.now} ${next.now}`;
    if (all === this.told) return "";
    this.told = all;
    if (now.before !== now.now) return session.say("Loss: {loss}, before {before}.", { loss: now.now, before: now.before });
    if (next.before !== next.now) return session.say("After one step the loss is {loss}, before {before}.", { loss: next.now, before: next.before });
    return session.say("Loss: {loss}", { loss: now.now });
  }
}
