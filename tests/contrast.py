"""How well every control of a page stands out, in each of its states: what axe does not measure.

Axe measures text, at rest. Measured here: text, placeholders, icons (drawn, or cut out of a background by a mask), and
the shape of what is framed, on the page around it; at rest, with the pointer near (on what holds the control), with the
pointer on it, and with the focus. From computed styles, all translucent layers put on each other down to the page: in
pixels, no point of a thin smoothed stroke has its colour.
"""

from __future__ import annotations

from playwright.sync_api import Page

LEAST = 4.5
CONTROLS = (
    "a[href], button, input, select, textarea, summary, label[for], [role=button], [tabindex='0']:is(data.q, bp-math)"
)
SCHEMES = ["default", "slate"]
# state → pseudo-classes of what holds a control, and of the control
STATES = {
    "rest": ["", ""],
    "pointer near": ["hover", ""],
    "pointer on it": ["hover", "hover"],
    "focus": ["focus-within", "focus focus-visible"],
}
STILL = "*, ::before, ::after, ::placeholder { transition: none !important; animation: none !important }"

# Only one control at a time is hovered or focused, so an attribute stands for the states, in every rule in its place.
ATTRIBUTES = r"""() => {
  const STATE = /:(hover|focus-within|focus-visible|focus)(?![\w-])/g;
  const put = (rules) => {
    for (const rule of rules) {
      if (rule.cssRules?.length) put(rule.cssRules);
      const text = rule.selectorText;
      const wider = text?.replace(STATE, ':is(:$1, [data-state~="$1"])');
      if (wider !== text) rule.selectorText = wider;
    }
  };
  for (const sheet of document.styleSheets) put(sheet.cssRules);
}"""

# What is too faint of the controls that are seen; WCAG exempts those that are disabled.
MEASURE = r"""([controls, states, schemes, least]) => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const parse = (colour) => { // any colour of CSS as red, green, blue, alpha
    if (!known.has(colour)) {
      const [, parts] = /^rgba?\((.*)\)$/.exec(colour) ?? [];
      if (parts) known.set(colour, [...parts.split(/[\s,\/]+/).map(Number), 1].slice(0, 4));
      else {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
        known.set(colour, [r, g, b, a / 255]);
      }
    }
    return known.get(colour);
  };
  const over = ([r, g, b, a], under) => [r, g, b].map((part, at) => part * a + under[at] * (1 - a));
  const light = (rgb) => {
    const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = rgb.map((each) => linear(each / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  };
  const contrast = (one, other) => {
    const [a, b] = [light(one), light(other)];
    return Math.max(a, b) / Math.min(a, b);
  };
  let memory = new Map();
  const kept = (name, find) => (element) => { // asked once of each element
    const all = memory.get(name) ?? memory.set(name, new Map()).get(name);
    if (!all.has(element)) all.set(element, find(element));
    return all.get(element);
  };
  const style = (element, pseudo) => getComputedStyle(element, pseudo);
  const ground = kept("ground", (element) => { // what is behind the text of an element
    if (!element) return [255, 255, 255];
    const { backgroundColor, opacity } = style(element);
    const [r, g, b, a] = parse(backgroundColor);
    return over([r, g, b, a * opacity], ground(element.parentElement));
  });
  const opacity = kept("opacity", (element) => (element ? style(element).opacity * opacity(element.parentElement) : 1));
  const drawn = (element, colour, behind) => {
    const [r, g, b, a] = parse(colour);
    return contrast(over([r, g, b, a * opacity(element)], behind), behind);
  };
  const seen = (element) => {
    const { width, height } = element.getBoundingClientRect();
    return element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && width > 1 && height > 1;
  };
  const parts = function* (control) {
    const texts = document.createTreeWalker(control, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      const holder = text.parentElement;
      if (/[^\s\u200b]/.test(text.data) && seen(holder) && !holder.closest("svg")) {
        yield ["text", drawn(holder, style(holder).color, ground(holder))];
      }
    }
    for (const shape of control.querySelectorAll("svg :is(path, circle, line, rect, polygon)")) {
      const { fill, stroke } = style(shape);
      const paint = stroke === "none" ? fill : stroke;
      if (paint !== "none" && seen(shape.closest("svg"))) yield ["icon", drawn(shape, paint, ground(shape))];
    }
    for (const pseudo of ["::before", "::after"]) {
      const { content, maskImage, backgroundColor, opacity, display } = style(control, pseudo);
      if (content === "none" || maskImage === "none" || display === "none") continue;
      const [r, g, b, a] = parse(backgroundColor);
      yield [`icon ${pseudo}`, drawn(control, `rgba(${r}, ${g}, ${b}, ${a * opacity})`, ground(control))];
    }
    if (control.matches("input:not([type=checkbox], [type=radio], [type=range]), textarea, select")) {
      yield ["text", drawn(control, style(control).color, ground(control))];
      const { color } = style(control, "::placeholder");
      if (control.matches(":placeholder-shown")) yield ["placeholder", drawn(control, color, ground(control))];
    }
    if (control.matches("[type=checkbox], [type=radio], [type=range]")) { // the browser draws it in this colour
      const { accentColor } = style(control);
      if (accentColor !== "auto") yield ["accent", drawn(control, accentColor, ground(control))];
    }
    // The shape of what is framed: the better one of its fill and its frame.
    if (control.matches("button, .md-button, input, select, textarea")) {
      const around = ground(control.parentElement);
      const { borderTopStyle, borderTopWidth, borderTopColor } = style(control);
      const framed = borderTopStyle !== "none" && parseFloat(borderTopWidth) > 0 && parse(borderTopColor)[3] > 0;
      const frame = drawn(control.parentElement, borderTopColor, around);
      if (framed) yield ["shape", Math.max(frame, contrast(ground(control), around))];
    }
  };
  const all = [...document.querySelectorAll(controls)];
  const holders = new Set();
  for (const control of all) {
    for (let each = control.parentElement; each && !holders.has(each); each = each.parentElement) holders.add(each);
  }
  const found = [];
  for (const [state, [around, own]] of Object.entries(states)) {
    for (const each of holders) each.dataset.state = around;
    for (const each of all) each.dataset.state = own;
    for (const scheme of schemes) {
      document.body.dataset.mdColorScheme = scheme;
      memory = new Map();
      for (const control of all) {
        if (!seen(control) || control.disabled) continue;
        if (own === "hover" && style(control).pointerEvents === "none") continue; // no pointer is ever on it
        for (const [part, ratio] of parts(control)) {
          if (ratio >= least) continue;
          const html = control.cloneNode().outerHTML.replace(/ data-state="[^"]*"/, "");
          found.push(`${scheme}, ${state}, ${part}, ${ratio.toFixed(2)}: ${html}`);
        }
      }
    }
  }
  for (const each of [...holders, ...all]) delete each.dataset.state;
  return [...new Set(found)];
}"""


def faint(page: Page) -> list[str]:
    """What of the controls is fainter than it should be, in each state and colour scheme."""
    page.add_style_tag(content=STILL)
    page.evaluate(ATTRIBUTES)
    found: list[str] = page.evaluate(MEASURE, [CONTROLS, STATES, SCHEMES, LEAST])
    return found
