// The fields of the panel: a number and a slider for each input, target, weight, bias and the learning rate.
// @ts-check

import { el } from "../dom/elements.mjs";
import { Field, plain } from "./field.mjs";

/** @typedef {import("./session.mjs").Session} Session */
/** @typedef {import("../network/givens.mjs").Problem} Problem */
/** @typedef {{ title: string, names: string[], inside: Group[], open: boolean }} Group */

const FEW = 40; // numbers that may all stand open
const MOST_IN_A_GROUP = 24; // numbers of a layer; a wider one is folded neuron by neuron
const PATIENCE = 1000; // ms until a text that is no number, or not yet, is refused aloud

/** All fields, in groups that are built when they are opened. */
export class Fields {
  /** @param {Session} session */
  constructor(session) {
    this.session = session;
    /** @type {Map<string, Field>} */
    this.built = new Map();
    /** @type {Map<string, string>} */
    this.drafts = new Map(); // what is written in the field being changed, and what cannot be taken
    /** @type {Map<string, Problem>} */
    this.problems = new Map(); // why it cannot be
    /** @type {Set<string>} */
    this.unsaid = new Set(); // written since the last pause
    const { givens } = session;
    this.own = this.ofThePage();
    this.many = givens.published.size > FEW;
    this.element = el("div", { class: "bp-groups" }, ...this.groups().map((group) => this.fold(group)));
  }

  /** What the page is about: the parameter whose gradient it works out, and the learning rate. @returns {string[]} */
  ofThePage() {
    const { givens, page } = this.session;
    const equations = page.article.querySelectorAll(".equation:is([data-ladder], [data-worked])");
    const worked = [...equations].map((each) => each.getAttribute("data-ladder") ?? each.getAttribute("data-worked") ?? "");
    const parameters = worked.map((name) => /^d[^/]*\/d(.+)$/.exec(name)?.[1] ?? "");
    const first = parameters.find((name) => ["weight", "bias"].includes(givens.kind(name)) && givens.published.has(name));
    return [first ?? page.settings.model.output, "eta"].filter((name) => givens.published.has(name));
  }

  /** @returns {Group[]} */
  groups() {
    const { session } = this;
    const { givens } = session;
    /** @param {string} title @param {string[]} names @param {Group[]} [inside] @returns {Group} */
    const group = (title, names, inside = []) => ({
      ...{ title, inside, names: names.filter((name) => !this.own.includes(name)) },
      open: !this.many || names.length <= 4,
    });
    /** @param {number} example */
    const data = (example) => [...givens.inputs(example), ...givens.targets(example)];
    /** @type {Group[]} */
    const found = [{ title: session.say("On this page"), names: this.own, inside: [], open: true }];
    if (givens.examples === 1) {
      found.push(group(session.say("Inputs"), givens.inputs(1)), group(session.say("Targets"), givens.targets(1)));
    } else {
      const all = Array.from({ length: givens.examples }, (_, index) => index + 1);
      const each = all.map((example) => ({
        ...group(session.say("Example {number}", { number: String(example) }), data(example)),
        open: example === givens.worked,
      }));
      found.push({ ...group(session.say("Training examples"), [], each), open: !this.many });
    }
    const { neurons, weights, biases } = givens.topology;
    const last = neurons.length - 1;
    for (const [layer, names] of neurons.entries()) {
      const title =
        layer === last
          ? session.say("Output layer")
          : last === 1
            ? session.say("Hidden layer")
            : session.say("Hidden layer {number}", { number: String(layer + 1) });
      const own = [...new Set(biases[layer])];
      const all = [...weights[layer].flat(), ...own];
      if (all.length <= MOST_IN_A_GROUP) {
        found.push(group(title, all));
        continue;
      }
      const shared = own.length === 1;
      const inside = names.map((neuron, index) =>
        group(session.say("Into {neuron}", { neuron }), [...weights[layer][index], ...(shared ? [] : [own[index]])]),
      );
      found.push({ ...group(title, shared ? own : [], inside), open: false });
    }
    return found.filter(({ names, inside }) => names.length || inside.length);
  }

