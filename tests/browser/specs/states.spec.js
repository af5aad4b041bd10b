/** What the page says when the weather is old, recorded, or unavailable. */

import { WEATHER_API, allowedComplaints, expect, failed, withSettings, metNorway, noNetwork, nothingConfigured, open, openWeather, test, withoutEmbedded, withoutWorker } from '../weather-test.js';

const status = (page) => page.locator('#status');
const statusText = (page) => page.locator('#status-text');

test('fresh weather says when it was updated', async ({ page }) => {
  await open(page);
  await expect(status(page)).toHaveAttribute('data-state', 'fresh');
  await expect(statusText(page)).toHaveText(/^Updated (just now|\d+ (second|minute)s? ago)$/);
  await expect(page.locator('#notice')).toBeHidden();
});

test('the provider in use, GeoNames and the documentation are named', async ({ page, program }) => {
  await open(page);
  const { source } = await program.api('/api/weather');
  await expect(page.locator('footer').getByRole('link', { name: source.name })).toHaveAttribute('href', source.url);
  await expect(page.locator('footer').getByRole('link', { name: 'GeoNames' })).toHaveAttribute('href', 'https://www.geonames.org/');
  await expect(page.locator('footer a[href="/docs/"]')).toBeVisible();
});

test.describe('the skeleton', () => {
  test('is shown where the weather will be, and disappears when it arrives', async ({ page, upstream, program }) => {
    let answer;
    await withoutEmbedded(page);
    await page.route(/\/api\/weather/, (route) => new Promise((resolve) => {
      answer = () => resolve(route.continue());
    }));
    await page.goto(program.url);
    await expect(page.locator('#skeleton')).toBeVisible();
    await expect(page.locator('#main')).toHaveAttribute('aria-busy', 'true');
    const room = await page.locator('#skeleton .hero').boundingBox();
    await expect.poll(() => typeof answer).toBe('function');
    answer();
    await expect(page.locator('#content')).toBeVisible();
    await expect(page.locator('#skeleton')).toBeHidden();
    const filled = await page.locator('#now').boundingBox();
    expect(filled).toEqual({ ...room, height: filled.height });
    expect(upstream.asked).not.toHaveLength(0);
  });
});

test('the first answer is built out of sight, and shown when it is whole', async ({ page, program }) => {
  await page.addInitScript(() => {
    const isShown = (selector) => document.querySelector(selector)?.checkVisibility({ visibilityProperty: true }) ?? false;
    globalThis.stages = [];
    new MutationObserver(() => {
      const filled = ['#temperature', '.days li', '#hours :is(#hours-strip li, #hours-chart text)'].filter((part) => document.querySelector(`#content ${part}`)?.textContent);
      if (filled.length > 0) stages.push({ filled: filled.length, isSkeletonShown: isShown('#skeleton'), isShown: isShown('#content') });
    }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['hidden'] });
  });
  await open(page, program.url);
  const stages = await page.evaluate(() => globalThis.stages);
  const [first] = stages;
  expect(first).toEqual({ filled: 1, isSkeletonShown: true, isShown: false });
  for (const { filled, isSkeletonShown, isShown } of stages) {
    expect(isShown).toBe(!isSkeletonShown);
    if (isShown) expect(filled).toBe(3);
  }
});

test.describe('with nothing configured and nothing reachable', () => {
  test.use({ settings: nothingConfigured });

  test('the recorded sample is labelled, and the reason is given', async ({ page, upstream, program }) => {
    upstream.fail();
    await open(page);
    const { current } = await program.api('/api/weather');
    expect(current.time).toMatch(/^2020-07-20/);
    const notice = page.locator('#notice');
    await expect(notice).toContainText('A recorded sample, not today’s weather');
    await expect(notice).toContainText(/Monday,? 20 July 2020/);
    await expect(notice).toContainText('Open-Meteo could not be reached and no other provider is configured');
    await expect(notice).toContainText('Check that it has a connection to the internet.');
    await expect(page.locator('#place-time')).toContainText(/Recorded Monday,? 20 July 2020/);
    await expect(page.locator('#outlook')).toHaveText('Dry for the next 24 hours');
    await expect(page.locator('#temperature')).toHaveText(`${Math.round(current.temperature)}°C`);
    await expect(page.locator('.days li').first()).not.toContainText('Today');
    expect(await page.locator('main').innerText()).not.toMatch(/ago/);
  });
});

