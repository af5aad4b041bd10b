/** The page as an installed program, and without a network. */

import { allowedComplaints, expect, withSettings, metNorway, noNetwork, open, test } from '../weather-test.js';

const status = (page) => page.locator('#status-text');
const offline = /^You are offline\. Updated (just now|.* ago)\.$/;

/** Waits until the browser has cached the page itself. */
async function kept(page) {
  await page.waitForFunction(async () => navigator.serviceWorker.controller?.state === 'activated'
    && (await caches.keys()).some((name) => name.startsWith('shell')));
}

test('the manifest and its icons are whole', async ({ page, program }) => {
  await open(page);
  const manifest = await (await fetch(`${program.url}/manifest.webmanifest`)).json();
  expect(manifest).toMatchObject({ name: 'Weather', start_url: '/', display: 'standalone', lang: 'en' });
  expect(manifest.icons.map(({ sizes }) => sizes)).toEqual(expect.arrayContaining(['192x192', '512x512']));
  const touchIcon = await page.locator('link[rel="apple-touch-icon"]').getAttribute('href');
  for (const { src, type, sizes, purpose } of [...manifest.icons, { src: touchIcon, type: 'image/png', sizes: '180x180', purpose: 'maskable' }]) {
    const response = await fetch(program.url + src);
    expect(response.headers.get('Content-Type'), src).toContain(type);
    const { size, corner } = await page.evaluate(async (address) => {
      const image = new Image();
      image.src = address;
      await image.decode();
      const context = document.createElement('canvas').getContext('2d');
      context.drawImage(image, 0, 0);
      return { size: `${image.naturalWidth}x${image.naturalHeight}`, corner: context.getImageData(1, 1, 1, 1).data[3] };
    }, src);
    if (sizes !== 'any') expect(size).toBe(sizes);
    // The system cuts its own shape, so the icon must fill its corners.
    if (purpose === 'maskable') expect(corner, `${src} fills its corners`).toBe(255);
  }
  for (const { src, type, sizes } of manifest.screenshots) {
    const response = await fetch(program.url + src);
    expect(response.headers.get('Content-Type'), src).toBe(type);
    const size = await page.evaluate(async (address) => {
      const image = new Image();
      image.src = address;
      await image.decode();
      return `${image.naturalWidth}x${image.naturalHeight}`;
    }, src);
    expect(size, src).toBe(sizes);
  }
  expect(manifest.screenshots.map(({ form_factor: width }) => width)).toEqual(['narrow', 'wide']);
  for (const path of ['/favicon.ico', '/robots.txt']) expect((await fetch(program.url + path)).status, path).toBe(200);
});

test.describe('the shortcuts of the installed page', () => {
  test.use({ permissions: ['geolocation'], geolocation: { latitude: 60.17, longitude: 24.94 }, settings: withSettings(metNorway, { MISSES_PER_MINUTE: '0' }) });

  test('lead to the search, and to where the reader is', async ({ page, program }) => {
    const { shortcuts } = await (await fetch(`${program.url}/manifest.webmanifest`)).json();
    const [search, here] = shortcuts.map(({ url }) => url);
    await open(page, search);
    await expect(page.getByRole('combobox', { name: 'Search for a place' })).toBeFocused();
    await expect(page.locator('h1#place')).toHaveText('London');
    // From another page, so that it is loaded again.
    await page.goto('about:blank');
    await open(page, here);
    await expect(page.locator('h1#place')).toHaveText('Helsinki');
  });
});

