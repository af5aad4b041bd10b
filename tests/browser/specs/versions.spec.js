/** Another version of the service in the place of the one that this page came from, as during a deploy. */

import { allowedComplaints, expect, open, test, withoutEmbedded, withoutWorker } from '../weather-test.js';

const logged = /Failed to load resource|MIME type/;

/** Counts how often the document is loaded. */
function documents(page) {
  const count = { loads: 0 };
  page.on('response', (response) => { if (response.request().isNavigationRequest()) count.loads += 1; });
  return count;
}

test.use({ allowed: allowedComplaints(logged, withoutWorker), serviceWorkers: 'block' });

test('a page whose file is gone is reloaded as the version that is now served', async ({ page }) => {
  const count = documents(page);
  let isGone = true;
  await page.route('**/assets/*/hours.js', (route) => {
    if (isGone) route.fulfill({ status: 404 });
    else route.continue();
    isGone = false;
  });
  await open(page);
  await expect(page.locator('#temperature')).toHaveText(/\d/);
  expect(count.loads).toBe(2);
});

test('a page whose file never comes is not reloaded for ever', async ({ page }) => {
  const count = documents(page);
  await page.route('**/assets/*/app.js', (route) => route.fulfill({ status: 404 }));
  await page.goto('/');
  await expect.poll(() => count.loads).toBe(4);
  await page.waitForLoadState('networkidle');
  expect(count.loads).toBe(4);
});

/** The API does not know a parameter that the page sends. */
async function refuse(page, times) {
  let left = times;
  await withoutEmbedded(page);
  await page.route(/\/api\/weather/, (route) => {
    if (left === 0) return route.continue();
    left -= 1;
    return route.fulfill({ status: 400, contentType: 'application/problem+json', json: { code: 'invalid-request', detail: 'What is next?' } });
  });
}

test('a page whose request is not understood is reloaded if another version answers', async ({ page }) => {
  const count = documents(page);
  await refuse(page, 1);
  await page.route('/', async (route) => {
    if (route.request().isNavigationRequest()) return route.fallback();
    const response = await route.fetch();
    return route.fulfill({ response, body: (await response.text()).replaceAll(/assets\/\w+/g, 'assets/another') });
  });
  await open(page);
  await expect(page.locator('#temperature')).toHaveText(/\d/);
  expect(count.loads).toBe(2);
});

test('a page that sent a wrong request says so and stays', async ({ page }) => {
  const count = documents(page);
  await refuse(page, 5);
  await page.goto('/');
  await expect(page.locator('#failure')).toContainText('This link doesn’t point to a place');
  expect(count.loads).toBe(1);
});
