/** The page refreshes itself when the answer's freshness ends and when it is shown again, and never more often. */

import { expect, open, test } from '../weather-test.js';

/** Counts the answers that the page requests, once they have arrived: the first comes with the document. @param {import('@playwright/test').Page} page */
function countAsked(page) {
  const counted = { weather: 0 };
  page.on('requestfinished', (request) => {
    if (new URL(request.url()).pathname === '/api/weather') counted.weather += 1;
  });
  return counted;
}

/** For how long the answer is still fresh, in seconds. */
async function freshness(program) {
  const response = await fetch(`${program.url}/api/weather?city=London%2C+England%2C+GB`);
  return Number(/max-age=(\d+)/.exec(response.headers.get('Cache-Control'))[1]);
}

async function setVisibility(page, state) {
  await page.evaluate((value) => {
    Object.defineProperty(document, 'visibilityState', { value, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);
}

test.beforeEach(async ({ page, program }) => {
  await program.api('/api/weather'); // cached, so that the document carries it
  await page.clock.install();
});

test('the page sends one request each time the freshness ends', async ({ page, program }) => {
  const asked = countAsked(page);
  await open(page);
  expect(asked.weather).toBe(0);
  const seconds = await freshness(program);
  expect(seconds).toBeGreaterThan(60);
  await page.clock.runFor((seconds - 5) * 1000);
  expect(asked.weather).toBe(0);
  await page.clock.runFor(10_000);
  await expect.poll(() => asked.weather).toBe(1);
  await page.clock.runFor(60_000);
  expect(asked.weather).toBe(1);
});

test('a hidden page sends no requests, and catches up when it is shown', async ({ page, program }) => {
  const asked = countAsked(page);
  await open(page);
  const seconds = await freshness(program);
  await setVisibility(page, 'hidden');
  await page.clock.runFor(3 * seconds * 1000);
  expect(asked.weather).toBe(0);
  await setVisibility(page, 'visible');
  await expect.poll(() => asked.weather).toBe(1);
});

test('coming back while the answer is fresh sends no request', async ({ page }) => {
  const asked = countAsked(page);
  await open(page);
  await setVisibility(page, 'hidden');
  await page.clock.runFor(20_000);
  await setVisibility(page, 'visible');
  await page.clock.runFor(5_000);
  expect(asked.weather).toBe(0);
});

test('after the machine has slept the page is refreshed at once', async ({ page }) => {
  const asked = countAsked(page);
  await open(page);
  // A jump without the timers in between, as after sleep.
  await page.clock.fastForward('08:00:00');
  await expect.poll(() => asked.weather).toBe(1);
});

test('going back and forth between fresh places sends no request', async ({ page }) => {
  const asked = countAsked(page);
  await open(page, '/?city=London');
  await page.getByText(/Other places called London/).click();
  await page.getByRole('link', { name: /Ontario, Canada/ }).click();
  await expect(page.locator('#place-region')).toHaveText('Ontario, Canada');
  const before = asked.weather;
  await page.goBack();
  await expect(page.locator('#place-region')).toHaveText('England, United Kingdom');
  await page.goForward();
  await expect(page.locator('#place-region')).toHaveText('Ontario, Canada');
  expect(asked.weather).toBe(before);
});

test('what the reader does in the chart survives a refresh', async ({ page }) => {
  const asked = countAsked(page);
  await open(page);
  const chart = page.getByRole('slider', { name: /Hourly forecast/ });
  await chart.focus();
  await page.keyboard.press('End');
  const text = await chart.getAttribute('aria-valuetext');
  await page.clock.fastForward('00:40:00');
  await expect.poll(() => asked.weather).toBe(1);
  await expect(chart).toBeFocused();
  await expect(chart).toHaveAttribute('aria-valuetext', text);
});
