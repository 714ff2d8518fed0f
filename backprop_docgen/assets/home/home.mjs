// The first page: a weight to turn, outputs and loss that follow, the network's answer, and what following it does.
// The numbers are the reader's own, as those of the panel; they stay with him on every other page.
// @ts-check

import { coalesced, make } from "../dom/widgets.mjs";
import { Stepper } from "../reading/stepper.mjs";

/** @typedef {import("../panel/session.mjs").Session} Session */
/** A loss, and as the pages print it. @typedef {{ double: number, text: string }} Loss */

const [STEPS, FRAMES, FRAME, PACE] = [100, 25, 90, 1100]; // updates, pictures of them, ms of a picture and of a step back
const STILL = "(prefers-reduced-motion: reduce)";
const DIGITS = 4; // decimals of the weight beside the slider

/** @param {number} time ms */
const wait = (time) => new Promise((done) => setTimeout(done, time));

/** @param {string} text @param {() => unknown} act */
function button(text, act) {
  const made = make("button", { type: "button" }, text);
  made.addEventListener("click", () => void act());
  return made;
}

export class Home {
  /**
   * @param {HTMLElement} holder where the controls stand, with their words
   * @param {HTMLElement} figure
   * @param {() => Promise<Session>} start the reader's numbers, loaded when they are first touched
   * @param {(english: string, values?: Record<string, string>) => string} say
   * @param {AbortSignal} left the page is left
   */
  constructor(holder, figure, start, say, left) {
    this.holder = holder;
    this.words = /** @type {Record<string, string>} */ ({ ...holder.dataset });
    this.start = start;
    this.left = left;
    this.stepper = new Stepper(figure, say, left);
    this.answer = document.querySelector("article .bp-answer");
    /** @type {import("../numbers/rounding.mjs") | null} */
    this.rounding = null;
    /** @type {Session | null} */
    this.session = null;
    /** @type {"" | "running" | "paused"} */
    this.training = "";
    /** @type {Loss | null} */
    this.before = null; // the loss before the reader began to turn
    /** @type {Loss | null} */
    this.best = null; // the lowest one by hand
    this.build();
    figure.addEventListener("bp-step", () => {
      if (this.stepper.at === this.stepper.last) this.tellAnswer()?.scrollIntoView({ block: "nearest" });
    });
    document.addEventListener("bp-follow", () => void this.opened().then(() => this.follow()), { signal: left });
    left.addEventListener("abort", () => (this.training = ""));
  }

  build() {
    const { weight, name, ask, one, many, reset } = this.words;
    const number = document.querySelector(`article data.q[data-q="${weight}"]`);
    const value = Number(number?.getAttribute("value"));
    const most = String(Math.max(2, Math.ceil(2 * Math.abs(value))));
    this.slider = make("input", { type: "range", id: "bp-turn", min: `-${most}`, max: most, step: "0.01", value: String(value) });
    const turn = coalesced(() => void this.turn());
    this.slider.addEventListener("input", turn);
    this.reading = make("output", { for: "bp-turn" }, number?.textContent ?? "");
    this.train = button(`× ${STEPS}`, () => this.hundred());
    this.train.setAttribute("aria-label", `× ${STEPS} ${many}`); // what is called holds what is read
    this.told = make("div", { role: "status" });
    const buttons = [button(ask, () => this.ask()), button(one, () => this.one()), this.train, button(reset, () => this.reset())];
    const row = make("div", { class: "bp-turning" }, make("label", { for: "bp-turn" }, name), this.slider, this.reading);
    this.holder.append(row, make("div", { class: "bp-buttons" }, ...buttons), this.told);
  }

  /** The reader's numbers, with all that computes them. */
  async opened() {
    if (this.session) return this.session;
    const [session, rounding] = await Promise.all([this.start(), import("../numbers/rounding.mjs")]);
    if (this.session) return this.session;
    this.session = session;
    this.rounding = rounding;
    session.resting.add(() => this.rested());
    this.follow();
    return session;
  }

  /** @param {string} name @param {number} [decimals] @returns {Loss} */
  value(name, decimals) {
    const { page } = /** @type {Session} */ (this.session);
    const { printed, said } = /** @type {import("../numbers/rounding.mjs")} */ (this.rounding);
    const { language, decimals: own } = page.settings;
    const value = page.course.value(name);
    return { double: value.double, text: said(printed(value, Math.min(own, decimals ?? own)), language) };
  }

  loss() {
    return this.value(/** @type {Session} */ (this.session).page.settings.loss);
  }

