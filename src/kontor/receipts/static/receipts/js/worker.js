// The service worker. VERSION, KEPT, OFFLINE and SHARE stand above; the server writes them.
// It keeps the page without network and its files, and nothing else: no page with data is ever stored.

const CACHE = `kontor-${VERSION}`;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(KEPT.map((address) => new Request(address, { credentials: "omit" })))).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOld().then(() => self.clients.claim()));
});

async function forgetOld() {
  for (const name of await caches.keys()) if (name.startsWith("kontor-") && name !== CACHE) await caches.delete(name);
}

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (address.origin !== location.origin) return;
  if (event.request.method === "POST" && address.pathname === SHARE) return event.respondWith(shared(event.request));
  if (event.request.method !== "GET") return;
  if (event.request.mode === "navigate") return event.respondWith(fetch(event.request).catch(() => caches.match(OFFLINE)));
  if (KEPT.includes(address.pathname)) event.respondWith(fetch(event.request).catch(() => caches.match(address.pathname)));
});

/** Keep what another app shares until a page knows whose it is. */
async function shared(request) {
  const form = await request.formData();
  for (const file of form.getAll("file")) {
    if (file.size) await keep({ owner: "", upload: "", key: "", document: "", replaces: "", source: "share", name: file.name, blob: file });
  }
  return Response.redirect(`${SHARE}?shared=1`, 303);
}

function keep(item) {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("kontor-receipts", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("waiting", { keyPath: "id", autoIncrement: true });
    asked.onerror = () => reject(asked.error);
    asked.onsuccess = () => {
      const transaction = asked.result.transaction("waiting", "readwrite");
      transaction.objectStore("waiting").add(item);
      transaction.oncomplete = () => resolve(asked.result.close());
      transaction.onerror = () => reject(transaction.error);
    };
  });
}
