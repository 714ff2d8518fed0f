// A drawing on the page becomes a newly drawn one: what is the same in both stays as it is, so that a browser lays out
// and paints no more than what differs.
// @ts-check

/** The only element in a piece of HTML. @param {string} html @returns {Element} */
export function parsed(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return /** @type {Element} */ (holder.content.firstElementChild);
}

/**
 * What differs between two drawings is done to the one that is shown; it keeps what scripts have marked on it elsewhere.
 * @param {Element} shown @param {Element} before as it was drawn @param {Element} now
 */
export function redraw(shown, before, now) {
  for (const { name, value } of now.attributes) if (before.getAttribute(name) !== value) shown.setAttribute(name, value);
  for (const { name } of [...before.attributes]) if (!now.hasAttribute(name)) shown.removeAttribute(name);
  const [old, next] = [before.childNodes, now.childNodes];
  const alike = old.length === next.length && [...next].every((node, place) => node.nodeName === old[place].nodeName);
  if (!alike) return shown.replaceChildren(...[...next].map((node) => node.cloneNode(true)));
  next.forEach((node, place) => {
    const own = shown.childNodes[place];
    if (node instanceof Element) redraw(/** @type {Element} */ (own), /** @type {Element} */ (old[place]), node);
    else if (node.nodeValue !== old[place].nodeValue) own.nodeValue = node.nodeValue;
  });
}
