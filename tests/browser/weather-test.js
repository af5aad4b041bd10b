/**
 * The tests' base: each has an upstream, the real program in front of it, and a page that is watched. A console
 * message, an uncaught error, a violated content policy, or a request to another host fails the test.
 */

import { test as base, expect } from '@playwright/test';
import { Program } from './program.js';
import { Upstream } from './upstream.js';

export { expect };

/**
 * The program's settings, made from the upstream that it is to ask.
 * @typedef {{of: (upstream: Upstream) => Record<string, string>}} Settings
 */

/** The provider is MET Norway, simulated by the upstream. @type {Settings} */
export const metNorway = {
  of: (upstream) => ({ MET_NORWAY_CONTACT: 'tests@example.org', MET_NORWAY_URL: upstream.url }),
};

/** The provider is OpenWeatherMap. @type {Settings} */
export const openWeather = {
  of: (upstream) => ({ OPENWEATHERMAP_API_KEY: 'a-key-for-tests', OPENWEATHERMAP_URL: upstream.url }),
};

/** Nothing is configured: Open-Meteo is asked first, and the sample is shown if it cannot be reached. @type {Settings} */
export const nothingConfigured = {
  of: (upstream) => ({ OPEN_METEO_URL: upstream.url, OPEN_METEO_GEOCODING_URL: upstream.url }),
};

/** Settings with some added. @param {Settings} settings @param {Record<string, string>} more @returns {Settings} */
export function withSettings(settings, more) {
  return { of: (upstream) => ({ ...settings.of(upstream), ...more }) };
}

/** What the browser may complain of in a test. @param {...RegExp} patterns */
export function allowedComplaints(...patterns) {
  return { patterns };
}

export const test = base.extend({
  /** The settings of the program, from the upstream. */
  settings: [metNorway, { option: true }],

  upstream: async ({}, use) => {
    const upstream = await Upstream.start();
    await use(upstream);
    await upstream.stop();
  },

  program: async ({ upstream, settings }, use) => {
    const program = await Program.start(settings.of(upstream));
    await use(program);
    await program.stop();
  },

  baseURL: async ({ program }, use) => use(program.url),

  /** What the browser may complain of in this test, such as answers that are failures, which it logs itself. */
  allowed: [allowedComplaints(), { option: true }],

  page: async ({ page, program, allowed }, use) => {
    const complaints = [];
    page.on('console', (message) => complaints.push(`console ${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(`uncaught: ${error.stack}`));
    page.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== program.url) {
        complaints.push(`another host: ${request.url()}`);
      }
    });
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        console.error(`content policy: ${event.violatedDirective} ${event.blockedURI}`);
      });
    });
    await use(page);
    const unexpected = complaints.filter((complaint) => !allowed.patterns.some((pattern) => pattern.test(complaint)));
    // An answer that is still on its way when a test ends is not a failure.
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    expect(unexpected, 'what the browser complained of').toEqual([]);
  },
});

/** The browser's own message about an answer that is a failure. @param {number} status */
export function failed(status) {
  return new RegExp(`Failed to load resource: the server responded with a status of ${status} `);
}

/** Playwright's message when a test blocks the service worker. */
export const withoutWorker = /Service Worker registration blocked by Playwright/;

/** The browser's own message about a request without a network. */
export const noNetwork = /Failed to load resource: net::ERR_(INTERNET_DISCONNECTED|FAILED)/;

/** The weather that a document carries. */
const EMBEDDED = /(<script type="application\/json" id="embedded-weather">)(.*?)(<\/script>)/s;

/** Changes each document before the page has it. @param {import('@playwright/test').Page} page @param {(html: string) => string} change */
function changeDocuments(page, change) {
  return page.route((url) => url.pathname.lastIndexOf('/') === 0, async (route) => {
    if (!route.request().isNavigationRequest()) return route.fallback();
    const response = await route.fetch();
    return route.fulfill({ response, body: change(await response.text()) });
  });
}

/** Makes the page request its weather: the document carries none. @param {import('@playwright/test').Page} page */
export function withoutEmbedded(page) {
  return changeDocuments(page, (html) => html.replace(EMBEDDED, ''));
}

/**
 * Changes what the service answers before the page has it.
 * @param {import('@playwright/test').Page} page
 * @param {(answer: any) => void} change Changes an answer of /api/weather or /api/forecast, also where a document carries it.
 */
export async function changeAnswers(page, change) {
  await changeDocuments(page, (html) => html.replace(EMBEDDED, (_, begin, json, end) => {
    const embedded = JSON.parse(json);
    change(embedded.weather);
    if (embedded.forecast) change(embedded.forecast);
    return begin + JSON.stringify(embedded).replaceAll('<', '\\u003c') + end;
  }));
  await page.route(/\/api\/(weather|forecast)(\?|$)/, async (route) => {
    const response = await route.fetch();
    const json = await response.json();
    if (response.ok()) change(json);
    await route.fulfill({ response, json });
  });
}

/** Matches the requests for weather and forecast. */
export const WEATHER_API = /\/api\/(weather|forecast)(\?|$)/;

/** Opens the page and waits until it shows weather. @param {import('@playwright/test').Page} page @param {string} [address] */
export async function open(page, address = '/') {
  await page.goto(address);
  await expect(page.locator('#content')).toBeVisible();
}
