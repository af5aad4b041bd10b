/** The page of the API's documentation. */

import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '../weather-test.js';

const operations = (page) => page.locator('.swagger-ui .opblock');

for (const [name, viewport, colorScheme] of [['a phone', { width: 412, height: 823 }, 'light'], ['a desk in the dark', { width: 1440, height: 900 }, 'dark']]) {
  test.describe(name, () => {
    test.use({ viewport, colorScheme, isMobile: viewport.width < 500, hasTouch: viewport.width < 500 });

    test('reads the examples, and tries a route', async ({ page, program }) => {
      await page.goto('/docs/');
      await expect(page).toHaveTitle('API documentation – Weather');
      await expect(page.locator('pre[data-path]').first()).toContainText(`curl '${program.url}/api/`);
      const { violations } = await new AxeBuilder({ page }).exclude('#swagger-ui').analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(', ')}`)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);

      await page.locator('#swagger-ui').scrollIntoViewIfNeeded();
      await expect(operations(page)).toHaveCount(5);
      expect(await page.evaluate(() => document.documentElement.classList.contains('dark-mode'))).toBe(colorScheme === 'dark');
      await expect(page.locator('.swagger-ui .models')).toHaveCount(0);
      await expect(page.locator('.swagger-ui .topbar')).toHaveCount(0);
      await operations(page).filter({ hasText: '/api/places' }).locator('.opblock-summary-control').click();
      await page.getByRole('button', { name: 'Execute' }).click();
      await expect(page.locator('.live-responses-table')).toContainText('"places"');

      await page.getByRole('link', { name: 'Weather', exact: true }).click();
      await expect(page.locator('h1#place')).toHaveText('London');
    });
  });
}

test('a link to an operation leads there', async ({ page }) => {
  await page.goto('/docs/#/weather/forecast');
  await expect(page.locator('#operations-weather-forecast.is-open')).toBeVisible();
});