test('the page’s preloads are what its first screen needs', async ({ page, program }) => {
  await open(page);
  const asset = (name) => fetch(`${program.url}${new URL(name, `${program.url}${folder}/`).pathname}`).then((response) => response.text());
  const html = await (await fetch(program.url)).text();
  const [, folder] = /src="(\/assets\/\w+)\/app\.js"/.exec(html);
  const needed = new Set();
  const follow = async (name) => {
    if (needed.has(name)) return;
    needed.add(name);
    const text = await asset(name);
    for (const [, other] of text.matchAll(/^(?:import|export)[^;]*?from '\.\/([\w-]+\.js)'/gm)) await follow(other);
  };
  await follow('app.js');
  const preloaded = [...html.matchAll(/modulepreload" fetchpriority="low" href="\/assets\/\w+\/([\w-]+\.js)"/g)].map(([, name]) => name);
  const byWidth = ['hours-chart.js', 'hours-strip.js'];
  expect(preloaded.filter((name) => !byWidth.includes(name)).toSorted()).toEqual([...needed].filter((name) => name !== 'app.js').toSorted());
});

/**
 * Opens an address without a network. On a busy machine Chromium sometimes bypasses an active worker and itself reports
 * that there is no network; the reader's next try, like the one here, mostly reaches the worker. In one of some hundred
 * contexts it never does: the test is then retried in another, and reported as flaky.
 */
async function goto(page, address) {
  await expect(() => page.goto(address)).toPass({ timeout: 10_000 });
}

test.describe('without a network', () => {
  test.describe.configure({ retries: 2 });
  test.use({ allowed: allowedComplaints(noNetwork), settings: withSettings(metNorway, { MISSES_PER_MINUTE: '0' }) });

  test('what the first visit showed is still shown, with its age', async ({ page, context }) => {
    await open(page);
    await kept(page);
    const temperature = await page.locator('#temperature').textContent();
    await context.setOffline(true);
    await goto(page, '/');
    await expect(status(page)).toHaveText(offline);
    await expect(page.locator('#temperature')).toHaveText(temperature);
    await expect(page.locator('.days li').first()).toBeVisible();
    await context.setOffline(false);
    await expect(page.locator('#status')).toHaveAttribute('data-state', 'fresh', { timeout: 30_000 });
  });

  test('a place is found by every spelling of it', async ({ page, context }) => {
    await open(page, '/?city=London');
    await kept(page);
    await context.setOffline(true);
    for (const address of ['/', '/?city=London', '/?city=London%2C+England%2C+GB', '/?city=london,gb', '/?lat=51.51&lon=-0.13']) {
      await goto(page, address);
      await expect(page.locator('h1#place'), address).toHaveText('London');
      await expect(status(page), address).toHaveText(offline);
    }
  });

  test('saved places never push out the last one that was shown', async ({ page, context, program }) => {
    const places = [];
    for (const letter of 'abcdefghijklm') places.push(...(await program.api(`/api/places?q=${letter}a&limit=3`)).places);
    await page.addInitScript((saved) => localStorage.setItem('saved-places', JSON.stringify(saved)), places.slice(0, 40));
    for (const city of ['Oslo', 'Paris', 'Rome', 'Vienna', 'Zürich']) await open(page, `/?city=${city}`);
    await expect(page.locator('#saved li')).toHaveCount(places.slice(0, 40).length);
    await kept(page);
    await context.setOffline(true);
    await goto(page, '/');
    await expect(page.locator('h1#place')).toHaveText('Zürich');
    await goto(page, '/?city=Oslo');
    await expect(page.locator('h1#place')).toHaveText('Oslo');
  });

  test('units change', async ({ page, context }) => {
    await open(page);
    await context.setOffline(true);
    const celsius = await page.locator('#temperature').getAttribute('value');
    await page.getByRole('button', { name: '°F, Fahrenheit' }).click();
    await expect(page.locator('#temperature')).toHaveText(`${Math.round(celsius * 1.8 + 32)}°F`);
  });

  test('a place that was never seen is reported missing, and cached ones are offered with their age', async ({ page, context }) => {
    await open(page);
    await kept(page);
    await context.setOffline(true);
    await goto(page, '/?city=Lima');
    await expect(page.getByRole('heading', { name: 'You are offline' })).toBeVisible();
    await expect(page.locator('#failure-list li')).toHaveText(/London.*England, United Kingdom.*updated just now/s);
    await page.locator('#failure-list a').click();
    await expect(page.locator('h1#place')).toHaveText('London');
    await expect(page.locator('#temperature')).toHaveText(/°C/);
  });

  test('an old reading of a saved place has its age beside it', async ({ page, context }) => {
    await open(page, '/?city=Oslo');
    await page.getByRole('button', { name: 'Save Oslo' }).click();
    const reading = page.locator('#saved .reading');
    await expect(reading).toContainText('°');
    await expect(reading).not.toContainText('ago');
    await kept(page);
    await context.setOffline(true);
    await page.clock.install({ time: Date.now() + 5 * 3600_000 });
    await goto(page, page.url());
    await expect(reading).toContainText('5 hours ago');
    await expect(status(page)).toHaveText('You are offline. Updated 5 hours ago.');
  });
});

test('of more places than are cached, the one that was viewed longest ago is dropped', async ({ page, program }) => {
  const most = 80;
  const { place: london } = await program.api('/api/weather?city=London');
  // The oldest comes first: what counts is when a place was viewed, and not its position.
  const cached = Array.from({ length: most }, (_, number) => {
    const [latitude, longitude] = [-number / 2, 100];
    const viewedAt = Date.now() - (most - number) * 60_000;
    return {
      key: `${latitude.toFixed(2)} ${longitude.toFixed(2)}`,
      place: { name: `Place ${number}`, region: null, country: null, latitude, longitude, timezone: 'UTC' },
      queries: [`city=Place+${number}`], shownAt: viewedAt, fetchedAt: new Date(viewedAt).toISOString(),
    };
  });
  await page.addInitScript((places) => {
    if (localStorage.getItem('kept-places')) return;
    localStorage.setItem('kept-places', JSON.stringify(places));
    for (const { key, place } of places) localStorage.setItem(`weather ${key}`, JSON.stringify({ weather: { place, current: {} }, forecast: null }));
  }, cached);
  await open(page, '/London');
  const [oldest, ...others] = cached.map(({ key }) => key);
  const expected = [`${london.latitude.toFixed(2)} ${london.longitude.toFixed(2)}`, ...others].toSorted();
  const { places, answers } = await page.evaluate(() => ({
    places: JSON.parse(localStorage.getItem('kept-places')).map(({ key }) => key),
    answers: Object.keys(localStorage).filter((name) => name.startsWith('weather ')).map((name) => name.slice('weather '.length)),
  }));
  expect(places).toHaveLength(most);
  expect(places).not.toContain(oldest);
  expect(places.toSorted()).toEqual(expected);
  expect(answers.toSorted()).toEqual(expected);
});

test('with a network, opening the page fetches newer weather, worker or not', async ({ page, upstream }) => {
  await open(page, '/?city=London');
  await kept(page);
  await page.reload();
  await expect(page.locator('#embedded-weather')).toBeAttached();
  await expect(page.locator('#status')).toHaveAttribute('data-state', 'fresh');
  expect(upstream.asked.filter((path) => path.includes('51.5'))).toHaveLength(1);
});
