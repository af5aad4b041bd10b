/** The page as a whole: its weight, its theme, the keyboard, motion, and print. */

import { allowing, expect, open, test, withoutWorker } from '../weather-test.js';

/** What a first load may cost. */
const MOST_BYTES = 60_000;
const MOST_REQUESTS = 25;

test('a first load is light', async ({ page, context }) => {
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  const load = { bytes: 0, requests: 0 };
  session.on('Network.responseReceived', ({ response }) => {
    if (!response.fromDiskCache) load.requests += 1;
  });
  session.on('Network.loadingFinished', ({ encodedDataLength }) => { load.bytes += encodedDataLength; });
  await open(page);
  await page.waitForLoadState('networkidle');
  test.info().annotations.push({ type: 'first load', description: JSON.stringify(load) });
  expect(load.bytes).toBeLessThanOrEqual(MOST_BYTES);
  expect(load.requests).toBeLessThanOrEqual(MOST_REQUESTS);
});

test('a page that gets no frames, because nobody looks at it yet, is made all the same', async ({ page }) => {
  await page.addInitScript(() => { window.requestAnimationFrame = () => 0; });
  await open(page);
  await expect(page.locator('.chart path.line')).toHaveCount(1);
  await expect(page.locator('.tile').first()).toBeVisible();
  await expect(page.locator('#saved')).toBeVisible();
});

test.describe('however cold it is, narrow the window or large the text', () => {
  // The worker would ask past the answers that are made colder here.
  test.use({ allowed: allowing(withoutWorker), serviceWorkers: 'block' });

  test('nothing is cut off', async ({ page }) => {
    await page.route('**/api/*?*', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: colder(await response.json()) });
    });
    for (const [width, textSize] of [[320, 100], [360, 100], [680, 200], [700, 100], [768, 100], [960, 100], [1200, 100], [1440, 100]]) {
      await page.setViewportSize({ width, height: 800 });
      await open(page);
      await expect(page.locator('#temperature')).toHaveText(/^[-−]\d\d°$/);
      await expect(page.locator('.tile').first()).toBeVisible();
      await page.evaluate((percent) => { document.documentElement.style.fontSize = `${percent}%`; }, textSize);
      const wide = await page.locator('.hero, .hero-weather, .hero-facts > *, .days li, .days li > *, .tile, .tile .value').evaluateAll((elements) => elements
        .filter((element) => element.scrollWidth > element.clientWidth && element.clientWidth > 0 && !element.classList.contains('visually-hidden'))
        .map((element) => `${element.id || element.className || element.nodeName}: ${element.scrollWidth} in ${element.clientWidth}`));
      expect(wide, `${width} px, ${textSize}%`).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
    }
  });
});

/** An answer with every temperature far below zero. */
function colder(answer) {
  return JSON.parse(JSON.stringify(answer), (key, value) =>
    /^(temperature|temperature_m..|feels_like|dew_point)$/.test(key) && typeof value === 'number' ? value - 35 : value);
}

test('every control is reached with the keyboard, and it is seen where one is', async ({ page }) => {
  await open(page);
  const reached = [];
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === document.body) return null;
      const style = getComputedStyle(element);
      return { name: element.id || element.dataset.units || element.textContent.trim(), outline: style.outlineStyle, width: parseFloat(style.outlineWidth) };
    });
    if (focused === null) break;
    expect(focused.outline, focused.name).not.toBe('none');
    expect(focused.width, focused.name).toBeGreaterThanOrEqual(2);
    reached.push(focused.name);
  }
  expect(reached).toEqual(expect.arrayContaining([
    'Skip to the weather', 'Weather', 'search-input', 'locate', 'metric', 'imperial', 'theme', 'save', 'hours-chart', 'Show as a table',
  ]));
});

test('the skip link leads to the weather', async ({ page }) => {
  await open(page);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.locator('#main')).toBeFocused();
});

test.describe('a dark system', () => {
  test.use({ colorScheme: 'dark' });

  test('has a dark page until the reader chooses light, and then it stays light', async ({ page }) => {
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await open(page);
    const dark = await background();
    await page.getByRole('button', { name: /^Theme/ }).click();
    const light = await background();
    expect(light).not.toBe(dark);
    await page.reload();
    expect(await background()).toBe(light);
    await page.getByRole('button', { name: /^Theme: light/ }).click();
    await page.getByRole('button', { name: /^Theme: dark/ }).click();
    await expect(page.getByRole('button', { name: /^Theme: as the system/ })).toBeVisible();
    expect(await background()).toBe(dark);
  });
});

test('while loading takes long the skeleton pulses', async ({ page, program }) => {
  await page.route('**/api/*?*', () => {});
  await page.goto(program.url);
  await expect(page.locator('#main')).toHaveAttribute('aria-busy', 'true');
  expect(await page.evaluate(() => document.getAnimations().length)).toBeGreaterThan(0);
});

test.describe('a reader who wants no motion', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } });

  test('sees none, not even while loading', async ({ page, program }) => {
    await page.route('**/api/*?*', () => {});
    await page.goto(program.url);
    await expect(page.locator('#skeleton')).toBeVisible();
    await expect(page.locator('#main')).toHaveAttribute('aria-busy', 'true');
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
  });
});

test('prints the weather without the controls', async ({ page }) => {
  await open(page);
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('#search')).toBeHidden();
  await expect(page.locator('#theme')).toBeHidden();
  await expect(page.locator('#temperature')).toBeVisible();
  await expect(page.locator('.days li').last()).toBeVisible();
  expect((await page.pdf()).length).toBeGreaterThan(10_000);
});
