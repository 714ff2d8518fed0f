// Copying: a formula is drawn for the eye and written for who listens, so a browser would copy it twice, one sign a
// line. Here it is text, once, with the names that the course uses: "net_h1 = w1 · i1 + w2 · i2 + b1 = 0.3775".
// @ts-check

const RELATION = /^[=≈≠<>≤≥≪≫→∈]$/;
const SUM = /^[+−·⋅×÷]$/;
const NO_TEXT = ".headerlink, .bp-ask, .md-code__nav, button, script, style";

/** A formula's MathML as a line of text. @param {Element} node @returns {string} */
export function inText(node) {
  const parts = [...node.children];
  const at = (/** @type {number} */ place) => (parts[place] ? inText(parts[place]) : "");
  switch (node.localName) {
    case "annotation":
      return "";
    case "mfrac":
      return `${grouped(at(0))}/${grouped(at(1))}`;
    case "msqrt":
      return `√${grouped(parts.map(inText).join(""))}`;
    case "msub":
      return named(at(0), at(1));
    case "msup":
      return raised(at(0), at(1));
    case "msubsup":
      return raised(named(at(0), at(1)), at(2));
    case "munder":
      return `${at(0)}_${grouped(at(1))}`;
    case "munderover":
      return `${at(0)}_${grouped(at(1))}^${grouped(at(2))}`;
    case "mtr":
      return parts.map(inText).join(" ");
    case "mtable": // what continues on the next line, or the rows of a matrix
      return parts.map(inText).join(node.getAttribute("columnspacing") === "0em" ? " " : "; ");
    case "mspace":
      return " ";
    case "mo":
      return operator(node);
    default:
      return parts.length ? parts.map(inText).join("") : (node.textContent ?? "");
  }
}

/** What is a sign between two terms stands apart from them. @param {Element} node */
function operator(node) {
  const sign = (node.textContent ?? "").replace("⋅", "·");
  const between = RELATION.test(sign) || (SUM.test(sign) && node.previousElementSibling !== null && !follows(node, SUM));
  return between ? ` ${sign} ` : sign === "∣" ? "|" : sign.replace(/[\u2061-\u2064\u200b]/g, "");
}

/** Whether what stands before an operator is such a sign, too: then it is a number's own. @param {Element} node @param {RegExp} signs */
const follows = (node, signs) => {
  const before = node.previousElementSibling?.textContent ?? "";
  return signs.test(before) || RELATION.test(before) || /^[([{,]$/.test(before);
};

/** @param {string} text */
const grouped = (text) => (/^[\w.∂δηΣ]+$|^\(.*\)$/.test(text.trim()) ? text.trim() : `(${text.trim()})`);

/** w and 5: w5; net and h1: net_h1. @param {string} base @param {string} index */
const named = (base, index) => (/^.$/u.test(base) && /^\d+$/.test(index) ? base + index : `${base}_${/^\w+$/.test(index) ? index : `{${index}}`}`);

/** @param {string} base @param {string} power */
const raised = (base, power) => (/^[+′*]$/.test(power.trim()) ? base + power.trim() : `${base}^${grouped(power)}`);

/** A formula of the page as a line of text. @param {Element} formula */
function textOf(formula) {
  const math = formula.querySelector("math");
  return math ? inText(math).replace(/\s+/g, " ").trim() : (formula.textContent ?? "");
}

/** Copy what is selected with its formulas in words, once. @param {Element} article @param {AbortSignal} signal */
export function copyFormulas(article, signal) {
  if (signal.aborted) return;
  document.addEventListener("copy", (event) => {
    const selection = getSelection();
    if (!selection?.rangeCount || selection.isCollapsed || !event.clipboardData) return;
    const range = selection.getRangeAt(0).cloneRange();
    if (!article.contains(range.commonAncestorContainer)) return;
    const [first, last] = [range.startContainer, range.endContainer].map((node) => formulaAt(node));
    if (first) range.setStartBefore(first); // half a formula is none
    if (last) range.setEndAfter(last);
    const holder = document.createElement("div");
    holder.append(range.cloneContents());
    const formulas = [...holder.querySelectorAll(".katex")];
    if (!formulas.length) return;
    for (const each of formulas) each.replaceWith(textOf(each));
    for (const each of holder.querySelectorAll(NO_TEXT)) each.remove();
    holder.className = "bp-copied";
    article.append(holder); // only what is laid out knows its lines
    event.clipboardData.setData("text/plain", holder.innerText.trim());
    event.clipboardData.setData("text/html", holder.innerHTML);
    holder.remove();
    event.preventDefault();
  }, { signal });
}

/** @param {Node} node */
const formulaAt = (node) => (node instanceof Element ? node : node.parentElement)?.closest(".katex") ?? null;
