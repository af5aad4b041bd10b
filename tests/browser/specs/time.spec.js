/** A page that is left open: over midnight, asleep, and while nothing answers. */

import { allowedComplaints, changeAnswers, expect, noNetwork, open, test, withoutEmbedded, withoutWorker } from '../weather-test.js';

test.use({ allowed: allowedComplaints(noNetwork, withoutWorker), serviceWorkers: 'block' });

test('over midnight “Today” is today', async ({ page, program }) => {
  const { daily } = await program.api('/api/forecast');
  const midnight = new Date(`${daily[1].date}T00:00:00Z`);
  await page.clock.install({ time: new Date(midnight.getTime() - 120_000) });
  await changeAnswers(page, (answer) => { answer.fetched_at = new Date(midnight.getTime() - 180_000).toISOString(); });
  await open(page);
  const first = page.locator('.days li').first();
  await expect(first).toContainText(/Today/);
  const [, before] = /(\d+ \w+)/.exec(await first.locator('.weekday small').textContent());
  await page.clock.fastForward('00:03:00');
  await expect(first.locator('.weekday small')).not.toHaveText(before);
  await expect(first).toContainText('Today');
});

test('after 26 hours of sleep and no network, nothing old looks new', async ({ page, context }) => {
  await page.clock.install();
  await open(page);
  const today = await page.locator('.days .weekday small').first().textContent();
  await context.setOffline(true);
  await page.clock.fastForward('26:00:00');
  await expect(page.locator('#status-text')).toHaveText('You are offline. Updated 26 hours ago.');
  await expect(page.locator('#outlook')).toBeHidden();
  await expect(page.locator('.days .weekday small').first()).not.toHaveText(today);
  await expect(page.locator('.days .weekday b').first()).toHaveText('Today');
  await expect(page.locator('#place-time')).toContainText('At ');
  expect(Number(await page.locator('#now .temperature').evaluate((it) => getComputedStyle(it).opacity))).toBeLessThan(0.8);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true });

  test('after 26 hours of sleep and no network, the hours begin with the present one', async ({ page, context }) => {
    await page.clock.install();
    await open(page);
    const times = page.locator('#hours-strip time');
    await expect(times.first()).toHaveText('Now');
    const beforeSleep = await times.first().getAttribute('datetime');
    await context.setOffline(true);
    await page.clock.fastForward('26:00:00');
    await expect(page.locator('#status-text')).toHaveText('You are offline. Updated 26 hours ago.');
    await expect(times.first()).toBeVisible();
    await expect(times.first()).toHaveText('Now');
    await expect(times.first()).not.toHaveAttribute('datetime', beforeSleep);
    await expect(times.filter({ hasText: 'Now' })).toHaveCount(1);
    // Ages by the page's own clock. An hour may end between the page's ticks, so there is a second try.
    const ages = () => times.evaluateAll((shown) => shown.map(({ dateTime }) => Date.now() - Date.parse(dateTime)));
    await expect.poll(async () => (await ages()).filter((age) => age >= 3600_000), { message: 'hours that are over' }).toEqual([]);
    expect((await ages())[0], 'the first has begun').toBeGreaterThanOrEqual(0);
  });
});

test('the age that a cache in front added counts', async ({ page }) => {
  let asked = 0;
  await page.clock.install();
  await withoutEmbedded(page);
  await page.route(/\/api\/weather/, async (route) => {
    asked += 1;
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), 'cache-control': 'public, max-age=600', age: '540' } });
  });
  await open(page);
  expect(asked).toBe(1);
  await page.clock.runFor(70_000);
  await expect.poll(() => asked).toBe(2);
  await expect(page.locator('#status')).toHaveAttribute('data-state', 'fresh');
});

test('newer weather can be requested by hand', async ({ page, program }) => {
  await program.api('/api/weather');
  let asked = 0;
  await page.route(/\/api\/weather/, (route) => {
    asked += 1;
    return route.continue();
  });
  await open(page);
  expect(asked).toBe(0);
  await page.getByRole('button', { name: 'Update now' }).click();
  await expect.poll(() => asked).toBe(1);
  await expect(page.locator('#status')).toHaveAttribute('data-state', 'fresh');
});

test('a refresh is not announced, a new place is', async ({ page }) => {
  await open(page);
  await expect(page.locator('#announcer')).toHaveText(/^London: /);
  await page.evaluate(() => { document.getElementById('announcer').textContent = ''; });
  await page.getByRole('button', { name: 'Update now' }).click();
  await expect(page.locator('#status')).toHaveAttribute('data-state', 'fresh');
  await expect(page.locator('#announcer')).toBeEmpty();
});
