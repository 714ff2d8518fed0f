// From one changed number of the page to the next.
// @ts-check

import { describe } from "../network/describe.mjs";
import { el } from "../dom/elements.mjs";

/** @typedef {import("./panel.mjs").Panel} Panel */

const HERE = "bp-here";

export class Tour {
  /** @param {Panel} panel */
  constructor(panel) {
    this.panel = panel;
    this.page = panel.session.page;
    this.say = panel.session.say.bind(panel.session);
    /** @type {Element | null} */
    this.here = null;
    this.count = el("span", {});
    const title = this.say("Next changed number");
    this.button = el(
      "button",
      { type: "button", title, "aria-keyshortcuts": "Alt+ArrowDown", hidden: true, click: () => this.go(1) },
      this.count,
      el("span", { "aria-hidden": "true" }, " ↓"),
    );
    /** @param {KeyboardEvent} event */
    this.key = (event) => {
      const way = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      if (!way || !event.altKey || event.ctrlKey || event.metaKey || this.button.hidden) return;
      event.preventDefault();
      this.go(way);
    };
    document.addEventListener("keydown", this.key);
  }

  /** How many there are; to count them, the page must be laid out, which can wait for a pause. */
  show() {
    const count = this.page.changes.count;
    this.button.hidden = count === 0;
    if (count) this.count.textContent = this.say("Changes: {number}", { number: this.panel.whole(count) });
    if (this.here && !this.page.changes.has(this.here)) this.leave();
  }

  /** To the next one, or the one before; the first that is not behind the reader, to begin with. @param {number} way */
  go(way) {
    const all = this.page.changes.list();
    if (!all.length) return;
    const at = this.here ? all.indexOf(this.here) : -1;
    const ahead = all.findIndex((each) => each.getBoundingClientRect().top > 0);
    const place = at < 0 ? Math.max(0, ahead) : (at + way + all.length) % all.length;
    this.leave();
    this.here = all[place];
    this.here.classList.add(HERE);
    this.here.scrollIntoView({ block: "center" });
    this.panel.speak(this.words(this.here, place + 1, all.length));
  }

  /** @param {Element} element @param {number} place @param {number} count */
  words(element, place, count) {
    const { settings, changes } = this.page;
    const name = element.getAttribute("data-q");
    const what = name && !name.startsWith("count:") ? describe(name.replace(/^[a-z][\w-]*:/, ""), settings.meanings, settings.language) : "";
    const { now, before } = changes.words(element);
    const values = { number: this.panel.whole(place), count: this.panel.whole(count), now: what ? `${what}: ${now}` : now, before };
    return before ? this.say("{now}; before, {before}. Change {number} of {count}.", values) : this.say("{now} Change {number} of {count}.", values);
  }

  leave() {
    this.here?.classList.remove(HERE);
    this.here = null;
  }

  close() {
    this.leave();
    document.removeEventListener("keydown", this.key);
  }
}
