// The live page: what it loads, and how it follows the numbers. The panel and the address tell it which ones.
// @ts-check

import { Course, parseName } from "../network/course.mjs";
import { Changes } from "./changes.mjs";
import { draw } from "../figures/figure.mjs";
import { Region } from "./region.mjs";
import { trainable } from "../network/trainable.mjs";
import { train, Trainer } from "../network/train.mjs";
import { breathe } from "../dom/page_tools.mjs";
import { data, meanwhile, script } from "../dom/site.mjs";
import { typeset } from "../formulas/typeset.mjs";

/** @typedef {import("../network/course.mjs").Published} Published */
/** @typedef {import("../formulas/formula.mjs").Setting} Setting */
/** @typedef {import("./region.mjs").Choice} Choice */
/** @typedef {import("../figures/scene.mjs").Layout} Layout */
/**
 * What a language's `live.json` says.
 * @typedef {object} Settings
 * @property {import("../numbers/language.mjs").Language} language
 * @property {Setting["rules"]} rules
 * @property {number} decimals
 * @property {number} iterations
 * @property {string} loss the quantity that training lowers
 * @property {{ inputs: string[], neurons: string[][], weights: string[][][], biases: string[][] }} topology
 * @property {{ output: string, hidden: string | null }} model
 * @property {import("../network/describe.mjs").Meanings} meanings
 */

/** A page by its name, `es/output-layer`, and its address below the root, as worksheet.json lists it. @typedef {{ name: string, url: string }} Place */

const SLICE = 12; // ms of work without a breath while a number is dragged

/** The page has followed the numbers: so may whatever stands beside it. */
const told = () => document.dispatchEvent(new Event("bp-follow"));

/** One page of the site, following changed numbers. */
export class LivePage {
  /**
   * @param {Place} place @param {Published} published @param {Settings} settings @param {Choice[]} choices
   */
  constructor({ name, url }, published, settings, choices) {
    this.name = name;
    this.url = url;
    this.published = published;
    this.settings = settings;
    this.choices = choices;
    const article = /** @type {HTMLElement | null} */ (document.querySelector(".md-content article"));
    if (!article) throw new Error("the page has no article");
    this.article = article;
    this.region = new Region(article, choices);
    this.changes = new Changes(article);
    /** What of the article is in the window, or near. @type {Set<Element>} */
    this.near = new Set();
    this.course = new Course(published, new Map());
    /** @type {((tex: string, display: boolean) => string) | null} */
    this.typeset = null;
    /** @type {Promise<void> | undefined} */
    this.loading = undefined;
    /** @type {number[] | null} */
    this.losses = null; // after each update of a training with the numbers as they are now
    this.turn = 0; // counts the changes, so that a training that is overtaken stops
    this.behind = false; // what can be seen does not show yet how far a slider was dragged
  }

  /** Load what a page needs. @param {Place} place @param {AbortSignal} left */
  static async open(place, left) {
    const { name } = place;
    const language = name.slice(0, name.indexOf("/"));
    const files = ["worksheet.json", `assets/live/${language}.json`, `assets/choices/${name}.json`];
    const [published, settings, choices] = await meanwhile(left, Promise.all(files.map(data)));
    const page = new LivePage(place, published, settings, choices);
    page.look(left);
    left.addEventListener("abort", () => {
      page.turn++; // a training that is under way stops
      page.changes.forget();
    });
    return page;
  }

