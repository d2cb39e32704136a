// Keeps the shell on the phone, so that the app opens with no network. Never
// touches /api, reads no documents, and never replaces a running version unasked.

const VERSION = "{{version}}";
const PRECACHE = {{precache}};
// Parts of the program that only some people use, and how their names begin in every version.
const LATER = {{later}};
const LATER_NAMES = LATER.map((url) => url.replace(/[^-]*$/, ""));
const PREFIX = "baodao-";
const CACHE = PREFIX + VERSION;

self.addEventListener("install", (event) => {
  const fill = async () => {
    await keep(PRECACHE);
    if (await usesLater()) await keep(LATER);
  };
  event.waitUntil(fill());
});

async function keep(urls) {
  const cache = await caches.open(CACHE);
  await cache.addAll(urls.map((url) => new Request(url, { cache: "reload" })));
}

// Tells whether the version before kept the later parts: then its user has them offline after an update too.
async function usesLater() {
  for (const name of await caches.keys()) {
    if (!name.startsWith(PREFIX)) continue;
    const kept = await (await caches.open(name)).keys();
    const paths = kept.map((request) => new URL(request.url).pathname);
    if (paths.some((path) => LATER_NAMES.some((name) => path.startsWith(name)))) return true;
  }
  return false;
}

async function keepLater() {
  const cache = await caches.open(CACHE);
  const kept = await Promise.all(LATER.map((url) => cache.match(url)));
  // Without a network the page asks again at its next start.
  if (!kept.every(Boolean)) await keep(LATER).catch(() => {});
}

self.addEventListener("activate", (event) => {
  const settle = async () => {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    if (old.length === 0) await self.clients.claim();
  };
  event.waitUntil(settle());
});

self.addEventListener("message", (event) => {
  if (event.data === "skip-waiting") self.skipWaiting();
  if (event.data === "keep-later") event.waitUntil(keepLater());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const foreign = request.method !== "GET" || url.origin !== self.location.origin;
  if (foreign || url.pathname === "/sw.js" || url.pathname === "/api" || url.pathname.startsWith("/api/")) return;
  const answer = async () => {
    const cache = await caches.open(CACHE);
    // What varies by Accept is kept under the worker's own */*; every answer here has one form.
    const kept = await cache.match(request.mode === "navigate" ? "/" : request, { ignoreVary: true });
    return kept ?? fetch(request);
  };
  event.respondWith(answer());
});

self.addEventListener("sync", (event) => {
  if (event.tag !== "flush") return;
  const wake = async () => {
    const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    for (const page of pages) page.postMessage({ type: "flush" });
  };
  event.waitUntil(wake());
});
