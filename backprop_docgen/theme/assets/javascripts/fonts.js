// The text is laid out at once, but shown when the preloaded fonts of its formulas are there (or after a while), so that
// no line breaks anew under the reader's eyes. What the theme will say of the root is said before anything is styled: where a
// class of the root changes, browsers style all of the page anew.
(() => {
  const PATIENCE = 2000; // ms
  const root = document.documentElement;
  root.classList.replace("no-js", "js");
  root.classList.add("js-focus-visible");
  root.toggleAttribute("data-js-focus-visible", true);
  const wanted = [...document.querySelectorAll("link[rel=preload][as=font]")].flatMap(({ href }) => {
    const [, family, face] = /(\w+)-(\w+)\.woff2$/.exec(href) ?? [];
    return family ? `${/Italic/.test(face) ? "italic" : "normal"} ${/Bold/.test(face) ? "bold" : "normal"} 1em ${family}` : [];
  });
  if (wanted.every((font) => document.fonts.check(font))) return;
  const show = () => root.toggleAttribute("data-bp-waiting", false);
  root.toggleAttribute("data-bp-waiting", true);
  Promise.all(wanted.map((font) => document.fonts.load(font))).then(show, show);
  setTimeout(show, PATIENCE);
})();
