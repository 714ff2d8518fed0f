// The site's service worker, for readers who keep the site for when they have no network. It is registered when one asks
// for it, or opens the installed page; nobody else has it.
//
// Never stale, never mixed. Pages come from the network as long as it answers. Each page remembers which deploy it is of:
// of the kept one, if the site says that this is the deploy that is there now and the page's bytes are the kept ones; then
// its parts come from the kept copy, whatever happens to the network. Else its parts come from the network, and from
// nowhere else. A new deploy is kept beside the old one, file by file as its digests say, and takes its place when
// all of it is there.
// @ts-check

/** What is kept: the deploy, and the digests of its files. null: nothing any more. @type {{ deploy: string, files: Record<string, string> } | null} */
const KEPT = /** @type {any} */ (globalThis).$kept;
const worker = /** @type {any} */ (self);
const HERE = new URL("./", worker.location.href);
const NAME = `backprop-docgen:${HERE.pathname}`;
const VISITS = `${NAME}:visits`; // which deploy each open page is of; a worker forgets when it sleeps
const DIGEST = "X-Kept-Digest";
const AT_ONCE = 6;

/** @param {string} deploy */
const copy = (deploy) => `${NAME}#${deploy}`; // no path has a #: this begins no name of another site's
/** @param {string} name of a file below the site's root */
const address = (name) => new URL(name.split("/").map(encodeURIComponent).join("/"), HERE).href;

/** The file behind an address; null for one outside of the site. @param {string} url */
function fileAt(url) {
  const { origin, pathname } = new URL(url);
  if (origin !== HERE.origin || !pathname.startsWith(HERE.pathname)) return null;
  try {
    const path = decodeURIComponent(pathname.slice(HERE.pathname.length));
    return !path || path.endsWith("/") ? `${path}index.html` : path;
  } catch {
    return null;
  }
}

