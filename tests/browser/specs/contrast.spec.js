/** Whatever has a meaning in the chart stands out from its background, and is still there in forced colours. */

import AxeBuilder from '@axe-core/playwright';
import { expect, open, openWeather, test } from '../weather-test.js';

/** What WCAG 2.2 requires of graphics (1.4.11) and of text (1.4.3). */
const GRAPHICS = 3;
const TEXT = 4.5;

const PARTS = [
  ['path.line', 'stroke', GRAPHICS], ['rect.amount', 'fill', GRAPHICS], ['path.midnight', 'stroke', GRAPHICS], ['g.wind', 'color', GRAPHICS],
  ['text.time', 'fill', TEXT], ['text.degrees', 'fill', TEXT], ['text.millimetres', 'fill', TEXT], ['text.chance', 'fill', TEXT], ['text.wind', 'fill', TEXT],
];

/** The ratio of two colours as WCAG defines it. @param {string} one @param {string} other As the browser computes them. */
function contrast(one, other) {
  const luminance = (colour) => {
    const channels = colour.match(/[\d.]+/g).slice(0, 3).map((channel) => Number(channel) / 255);
    const [red, green, blue] = channels.map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark, light] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

for (const colorScheme of ['light', 'dark']) {
  test.describe(`in ${colorScheme} colours`, () => {
    test.use({ colorScheme, settings: openWeather });

    test('the chart stands out by day and by night', async ({ page }) => {
      await open(page);
      const colour = (selector, property) => page.locator(selector).first().evaluate((part, name) => getComputedStyle(part)[name], property);
      const backgrounds = [await colour('#hours', 'backgroundColor'), await colour('.chart rect.night', 'fill')];
      for (const [selector, property, least] of PARTS) {
        const shown = await colour(`.chart ${selector}`, property);
        expect(shown, selector).toMatch(/^rgb\(/);
        for (const background of backgrounds) expect(contrast(shown, background), `${selector} ${shown} on ${background}`).toBeGreaterThanOrEqual(least);
      }
    });
  });
}

for (const width of [360, 1440]) {
  for (const colorScheme of ['light', 'dark']) {
    test.describe(`in forced colours, ${width} px, ${colorScheme}`, () => {
      test.use({ colorScheme, settings: openWeather, viewport: { width, height: 800 }, contextOptions: { forcedColors: 'active' } });

      test('nothing that has a meaning is gone', async ({ page }) => {
        await open(page);
        await page.locator('#details').scrollIntoViewIfNeeded();
        await expect(page.locator('.tile').first()).toBeVisible();
        const isOwn = (selector, pseudo) => page.locator(selector).first().evaluate((part, name) =>
          getComputedStyle(part, name).forcedColorAdjust === 'none', pseudo);
        expect(await isOwn('.range span')).toBe(true);
        if (width > 700) for (const part of ['.chart .line', '.chart .amount']) expect(await isOwn(part), part).toBe(true);
        if (width > 700) expect(await isOwn('.legend li', '::before')).toBe(true);
        expect(await isOwn('.status', '::before')).toBe(true);
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(', ')}`)).toEqual([]);
        await page.screenshot({ path: `../../target/page-screenshots/forced-${width}-${colorScheme}.png`, fullPage: true });
      });
    });
  }
}
