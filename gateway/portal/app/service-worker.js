// Keeps the shell and one page for whoever has no connection. Pages come from the
// network, always: what is shown about a primary must be true now. What belongs to a
// person, the API and the booth are never touched here, so never kept.
/* global SHELL, self, caches */

const OFFLINE = "/offline";
const KEPT = `shell-${hashOf([...SHELL, OFFLINE].join())}`;

self.addEventListener("install", (event) => {
  event.waitUntil(keepShell());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOlder());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (SHELL.includes(address.pathname)) {
    event.respondWith(fromShell(request));
  } else if (request.mode === "navigate") {
    event.respondWith(fromNetwork(request));
  }
});

async function keepShell() {
  const cache = await caches.open(KEPT);
  await cache.addAll([...SHELL, OFFLINE]);
  await self.skipWaiting();
}

async function forgetOlder() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function fromShell(request) {
  return (await caches.match(request)) ?? fetch(request);
}

async function fromNetwork(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(OFFLINE)) ?? Response.error();
  }
}

function hashOf(text) {
  let hash = 0;
  for (const letter of text) hash = (31 * hash + letter.codePointAt(0)) | 0;
  return (hash >>> 0).toString(36);
}
