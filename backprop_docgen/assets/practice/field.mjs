// A field for an answer: what it is of, the number, and on a phone the keys that its keypad lacks.
// @ts-check

import { el } from "../dom/elements.mjs";

const LONGEST = 60; // characters of an answer

/** @typedef {(english: string, values?: Record<string, string>) => string} Say */

export class AnswerField {
  /**
   * @param {{ id: string, label: string, symbol: Node | string, mark: string, say: Say, digits: number }} of `label`: what is
   * asked, in words; `symbol`: the same for the eye; `mark`: the page's decimal mark; `digits`: significant ones asked for
   * @param {(text: string) => void} enter when the reader has finished
   */
  constructor({ id, label, symbol, mark, say, digits }, enter) {
    this.problem = el("p", { id: `${id}-problem`, class: "bp-said", hidden: true });
    this.input = el("input", {
      id,
      type: "text",
      inputmode: "decimal",
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
      enterkeyhint: "done",
      maxlength: LONGEST,
      "aria-describedby": `${id}-hint ${id}-problem`,
    });
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      enter(this.text);
    });
    /** @param {string} sign @param {string} name */
    const key = (sign, name) => el("button", { type: "button", "aria-label": name, click: () => this.type(sign), pointerdown: (event) => event.preventDefault() }, sign);
    const keys = el(
      "span",
      { class: "bp-keys", role: "group", "aria-label": say("Keys") },
      key("−", say("minus sign")),
      key(mark, mark === "," ? say("decimal comma") : say("decimal point")),
      key("×10^", `×10^: ${say("times ten to the power")}`),
    );
    this.hint = el("span", { id: `${id}-hint`, class: "bp-how-many" }, say("{count} significant digits", { count: String(digits) }));
    const eye = el("span", { "aria-hidden": "true", class: "bp-asked-for" }, symbol);
    this.row = el("span", { class: "bp-entry" }, el("label", { for: id }, el("span", { class: "bp-hidden" }, label), eye), this.input, keys, this.hint);
  }

  get text() {
    return this.input.value.trim();
  }

  /** Where the caret is. @param {string} sign */
  type(sign) {
    const { input } = this;
    input.focus();
    input.setRangeText(sign, input.selectionStart ?? 0, input.selectionEnd ?? 0, "end");
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** @param {string | null} words what is wrong with what is written; null: nothing */
  complain(words) {
    this.problem.hidden = words === null;
    this.problem.textContent = words ?? "";
    if (words === null) this.input.removeAttribute("aria-invalid");
    else this.input.setAttribute("aria-invalid", "true"); // an empty value would say that it is valid
  }
}
