/**
 * Every state at three widths, a few on a phone alone, light and dark: nothing for axe to find, on a phone also in forced
 * colours, nothing wider than the window, no layout shift.
 * The screenshots are kept in target/page-screenshots for people to look at.
 */

import AxeBuilder from '@axe-core/playwright';
import { allowedComplaints, changeAnswers, expect, failed, withSettings, metNorway, noNetwork, nothingConfigured, openWeather, test, WEATHER_API } from '../weather-test.js';

const PHONE = 360;
const WIDTHS = [PHONE, 768, 1440];
const SCHEMES = ['light', 'dark'];

/** @param {import('@playwright/test').Page} page */
async function saveThree(page) {
  for (const address of ['/Oslo', '/Paris', '/Reykjavík']) {
    await page.goto(address);
    await page.getByRole('button', { name: /^Save/ }).click();
    await expect(page.getByRole('button', { name: /^Save/ })).toHaveAttribute('aria-pressed', 'true');
  }
  await expect(page.locator('#saved .reading b')).toHaveCount(3);
}

/** The rules of axe that colours can break. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

/** What axe finds. @param {AxeBuilder} axe */
async function violations(axe) {
  const found = await axe.analyze();
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(', ')}`);
}

/**
 * Forces colours in the page as it is: opening every state once more would take several times as long.
 * @param {import('@playwright/test').Page} page
 */
async function forceColours(page) {
  await page.emulateMedia({ forcedColors: 'active' });
  // Of this property, which axe prefers to `color`, Chromium tells the value that it would have if nothing were forced.
  await page.evaluate(() => {
    const { getPropertyValue } = CSSStyleDeclaration.prototype;
    CSSStyleDeclaration.prototype.getPropertyValue = function get(name) {
      return name === '-webkit-text-fill-color' ? '' : getPropertyValue.call(this, name);
    };
  });
}

/**
 * Asks for newer weather in vain.
 * @param {import('@playwright/test').Page} page
 * @param {string} state What the status line then shows.
 * @param {(route: import('@playwright/test').Route) => Promise<void>} answer
 */
async function updateInVain(page, state, answer) {
  await page.route(WEATHER_API, answer);
  await page.getByRole('button', { name: 'Update now' }).click();
  await expect(page.locator('#status')).toHaveAttribute('data-state', state);
}

/**
 * `before`: what happens before the page is opened; `change`: what its answers are changed to; `after`: what the reader does;
 * `widths`: where the page is looked at, if not at all widths.
 * @type {Record<string, {settings: any, address?: string, before?: (world: any) => Promise<void>, change?: (answer: any) => void,
 *   allowed?: ReturnType<typeof allowedComplaints>, after?: (page: any) => Promise<void>, isOverlaid?: boolean, widths?: number[]}>}
 */
const STATES = {
  fresh: { settings: metNorway },
  rain: { settings: openWeather, address: '/?city=New+York' },
  snow: {
    settings: metNorway, address: '/?city=Oslo',
    before: async ({ upstream }) => upstream.play('/weatherapi/locationforecast/2.0/complete', 'met-norway/oslo-snow-compact-2026.json'),
  },
  table: { settings: metNorway, after: async (page) => page.getByText('Show as a table').click() },
  searching: { settings: metNorway, isOverlaid: true, after: async (page) => {
    await page.getByRole('combobox').fill('san');
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('ArrowDown');
  } },
  'open day': { settings: openWeather, after: async (page) => {
    await page.locator('.days summary').nth(1).click();
    await page.locator('.day-body .strip').waitFor();
  } },
  danger: { settings: metNorway, change: (answer) => {
    for (const hour of answer.hourly ?? []) Object.assign(hour, { wind_gust: 27, temperature: -3, condition: 'freezing_rain', precipitation: 1.2 });
  } },
  saved: { settings: withSettings(metNorway, { MISSES_PER_MINUTE: '0' }), after: saveThree },
  'saved edited': { settings: withSettings(metNorway, { MISSES_PER_MINUTE: '0' }), after: async (page) => {
    await saveThree(page);
    await page.getByRole('button', { name: 'Edit' }).click();
  } },
  'known places': { settings: withSettings(metNorway, { MISSES_PER_MINUTE: '0' }), isOverlaid: true, after: async (page) => {
    await saveThree(page);
    await page.getByRole('combobox').focus();
    await page.getByRole('option').first().waitFor();
  } },
  settings: { settings: metNorway, isOverlaid: true, after: async (page) => {
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('dialog').waitFor();
  } },
  offline: { settings: metNorway, allowed: allowedComplaints(noNetwork), after: async (page) => {
    await page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated');
    await page.context().setOffline(true);
    await page.goto('/Lima');
    await page.locator('#failure-list li').first().waitFor();
  } },
  sample: { settings: nothingConfigured, before: async ({ upstream }) => upstream.fail() },
  stale: { settings: withSettings(openWeather, { FRESH_FOR: '500ms', MISSES_PER_MINUTE: '0' }), before: async ({ upstream, program }) => {
    await program.api('/api/weather');
    await program.api('/api/forecast');
    upstream.fail();
    await expect.poll(async () => (await program.api('/api/weather')).stale).toBe(true);
  } },
  'long name': { settings: metNorway, address: '/?city=Llanfairpwllgwyngyll' },
  ocean: { settings: metNorway, address: '/?lat=0&lon=-30' },
  'not found': { settings: metNorway, address: '/?city=Keswik', allowed: allowedComplaints(failed(404)) },
  unavailable: { settings: metNorway, before: async ({ upstream }) => upstream.fail(), allowed: allowedComplaints(failed(503)) },
  'over the limit': {
    settings: withSettings(openWeather, { MISSES_PER_MINUTE: '2' }), address: '/?city=Vienna', allowed: allowedComplaints(failed(429)), widths: [PHONE],
    before: async ({ program }) => {
      for (const city of ['Oslo', 'Paris', 'Rome']) await program.api(`/api/weather?city=${city}`);
    },
  },
  'not a place': { settings: metNorway, address: '/wp-login.php', allowed: allowedComplaints(failed(404)), widths: [PHONE] },
  'nothing found': { settings: metNorway, isOverlaid: true, widths: [PHONE], after: async (page) => {
    await page.getByRole('combobox').fill('qqqqzzzz');
    await expect(page.locator('#search-empty')).toHaveText('No place found for “qqqqzzzz”');
  } },
  'no answer beside data': { settings: metNorway, allowed: allowedComplaints(failed(503)), widths: [PHONE], after: (page) =>
    // The page would try again, and say so, while it is looked at.
    updateInVain(page, 'failed', (route) => route.fulfill({
      status: 503, headers: { 'Retry-After': '90' }, json: { code: 'upstream-unavailable', detail: 'Nothing answers.' },
    })) },
  // Only the weather is out of reach: what is below the first screen has yet to be loaded.
  'offline beside data': { settings: metNorway, allowed: allowedComplaints(noNetwork), widths: [PHONE], after: (page) =>
    updateInVain(page, 'offline', (route) => route.abort('internetdisconnected')) },
};

for (const [name, { settings, address = '/', before, change, allowed = allowedComplaints(), after, isOverlaid = false, widths = WIDTHS }] of Object.entries(STATES)) {
  for (const width of widths) {
    for (const colorScheme of SCHEMES) {
      test.describe(`${name}, ${width} px, ${colorScheme}`, () => {
        test.use({ settings, allowed, colorScheme, viewport: { width, height: 800 }, isMobile: width < 500, hasTouch: width < 500 });

        test('looks and reads right', async ({ page, program, upstream }) => {
          await before?.({ upstream, program });
          if (change) await changeAnswers(page, change);
          await page.addInitScript(() => {
            window.shifts = [];
            new PerformanceObserver((list) => {
              for (const entry of list.getEntries()) {
                if (!entry.hadRecentInput) window.shifts.push(entry.sources.map(({ node }) => node?.id || node?.className || node?.nodeName));
              }
            }).observe({ type: 'layout-shift', buffered: true });
          });
          await page.goto(address);
          await expect(page.locator('#content, #failure').filter({ visible: true })).toHaveCount(1);
          if (name === 'danger') await expect(page.locator('#danger')).toBeVisible();
          expect(await page.evaluate(() => window.shifts), 'what moved').toEqual([]);
          if (after) {
            await after(page);
            // The reader's actions may move things, which a slow machine shows late.
            await page.evaluate(() => { window.shifts = []; });
          }
          if (await page.locator('#content').isVisible() && !isOverlaid) {
            // What is below the first screen is loaded when the reader scrolls near it.
            await page.locator('#details').scrollIntoViewIfNeeded();
            await expect(page.locator('.tile').first()).toBeVisible();
          }
          expect(await page.evaluate(() => window.shifts), 'what moved').toEqual([]);
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          expect(overflow, 'px wider than the window').toBeLessThanOrEqual(0);
          expect(await violations(new AxeBuilder({ page }))).toEqual([]);
          await page.screenshot({ path: `../../target/page-screenshots/${name}-${width}-${colorScheme}.png`, fullPage: !isOverlaid });
          if (width === PHONE) {
            await forceColours(page);
            expect(await violations(new AxeBuilder({ page }).withRules(COLOUR_RULES)), 'in forced colours').toEqual([]);
          }
        });
      });
    }
  }
}
