// What a reader takes away: a link to his numbers, as text and as a QR code, the network file, the step as Python.
// @ts-check

import { write } from "../network/address.mjs";
import { el, svg } from "../dom/elements.mjs";
import { program } from "../network/python.mjs";
import { networkFile } from "../network/toml.mjs";

/** @typedef {import("./panel.mjs").Panel} Panel */
/** @typedef {import("./session.mjs").Session} Session */

export class Share {
  /** @param {Panel} panel */
  constructor(panel) {
    this.panel = panel;
    this.session = panel.session;
    const say = this.session.say.bind(this.session);
    /** @param {string} text @param {() => unknown} act */
    const button = (text, act) => el("button", { type: "button", click: () => void act() }, text);
    this.code = button(say("QR code"), () => this.toggleCode());
    this.code.setAttribute("aria-expanded", "false");
    const row = el(
      "div",
      { class: "bp-row" },
      button(say("Copy link"), () => this.copyLink()),
      this.code,
      button(say("Download network.toml"), () => this.download()),
      button(say("Copy as Python"), () => this.copy(program(this.session.page.course, this.session.page.settings, say), say("The Python code is copied."))),
    );
    this.note = el("p", { class: "bp-progress" });
    this.place = el("div", {});
    this.element = el("details", { open: true }, el("summary", {}, say("Share and keep")), row, this.note, this.place);
    this.follow = () => void this.drawCode();
    this.session.resting.add(this.follow);
    this.stale = () => this.forget();
    this.session.listeners.add(this.stale);
    this.shown = false;
  }

  /** The address of this page with the numbers as they are; null where they are too many for one. */
  link() {
    const hash = write(this.session.now.changes, this.session.givens);
    return hash === null ? null : `${location.origin}${location.pathname}${hash}`;
  }

  /** What was copied or downloaded has other numbers. */
  forget() {
    this.note.textContent = "";
    this.place.querySelector("textarea")?.remove();
  }

  /** @param {string} text */
  report(text) {
    this.note.textContent = text;
    this.panel.speak(text);
  }

  copyLink() {
    const link = this.link();
    if (link === null) this.tooLong();
    else void this.copy(link, this.session.say("The link is copied."));
  }

  tooLong() {
    this.report(this.session.say("These are too many numbers for a link: download network.toml instead."));
  }

  /** @param {string} text @param {string} done */
  async copy(text, done) {
    try {
      await navigator.clipboard.writeText(text);
      this.place.querySelector("textarea")?.remove();
      this.report(done);
    } catch {
      // the browser does not let us: then the reader copies it himself
      const label = this.session.say("Copy this text:");
      const area = el("textarea", { readonly: true, rows: 4, "aria-label": label }, text);
      this.place.querySelector("textarea")?.remove();
      this.place.prepend(area);
      this.report(label);
      area.focus();
      area.select();
    }
  }

  download() {
    const { session } = this;
    const remark = session.say("The network of the tutorial, with numbers changed on its page");
    const text = networkFile(session.givens, session.now.changes, remark);
    const href = URL.createObjectURL(new Blob([text], { type: "application/toml" }));
    const anchor = el("a", { href, download: "network.toml" });
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(href), 10_000);
    this.report(session.say("network.toml is downloaded: building with it gives this page."));
  }

  async toggleCode() {
    this.shown = !this.shown;
    this.code.setAttribute("aria-expanded", String(this.shown));
    if (this.shown) await this.drawCode();
    else this.place.querySelector("figure")?.remove();
  }

  async drawCode() {
    if (!this.shown) return;
    const { session } = this;
    const link = this.link();
    const { encode } = await import("../../_uqr/index.mjs");
    if (!this.shown || link !== this.link()) return;
    /** @type {boolean[][] | null} */
    let modules = null;
    try {
      modules = link === null ? null : encode(link, { ecc: "L", border: 4 }).data;
    } catch {
      // longer than the largest code
    }
    this.place.querySelector("figure")?.remove();
    if (modules === null || link === null) {
      this.report(session.say("The link is too long for a QR code."));
      return;
    }
    const size = modules.length;
    const path = modules.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join("");
    const picture = svg(
      "svg",
      { viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": session.say("QR code of the link"), class: "bp-code", "shape-rendering": "crispEdges" },
      svg("rect", { width: size, height: size, fill: "#fff" }),
      svg("path", { d: path, fill: "#000" }),
    );
    this.place.append(el("figure", {}, picture, el("figcaption", { class: "bp-small" }, link)));
  }

  close() {
    this.session.resting.delete(this.follow);
    this.session.listeners.delete(this.stale);
  }
}
