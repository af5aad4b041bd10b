/**
 * Keeps the page and the last weather of each place for when there is no network. While there is one, every answer
 * comes from it: this worker never makes a fresh answer older.
 */

const SHELL = 'shell HASH';
const WEATHER = 'weather';

/** So many answers are kept: now and ahead for ten places. */
const KEPT_ANSWERS = 20;

const FILES = [
  '/',
  ...[
    'style.css', 'theme.js', 'app.js', 'address.js', 'api.js', 'days.js', 'dom.js', 'format.js', 'hours-chart.js', 'hours.js',
    'now.js', 'place-search.js', 'preferences.js', 'renewal.js', 'saved.js', 'states.js', 'texts.js', 'icons.svg', 'icon.svg',
  ].map((name) => `/assets/HASH/${name}`),
];

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(dropOldShells().then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (request.mode === 'navigate' && url.pathname === '/') event.respondWith(page(request));
  else if (url.pathname.startsWith('/assets/HASH/')) event.respondWith(asset(request));
  else if (url.pathname === '/api/weather' || url.pathname === '/api/forecast') event.respondWith(weather(event));
});

async function dropOldShells() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== SHELL && name !== WEATHER).map((name) => caches.delete(name)));
}

async function page(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const copy = await caches.match('/', { cacheName: SHELL });
    if (copy) return copy;
    throw error;
  }
}

async function asset(request) {
  return (await caches.match(request, { cacheName: SHELL })) ?? fetch(request);
}

async function weather(event) {
  const cache = await caches.open(WEATHER);
  try {
    const response = await fetch(event.request);
    if (response.ok) event.waitUntil(store(cache, event.request, response.clone()));
    return response;
  } catch (error) {
    const copy = await cache.match(event.request);
    if (!copy) throw error;
    const headers = new Headers(copy.headers);
    headers.set('Offline-Copy', 'yes');
    return new Response(copy.body, { status: copy.status, headers });
  }
}

/** Keeps an answer as the newest, and lets go of the oldest. */
async function store(cache, request, response) {
  await cache.delete(request);
  await cache.put(request, response);
  const requests = await cache.keys();
  await Promise.all(requests.slice(0, Math.max(0, requests.length - KEPT_ANSWERS)).map((old) => cache.delete(old)));
}
