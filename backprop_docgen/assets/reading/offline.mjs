// The site kept by the browser, for when there is no network: a reader asks for it in the reading menu, or installs it.
// @ts-check

import { ROOT } from "../dom/site.mjs";
import { make } from "../dom/widgets.mjs";

/** @typedef {(english: string, values?: Record<string, string>) => string} Say */

/** Whether this site may be kept, here. */
export const possible = () =>
  document.querySelector('link[rel="manifest"]') !== null && location.protocol !== "file:" && "serviceWorker" in navigator;

/** The worker that keeps this site, if any. */
async function keeper() {
  const found = await navigator.serviceWorker.getRegistration(ROOT);
  return found?.scope === ROOT.href ? found : undefined;
}

/** Keep the site; done when all of it is there. @param {(share: number) => void} [told] how much of it is kept, up to 1 */
export async function keep(told = () => {}) {
  /** @param {MessageEvent} event */
  const hear = ({ data }) => told(data.done / data.total);
  navigator.serviceWorker.addEventListener("message", hear);
  try {
    const registration = await navigator.serviceWorker.register(new URL("service-worker.js", ROOT), { updateViaCache: "none" });
    void navigator.storage?.persist?.();
    const worker = registration.installing ?? registration.waiting ?? registration.active;
    await new Promise((done, fail) => {
      const look = () => {
        if (worker?.state === "activated") done(null);
        if (worker?.state === "redundant") fail(new Error("the site could not be kept"));
      };
      worker?.addEventListener("statechange", look);
      look();
    });
  } finally {
    navigator.serviceWorker.removeEventListener("message", hear);
  }
}

/** Keep it no longer. */
async function drop() {
  await (await keeper())?.unregister();
  const own = `backprop-docgen:${ROOT.pathname}`;
  for (const name of await caches.keys()) if (name.startsWith(`${own}#`) || name === `${own}:visits`) await caches.delete(name);
}

/** The button for it, with what is the matter. */
export class Offline {
  /** @param {Say} say */
  constructor(say) {
    this.say = say;
    this.button = make("button", { type: "button", class: "bp-keep-site" });
    this.state = make("p", { class: "bp-hint", role: "status" });
    this.element = make("div", {}, this.button, this.state);
    this.element.hidden = true;
    void this.look().catch(console.error); // nothing is offered where nothing can be kept, as in some private windows
  }

  async look() {
    if ((await keeper())?.active) {
      this.offer(this.say("Remove the kept copy"), this.say("This site is kept: it works without a network."), drop);
    } else {
      const answer = await fetch(new URL("offline.json", ROOT), { cache: "no-cache" });
      if (!answer.ok) return;
      const size = String(Math.ceil((await answer.json()).bytes / 1e6));
      const shown = (/** @type {number} */ share) => {
        this.state.textContent = this.say("Kept so far: {share} %", { share: String(Math.round(100 * share)) });
      };
      this.offer(this.say("Keep this site for use without a network"), this.say("Up to {size} MB.", { size }), () => keep(shown));
    }
    this.element.hidden = false;
  }

  /** @param {string} name @param {string} state @param {() => Promise<void>} act */
  offer(name, state, act) {
    this.button.textContent = name;
    this.state.textContent = state;
    this.button.onclick = async () => {
      this.button.disabled = true;
      try {
        await act();
        await this.look();
      } catch (error) {
        console.error(error);
        this.state.textContent = this.say("This did not work; try again");
      }
      this.button.disabled = false;
      this.button.focus();
    };
  }
}
