// Where the site is, and what of it is loaded when it is wanted. Without a server (file://) a browser loads classic
// scripts alone, so data stand in such scripts, too.
// @ts-check

/** The site's root. */
export const ROOT = new URL("../../", import.meta.url);

/** The address of a file. @param {string} path below the root */
const address = (path) => new URL(path.split("/").map(encodeURIComponent).join("/"), ROOT).href;

/** @type {Map<string, Promise<any>>} */
const loaded = new Map();

/** What is loaded once, and tried again after a failure. @template T @param {string} path @param {() => Promise<T>} load @returns {Promise<T>} */
function kept(path, load) {
  if (!loaded.has(path)) {
    const loading = load();
    loaded.set(path, loading);
    loading.catch(() => loaded.delete(path));
  }
  return /** @type {Promise<T>} */ (loaded.get(path));
}

/** A classic script of the site; several run in the order in which they were asked for. @param {string} path below the root */
export function script(path) {
  const load = () =>
    new Promise((done, fail) => {
      const element = document.createElement("script");
      Object.assign(element, { src: address(path), async: false, onload: done });
      element.onerror = () => fail(new Error(`${path} could not be loaded`));
      document.head.append(element);
    });
  return kept(path, load);
}

/** A style sheet that only those need who open something; it goes with the head of its page. @param {string} path below the root */
export function stylesheet(path) {
  const href = address(path);
  if (document.querySelector(`link[href="${href}"]`)) return Promise.resolve();
  return new Promise((done) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    link.onload = link.onerror = done;
    document.head.append(link);
  });
}

/** Data of the site. @param {string} path of a JSON file below the root @returns {Promise<any>} */
export function data(path) {
  return kept(path, async () => {
    if (location.protocol === "file:") {
      await script(path.replace(/\.json$/, ".js"));
      return /** @type {any} */ (globalThis).$data[path];
    }
    const answer = await fetch(address(path));
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.json();
  });
}

/**
 * What is waited for while a page is shown. Of a page that was left (`navigation.instant` puts another one in its place)
 * it never comes, so that nothing is done to the next one.
 * @template T @param {AbortSignal} left @param {Promise<T>} promise @returns {Promise<T>}
 */
export function meanwhile(left, promise) {
  return new Promise((done, fail) =>
    promise.then(
      (result) => left.aborted || done(result),
      (error) => left.aborted || fail(error),
    ),
  );
}