  /** @param {AbortSignal} left */
  look(left) {
    const watch = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          if (isIntersecting) this.near.add(target);
          else this.near.delete(target);
        }
      },
      { rootMargin: "20% 0px" },
    );
    for (const block of this.article.children) watch.observe(block);
    left.addEventListener("abort", () => watch.disconnect());
  }

  /**
   * Show the tutorial of a network with other numbers.
   * @param {Map<string, string>} changes decimal literals by name
   * @param {{ going?: boolean, dragged?: boolean, quiet?: boolean }} [how] `going`: on with the last change; `dragged`: more
   * will come, so what cannot be seen waits for a pause; `quiet`: nothing is marked, as the reader saw no other numbers
   */
  apply(changes, { going = false, dragged = false, quiet = false } = {}) {
    this.turn++;
    this.course = new Course(this.published, changes);
    this.losses = null;
    if (quiet) this.changes.forget();
    else this.changes.begin(going);
    this.behind = dragged;
    if (dragged) return void this.followInSlices(this.turn);
    this.follow();
    void this.trainAsNeeded(this.turn);
  }

  /** @returns {import("./region.mjs").Follower} */
  follower() {
    return {
      course: this.course,
      setting: this.settings,
      choices: this.choices,
      draw: (shown, layout) => this.draw(shown, layout),
      typeset: this.typeset,
      wantTypeset: () => void this.loadTypeset(),
      told,
      changes: this.changes,
    };
  }

  follow() {
    this.behind = false;
    for (const _ of this.region.following(this.follower()));
    told();
  }

  /** What can be seen first, with breaths. @param {number} turn */
  async followInSlices(turn) {
    await breathe(); // first the slider, and what the panel says
    if (turn !== this.turn) return;
    let since = performance.now();
    for (const seen of this.region.following(this.follower(), (element) => this.seen(element))) {
      if (seen) this.behind = false;
      if (performance.now() - since < SLICE) continue;
      await breathe();
      if (turn !== this.turn) return;
      since = performance.now();
    }
    this.behind = false;
    told();
    void this.trainAsNeeded(turn);
  }

  /** Whether an element can be seen: in the window or near it, or in the figure that goes along beside the text. @param {Element} element */
  seen(element) {
    if (element.closest(".bp-along")) return !element.matches(".bp-wide");
    if (!element.checkVisibility()) return false; // a figure's other layout, in a fold
    let block = element;
    while (block.parentElement && block.parentElement !== this.article) block = block.parentElement;
    return this.near.has(block);
  }

  /** With so many decimals, or with those of the site. @param {number | null} decimals */
  show(decimals) {
    const own = this.published.worksheets[""].network.display.decimals;
    if (this.settings.decimals === (decimals ?? own)) return;
    this.settings = { ...this.settings, decimals: decimals ?? own };
    this.changes.forget();
    this.follow();
    if (!this.losses) void this.trainAsNeeded(++this.turn);
  }

  /** KaTeX is needed only where a formula changes its shape. */
  loadTypeset() {
    this.loading ??= script("assets/katex/katex.min.js").then(() => {
      const { katex } = /** @type {any} */ (window);
      this.typeset = (tex, display) => typeset(katex, tex, display);
      this.follow();
    });
    return this.loading;
  }

  /** The counts of updates of which the page shows something. */
  laterSteps() {
    const names = this.published.pages[this.url] ?? [];
    return new Set(names.map(parseName).filter(({ sheet, step }) => sheet === "" && step > 1).map(({ step }) => step));
  }

  /** @param {number} turn */
  async trainAsNeeded(turn) {
    const steps = this.laterSteps();
    if (!steps.size && !this.article.querySelector(".bp-loss-curve:not([data-sheets])")) return;
    const { topology, loss, iterations } = this.settings;
    const parameters = [...topology.weights.flat(2), ...new Set(topology.biases.flat())];
    const sheet = trainable(this.course, topology);
    const wanted = new Set([...steps, iterations]);
    const found = await train(() => new Trainer(sheet, parameters, loss), wanted, () => turn !== this.turn, breathe);
    if (!found || turn !== this.turn) return;
    for (const [step, values] of found.parameters) this.course.trained(step, values);
    this.losses = found.losses.slice(0, iterations + 1);
    this.follow();
  }

  /**
   * A figure as SVG; null for one that cannot be drawn yet.
   * @param {import("./region.mjs").Shown} shown @param {Layout} layout @returns {string | null}
   */
  draw({ kind, weight, copy }, layout) {
    const { losses, settings } = this;
    if (kind === "loss-curve" && !losses) return null;
    const scene = {
      network: this.published.worksheets[""].network,
      names: settings.topology,
      sheet: this.course.sheet(""),
      language: settings.language,
      decimals: settings.decimals,
      losses: () => ({ after: losses ?? [], last: this.course.value(`${settings.loss}@${settings.iterations}`) }),
      outputWeight: settings.model.output,
      hiddenWeight: settings.model.hidden,
      weight,
      copy,
    };
    return draw(kind, scene, layout).svg;
  }
}