/** @param {ArrayBuffer} bytes */
async function digest(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...hash.slice(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The kept copies, of any deploy. @returns {Promise<string[]>} */
async function copies() {
  return (await caches.keys()).filter((key) => key.startsWith(copy("")));
}

/** Keep all files of this deploy: those that an earlier one has, too, are not fetched again. @param {{ deploy: string, files: Record<string, string> }} kept */
async function keep({ deploy, files }) {
  const before = await Promise.all((await copies()).map((key) => caches.open(key)));
  const cache = await caches.open(copy(deploy));
  const names = Object.keys(files);
  let next = 0;
  let done = 0;
  const work = async () => {
    for (let name = names[next++]; name !== undefined; name = names[next++]) {
      await cache.put(address(name), (await known(before, name, files[name])) ?? (await fetched(name, files[name])));
      done += 1;
      if (done % 10 === 0) await tell({ done, total: names.length });
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } catch (error) {
    next = names.length; // where there is no room, nothing more is fetched; the next try goes on with what is there
    throw error;
  }
}

/** A file that is kept already. @param {Cache[]} before @param {string} name @param {string} wanted */
async function known(before, name, wanted) {
  for (const cache of before) {
    const found = await cache.match(address(name));
    if (found?.headers.get(DIGEST) === wanted) return found;
  }
  return null;
}

/** A file as it is deployed; what has other bytes than this deploy's is of another one. Its status may be any: hosts give 404.html as what it is for. @param {string} name @param {string} wanted */
async function fetched(name, wanted) {
  const answer = await fetch(address(name), { cache: "no-cache" });
  const bytes = await answer.arrayBuffer();
  if ((await digest(bytes)) !== wanted) throw new Error(`${name} is not of this deploy`);
  return unstored(answer, bytes, { [DIGEST]: wanted });
}

/** An answer that no cache of the browser's own keeps: it would give it to the pages of another deploy. @param {Response} answer @param {BodyInit | null} body @param {Record<string, string>} [more] headers */
function unstored(answer, body, more = {}) {
  const headers = new Headers(answer.headers);
  for (const header of ["Content-Encoding", "Content-Length"]) headers.delete(header);
  for (const [header, value] of Object.entries({ ...more, "Cache-Control": "no-store" })) headers.set(header, value);
  return new Response(body, { status: answer.status, statusText: answer.statusText, headers });
}

/** @param {{ done: number, total: number }} message */
async function tell(message) {
  for (const client of await worker.clients.matchAll({ includeUncontrolled: true })) client.postMessage(message);
}

/** @type {Map<string, string>} */
const visits = new Map();

/** Remember which deploy a page is of ("": whatever the network has). @param {string} client @param {string} deploy */
async function remember(client, deploy) {
  if (!client) return;
  visits.set(client, deploy);
  await (await caches.open(VISITS)).put(address(`visit/${client}`), new Response(deploy));
}

/** @param {string} client */
async function deployOf(client) {
  const found = visits.get(client);
  if (found !== undefined) return found;
  const stored = await (await caches.open(VISITS)).match(address(`visit/${client}`));
  return stored ? stored.text() : "";
}

/** Copies that no open page is of go, and what is remembered of pages that are no more. */
async function tidy() {
  const open = (await worker.clients.matchAll({ includeUncontrolled: true, type: "all" })).map((/** @type {any} */ { id }) => id);
  const stays = new Set(KEPT ? [copy(KEPT.deploy)] : []);
  if (KEPT) for (const id of open) stays.add(copy(await deployOf(id)));
  for (const key of await copies()) if (!stays.has(key)) await caches.delete(key);
  if (!KEPT) {
    await caches.delete(VISITS);
    await worker.registration.unregister();
    return;
  }
  const cache = await caches.open(VISITS);
  const alive = new Set(open.map((/** @type {string} */ id) => address(`visit/${id}`)));
  for (const { url } of await cache.keys()) if (!alive.has(url)) await cache.delete(url);
}

/** The deploy that the site says is there now; "" where it does not say. */
async function deployed() {
  try {
    const answer = await fetch(address("offline.json"), { cache: "no-store" });
    return answer.ok ? String((await answer.json()).deploy) : "";
  } catch {
    return "";
  }
}

/** @param {any} event @param {string} name @param {{ deploy: string, files: Record<string, string> }} kept */
async function page(event, name, { deploy, files }) {
  const client = event.resultingClientId;
  try {
    const [answer, now] = await Promise.all([fetch(event.request, { cache: "no-cache" }), deployed()]);
    if (answer.status < 500) {
      const same = now === deploy && answer.ok && (await digest(await answer.clone().arrayBuffer())) === files[name];
      await remember(client, same ? deploy : "");
      return answer;
    }
  } catch {
    // no network
  }
  await remember(client, deploy);
  return withoutNetwork(name, await caches.open(copy(deploy)), files);
}

/** A page as it is kept. @param {string} name @param {Cache} cache @param {Record<string, string>} files */
async function withoutNetwork(name, cache, files) {
  if (`${name}/index.html` in files) return Response.redirect(address(`${name}/`));
  const found = name in files && (await cache.match(address(name)));
  if (found) return found;
  const lost = Object.keys(files).filter((each) => each.endsWith("404.html") && name.startsWith(each.slice(0, -8)));
  const told = lost.length ? await cache.match(address(lost.sort((a, b) => b.length - a.length)[0])) : null;
  return told ? new Response(told.body, { status: 404, headers: told.headers }) : Response.error();
}

/** A part of a page: of the deploy that the page is of. @param {any} event @param {string} name */
async function part(event, name) {
  const deploy = await deployOf(event.clientId);
  if (event.request.destination === "worker") await remember(event.resultingClientId, deploy);
  const found = deploy && (await (await caches.open(copy(deploy))).match(address(name)));
  if (found) return found;
  const answer = await fetch(event.request, { cache: "no-cache" });
  return answer.ok ? unstored(answer, answer.body) : answer;
}

worker.addEventListener("install", (/** @type {any} */ event) =>
  event.waitUntil(Promise.resolve(KEPT && keep(KEPT)).then(() => worker.skipWaiting())),
);
worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(tidy()));
if (KEPT) {
  worker.addEventListener("fetch", (/** @type {any} */ event) => {
    const { request } = event;
    const name = fileAt(request.url);
    if (request.method !== "GET" || name === null || name === "offline.json") return;
    event.respondWith(request.mode === "navigate" ? page(event, name, KEPT) : part(event, name));
  });
}
