// A quiet line above the text: these are your numbers, and the way back; or why an address was not followed.
// @ts-check

import { el } from "../dom/elements.mjs";

/** @typedef {import("./session.mjs").Session} Session */

export class Banner {
  /** @param {Session} session */
  constructor(session) {
    this.session = session;
    this.element = el("div", { class: "bp-banner" });
    session.page.article.before(this.element); // outside the text, which stays what a build would publish
  }

  /** @param {boolean} changed */
  show(changed) {
    const { session } = this;
    if (changed === Boolean(this.line)) return;
    if (!changed) {
      const here = this.line?.contains(document.activeElement);
      this.line?.remove();
      if (here) (session.panel?.title ?? document.getElementById("bp-numbers"))?.focus();
      this.line = null;
      return;
    }
    const text = session.pageFollows
      ? session.say("These are your numbers.")
      : session.say("Your numbers are kept; this page does not depend on them.");
    const back = el("button", { type: "button", click: () => session.reset() }, session.say("Back to published"));
    this.line = el("p", { class: "bp-yours" }, text, " ", back);
    this.element.append(this.line);
  }

  /** @param {string} text */
  warn(text) {
    this.dismiss();
    const close = el("button", { type: "button", click: () => this.dismiss() }, this.session.say("Close"));
    this.warning = el("p", { class: "bp-warning", role: "alert" }, text, " ", close);
    this.element.prepend(this.warning);
  }

  dismiss() {
    this.warning?.remove();
  }
}
