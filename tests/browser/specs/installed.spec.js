/** The page as an installed program, and without a network. */

import { allowing, expect, noNetwork, open, test } from '../weather-test.js';

test('the manifest and its icons are whole', async ({ page, program }) => {
  await open(page);
  const manifest = await (await fetch(`${program.url}/manifest.webmanifest`)).json();
  expect(manifest).toMatchObject({ name: 'Weather', start_url: '/', display: 'standalone' });
  expect(manifest.icons.map(({ sizes }) => sizes)).toEqual(expect.arrayContaining(['192x192', '512x512']));
  for (const { src, type, sizes } of manifest.icons) {
    const response = await fetch(program.url + src);
    expect(response.headers.get('Content-Type'), src).toContain(type);
    const size = await page.evaluate(async (address) => {
      const image = new Image();
      image.src = address;
      await image.decode();
      return `${image.naturalWidth}x${image.naturalHeight}`;
    }, src);
    if (sizes !== 'any') expect(size).toBe(sizes);
  }
  for (const path of ['/favicon.ico', '/robots.txt']) expect((await fetch(program.url + path)).status, path).toBe(200);
});

test.describe('without a network', () => {
  test.use({ allowed: allowing(noNetwork) });

  test('the last weather is shown with its age', async ({ page, context }) => {
    await open(page, '/?city=London');
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await page.reload();
    await expect(page.locator('#content')).toBeVisible();
    const temperature = await page.locator('#temperature').textContent();
    await page.waitForFunction(async () => (await (await caches.open('weather')).keys()).length >= 2);

    await context.setOffline(true);
    await page.reload();
    await expect(page.locator('#status')).toHaveText(/^You are offline\. Updated (just now|.* ago)\.$/);
    await expect(page.locator('#temperature')).toHaveText(temperature);
    await expect(page.locator('.days li').first()).toBeVisible();

    await context.setOffline(false);
    await expect(page.locator('#status')).toHaveAttribute('data-state', 'fresh', { timeout: 30_000 });
  });

  test('an old reading of a saved place has its age beside it', async ({ page, context }) => {
    await open(page, '/?city=Oslo&units=metric');
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await page.getByRole('button', { name: 'Save Oslo' }).click();
    await page.reload();
    const reading = page.locator('#saved .reading');
    await expect(reading).toContainText('°');
    await expect(reading).not.toContainText('ago');
    await page.waitForFunction(async () => (await (await caches.open('weather')).keys()).length >= 2);

    await context.setOffline(true);
    await page.clock.install({ time: Date.now() + 5 * 3600_000 });
    await page.reload();
    await expect(reading).toContainText('5 hours ago');
    await expect(page.locator('#status')).toHaveText('You are offline. Updated 5 hours ago.');
  });

  test('a place that was never seen is said to be missing', async ({ page, context }) => {
    await open(page);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await context.setOffline(true);
    await page.goto('/?city=Lima');
    await expect(page.getByRole('heading', { name: 'You are offline' })).toBeVisible();
  });
});

test('with a network every answer comes from it, worker or not', async ({ page, upstream }) => {
  await open(page, '/?city=London&units=metric');
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  const fromNetwork = page.waitForResponse((response) => response.url().includes('/api/weather'));
  await page.reload();
  expect((await (await fromNetwork).headerValue('offline-copy'))).toBeNull();
  await expect(page.locator('#status')).toHaveAttribute('data-state', 'fresh');
  expect(upstream.asked.filter((path) => path.includes('51.5'))).toHaveLength(1);
});
