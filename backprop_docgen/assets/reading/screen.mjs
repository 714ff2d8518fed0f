// One step fills the window of the projector: the figure that shows what is spoken of beside it, type and drawings as
// large as there is room for.
// @ts-check

import { copied, follows, mark, namesOf } from "./companion.mjs";
import { reachable } from "../dom/page_tools.mjs";
import { make } from "../dom/widgets.mjs";

const HALVED = "bp-halved";
const WIDE = "(min-width: 56em) and (min-aspect-ratio: 1/1)";
const FITS = [1, 0.93, 0.86, 0.8, 0.74, 0.68, 0.62];
const BROAD = "figure, table, .md-typeset__scrollwrap, .cell, .highlight, .tabbed-set"; // takes the whole width
const MATHS = ".equation, bp-math-block";
const HEADING = "h1, h2, h3, h4, h5, h6";
const LEAST = 0.3; // of the room, for a drawing

/** The window, and what of it the text has. */
export class Screen {
  /** @param {HTMLElement} article @param {HTMLElement} controls the bar below */
  constructor(article, controls) {
    this.article = article;
    this.controls = controls;
    this.root = document.documentElement;
    this.figures = [...article.querySelectorAll("figure:has(svg [data-of])")];
    this.drawing = make("div", { class: "bp-beside-step", "aria-hidden": "true" });
  }

  close() {
    this.drawing.remove();
    this.root.classList.remove(HALVED);
    for (const name of ["--bp-fit", "--bp-drawn"]) this.root.style.removeProperty(name);
  }

  /** The height that a step may have. */
  get room() {
    const { paddingTop } = getComputedStyle(this.article);
    return innerHeight - this.controls.offsetHeight - 2 * parseFloat(paddingTop || "0");
  }

  /** Measure with the width that a block will have. @template T @param {boolean} halved @param {() => T} measure */
  as(halved, measure) {
    this.root.style.setProperty("--bp-fit", "1");
    this.root.classList.toggle(HALVED, halved && this.mayHalve);
    return measure();
  }

  get mayHalve() {
    return this.figures.length > 0 && matchMedia(WIDE).matches;
  }

  /** Whether a block leaves room for a figure. @param {Element} block */
  leavesRoom(block) {
    return !block.matches(BROAD) && !block.querySelector(BROAD);
  }

  /** Lay out a step, as large as it fits: beside its figure; else alone. @param {Element[]} blocks @param {Element[]} all of the page */
  show(blocks, all) {
    this.layOut(blocks, all);
    reachable(); // what it could not fit scrolls
  }

  /** @param {Element[]} blocks @param {Element[]} all */
  layOut(blocks, all) {
    const names = spokenOf(blocks, all);
    const figure = names.length > 0 && this.mayHalve && blocks.every((each) => this.leavesRoom(each)) ? this.figureOf(blocks[0], names) : null;
    for (const beside of figure ? [figure, null] : [null]) {
      this.draw(beside, names);
      for (const fit of FITS) {
        this.root.style.setProperty("--bp-fit", String(fit));
        this.drawHere(blocks);
        if (this.fits(blocks)) return;
      }
    }
    this.root.style.setProperty("--bp-fit", "1"); // what can't be fitted is scrolled, and read
    this.drawHere(blocks);
  }

  /** The nearest figure that shows it, before the block or after. @param {Element} block @param {string[]} names */
  figureOf(block, names) {
    const wanted = new Set(names);
    const shows = this.figures.filter((figure) =>
      [...figure.querySelectorAll("svg [data-of]")].some((each) => each.getAttribute("data-of")?.split(" ").some((name) => wanted.has(name))),
    );
    return shows.filter((each) => follows(block, each)).at(-1) ?? shows[0] ?? null;
  }

  /** @param {Element | null} figure @param {string[]} names */
  draw(figure, names) {
    this.root.classList.toggle(HALVED, figure !== null);
    if (!figure) return this.drawing.remove();
    document.body.append(this.drawing);
    const { clientWidth, clientHeight } = this.drawing;
    const drawings = /** @type {SVGSVGElement[]} */ ([...figure.querySelectorAll("svg.bp-figure")]).sort((a, b) => scale(b, clientWidth, clientHeight) - scale(a, clientWidth, clientHeight));
    this.drawing.replaceChildren(copied(drawings[0]));
    mark(this.drawing, names);
  }

  /** Give the drawing of this step the room that its words leave. @param {Element[]} blocks */
  drawHere(blocks) {
    const drawing = blocks.flatMap((each) => [...each.querySelectorAll("svg.bp-figure")]).find((each) => each.checkVisibility());
    if (!drawing) return;
    this.root.style.setProperty("--bp-drawn", "0px");
    const rest = this.high();
    this.root.style.setProperty("--bp-drawn", `${Math.max(this.room - rest, LEAST * this.room)}px`);
  }

  high() {
    const { paddingTop, paddingBottom } = getComputedStyle(this.article);
    return this.article.offsetHeight - parseFloat(paddingTop) - parseFloat(paddingBottom);
  }

  /** @param {Element[]} blocks */
  fits(blocks) {
    const formulas = blocks.flatMap((each) => [...each.querySelectorAll(".katex-display, .md-typeset__scrollwrap"), each]);
    return this.high() <= this.room + 1 && formulas.every((each) => each.scrollWidth <= each.clientWidth + 1 || !each.clientWidth);
  }
}

/**
 * What a step speaks of: its equations, else its sentences; an equation that names nothing speaks of what its section
 * comes to next, or spoke of before.
 * @param {Element[]} blocks @param {Element[]} all
 */
function spokenOf(blocks, all) {
  const equations = blocks.filter((each) => each.matches(MATHS) || each.querySelector(MATHS));
  const own = (equations.length ? equations : blocks).flatMap(namesOf);
  if (own.length || !equations.length) return [...new Set(own)];
  const [before, after] = [all.slice(0, all.indexOf(blocks[0])).reverse(), all.slice(all.indexOf(blocks[blocks.length - 1]) + 1)];
  const near = [after, blocks[0].matches(HEADING) ? [] : before].map((side) => {
    const end = side.findIndex((each) => each.matches(HEADING));
    return side.slice(0, end < 0 ? side.length : end).map(namesOf).find((names) => names.length);
  });
  return near.find((names) => names) ?? [];
}

/** How large a drawing can be in a room. @param {SVGSVGElement} drawing @param {number} width @param {number} height */
function scale(drawing, width, height) {
  const { width: own, height: high } = drawing.viewBox.baseVal;
  return Math.min(width / own, height / high);
}
