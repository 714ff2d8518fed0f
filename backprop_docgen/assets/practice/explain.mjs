// The page that explains a number: what is typed, about which network, and what is found. Nothing of it leaves the browser.
// @ts-check

import { el } from "../dom/elements.mjs";
import { reachable } from "../dom/page_tools.mjs";
import { data, meanwhile, script, stylesheet } from "../dom/site.mjs";
import { typeset } from "../formulas/typeset.mjs";
import { describe } from "../network/describe.mjs";
import { translate } from "../numbers/language.mjs";
import { significant } from "./digits.mjs";
import { Equations } from "./equations.mjs";
import { Practice } from "./judge.mjs";
import { fileNumbers } from "./network_file.mjs";
import { called, fragment, fromFragment, MOST, readLines, written } from "./numbers_typed.mjs";
import { Shape } from "./shape.mjs";
import { remark, symbolText } from "./words.mjs";

/** @typedef {import("../page/live_page.mjs").Settings} Live */
/** @typedef {import("../panel/session.mjs").Session} Session */
/** @typedef {import("./judge.mjs").Explanation} Explanation */
/** @typedef {import("./judge.mjs").Sheet} Sheet */
/** @typedef {import("./judge.mjs").Verdict} Verdict */
/** @typedef {import("./numbers_typed.mjs").Line} Line */
/** @typedef {import("./numbers_typed.mjs").Refused} Refused */
/** @typedef {{ language: string, session: () => Promise<Session>, left: AbortSignal }} Visit */
/** @typedef {"published" | "own" | "file"} Which network */

const OWN = "default";
const KATEX = "assets/katex/katex.min.js";
const SIDES = 3; // so many lines stand beside one another
const EXAMPLE_DIGITS = 5;

export class Explain {
  /** @param {HTMLElement} holder @param {Live} live @param {Visit} visit @param {string[]} shapes */
  constructor(holder, live, visit, shapes) {
    this.holder = holder;
    this.live = live;
    this.visit = visit;
    this.shapes = shapes;
    /** @param {string} english @param {Record<string, string>} [values] */
    this.say = (english, values) => translate(live.language, english, values);
    /** @type {Practice | null} */
    this.practice = null;
    /** @type {Sheet | null} */
    this.sheet = null;
    /** @type {Map<string, string>} */
    this.changes = new Map();
    this.turn = 0;
    this.asked = 0; // counts what is asked, so that what is overtaken is not shown
    this.build();
  }

  /** @param {HTMLElement} holder what stands here without a script @param {Visit} visit */
  static async open(holder, visit) {
    const loading = [data(`assets/live/${visit.language}.json`), stylesheet("assets/practice.css")];
    const [live] = await meanwhile(visit.left, Promise.all(loading));
    const shapes = (holder.getAttribute("data-shapes") ?? "").split(" ").filter(Boolean);
    const page = new Explain(holder, live, visit, [OWN, ...shapes]);
    const follow = () => void page.fromAddress();
    addEventListener("hashchange", follow, { signal: visit.left });
    await page.fromAddress();
    return page;
  }

