// The reading menu: digits, colours, questions, the figure kept in view, the projector.
// @ts-check

import { translate } from "../numbers/language.mjs";
import { meanwhile, stylesheet } from "../dom/site.mjs";
import { card, make } from "../dom/widgets.mjs";
import { Offline, possible } from "./offline.mjs";

/** @typedef {import("../page/live_page.mjs").LivePage} LivePage */
/** @typedef {import("./reader.mjs").Reader} Reader */

const FEW = 4;
const ALL = 15; // decimals: as many as the printing rule knows

/** The menu and its door. */
export class Menu {
  /** @param {Reader} reader @param {LivePage} page @param {HTMLElement} door */
  constructor(reader, page, door) {
    this.reader = reader;
    this.page = page;
    this.door = door;
    /** @param {string} english @param {Record<string, string>} [values] */
    this.say = (english, values) => translate(page.settings.language, english, values);
    this.card = card("bp-menu", this.say("Reading"));
    this.fill();
  }

  toggle() {
    if (this.card.isConnected) this.close();
    else this.open();
  }

  open() {
    document.body.append(this.card);
    this.door.setAttribute("aria-expanded", "true");
    this.listening = new AbortController();
    const { signal } = this.listening;
    this.card.addEventListener("keydown", (event) => event.key === "Escape" && this.close(), { signal });
    document.addEventListener("pointerdown", (event) => this.elsewhere(event), { signal });
    this.card.querySelector("input")?.focus({ preventScroll: true });
  }

  close() {
    const inside = this.card.contains(document.activeElement) || document.activeElement === document.body;
    this.listening?.abort();
    this.card.remove();
    this.door.setAttribute("aria-expanded", "false");
    if (inside) this.door.focus({ preventScroll: true });
  }

  /** @param {Event} event */
  elsewhere(event) {
    const target = /** @type {Node} */ (event.target);
    if (!this.card.contains(target) && !this.door.contains(target)) this.close();
  }

  fill() {
    const { say } = this;
    const shut = make("button", { type: "button", class: "bp-shut", "aria-label": say("Close") }, "×");
    shut.addEventListener("click", () => this.close());
    const bar = make("div", { class: "bp-top" }, make("div", { class: "bp-heading" }, say("Reading")), shut);
    const { preferences } = this.reader;
    this.card.append(
      bar,
      this.digits(),
      this.box(say("One colour for each kind of quantity"), preferences.colours, (colours) => this.reader.prefer({ colours })),
      this.legend(),
      this.box(say("Numbers tell where they come from"), preferences.ask, (ask) => this.reader.prefer({ ask })),
      this.box(say("Keep the figure in view"), preferences.figure, (figure) => this.reader.prefer({ figure }), "bp-wide"),
      this.projector(),
      possible() ? new Offline(this.say).element : "",
      this.guide(),
    );
  }

  digits() {
    const { say, page, reader } = this;
    const own = page.published.worksheets[""].network.display.decimals;
    const group = make("fieldset", {}, make("legend", {}, say("Decimals shown")));
    for (const decimals of [...new Set([FEW, own, ALL])].sort((a, b) => a - b)) {
      const number = String(decimals);
      const text =
        decimals === own ? say("{number}, as published", { number }) : decimals === ALL ? say("all, up to {number}", { number }) : number;
      const radio = make("input", { type: "radio", name: "bp-digits", value: number });
      radio.checked = decimals === (reader.preferences.digits ?? own);
      radio.addEventListener("change", () => {
        const digits = decimals === own ? null : decimals;
        reader.prefer({ digits });
        page.show(digits);
      });
      group.append(make("label", {}, radio, " ", text));
    }
    return group;
  }

  /** @param {string} text @param {boolean} on @param {(on: boolean) => void} then @param {string} [css] */
  box(text, on, then, css = "") {
    const box = make("input", { type: "checkbox" });
    box.checked = on;
    box.addEventListener("change", () => then(box.checked));
    return make("label", { class: css }, box, " ", text);
  }

  legend() {
    const { say } = this;
    const kinds = {
      input: say("inputs and targets"),
      weight: say("weights"),
      bias: say("biases"),
      net: say("net inputs"),
      out: say("outputs of neurons"),
      error: say("errors and losses"),
      gradient: say("gradients and local derivatives"),
    };
    const items = Object.entries(kinds).map(([kind, words]) => make("li", { class: `bp-${kind}` }, words));
    return make("ul", { class: "bp-legend" }, ...items);
  }

  /** The page that tells how to use the pages, where there is one. */
  guide() {
    const href = document.querySelector('meta[name="bp-page"]')?.getAttribute("data-guide");
    return href ? make("p", {}, make("a", { href }, this.say("How to use these pages"))) : "";
  }

  projector() {
    const button = make("button", { type: "button", class: "bp-start" }, this.say("Projector: one step a screen"));
    button.addEventListener("click", async () => {
      this.close();
      const loading = Promise.all([import("./projector.mjs"), stylesheet("assets/projector.css")]);
      const [{ Projector }] = await meanwhile(this.reader.left, loading);
      new Projector(this.reader, this.page, this.door).start();
    });
    const keys = this.say("→ reveals the next result or goes on, ← goes back, Esc ends.");
    return make("div", {}, button, make("p", { class: "bp-hint" }, keys));
  }
}
