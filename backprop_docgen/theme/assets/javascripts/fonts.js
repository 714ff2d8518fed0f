// The text is laid out at once, but shown when the preloaded fonts of its formulas are there (or after a while), so that
// no line breaks anew under the reader's eyes.
(() => {
  const PATIENCE = 2000; // ms
  const root = document.documentElement;
  const wanted = [...document.querySelectorAll("link[rel=preload][as=font]")].flatMap(({ href }) => {
    const [, family, face] = /(\w+)-(\w+)\.woff2$/.exec(href) ?? [];
    return family ? `${/Italic/.test(face) ? "italic" : "normal"} ${/Bold/.test(face) ? "bold" : "normal"} 1em ${family}` : [];
  });
  if (wanted.every((font) => document.fonts.check(font))) return;
  const show = () => root.classList.remove("bp-waiting");
  root.classList.add("bp-waiting");
  Promise.all(wanted.map((font) => document.fonts.load(font))).then(show, show);
  setTimeout(show, PATIENCE);
})();