  build() {
    const { say } = this;
    /** @param {string} words @param {() => unknown} act */
    const button = (words, act) => el("button", { type: "button", click: () => void act() }, words);
    /** @param {HTMLElement} field @param {string} words @param {string} [help] */
    const labelled = (field, words, help) => {
      if (help) field.setAttribute("aria-describedby", `${field.id}-help`);
      return el("div", { class: "bp-field" }, el("label", { for: field.id }, words), help ? el("p", { id: `${field.id}-help`, class: "bp-help" }, help) : null, field);
    };
    this.typed = el("textarea", { id: "bp-typed", rows: 4, maxlength: 4000, spellcheck: "false", autocapitalize: "off", autocomplete: "off" });
    this.which = el(
      "select",
      { id: "bp-which", change: () => void this.choose() },
      el("option", { value: "published" }, say("the network of this site, as published")),
      el("option", { value: "own" }, say("the network of this site, with your own numbers from the panel")),
      el("option", { value: "file" }, say("a network file that you paste")),
    );
    this.file = el("textarea", { id: "bp-file", rows: 8, maxlength: 65_536, spellcheck: "false", autocapitalize: "off", input: () => void this.choose() });
    this.pasted = labelled(this.file, say("Network file"), say("The text of a network.toml; the panel writes one."));
    this.about = el("p", { class: "bp-about", role: "status" });
    this.found = el("div", { class: "bp-found", role: "region", "aria-label": say("What was found"), tabindex: "-1" });
    this.status = el("p", { class: "bp-hidden", role: "status" });
    const go = el("button", { type: "submit", class: "bp-onward" }, say("Explain"));
    const form = el(
      "form",
      { novalidate: true },
      labelled(this.which, say("Which network")),
      this.pasted,
      this.about,
      labelled(this.typed, say("Your numbers, one a line"), say("With the name of a quantity before it (net_h1 = …), or without: then every quantity is tried.")),
      el("div", { class: "bp-actions" }, go, button(say("An example"), () => this.example()), button(say("Copy a link to these numbers"), () => this.link())),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.explain(true);
    });
    this.typed.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void this.explain(true);
    });
    form.addEventListener("focusin", () => void this.ready().catch(console.error), { once: true });
    this.holder.classList.add("bp-explaining");
    this.holder.replaceChildren(form, this.found, this.status);
    this.pasted.hidden = true;
  }

  /** Said anew, even if it is the same as before. @param {string} words */
  speak(words) {
    const { status } = this;
    if (!status) return;
    status.textContent = "";
    requestAnimationFrame(() => (status.textContent = words));
  }

  /** What judges numbers, and what typesets: loaded when a reader turns to the form. */
  async ready() {
    await meanwhile(this.visit.left, Promise.all([this.sheet ? null : this.choose(), script(KATEX)]));
  }

  /** The network that is chosen. */
  async choose() {
    const turn = ++this.turn;
    const which = /** @type {Which} */ (this.which?.value);
    if (this.pasted) this.pasted.hidden = which !== "file";
    try {
      const found = await this.numbers(which);
      if (turn !== this.turn) return;
      if ("problem" in found) {
        this.sheet = null;
        this.tell(found.problem);
        return;
      }
      const practice = await meanwhile(this.visit.left, Practice.open(found.shape, this.visit.language));
      if (turn !== this.turn) return;
      this.practice = practice;
      this.changes = found.changes;
      this.sheet = practice.sheet(found.changes);
      this.tell(which === "file" ? this.say("The file is read: its numbers are taken.") : "");
      void this.sheet.prepare(this.visit.left);
      if (this.found?.childElementCount) void this.explain(false);
    } catch (error) {
      console.error(error);
      if (turn === this.turn) this.tell(this.say("This could not be loaded; try again"));
    }
  }

  /** @param {string} words of the network */
  tell(words) {
    if (this.about && this.about.textContent !== words) this.about.textContent = words;
  }

  /** @param {Which} which @returns {Promise<{ shape: string, changes: Map<string, string> } | { problem: string }>} */
  async numbers(which) {
    if (which === "published") return { shape: OWN, changes: new Map() };
    if (which === "own") {
      const session = await this.visit.session();
      if (!this.listening) {
        this.listening = true;
        session.listeners.add(() => {
          if (this.which?.value === "own") void this.choose();
        });
      }
      return { shape: OWN, changes: new Map(session.now.changes) };
    }
    const text = this.file?.value ?? "";
    if (!text.trim()) return { problem: this.say("Paste the file first.") };
    const all = await meanwhile(this.visit.left, Promise.all(this.shapes.map((shape) => data(`assets/practice/${shape}.json`).catch(() => null))));
    const found = fileNumbers(text, all.flatMap((each, index) => (each ? [{ shape: this.shapes[index], network: each.network }] : [])));
    if (!("refused" in found)) return found;
    if (found.refused === "drawn") return { problem: this.say("Its weights are drawn from a seed: write them out, as the panel's file does.") };
    if (found.refused === "shape") {
      return { problem: this.say("The page knows no network of this shape. The command does: {command}", { command: "backprop-docgen explain … --network FILE" }) };
    }
    return { problem: this.say("This is no network file that can be read here.") };
  }

  async fromAddress() {
    const text = fromFragment(location.hash);
    if (text === null || !this.typed) return;
    this.typed.value = text;
    await this.explain(false);
    this.found?.scrollIntoView({ block: "nearest" });
  }

  /** Two numbers that a slip gives: the likeliest one that changes several lines at once. */
  async example() {
    await this.ready().catch(console.error); // what could not be loaded is told where the network is chosen
    const { sheet, typed } = this;
    if (!sheet || !typed) return;
    const { known } = sheet;
    /** @param {import("./slips.mjs").Slip} slip */
    const shown = (slip) => {
      const names = known.asked.filter((name) => slip.trees.has(name) && Math.abs(sheet.withSlip(slip, name)) < 1e3);
      return names.filter((name) => sheet.withSlip(slip, name).toPrecision(EXAMPLE_DIGITS) !== sheet.value(name).toPrecision(EXAMPLE_DIGITS)).slice(0, 2);
    };
    const slip = known.slips.find((each) => each.rule === "transposed" && shown(each).length === 2) ?? known.slips.find((each) => shown(each).length > 0);
    if (!slip) return;
    const mark = this.live.language.mark;
    typed.value = shown(slip)
      .map((name) => {
        const { digits, exponent } = significant(sheet.withSlip(slip, name), EXAMPLE_DIGITS);
        return written({ quantity: name, text: digits.replace(".", mark) + (exponent === null ? "" : `e${exponent}`) });
      })
      .join("\n");
    void this.explain(true);
  }

  async link() {
    await this.ready().catch(console.error);
    const lines = this.lines().flatMap((line) => ("refused" in line ? [] : [line]));
    const hash = fragment(lines);
    if (!hash) return this.speak(this.say("There is nothing to link to."));
    history.replaceState(history.state, "", hash);
    try {
      await navigator.clipboard.writeText(location.href);
      this.speak(this.say("The link is copied."));
    } catch {
      this.speak(this.say("The link stands in the address bar."));
    }
  }

  lines() {
    return readLines(this.typed?.value ?? "", called(this.sheet?.known.names.filter((name) => !name.includes("[")) ?? []));
  }

  /** Judge what is typed. @param {boolean} goes whether the reader goes to what was found */
  async explain(goes) {
    const turn = ++this.asked;
    const { say, found } = this;
    try {
      await this.ready();
    } catch (error) {
      console.error(error);
      return this.tell(say("This could not be loaded; try again"));
    }
    const { sheet } = this;
    if (!found || turn !== this.asked) return;
    if (!sheet) {
      found.replaceChildren();
      return this.speak(this.about?.textContent || say("This could not be loaded; try again"));
    }
    const lines = this.lines();
    if (!lines.length) {
      found.replaceChildren();
      this.typed?.focus();
      return this.speak(say("Write a number first."));
    }
    const asked = lines.flatMap((line) => ("refused" in line ? [] : [line]));
    const { verdicts, together } = sheet.judgement(asked.map(({ text, quantity }) => ({ quantity, text, digits: null })));
    const all = together.map((each) => el("p", {}, each.text));
    const items = lines.map((line, index) => ("refused" in line ? this.refused(line) : this.item(line, index, /** @type {Verdict} */ (verdicts.shift()), together)));
    found.replaceChildren(
      all.length ? el("section", { class: "bp-together" }, ...all, this.sides(together[0])) : "",
      el("ol", { class: "bp-explanations" }, ...items),
      lines.length === MOST ? el("p", {}, say("The first {count} lines are explained.", { count: String(MOST) })) : "",
    );
    reachable();
    this.speak([...all, ...items.flatMap((each) => [...each.querySelectorAll(".bp-told p, p.bp-told")])].map((each) => each.textContent).join(" "));
    if (goes) found.focus({ preventScroll: true });
    if (goes) found.scrollIntoView({ block: "nearest" });
  }

  /** @param {Refused} line */
  refused({ line, refused }) {
    const { say } = this;
    const why = {
      form: say("This is not a number, such as 0.5, 0,5 or 1.2e-3."),
      marks: say("This number can be read in two ways: write it without groups, with one decimal mark."),
      name: say("The network has no quantity of this name."),
    };
    return el("li", { class: "bp-explanation" }, el("p", { class: "bp-line" }, el("code", {}, line.slice(0, 60))), el("p", { class: "bp-told" }, why[refused]));
  }

  /** @param {Line} line @param {number} index @param {Verdict} verdict @param {Explanation[]} together what is said of several is said once */
  item(line, index, verdict, together) {
    const { live } = this;
    const name = verdict.quantity;
    const said = remark(verdict, live.language);
    const own = verdict.explanations.filter((each) => !together.some(({ rule, trees }) => rule === each.rule && same(trees, each.trees)));
    const told = own.map(({ text }) => el("p", {}, text));
    const meaning = name === null ? "" : ` ${symbolText(name)}: ${describe(name, live.meanings, live.language)}`;
    return el(
      "li",
      { class: "bp-explanation", "data-verdict": verdict.verdict },
      el("p", { class: "bp-line" }, el("strong", {}, line.text), meaning),
      el("div", { class: "bp-told" }, ...told, said ? el("p", {}, said) : null),
      this.sides(own[0]),
      this.should(line, index),
    );
  }

  /** What a number should be, to choose. @param {Line} line @param {number} index */
  should(line, index) {
    const { say, live } = this;
    const id = `bp-should-${index}`;
    const select = el("select", { id, change: () => void this.rename(index, select.value || null) }, el("option", { value: "" }, say("left open")));
    for (const name of this.sheet?.known.asked ?? []) {
      select.append(el("option", { value: name, selected: name === line.quantity }, `${symbolText(name)}: ${describe(name, live.meanings, live.language)}`));
    }
    if (line.quantity !== null && select.value !== line.quantity) select.append(el("option", { value: line.quantity, selected: true }, symbolText(line.quantity)));
    return el("p", { class: "bp-field" }, el("label", { for: id }, say("It should be")), select);
  }

  /** Put a name before a line, or take it away. @param {number} index @param {string | null} quantity */
  async rename(index, quantity) {
    const lines = this.lines().map((line, at) => {
      if ("refused" in line) return line.line;
      return written(at === index ? { ...line, quantity } : line);
    });
    if (this.typed) this.typed.value = lines.join("\n");
    await this.explain(false);
    document.getElementById(`bp-should-${index}`)?.focus();
  }

  /** The wrong lines beside the right ones. @param {Explanation | undefined} explanation */
  sides(explanation) {
    const { say, sheet, practice, live } = this;
    if (!explanation || !sheet || !practice) return null;
    const names = explanation.lines.slice(0, SIDES);
    if (!names.length) return null;
    const equations = new Equations(new Shape(practice.published), sheet, this.changes, EXAMPLE_DIGITS, live.language, live.rules);
    const { katex } = /** @type {any} */ (window);
    const maths = (/** @type {string} */ tex) => {
      const line = el("div", { class: "bp-maths" });
      line.innerHTML = typeset(katex, tex, true); // of the site's own formulas
      return line;
    };
    /** @param {string} title @param {string[]} lines */
    const side = (title, lines) => el("div", {}, el("p", { class: "bp-part" }, title), ...lines.map(maths));
    return el(
      "div",
      { class: "bp-sides" },
      side(say("This gives your number"), names.map((name) => equations.asked(name, explanation.trees[name]))),
      side(say("This is right"), names.map((name) => equations.asked(name, /** @type {any} */ (sheet.known.formulas.get(name))))),
    );
  }
}

/** @param {object} one @param {object} other */
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
