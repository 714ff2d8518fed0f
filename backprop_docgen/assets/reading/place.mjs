// The reader's place, kept from one language of a page to another: the same section, and the same block in it.
// @ts-check

const BELOW = 80; // px: the header, and a little
const BLOCKS = ".md-content article > *";

/** The blocks of the page's text. */
const blocks = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll(BLOCKS)]);

/** What the page says of its languages: `urls`, and the ids of the headings in each. @param {string} name */
const said = (name) => JSON.parse(document.querySelector('meta[name="bp-languages"]')?.getAttribute(name) ?? "{}");

/**
 * The block at the top of the window: its section's heading, how many blocks below it, how much of it is above.
 * @param {string[]} ids of the headings
 */
function here(ids) {
  const known = new Set(ids);
  let [section, below] = [-1, 0];
  for (const each of blocks()) {
    if (known.has(each.id)) [section, below] = [ids.indexOf(each.id), 0];
    else below += 1;
    const { top, bottom, height } = each.getBoundingClientRect();
    if (bottom > BELOW) return { section, below, share: Math.max(0, (BELOW - top) / height) };
  }
  return { section, below: 0, share: 0 };
}

/** Links to the other languages: to the same page, and when one is followed, to the same place. @param {URL} root @param {string} key */
export function languages(root, key) {
  const urls = said("content");
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll(".md-header a[hreflang]"))) {
    const url = urls[link.hreflang];
    if (url === undefined) continue;
    link.href = new URL(url, root).href; // the theme keeps its header from page to page
    link.onclick = link.onauxclick = () => {
      const headings = said("data-headings");
      const own = headings[document.documentElement.lang] ?? [];
      const theirs = headings[link.hreflang] ?? [];
      const place = here(own);
      if (own.length !== theirs.length || place.section < 0 || scrollY < BELOW) return;
      link.hash = `#${theirs[place.section]}`;
      keep(key, JSON.stringify({ ...place, to: link.pathname + link.hash }));
    };
  }
}

/** Where a reader who comes from another language was. @param {string} key */
export function arrive(key) {
  const { to, section, below, share } = JSON.parse(keep(key, null) ?? "{}");
  if (to !== location.pathname + location.hash) return;
  const id = said("data-headings")[document.documentElement.lang]?.[section];
  const all = blocks();
  const at = all.findIndex((each) => each.id === id);
  if (at < 0) return;
  const go = () => {
    const { top, height } = (all[at + below] ?? all[at]).getBoundingClientRect();
    scrollBy({ top: top + share * height - BELOW, behavior: "instant" });
  };
  if (document.readyState === "complete") requestAnimationFrame(go);
  else addEventListener("load", () => requestAnimationFrame(go), { once: true });
}

/** What this tab kept under a key, which now is another value, or none. @param {string} key @param {string | null} value */
function keep(key, value) {
  try {
    const kept = sessionStorage.getItem(key);
    if (value === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, value);
    return kept;
  } catch {
    return null; // a browser that keeps nothing: the section is in the address
  }
}
