// A circuit goes step by step: values fill in, gradients walk back. As built it shows everything; this puts away what
// is still to come, and begins where the page's text stands.
// @ts-check

import { make } from "../dom/widgets.mjs";

const [PACE, HIDDEN, CURRENT] = [1500, "bp-later", "bp-current"]; // ms for a step that plays
const STILL = "(prefers-reduced-motion: reduce)";

export class Stepper {
  /**
   * @param {HTMLElement} figure
   * @param {(english: string, values?: Record<string, string>) => string} say
   * @param {AbortSignal} left the page is left
   */
  constructor(figure, say, left) {
    this.figure = figure;
    this.say = say;
    this.left = left;
    /** @type {[string, string][]} */
    this.steps = JSON.parse(figure.querySelector("svg")?.dataset.steps ?? "[]");
    const start = this.steps.findIndex(([name]) => name === figure.dataset.at);
    this.started = start < 0 ? this.last : start;
    this.at = matchMedia(STILL).matches ? this.last : this.started;
    this.timer = 0;
    document.addEventListener("bp-follow", () => this.show(), { signal: left }); // the drawing may be a new one
    left.addEventListener("abort", () => this.pause());
    this.show();
  }

  get last() {
    return this.steps.length - 1;
  }

  /** The controls, to be put beside the drawing. */
  controls() {
    const { say } = this;
    /** @param {string} sign @param {string} label @param {() => void} act */
    const button = (sign, label, act) => {
      const made = make("button", { type: "button", "aria-label": label, title: label }, sign);
      made.addEventListener("click", act);
      return made;
    };
    this.back = button("←", say("One step back"), () => this.turn(this.at - 1));
    this.next = button("→", say("Next step"), () => this.turn(this.at + 1));
    this.player = button("", "", () => (this.playing ? this.pause() : this.play()));
    this.told = make("div", { role: "status" });
    this.bar = make("div", { class: "bp-steps", role: "group", "aria-label": say("Steps of the figure") }, this.back, this.next, this.player, this.told);
    this.bar.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!by || document.documentElement.classList.contains("bp-projecting")) return;
      this.turn(this.at + by);
      event.preventDefault();
    });
    this.show();
    return this.bar;
  }

  /** Back to where the page starts. */
  begin() {
    this.at = this.started;
  }

  get playing() {
    return this.timer !== 0;
  }

  /** @param {number} step chosen by the reader: nothing plays on */
  turn(step) {
    this.pause();
    this.go(step);
  }

  /** @param {number} step */
  go(step) {
    this.at = Math.min(Math.max(step, 0), this.last);
    this.show();
  }

  /** Step after step to the end, from the beginning where that is reached; at once for who wants no motion. @param {number} [pace] ms */
  play(pace = PACE) {
    if (matchMedia(STILL).matches) return this.turn(this.last);
    if (this.at === this.last) this.at = 0;
    else this.at += 1;
    window.clearInterval(this.timer);
    this.timer = window.setInterval(() => {
      if (this.at === this.last) this.pause();
      else this.go(this.at + 1);
    }, pace);
    this.show();
  }

  pause() {
    window.clearInterval(this.timer);
    this.timer = 0;
    this.show();
  }

  show() {
    for (const part of this.figure.querySelectorAll("svg [data-step]")) {
      const step = Number(part.getAttribute("data-step"));
      part.classList.toggle(HIDDEN, step > this.at);
      part.classList.toggle(CURRENT, step === this.at);
    }
    this.figure.classList.add("bp-stepped");
    this.figure.dispatchEvent(new Event("bp-step"));
    if (!this.bar || !this.player || !this.told) return;
    const label = this.playing ? this.say("Pause") : this.say("Play");
    this.player.textContent = this.playing ? "❙❙" : "▶";
    this.player.setAttribute("aria-label", label);
    this.player.title = label;
    this.back?.setAttribute("aria-disabled", String(this.at === 0));
    this.next?.setAttribute("aria-disabled", String(this.at === this.last));
    const values = { number: String(this.at + 1), total: String(this.steps.length), step: this.steps[this.at][1] };
    const words = this.say("{number} of {total}: {step}", values);
    if (this.told.textContent !== words) this.told.textContent = words;
  }
}
