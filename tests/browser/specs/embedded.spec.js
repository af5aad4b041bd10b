/** The weather that comes with the document, so that the page need not ask for it. */

import { allowing, expect, failed, having, metNorway, open, test } from '../weather-test.js';

/** The questions for weather that the page puts. @param {import('@playwright/test').Page} page */
function questions(page) {
  const asked = [];
  page.on('request', (request) => {
    const { pathname, search } = new URL(request.url());
    if (/^\/api\/(weather|forecast)/.test(pathname)) asked.push(pathname + search);
  });
  return asked;
}

test.use({ settings: having(metNorway, { MISSES_PER_MINUTE: '0' }) });

for (const [address, question] of [
  ['/', ''], ['/London', '?city=London'], ['/?city=Paris', '?city=Paris'], ['/Paris,TX', '?city=Paris,TX'], ['/64.15,-21.94', '?lat=64.15&lon=-21.94'],
]) {
  test(`at ${address} nothing is asked for again`, async ({ page, program, upstream }) => {
    // A page does not wait long for what is not known yet.
    await program.api(`/api/weather${question}`);
    const asked = questions(page);
    await open(page, address);
    await expect(page.locator('#temperature')).toHaveText(/\d/);
    await expect(page.locator('.days li').first()).toContainText('Today');
    await expect(page.locator('#status')).toHaveAttribute('data-state', 'fresh');
    await page.waitForLoadState('networkidle');
    expect(asked).toEqual([]);
    expect(upstream.asked).toHaveLength(1);
  });
}

test('a reader with a place of their own sees no other for a moment', async ({ page }) => {
  await open(page, '/Oslo');
  await page.addInitScript(() => {
    window.seen = new Set();
    const look = () => {
      for (const heading of document.querySelectorAll('h1')) if (heading.checkVisibility({ visibilityProperty: true })) window.seen.add(heading.textContent);
      requestAnimationFrame(look);
    };
    look();
  });
  const asked = questions(page);
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

test('a place that is shown and saved is asked for once', async ({ page }) => {
  await open(page, '/Oslo');
  await page.getByRole('button', { name: 'Save Oslo' }).click();
  await expect(page.locator('#saved .reading')).toContainText('°');
  // What is kept of it is too old by then. The page is left first, for it would ask too.
  await page.goto('about:blank');
  await page.clock.install({ time: Date.now() + 5 * 3600_000 });
  const asked = questions(page);
  await open(page, '/');
  await expect(page.locator('#status')).not.toHaveAttribute('data-state', 'refreshing');
  await page.waitForLoadState('networkidle');
  expect(asked.toSorted()).toEqual(['/api/forecast?city=Oslo', '/api/weather?city=Oslo']);
});

test('what the service wrote stands before any script has come', async ({ page, program }) => {
  const { current } = await program.api('/api/weather?city=London');
  await page.route('**/assets/*/*.js', () => {});
  await page.goto('/London', { waitUntil: 'commit' });
  await expect(page.getByRole('heading', { name: 'London' })).toBeVisible();
  await expect(page.locator('.summary .temperature')).toHaveText(new RegExp(`^\\s*${Math.round(current.temperature)}°C`));
  await expect(page.locator('.summary .fahrenheit')).toBeHidden();
});

test.describe('a reader who has Fahrenheit', () => {
  test.use({ locale: 'en-US' });

  test('has it from the first moment', async ({ page, program }) => {
    const { current } = await program.api('/api/weather?city=London');
    await page.route('**/assets/*/*.js', () => {});
    await page.goto('/London', { waitUntil: 'commit' });
    await expect(page.locator('.summary .fahrenheit')).toHaveText(`${Math.round(current.temperature * 1.8 + 32)}°F`);
    await expect(page.locator('.summary .celsius')).toBeHidden();
  });
});

test.describe('an address with the name of a file', () => {
  test.use({ allowed: allowing(failed(404)) });

  test('is not asked for: crawlers that run scripts cost no geocoder anything', async ({ page, upstream }) => {
    const asked = questions(page);
    await page.goto('/wp-login.php');
    await expect(page.getByRole('heading', { name: 'This link doesn’t point to a place' })).toBeVisible();
    expect(asked).toEqual([]);
    expect(upstream.asked).toEqual([]);
  });
});
