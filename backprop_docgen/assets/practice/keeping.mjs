// What of the practice is kept on this device: nothing, unless the reader says so.
// @ts-check

/** Which worksheet, its answers as `line.mjs` writes them, and the steps that are to come again. @typedef {{ search: string, line: string, owed: string[] }} Kept */

export class Keeping {
  /** @param {string} key */
  constructor(key) {
    this.key = key;
  }

  /** @returns {Kept | null} */
  load() {
    try {
      const { search, line, owed } = JSON.parse(localStorage.getItem(this.key) ?? "null") ?? {};
      if (typeof search !== "string" || typeof line !== "string" || !Array.isArray(owed)) return null;
      return { search, line, owed: owed.filter((each) => typeof each === "string") };
    } catch {
      return null; // nothing kept, or nothing that can be read
    }
  }

  /** Whether it could be kept. @param {Kept} kept */
  save(kept) {
    try {
      localStorage.setItem(this.key, JSON.stringify(kept));
      return true;
    } catch {
      return false;
    }
  }

  erase() {
    try {
      localStorage.removeItem(this.key);
    } catch {
      // a browser that keeps nothing
    }
  }
}
