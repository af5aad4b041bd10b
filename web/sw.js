/**
 * Caches the page for when there is no network. It does not handle the weather: every answer comes from the network,
 * and the page itself caches the last one of each place.
 */

const SHELL = 'shell HASH';

/** The page's own files are the same whatever a request's headers say. */
const KEPT = { cacheName: SHELL, ignoreVary: true };

/** The page without the weather of any place. */
const PAGE = '/assets/HASH/index.html';

/** Every file of the page. */
const FILES = [/* FILES */];

self.addEventListener('install', (event) => {
  const addresses = FILES.map((name) => `/assets/HASH/${name}`);
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(addresses)).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(dropOtherShells().then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  // The page has addresses of one segment: / and one for each place.
  if (request.mode === 'navigate' && url.pathname.lastIndexOf('/') === 0) event.respondWith(page(request));
  else if (url.pathname.startsWith('/assets/HASH/')) event.respondWith(asset(request));
});

async function dropOtherShells() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== SHELL).map((name) => caches.delete(name)));
}

async function page(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const copy = await caches.match(PAGE, KEPT);
    if (copy) return copy;
    throw error;
  }
}

async function asset(request) {
  return (await caches.match(request, KEPT)) ?? fetch(request);
}
