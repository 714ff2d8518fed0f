// The few kilobytes that every page loads: a door to the panel, and the reader's numbers kept between pages.
// @ts-check

import { Reader } from "./reader.mjs";

const ROOT = new URL("../", import.meta.url);
const KEY = `backprop-docgen:${ROOT.pathname}`;

const meta = document.querySelector('meta[name="bp-page"]');
/** The page's name, `es/output-layer`, where it belongs to the tutorial. */
const name = meta?.getAttribute("content");

/** @type {Promise<import("./page.mjs").LivePage> | null} */
let opened = null;
const livePage = () => (opened ??= import("./page.mjs").then(({ LivePage }) => LivePage.open(ROOT, name ?? "")));

if (name) {
  Object.assign(window, { backpropLive: livePage, backpropKey: KEY });
  new Reader(KEY, JSON.parse(meta?.getAttribute("data-reading") ?? "{}"), livePage).open();
}
