// The fields of the panel: a number and a slider for each input, target, weight, bias and the learning rate.
// @ts-check

import { el } from "./dom.mjs";
import { parseName } from "./course.mjs";

/** @typedef {import("./session.mjs").Session} Session */
/** @typedef {{ title: string, names: string[], inside: Group[], open: boolean }} Group */

const FEW = 40; // numbers that may all stand open
const MOST_IN_A_GROUP = 24; // numbers of a layer; a wider one is folded neuron by neuron

/** One number and its slider. */
class Field {
  /** @param {Fields} fields @param {string} name */
  constructor(fields, name) {
    this.fields = fields;
    this.name = name;
    this.sliding = false;
    this.ends = "";
    this.grain = 0.01;
    /** @type {number | undefined} */
    this.frame = undefined;
    const { session } = fields;
    const id = `bp-field-${name.replace(/\W/g, "-")}`;
    this.problem = el("p", { id: `${id}-problem`, class: "bp-problem", hidden: true });
    this.number = el("input", {
      id,
      name,
      "data-live": name,
      type: "number",
      step: "any",
      autocomplete: "off",
      "aria-describedby": `${id}-problem`,
      input: () => this.write(this.number.value),
      change: () => fields.settled(this),
      keydown: (event) => this.step(/** @type {KeyboardEvent} */ (event)),
    });
    this.slider = el("input", {
      type: "range",
      "aria-labelledby": `${id}-label`,
      input: () => this.slide(),
      change: () => this.release(),
    });
    const label = el("label", { for: id, id: `${id}-label` }, symbol(name), " ", fields.note(name));
    this.element = el("div", { class: "bp-field" }, label, this.number, this.slider, this.problem);
    this.show(session.givens.literal(session.now.changes, name));
  }

  /** @param {string} text a literal */
  show(text) {
    if (this.number.value === "" || Number(this.number.value) !== Number(text)) this.number.value = text;
    const range = this.fields.session.givens.range(this.name, Number(text));
    const ends = `${range.min} ${range.max} ${range.step}`;
    if (ends !== this.ends) {
      Object.assign(this.slider, { min: String(range.min), max: String(range.max), step: String(range.step) });
      this.ends = ends;
      this.grain = range.step;
    }
    if (!this.sliding) this.slider.value = text;
    this.slider.setAttribute("aria-valuetext", text);
  }

  /** @param {string} text */
  write(text) {
    this.fields.draft(this.name, text);
  }

  /** A slider moves more often than a page is drawn. */
  slide() {
    this.sliding = true;
    this.frame ??= requestAnimationFrame(() => this.take());
  }

  take() {
    this.frame = undefined;
    this.number.value = this.slider.value;
    this.write(this.slider.value);
  }

  /** The slider is let go, perhaps before the page could follow its last move. */
  release() {
    if (this.frame !== undefined) {
      cancelAnimationFrame(this.frame);
      this.take();
    }
    this.fields.settled(this);
  }

  /** The arrow keys go by the slider's step, and not by whole numbers. @param {KeyboardEvent} event */
  step(event) {
    const way = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
    if (!way || event.altKey || event.ctrlKey || event.metaKey || this.number.value === "") return;
    event.preventDefault();
    const places = String(this.grain).split(".")[1]?.length ?? 0;
    const digits = Math.max(places, Math.min(15, this.number.value.split(".")[1]?.length ?? 0));
    this.number.value = String(Number((Number(this.number.value) + way * this.grain).toFixed(digits)));
    this.write(this.number.value);
  }

  /** @param {string | null} text */
  complain(text) {
    const has = text !== null;
    this.problem.hidden = !has;
    this.problem.textContent = text ?? "";
    if (has) this.number.setAttribute("aria-invalid", "true");
    else this.number.removeAttribute("aria-invalid");
  }
}

/** All fields, in groups that are built when they are opened. */
export class Fields {
  /** @param {Session} session */
  constructor(session) {
    this.session = session;
    /** @type {Map<string, Field>} */
    this.built = new Map();
    /** @type {Map<string, string>} */
    this.drafts = new Map(); // what stands in fields and cannot be taken
    const { givens } = session;
    this.many = givens.published.size > FEW;
    this.element = el("div", { class: "bp-groups" }, ...this.groups().map((group) => this.fold(group)));
  }

  /** @returns {Group[]} */
  groups() {
    const { session } = this;
    const { givens } = session;
    /** @param {string} title @param {string[]} names @param {Group[]} [inside] @returns {Group} */
    const group = (title, names, inside = []) => ({ title, names, inside, open: !this.many || names.length <= 4 });
    /** @param {number} example */
    const data = (example) => [...givens.inputs(example), ...givens.targets(example)];
    const found = [];
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
    return [...found, group(session.say("Learning rate"), ["eta"])];
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

  /** A field says something new. @param {string} name @param {string} text */
  draft(name, text) {
    const { session } = this;
    this.drafts.set(name, text);
    const { changes, problems } = session.givens.settle(session.now.changes, this.drafts);
    const taken = [...this.drafts.keys()].filter((each) => !problems.has(each));
    for (const each of taken) this.drafts.delete(each);
    for (const [each, field] of this.built) {
      const problem = problems.get(each);
      field.complain(problem ? session.explain(problem) : null);
    }
    session.commit(changes, { merge: name });
    session.pause();
  }

  /** The reader has left a field, or let a slider go: what follows is another change. @param {Field} field */
  settled(field) {
    field.sliding = false;
    if (this.session.merging === field.name) this.session.merging = "";
    this.follow();
  }

  /** Show what the numbers are now; what cannot be taken stays as it was written. */
  follow() {
    const { givens, now } = this.session;
    for (const [name, field] of this.built) {
      if (!this.drafts.has(name)) field.show(givens.literal(now.changes, name));
    }
  }

  /** Forget what could not be taken: all numbers are set anew. */
  forget() {
    this.drafts.clear();
    for (const field of this.built.values()) field.complain(null);
  }

  /** What is wrong, in words. */
  problems() {
    return [...this.drafts.keys()].map((name) => {
      const text = this.built.get(name)?.problem.textContent ?? "";
      return `${plain(name)}: ${text}`;
    });
  }
}

/** The symbol of a number, w₅. @param {string} name */
function symbol(name) {
  if (name === "eta") return el("var", {}, "η");
  const { base } = parseName(name);
  const [, letters, index] = /^(target_|[a-z])(.*)$/.exec(base) ?? ["", base, ""];
  return el("var", {}, letters.replace("_", ""), el("sub", {}, index));
}

/** The same as plain text. @param {string} name */
export const plain = (name) => (name === "eta" ? "η" : parseName(name).base.replace("_", " "));
