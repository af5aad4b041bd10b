/**
 * Takes the pictures of the page: the README's, and those of the manifest, which browsers show before the page is
 * installed. Run `node make-pictures.js` here, after a build and `npm ci`, when the page looks different. The weather
 * comes from recordings.
 */

import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { browserOptions } from './browser.js';
import { Program } from './program.js';
import { Upstream } from './upstream.js';
import { openWeather } from './weather-test.js';

const root = new URL('../../', import.meta.url);

/** Rain now and in the days ahead. */
const ADDRESS = '/London';

const PICTURES = [
  { file: '.github/page.png', width: 1440, height: 900, isWhole: true, isMobile: false },
  { file: 'web/screenshot-wide.jpg', width: 1024, height: 640, isWhole: false, isMobile: false },
  { file: 'web/screenshot-narrow.jpg', width: 412, height: 732, isWhole: false, isMobile: true },
];

/** JPEG quality of the pictures that are part of the program, which should be small. */
const JPEG_QUALITY = 65;

const upstream = await Upstream.start();
const program = await Program.start(openWeather.of(upstream));
const browser = await chromium.launch(browserOptions);

for (const { file, width, height, isWhole, isMobile } of PICTURES) {
  const page = await browser.newPage({ viewport: { width, height }, isMobile, locale: 'en-GB', timezoneId: 'Europe/London', colorScheme: 'light' });
  await page.goto(program.url + ADDRESS);
  await page.locator('#content').waitFor();
  if (isWhole) {
    await page.locator('#details').scrollIntoViewIfNeeded();
    await page.locator('.tile').first().waitFor();
    await page.evaluate(() => scrollTo(0, 0));
  }
  await page.waitForLoadState('networkidle');
  const quality = file.endsWith('.jpg') ? JPEG_QUALITY : undefined;
  await page.screenshot({ path: fileURLToPath(new URL(file, root)), fullPage: isWhole, quality });
  await page.close();
}

await browser.close();
await program.stop();
await upstream.stop();