test.describe('set up to show only the sample', () => {
  test.use({ settings: { of: () => ({ PROVIDERS: 'sample' }) } });

  test('says so', async ({ page }) => {
    await open(page);
    await expect(page.locator('#notice')).toContainText('This service is set up to show only the sample.');
    await expect(page.locator('#notice')).not.toContainText('Do you run this service?');
  });
});

test.describe('weather past its freshness', () => {
  test.use({ settings: withSettings(openWeather, { FRESH_FOR: '500ms', MISSES_PER_MINUTE: '0' }) });

  test('shows its age in words', async ({ page, upstream, program }) => {
    await program.api('/api/weather');
    await program.api('/api/forecast');
    upstream.fail();
    await expect.poll(async () => (await program.api('/api/weather')).stale).toBe(true);
    await expect.poll(async () => (await program.api('/api/forecast')).stale).toBe(true);
    await page.clock.install({ time: Date.now() + 3 * 3600_000 });
    await open(page);
    await expect(status(page)).toHaveAttribute('data-state', 'stale');
    await expect(statusText(page)).toHaveText('Updated 3 hours ago. We couldn’t get anything newer.');
  });
});

test.describe('a service whose upstream is gone', () => {
  test.use({ allowed: allowedComplaints(failed(503), withoutWorker), serviceWorkers: 'block' });

  test('says so, tries again by itself, and recovers', async ({ page, upstream }) => {
    upstream.fail();
    await page.clock.install();
    await page.goto('/');
    await expect(page.getByRole('heading', { name: 'The weather is not available right now' })).toBeVisible();
    await expect(page.locator('#failure-countdown')).toHaveText(/^Trying again in \d+ (second|minute)s?$/);
    await expect(page.getByRole('button', { name: 'Try again now' })).toBeVisible();
    upstream.recover();
    // The service itself remembers a failure for seconds, so more than one try may be needed.
    await expect.poll(async () => {
      await page.clock.runFor(30_000);
      return page.locator('#content').isVisible();
    }, { timeout: 45_000 }).toBe(true);
    await expect(page.locator('h1#place')).toHaveText('London');
  });

  test('waits longer after each failure', async ({ page, program }) => {
    await page.clock.install();
    await page.addInitScript(() => {
      window.askedAt = [];
      const ask = window.fetch;
      window.fetch = (address, options) => {
        if (String(address).startsWith('/api/weather')) window.askedAt.push(Date.now());
        return ask(address, options);
      };
    });
    await withoutEmbedded(page);
    await page.route(WEATHER_API, (route) =>
      route.fulfill({ status: 503, json: { code: 'upstream-unavailable', detail: 'Nothing answers.' } }));
    await page.goto(program.url);
    const expected = [5, 10, 20, 40];
    const askedAt = () => page.evaluate(() => window.askedAt);
    await expect.poll(async () => {
      await page.clock.runFor(1000);
      return (await askedAt()).length;
    }, { intervals: [50], timeout: 45_000 }).toBeGreaterThan(expected.length);
    const times = await askedAt();
    for (const [index, seconds] of expected.entries()) {
      const pause = (times[index + 1] - times[index]) / 1000;
      expect(pause).toBeGreaterThanOrEqual(seconds);
      // The clock also goes on by itself while the answer is on its way.
      expect(pause).toBeLessThan(seconds + 5);
    }
  });

  test('waits as long as Retry-After says', async ({ page, program }) => {
    let asked = 0;
    await page.clock.install();
    await withoutEmbedded(page);
    await page.route(WEATHER_API, (route) => {
      if (route.request().url().includes('/api/weather')) asked += 1;
      return route.fulfill({ status: 503, headers: { 'Retry-After': '90' }, json: { code: 'upstream-unavailable', detail: 'Nothing answers.' } });
    });
    await page.goto(program.url);
    await expect(page.locator('#failure-countdown')).toHaveText(/in (8\d|90) seconds/);
    await page.clock.runFor(80_000);
    expect(asked).toBe(1);
    await page.clock.runFor(12_000);
    await expect.poll(() => asked).toBe(2);
  });
});

