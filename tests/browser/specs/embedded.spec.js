/** The weather that comes with the document, so that the page need not request it. */

import { allowedComplaints, expect, failed, withSettings, metNorway, open, test } from '../weather-test.js';

/** The requests for weather that the page sends. @param {import('@playwright/test').Page} page */
function weatherRequests(page) {
  const asked = [];
  page.on('request', (request) => {
    const { pathname, search } = new URL(request.url());
    if (/^\/api\/(weather|forecast)/.test(pathname)) asked.push(pathname + search);
  });
  return asked;
}

test.use({ settings: withSettings(metNorway, { MISSES_PER_MINUTE: '0' }) });

for (const [address, query] of [
  ['/', ''], ['/London', '?city=London'], ['/?city=Paris', '?city=Paris'], ['/Paris,TX', '?city=Paris,TX'], ['/64.15,-21.94', '?lat=64.15&lon=-21.94'],
]) {
  test(`at ${address} nothing is requested again`, async ({ page, program, upstream }) => {
    // The weather is cached first, because a page does not wait long for a fetch.
    await program.api(`/api/weather${query}`);
    const asked = weatherRequests(page);
    await open(page, address);
    await expect(page.locator('#temperature')).toHaveText(/\d/);
    await expect(page.locator('.days li').first()).toContainText('Today');
    await expect(page.locator('#status')).toHaveAttribute('data-state', 'fresh');
    await page.waitForLoadState('networkidle');
    expect(asked).toEqual([]);
    expect(upstream.asked).toHaveLength(1);
  });
}

test('a reader with a place of their own never sees another, not even for a moment', async ({ page }) => {
  await open(page, '/Oslo');
  await page.addInitScript(() => {
    window.seen = new Set();
    const look = () => {
      for (const heading of document.querySelectorAll('h1')) if (heading.checkVisibility({ visibilityProperty: true })) window.seen.add(heading.textContent);
      requestAnimationFrame(look);
    };
    look();
  });
  const asked = weatherRequests(page);
  await open(page, '/');
  await expect(page.locator('h1#place')).toHaveText('Oslo');
  expect(asked).toEqual(['/api/weather?city=Oslo', '/api/forecast?city=Oslo']);
  const seen = await page.evaluate(() => [...window.seen]);
  expect(seen.filter((name) => name !== '')).toEqual(['Oslo']);
});

test('the document names the whole address of the place’s page', async ({ page, program }) => {
  await open(page, '/?city=London');
  await expect(page.locator('link[rel="canonical"]')).toHaveAttribute('href', `${program.url}/London,England,GB`);
});

test('a place that is shown and saved is requested once', async ({ page }) => {
  await open(page, '/Oslo');
  await page.getByRole('button', { name: 'Save Oslo' }).click();
  await expect(page.locator('#saved .reading')).toContainText('°');
  // Its cached weather is too old by then. The page is left first, because it would send requests too.
  await page.goto('about:blank');
  await page.clock.install({ time: Date.now() + 5 * 3600_000 });
  const asked = weatherRequests(page);
  await open(page, '/');
  await expect(page.locator('#status')).not.toHaveAttribute('data-state', 'refreshing');
  await page.waitForLoadState('networkidle');
  expect(asked.toSorted()).toEqual(['/api/forecast?city=Oslo', '/api/weather?city=Oslo']);
});

test('what the service wrote is shown before any script has loaded', async ({ page, program }) => {
  const { current } = await program.api('/api/weather?city=London');
  await page.route('**/assets/*/*.js', () => {});
  await page.goto('/London', { waitUntil: 'commit' });
  await expect(page.getByRole('heading', { name: 'London' })).toBeVisible();
  await expect(page.locator('.summary .temperature')).toHaveText(new RegExp(`^\\s*${Math.round(current.temperature)}°C`));
  await expect(page.locator('.summary .fahrenheit')).toBeHidden();
});

test.describe('a reader who uses Fahrenheit', () => {
  test.use({ locale: 'en-US' });

  test('sees it from the first moment', async ({ page, program }) => {
    const { current } = await program.api('/api/weather?city=London');
    await page.route('**/assets/*/*.js', () => {});
    await page.goto('/London', { waitUntil: 'commit' });
    await expect(page.locator('.summary .fahrenheit')).toHaveText(`${Math.round(current.temperature * 1.8 + 32)}°F`);
    await expect(page.locator('.summary .celsius')).toBeHidden();
  });
});

test.describe('an address with the name of a file', () => {
  test.use({ allowed: allowedComplaints(failed(404)) });

  test('is not looked up: crawlers that run scripts cause no requests to geocoders', async ({ page, upstream }) => {
    const asked = weatherRequests(page);
    await page.goto('/wp-login.php');
    await expect(page.getByRole('heading', { name: 'This link doesn’t point to a place' })).toBeVisible();
    expect(asked).toEqual([]);
    expect(upstream.asked).toEqual([]);
  });
});
