// At the end of a worksheet: what was right, carried, slipped, and which page to read again.
// @ts-check

import { el } from "../dom/elements.mjs";
import { partOf } from "./shape.mjs";
import { symbolText } from "./words.mjs";

/** @typedef {import("./attempt.mjs").Attempt} Attempt */
/** @typedef {import("./checks.mjs").Say} Say */

/**
 * @param {Attempt} attempt
 * @param {Map<string, HTMLAnchorElement>} pages links to the pages, by part of the method @param {Say} say
 */
export function summary(attempt, pages, say) {
  const lines = [...attempt.lines];
  const first = lines.filter(([, line]) => line.first);
  const late = lines.filter(([, line]) => line.state === "right" && !line.first);
  /** @type {[string, string[]][]} */
  const rows = [
    [say("right the first time"), first.map(([name]) => name)],
    [say("right after a try"), late.map(([name]) => name)],
    [say("carried forward"), attempt.in("carried")],
    [say("not right"), attempt.in("wrong")],
    [say("shown"), attempt.in("shown")],
    [say("left out"), attempt.in("empty")],
  ];
  const told = rows.filter(([, names]) => names.length);
  const list = el("dl", {}, ...told.flatMap(([title, names]) => [el("dt", {}, `${title}: ${names.length}`), el("dd", {}, names.map((name) => symbolText(name)).join(", "))]));
  const slipped = lines.flatMap(([name, line]) => (line.slip ? [el("li", {}, `${symbolText(name)}: ${line.slip}`)] : []));
  const weak = new Set(lines.flatMap(([name, line]) => (line.first || line.state === "carried" ? [] : [partOf(name)])));
  const links = [...weak].flatMap((part) => {
    const link = pages.get(part);
    return link ? [el("li", {}, el("a", { href: link.href }, link.textContent ?? ""))] : [];
  });
  return el(
    "section",
    { class: "bp-summary", "aria-labelledby": "bp-summary" },
    el("p", { id: "bp-summary", class: "bp-part", tabindex: -1 }, say("Summary")),
    list,
    ...(slipped.length ? [el("p", {}, say("Slips:")), el("ul", {}, ...slipped)] : []),
    ...(links.length ? [el("p", {}, say("Read again:")), el("ul", {}, ...links)] : [el("p", {}, say("Nothing to read again."))]),
  );
}