  /** @param {Group} group */
  fold(group) {
    const fold = el("details", { open: group.open }, el("summary", {}, group.title));
    const build = () => {
      if (!fold.open || fold.childElementCount > 1) return;
      fold.append(...group.names.map((name) => this.field(name)), ...group.inside.map((inner) => this.fold(inner)));
    };
    fold.addEventListener("toggle", build);
    build();
    return fold;
  }

  /** @param {string} name */
  field(name) {
    const field = new Field(this, name);
    this.built.set(name, field);
    return field.element;
  }

  /** Beside a symbol: which way a weight leads, or what it is. @param {string} name */
  note(name) {
    const { givens } = this.session;
    const { topology } = givens;
    let text = "";
    if (givens.kind(name) === "weight") {
      for (const [layer, rows] of topology.weights.entries()) {
        for (const [neuron, row] of rows.entries()) {
          const source = row.indexOf(name);
          if (source < 0) continue;
          const from = layer ? topology.neurons[layer - 1][source] : topology.inputs[source];
          text = `${from} → ${topology.neurons[layer][neuron]}`;
        }
      }
    } else if (givens.kind(name) === "bias") {
      const fed = topology.biases.flatMap((row, layer) => topology.neurons[layer].filter((_, index) => row[index] === name));
      text = fed.length > 3 ? `${fed[0]} … ${fed[fed.length - 1]}` : fed.join(", ");
    }
    return text ? el("small", {}, text) : null;
  }

  /** The keypads of many phones have no minus: a button stands in, beside the number being written. @param {Field} field */
  offerSign(field) {
    const { session } = this;
    this.sign?.remove();
    if (!session.givens.signed(field.name) || !matchMedia("(pointer: coarse)").matches) return;
    this.sign = el(
      "button",
      {
        type: "button",
        "aria-label": session.say("Change the sign of {name}", { name: plain(field.name) }),
        mousedown: (event) => event.preventDefault(), // the keypad stays open
        click: () => field.turn(),
      },
      "±",
    );
    field.slide.prepend(this.sign);
  }

  /**
   * A field says something new. What cannot be taken, or not yet, leaves the number as it was before the writing: of a
   * text that is refused, its beginning is not taken either.
   * @param {string} name @param {string} text @param {boolean} [dragged] more will come
   */
  draft(name, text, dragged = false) {
    const { session } = this;
    if (session.merging !== name) this.drop();
    this.drafts.set(name, text);
    this.unsaid.add(name);
    const { changes, problems } = session.givens.settle(session.before(name).changes, this.drafts);
    this.problems = problems;
    for (const [each, field] of this.built) if (!problems.has(each)) field.complain(null);
    session.commit(changes, { merge: name, dragged });
    session.pause(problems.has(name) ? PATIENCE : undefined);
  }

  /** What was taken is a draft no longer. */
  drop() {
    for (const name of [...this.drafts.keys()]) if (!this.problems.has(name)) this.drafts.delete(name);
  }

  /** The reader has left a field, or let a slider go: what follows is another change. @param {Field} field */
  settled(field) {
    const { session } = this;
    field.sliding = false;
    if (session.merging === field.name) session.merging = "";
    this.follow(field);
    if (this.problems.has(field.name) && this.unsaid.has(field.name)) session.pause(0);
  }

  /** Show what the numbers are now. @param {Field} [left] a field where nothing is being written any more */
  follow(left) {
    const { givens, now } = this.session;
    for (const [name, field] of this.built) field.show(givens.literal(now.changes, name), field === left);
  }

  /** Forget what could not be taken: all numbers are set anew. */
  forget() {
    this.drafts.clear();
    this.problems.clear();
    for (const field of this.built.values()) field.complain(null);
  }

  /** The reader pauses: say beside each field why its text is refused. What is new of it is returned, in words. */
  complain() {
    let news = "";
    for (const [name, problem] of this.problems) {
      const text = this.session.explain(problem);
      this.built.get(name)?.complain(text);
      if (this.unsaid.has(name)) news = `${plain(name)}: ${text}`;
    }
    this.unsaid.clear();
    return news;
  }
}