  /** The numbers have changed, here or elsewhere. */
  follow() {
    if (!this.session || !this.slider || !this.reading) return;
    const { double, text } = this.value(this.words.weight, DIGITS);
    this.reading.textContent = text;
    if (Number(this.slider.value) === double) return;
    const range = this.session.givens.range(this.words.weight, double);
    if (double < Number(this.slider.min)) this.slider.min = String(range.min);
    if (double > Number(this.slider.max)) this.slider.max = String(range.max);
    this.slider.value = String(double);
  }

  async turn() {
    const wanted = /** @type {HTMLInputElement} */ (this.slider).value;
    const session = await this.opened();
    this.training = "";
    this.before ??= this.loss();
    const { changes } = session.givens.settle(session.now.changes, new Map([[this.words.weight, wanted]]));
    session.commit(changes, { merge: "home" });
    const loss = this.loss();
    if (loss.double < (this.best?.double ?? Infinity)) this.best = loss;
  }

  /** The reader pauses. */
  rested() {
    if (!this.before || !this.session) return;
    const lowest = this.best ? ` ${this.session.say("Lowest by hand: {loss}.", { loss: this.best.text })}` : "";
    this.tell(this.before, lowest);
    this.before = null;
  }

  /** What an action has made of the loss. @param {Loss} before @param {string} [more] */
  tell(before, more = "") {
    const after = this.loss();
    const session = /** @type {Session} */ (this.session);
    const values = { before: before.text, after: after.text };
    let words = session.say("The loss: {before} → {after}.", values);
    if (before.text === after.text) words = session.say("The loss is still {after}.", values);
    else if (after.double < before.double) words = session.say("The loss falls: {before} → {after}.", values);
    else if (after.double > before.double) words = session.say("The loss rises: {before} → {after}.", values);
    this.report(words + more);
  }

  /** @param {string} words */
  report(words) {
    if (this.told) this.told.textContent = words;
  }

  /** The gradients walk back through the drawing; at the end stands what they say. */
  ask() {
    const { stepper } = this;
    if (!stepper.bar) this.holder.append(stepper.controls());
    if (stepper.at === stepper.last) this.tellAnswer();
    stepper.begin();
    stepper.play(PACE);
  }

  tellAnswer() {
    this.answer?.setAttribute("role", "status");
    this.answer?.classList.add("bp-asked");
    return this.answer;
  }

  /** Every weight against its own gradient. */
  async one() {
    const session = await this.opened();
    this.training = "";
    const before = this.loss();
    const { givens, now, page } = session;
    this.take(givens.start(now.changes, givens.updated(page.course)), "");
    this.tell(before);
  }

  /** @param {Map<string, string> | null} changes @param {string} merge @returns {boolean} whether these are numbers */
  take(changes, merge) {
    if (changes === null) return false;
    this.session?.commit(changes, { merge });
    return true;
  }

  /** A hundred updates, a few in each picture; pressed again, they wait. */
  async hundred() {
    if (this.training) return this.label(this.training === "running" ? "paused" : "running");
    this.label("running");
    const session = await this.opened();
    const [{ Trainer }, { trainable }] = await Promise.all([import("../network/train.mjs"), import("../network/trainable.mjs")]);
    const { givens, page, now: first } = session;
    const before = this.loss();
    const trainer = new Trainer(trainable(page.course, page.settings.topology), [...givens.weights, ...givens.biases], page.settings.loss);
    const each = matchMedia(STILL).matches ? STEPS : STEPS / FRAMES;
    let [now, fine] = [first, true];
    for (let done = 0; done < STEPS && fine && this.training && session.now === now; ) {
      if (this.training === "running") {
        trainer.run(each);
        done += each;
        fine = this.take(givens.start(first.changes, trainer.now()), "home:train");
        now = session.now;
      }
      await wait(FRAME);
    }
    if (this.left.aborted) return;
    this.label("");
    if (fine) this.tell(before);
    else this.report(session.say("The training runs away: the numbers become too large. Nothing was changed."));
  }

  /** @param {"" | "running" | "paused"} training */
  label(training) {
    this.training = training;
    const { many, pause, go } = this.words;
    const words = { "": `× ${STEPS}`, running: pause, paused: go }[training];
    if (!this.train) return;
    this.train.textContent = words;
    this.train.setAttribute("aria-label", training ? words : `× ${STEPS} ${many}`);
  }

  async reset() {
    const session = await this.opened();
    this.training = "";
    this.best = this.before = null;
    const before = this.loss();
    session.reset();
    this.tell(before);
  }
}
