// The few kilobytes that every page loads: a door to the panel, and the reader's numbers kept between pages.
// @ts-check

const ROOT = new URL("../", import.meta.url);
const KEY = `backprop-docgen:${ROOT.pathname}`;

/** The page's name, `es/output-layer`, where it belongs to the tutorial. */
const name = document.querySelector('meta[name="bp-page"]')?.getAttribute("content");

async function open() {
  const { LivePage } = await import("./page.mjs");
  return LivePage.open(ROOT, name ?? "");
}

if (name) Object.assign(window, { backpropLive: open, backpropKey: KEY });
