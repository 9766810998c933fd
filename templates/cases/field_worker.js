/* Opens the application without a line: what a release consists of is kept whole, or not at all. What was taken down
   lives in IndexedDB, which no release touches. Answers of the API and pages with data of persons are never kept. */

const TOLD = {{ told|safe }};
const NAME = `field-${TOLD.release}`;
const HASHED = /\.[0-9a-f]{12}\.\w+$/; // in such an address the content never changes
const KEPT = new Set(TOLD.kept.map(whole));
const LATER = new Set(TOLD.later.map(whole));
const SHELL = whole(TOLD.shell);
const TILES = TOLD.basemap.map(whole).filter((address) => address.startsWith(location.origin));

function whole(address) {
  return new URL(address, location.origin).href;
}

/** A redirect leads to the sign-in: such an answer is an error here, and the release is not whole. */
async function keep(cache, address) {
  const old = HASHED.test(address) && (await caches.match(address));
  const asked = { credentials: "same-origin", redirect: "error", cache: HASHED.test(address) ? "default" : "no-cache" };
  const answer = old || (await fetch(address, asked));
  if (!answer.ok || answer.redirected) throw new Error(`${address}: ${answer.status}`);
  await cache.put(address, answer);
}

async function keepAll(addresses) {
  const cache = await caches.open(NAME);
  await Promise.all([...addresses].map(async (address) => (await cache.match(address)) || keep(cache, address)));
}

addEventListener("install", (event) => event.waitUntil(keepAll(KEPT)));

addEventListener("activate", (event) => event.waitUntil((async () => {
  // This release is whole, or it would not have come so far.
  const others = (await caches.keys()).filter((name) => name.startsWith("field-") && name !== NAME);
  await Promise.all(others.map((name) => caches.delete(name)));
  await clients.claim();
})()));

addEventListener("message", (event) => {
  if (event.data === "take over") skipWaiting();
  if (event.data === "libraries") event.waitUntil(keepAll(LATER).catch(() => {}));
});

addEventListener("sync", (event) => {
  if (event.tag !== "outbox") return;
  event.waitUntil(clients.matchAll().then((pages) => pages.forEach((page) => page.postMessage("outbox"))));
});

async function fromRelease(address, request) {
  const cache = await caches.open(NAME);
  const kept = await cache.match(address);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok && !answer.redirected && request.mode !== "navigate") await cache.put(address, answer.clone());
  return answer;
}

/** Carried ground; what is not carried is asked for and not kept. */
async function fromGround(request) {
  return (await (await caches.open("basemap")).match(request.url)) || fetch(request);
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const address = request.url.split("#")[0];
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    if (address.split("?")[0] === SHELL) event.respondWith(fromRelease(SHELL, request));
  } else if (KEPT.has(address) || LATER.has(address)) event.respondWith(fromRelease(address, request));
  else if (TILES.some((start) => address.startsWith(start))) event.respondWith(fromGround(request));
});
