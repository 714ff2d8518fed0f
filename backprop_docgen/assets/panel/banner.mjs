// A quiet line above the text: whose numbers these are, and the way back; or why an address was not followed.
// @ts-check

import { el } from "../dom/elements.mjs";
import { plain } from "./field.mjs";

/** @typedef {import("./session.mjs").Session} Session */

const MOST = 2; // numbers that are told one by one

export class Banner {
  /** @param {Session} session */
  constructor(session) {
    this.session = session;
    this.element = el("div", { class: "bp-banner" });
    session.page.article.before(this.element); // outside the text, which stays what a build would publish
  }

  /** @param {Map<string, string>} changes */
  show(changes) {
    if (!changes.size) {
      const here = this.line?.contains(document.activeElement);
      this.line?.remove();
      if (here) (this.session.panel?.title ?? document.getElementById("bp-numbers"))?.focus();
      this.line = this.words = null;
      return;
    }
    if (!this.line) {
      const back = el("button", { type: "button", click: () => this.session.reset() }, this.session.say("Back to published"));
      this.words = el("span", {});
      this.line = el("p", { class: "bp-yours" }, this.words, " ", back);
      this.element.append(this.line);
    }
    const text = this.text(changes);
    if (this.words && this.words.textContent !== text) this.words.textContent = text;
  }

  /** @param {Map<string, string>} changes */
  text(changes) {
    const { session } = this;
    if (!session.pageFollows) return session.say("Your numbers are kept; this page does not depend on them.");
    if (!session.linked) return session.say("These are your numbers.");
    const { mark } = session.page.settings.language;
    const told = [...changes].slice(0, changes.size > MOST + 1 ? MOST : changes.size);
    const names = told.map(([name, text]) => `${plain(name)} = ${text.replace("-", "−").replace(".", mark)}`).join(mark === "," ? "; " : ", ");
    if (told.length === changes.size) return session.say("Numbers from a link: {names}.", { names });
    return session.say("Numbers from a link: {names} and {number} more.", { names, number: String(changes.size - told.length) });
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