test.describe('a caller over the limit', () => {
  test.use({ settings: withSettings(openWeather, { MISSES_PER_MINUTE: '2' }), allowed: allowedComplaints(failed(429)) });

  test('is told so, and when the page tries again', async ({ page, program }) => {
    for (const city of ['Oslo', 'Paris', 'Rome']) await program.api(`/api/weather?city=${city}`);
    await page.goto('/?city=Vienna');
    await expect(page.getByRole('heading', { name: 'Too many requests from your network' })).toBeVisible();
    await expect(page.locator('#failure-detail')).not.toBeEmpty();
    await expect(page.locator('#failure-countdown')).toHaveText(/^Trying again in \d+ (second|minute)s?$/);
  });
});

test.describe('a forecast that fails by itself', () => {
  test.use({ settings: openWeather, allowed: allowedComplaints(failed(503)) });

  test('leaves the current weather in place', async ({ page, upstream }) => {
    upstream.failing = ['/data/2.5/forecast'];
    await open(page);
    await expect(page.locator('#temperature')).toHaveText('9°C');
    await expect(page.locator('#hours')).toContainText('The hourly forecast is unavailable right now.');
    await expect(page.locator('#days')).toContainText('The daily forecast is unavailable right now.');
  });
});

test.describe('a refresh that fails', () => {
  // The worker's own requests would bypass the answers that are simulated here.
  test.use({ allowed: allowedComplaints(failed(503), failed(429), noNetwork, withoutWorker), serviceWorkers: 'block' });

  for (const [code, statusCode, words, state] of [
    ['upstream-unavailable', 503, /No answer right now; trying again in/, 'failed'],
    ['too-many-requests', 429, /Too many requests; trying again in/, 'limited'],
  ]) {
    test(`with ${code} leaves the weather and says how old it is`, async ({ page }) => {
      await page.clock.install();
      await open(page);
      await page.route(WEATHER_API, (route) => route.fulfill({ status: statusCode, json: { code, detail: 'No.' } }));
      await page.clock.fastForward('01:00:00');
      await expect(status(page)).toHaveAttribute('data-state', state);
      await expect(statusText(page)).toHaveText(words);
      await expect(statusText(page)).toContainText('Updated 1 hour ago');
      await expect(page.locator('h1#place')).toHaveText('London');
    });
  }

  test('without a network says so, and continues when it is back', async ({ page, context }) => {
    await page.clock.install();
    await open(page);
    await context.setOffline(true);
    await page.clock.fastForward('01:00:00');
    await expect(statusText(page)).toHaveText('You are offline. Updated 1 hour ago.');
    await context.setOffline(false);
    await page.clock.runFor(2_000);
    await expect(status(page)).not.toHaveAttribute('data-state', 'offline');
  });
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the page is a summary that the service wrote, and the search finds another', async ({ page, program }) => {
    const { current } = await program.api('/api/weather');
    const { daily, outlook } = await program.api('/api/forecast');
    await page.goto('/London');
    await expect(page).toHaveTitle(`${Math.round(current.temperature)}°C London – Weather`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('London');
    const main = page.locator('main');
    for (const words of ['England, United Kingdom', `${Math.round(current.temperature)}°C`, `${Math.round(current.temperature * 1.8 + 32)}°F`, outlook.sentence, 'MET Norway']) {
      await expect(main).toContainText(words);
    }
    await expect(main.getByRole('row')).toHaveCount(daily.length);
    await expect(main.getByRole('row').nth(1)).toContainText(`${Math.round(daily[1].temperature_min)} to ${Math.round(daily[1].temperature_max)}°C`);
    await page.getByRole('combobox').fill('Oslo');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Oslo');
    await expect(page.locator('#locate')).toBeHidden();
  });

  test.describe('an address that names no place', () => {
    test.use({ allowed: allowedComplaints(failed(404)) });

    test('says so', async ({ page }) => {
      await page.goto('/Keswik');
      await expect(page.getByRole('heading', { name: 'We couldn’t find this place' })).toBeVisible();
      await page.goto('/wp-login.php');
      await expect(page.getByRole('heading', { name: 'This link doesn’t point to a place' })).toBeVisible();
    });
  });
});
