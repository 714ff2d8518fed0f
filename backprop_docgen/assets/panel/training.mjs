// One step of training, or many, from the reader's numbers on: the parameters then are his new start.
// @ts-check

import { curve, points } from "./sparkline.mjs";
import { el } from "../dom/elements.mjs";
import { wholeEntry } from "./entry.mjs";
import { steps } from "../network/givens.mjs";
import { trainable } from "../network/trainable.mjs";
import { Trainer } from "../network/train.mjs";

/** @typedef {import("./panel.mjs").Panel} Panel */

const [SLICE, DRAWN] = [8, 80]; // ms of training without a breath, and between two drawings

export class Training {
  /** @param {Panel} panel */
  constructor(panel) {
    this.panel = panel;
    this.session = panel.session;
    const say = this.session.say.bind(this.session);
    this.count = wholeEntry({ id: "bp-steps", name: "steps", value: 100, "aria-describedby": "bp-steps-progress" }, (text) => this.steps(text));
    this.button = el("button", { type: "button", click: () => (this.running ? this.stop() : void this.train()) }, say("Train"));
    this.progress = el("p", { id: "bp-steps-progress", class: "bp-progress" });
    this.drawing = el("div", {});
    const row = el("div", { class: "bp-row" }, el("label", { for: "bp-steps" }, say("Steps")), this.count, this.button);
    this.element = el("details", { open: true }, el("summary", {}, say("Train")), row, this.progress, this.drawing);
    this.running = false;
    /** What the report is about. @type {import("./session.mjs").Snapshot | null} */
    this.reported = null;
    this.follow = () => this.forget();
    this.session.listeners.add(this.follow);
  }

  /** A report, and its drawing, of other numbers than there are now. */
  forget() {
    if (this.running || !this.reported || this.reported === this.session.now) return;
    this.reported = null;
    this.progress.textContent = "";
    this.drawing.replaceChildren();
  }

  /** The updated parameters become the new start. */
  one() {
    const { givens, now, page } = this.session;
    this.take(givens.start(now.changes, givens.updated(page.course)), 1);
  }

  /** @param {Map<string, string> | null} changes @param {number} done */
  take(changes, done) {
    const { session, panel } = this;
    if (changes === null) {
      this.report(session.say("The training runs away: the numbers become too large. Nothing was changed."));
      return;
    }
    session.commit(changes);
    const loss = panel.loss();
    const said = done === 1 ? session.say("After one step the loss is {loss}.", { loss }) : "";
    this.report(said || session.say("After {number} steps the loss is {loss}.", { number: panel.whole(done), loss }));
  }

  /** @param {string} text */
  report(text) {
    this.reported = this.session.now;
    this.progress.textContent = text;
    this.panel.speak(text);
  }

  /** How many steps a text asks for. @param {string} text */
  steps(text) {
    return steps(text, this.session.page.settings.language.mark);
  }

  async train() {
    const { session, panel } = this;
    const { givens, now, page } = session;
    const wanted = this.steps(this.count.value);
    this.count.setAttribute("aria-invalid", String(wanted === null));
    if (wanted === null) {
      this.report(session.say("Write a whole number of steps, from 1 to {limit}.", { limit: panel.whole(1_000_000) }));
      return;
    }
    this.count.value = String(wanted);
    const parameters = [...givens.weights, ...givens.biases];
    const trainer = new Trainer(trainable(page.course, page.settings.topology), parameters, page.settings.loss);
    this.toggle(true);
    let done = 0;
    let [slice, drawn] = [performance.now(), performance.now()];
    while (done < wanted && this.running && session.now === now) {
      trainer.run(1);
      done++;
      if (performance.now() - slice < SLICE) continue;
      if (performance.now() - drawn > DRAWN) {
        this.progress.textContent = session.say("{done} of {number} steps", { done: panel.whole(done), number: panel.whole(wanted) });
        this.draw(trainer.losses);
        drawn = performance.now();
      }
      await new Promise((next) => setTimeout(next, 0));
      slice = performance.now();
    }
    this.toggle(false);
    if (session.now !== now) {
      this.report(session.say("The training was stopped: a number was changed."));
      return;
    }
    this.take(givens.start(now.changes, trainer.now()), done);
    this.draw([...trainer.losses, trainer.lastLoss()]);
  }

  stop() {
    this.running = false;
  }

  /** @param {boolean} running */
  toggle(running) {
    this.running = running;
    this.button.textContent = running ? this.session.say("Stop") : this.session.say("Train");
  }

  /** @param {number[]} losses */
  draw(losses) {
    const { panel, session } = this;
    if (losses.length < 2 || !losses.every(Number.isFinite)) {
      this.drawing.replaceChildren();
      return;
    }
    const { line, logarithmic } = points(losses);
    const values = {
      first: panel.number(losses[0]),
      last: panel.number(losses[losses.length - 1]),
      number: panel.whole(losses.length - 1),
    };
    const title = logarithmic
      ? session.say("The loss over {number} steps, from {first} to {last}; logarithmic scale.", values)
      : session.say("The loss over {number} steps, from {first} to {last}.", values);
    this.drawing.replaceChildren(curve(line, title), el("p", { class: "bp-small", "aria-hidden": "true" }, title));
  }

  close() {
    this.stop();
    this.session.listeners.delete(this.follow);
  }
}
