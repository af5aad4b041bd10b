/** The page as a whole: its weight, its theme, the keyboard, motion, and print. */

import { WEATHER_API, allowedComplaints, changeAnswers, expect, open, test, withoutEmbedded, withoutWorker } from '../weather-test.js';

/** What a first load may cost: on a phone, and on a desk, where the chart and the details are on the first screen too. */
const MOST_REQUESTS = 25;
const MOST_BYTES = 60_000;
for (const [name, width, height] of [['a phone', 412, 823], ['a desk', 1440, 900]]) {
  test(`a first load is light on ${name}`, async ({ page, context, program }) => {
    await program.api('/api/weather');
    await page.setViewportSize({ width, height });
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
}

/** The boxes of elements in the window, px. @param {import('@playwright/test').Locator} locator */
function boxes(locator) {
  return locator.evaluateAll((elements) => elements.map((element) => {
    const { top, bottom, left, right } = element.getBoundingClientRect();
    return { id: element.id, top, bottom, left, right };
  }));
}

test('the reading leaves the first screen room for the hours', async ({ page }) => {
  const bottom = async (selector) => Math.round((await boxes(page.locator(selector).first()))[0].bottom);
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page);
  expect(await bottom('#hours-strip li b'), 'the first hour’s temperature').toBeLessThanOrEqual(844 * 0.8);
  expect(await bottom('#now') - await bottom('#status'), 'empty room under the status').toBeLessThanOrEqual(12);
  const size = (selector) => page.locator(selector).evaluate((element) => parseFloat(getComputedStyle(element).fontSize));
  expect(await size('#outlook'), 'precipitation is no small print').toBeGreaterThan(await size('#description'));
  await page.setViewportSize({ width: 1440, height: 900 });
  expect(await bottom('#now'), 'half of a desk’s screen').toBeLessThanOrEqual(450);
  expect(await bottom('#hours-chart'), 'the whole chart is on it').toBeLessThanOrEqual(900);
});

test('what is read first is placed first, at every width', async ({ page }) => {
  await open(page);
  for (const width of [360, 768]) {
    await page.setViewportSize({ width, height: 800 });
    const sections = await boxes(page.locator('#content > *').filter({ visible: true }));
    expect(sections.map(({ id }) => id)).toEqual(['now', 'hours', 'days', 'details', 'saved']);
    for (const [index, { top }] of sections.entries()) if (index > 0) expect(top).toBeGreaterThanOrEqual(sections[index - 1].bottom);
  }
  // Side by side: one column, then the next, then what is below both.
  await page.setViewportSize({ width: 1440, height: 900 });
  const [now, hours, days, details, saved] = await boxes(page.locator('#content > *').filter({ visible: true }));
  expect(hours.top).toBeGreaterThanOrEqual(now.bottom);
  expect(days.left).toBeGreaterThanOrEqual(hours.right);
  expect(details.top).toBeGreaterThanOrEqual(days.bottom);
  expect(details.left).toBe(days.left);
  expect(saved.top).toBeGreaterThanOrEqual(Math.max(hours.bottom, details.bottom));
});

test.describe('however cold it is, narrow the window or large the text', () => {
  // The worker's own requests would bypass the answers that are changed here.
  test.use({ allowed: allowedComplaints(withoutWorker), serviceWorkers: 'block' });

  test('nothing is cut off', async ({ page }) => {
    test.slow(); // the page is opened nine times
    await changeAnswers(page, (answer) => Object.assign(answer, colder(answer)));
    for (const [width, textSize] of [[320, 100], [360, 100], [360, 200], [680, 200], [700, 100], [768, 100], [960, 100], [1200, 100], [1440, 100]]) {
      await page.setViewportSize({ width, height: 800 });
      await open(page);
      await expect(page.locator('#temperature')).toHaveText(/^−\d\d°C$/);
      await page.locator('#details').scrollIntoViewIfNeeded();
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

test('every control can be reached with the keyboard, and the focus is always visible', async ({ page }) => {
  await open(page);
  const reached = [];
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === document.body) return null;
      const style = getComputedStyle(element);
      return { name: element.id || element.dataset.temperature || element.textContent.trim(), outline: style.outlineStyle, width: parseFloat(style.outlineWidth) };
    });
    if (focused === null) break;
    expect(focused.outline, focused.name).not.toBe('none');
    expect(focused.width, focused.name).toBeGreaterThanOrEqual(2);
    reached.push(focused.name);
  }
  expect(reached).toEqual(expect.arrayContaining([
    'Skip to the weather', 'Weather', 'search-input', 'locate', 'C', 'F', 'open-settings', 'save', 'refresh', 'hours-slider', 'Show as a table',
  ]));
});

test('the skip link leads to the weather', async ({ page }) => {
  await open(page);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.locator('#main')).toBeFocused();
});

test.describe('a system in dark mode', () => {
  test.use({ colorScheme: 'dark' });

  test('has a dark page until the reader chooses light, and then it stays light', async ({ page }) => {
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await open(page);
    const dark = await background();
    const colours = page.getByRole('combobox', { name: 'Colours' });
    await page.getByRole('button', { name: 'Settings' }).click();
    await colours.selectOption('Light');
    const light = await background();
    expect(light).not.toBe(dark);
    const barColours = () => page.locator('meta[name="theme-color"]').evaluateAll((metas) => metas.map((meta) => meta.content));
    expect(await barColours()).toEqual(['#eef2f6', '#eef2f6']);
    await page.reload();
    expect(await background()).toBe(light);
    expect(await barColours()).toEqual(['#eef2f6', '#eef2f6']);
    await page.getByRole('button', { name: 'Settings' }).click();
    await colours.selectOption('System');
    expect(await background()).toBe(dark);
  });
});

test('the skeleton pulses while loading takes long', async ({ page, program }) => {
  await withoutEmbedded(page);
  await page.route(WEATHER_API, () => {});
  await page.goto(program.url);
  await expect(page.locator('#main')).toHaveAttribute('aria-busy', 'true');
  expect(await page.evaluate(() => document.getAnimations().length)).toBeGreaterThan(0);
});

test.describe('a reader who wants no motion', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } });

  test('sees none, not even while loading', async ({ page, program }) => {
    await withoutEmbedded(page);
    await page.route(WEATHER_API, () => {});
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
  await expect(page.locator('#open-settings')).toBeHidden();
  await expect(page.locator('#temperature')).toBeVisible();
  await expect(page.locator('.days li').last()).toBeVisible();
  expect((await page.pdf()).length).toBeGreaterThan(10_000);
});
