// The questions of a page: what a reader does to one of them, and what the numbers do to all.
// @ts-check

import { judging } from "./judging.mjs";
import { Question } from "./question.mjs";
import { meanwhile } from "../dom/site.mjs";

/** @typedef {import("../page/live_page.mjs").LivePage} LivePage */

/** Loaded when a reader turns to the first of them. */
export class Questions {
  /** @param {LivePage} page @param {import("./judging.mjs").Judge} judge @param {AbortSignal} left the page is left */
  constructor(page, judge, left) {
    this.page = page;
    this.judge = judge;
    /** @type {Map<Element, Question>} */
    this.found = new Map();
    const follow = () => {
      for (const each of this.found.values()) each.follow();
    };
    document.addEventListener("bp-follow", follow, { signal: left });
    void page.loadTypeset();
  }

  /** @param {LivePage} page @param {AbortSignal} left */
  static async open(page, left) {
    return new Questions(page, await meanwhile(left, judging(page)), left);
  }

  /**
   * A reader turns to a question.
   * @param {HTMLElement} element the question @param {Element} target what was pressed or focused @param {string} what an event's type, or a key
   */
  turn(element, target, what) {
    let question = this.found.get(element);
    if (!question) this.found.set(element, (question = new Question(element, this.page, this.judge)));
    const enters = what === "Enter" && target.matches("input");
    if (enters || (what === "click" && target.closest(".bp-quiz-check"))) question.check(this.own(question));
    else if (what === "click" && target.closest(".bp-quiz-key")) question.type(target.textContent ?? "");
  }

  /** What the reader has answered elsewhere on the page. @param {Question} but */
  own(but) {
    const others = [...this.found.values()].filter((each) => each !== but && each.kind === "number" && each.typed);
    return new Map(others.map((each) => [each.names[0], each.typed]));
  }
}
