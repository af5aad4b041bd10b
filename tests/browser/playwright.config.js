import { defineConfig } from '@playwright/test';
import { browserOptions } from './browser.js';

export default defineConfig({
  testDir: 'specs',
  outputDir: '../../target/browser-tests',
  fullyParallel: true,
  workers: 2,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['./summary.js']],
  use: {
    browserName: 'chromium',
    actionTimeout: 15_000,
    launchOptions: browserOptions,
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    viewport: { width: 1440, height: 900 },
  },
});
