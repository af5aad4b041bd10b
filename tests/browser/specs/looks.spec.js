/**
 * Every state at three widths, light and dark: nothing for axe to find, nothing wider than the window, no layout shift.
 * The screenshots are kept in target/page-screenshots for people to look at.
 */

import AxeBuilder from '@axe-core/playwright';
import { allowing, expect, failed, having, metNorway, nothingConfigured, openWeather, test } from '../weather-test.js';

const WIDTHS = [360, 768, 1440];
const SCHEMES = ['light', 'dark'];

/** @type {Record<string, {settings: any, address?: string, before?: (world: any) => Promise<void>, allowed?: ReturnType<typeof allowing>, after?: (page: any) => Promise<void>}>} */
const STATES = {
  fresh: { settings: metNorway },
  rain: { settings: openWeather, address: '/?city=New+York' },
  snow: {
    settings: metNorway, address: '/?city=Oslo',
    before: async ({ upstream }) => upstream.play('/weatherapi/locationforecast/2.0/complete', 'met-norway/oslo-snow-compact-2026.json'),
  },
  table: { settings: metNorway, after: async (page) => page.getByText('Show as a table').click() },
  searching: { settings: metNorway, after: async (page) => {
    await page.getByRole('combobox').fill('san');
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('ArrowDown');
  } },
  sample: { settings: nothingConfigured, before: async ({ upstream }) => upstream.fail() },
  stale: { settings: having(openWeather, { FRESH_FOR: '500ms', MISSES_PER_MINUTE: '0' }), before: async ({ upstream, program }) => {
    await program.api('/api/weather');
    await program.api('/api/forecast');
    upstream.fail();
    await expect.poll(async () => (await program.api('/api/weather')).stale).toBe(true);
  } },
  'long name': { settings: metNorway, address: '/?city=Llanfairpwllgwyngyll' },
  ocean: { settings: metNorway, address: '/?lat=0&lon=-30' },
  'not found': { settings: metNorway, address: '/?city=Keswik', allowed: allowing(failed(404)) },
  unavailable: { settings: metNorway, before: async ({ upstream }) => upstream.fail(), allowed: allowing(failed(503)) },
};

for (const [name, { settings, address = '/', before = async () => {}, allowed = allowing(), after = async () => {} }] of Object.entries(STATES)) {
  for (const width of WIDTHS) {
    for (const colorScheme of SCHEMES) {
      test.describe(`${name}, ${width} px, ${colorScheme}`, () => {
        test.use({ settings, allowed, colorScheme, viewport: { width, height: 800 }, isMobile: width < 500, hasTouch: width < 500 });

        test('looks and reads right', async ({ page, program, upstream }) => {
          await before({ upstream, program });
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
          await after(page);
          expect(await page.evaluate(() => window.shifts), 'what moved').toEqual([]);
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          expect(overflow, 'px wider than the window').toBeLessThanOrEqual(0);
          const { violations } = await new AxeBuilder({ page }).analyze();
          expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(', ')}`)).toEqual([]);
          await page.screenshot({ path: `../../target/page-screenshots/${name}-${width}-${colorScheme}.png`, fullPage: name !== 'searching' });
        });
      });
    }
  }
}
