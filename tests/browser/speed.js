/**
 * Measures the page far from its service and on a slow device, against the release program: when the weather is visible
 * behind a proxy that adds 150 ms to each round trip, connections included, and the longest task at a quarter of the
 * processor's speed. Medians of five. `cargo build --release && node speed.js`, here, after `npm ci`. The exit code is 1
 * if a limit is exceeded.
 */

import { createServer, connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { browserOptions } from './browser.js';
import { Program } from './program.js';
import { Upstream } from './upstream.js';
import { metNorway } from './weather-test.js';

const RUNS = 5;
const ROUND_TRIP = 150;
const SLOWDOWN = 4;

/** Upper limits, ms. */
const LIMITS = { 'weather visible': 700, 'longest task': 100 };

const PHONE = { viewport: { width: 412, height: 823 }, isMobile: true, hasTouch: true };

process.env.WEATHER_APP ??= fileURLToPath(new URL('../../target/release/weather-app', import.meta.url));

const median = (values) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];

/** Passes on what it reads, each piece after a delay. @param {import('node:net').Socket} from @param {import('node:net').Socket} to @param {() => number} delay ms */
function passOn(from, to, delay) {
  from.on('data', (chunk) => { setTimeout(() => { if (!to.destroyed) to.write(chunk); }, delay()); });
  from.on('end', () => { setTimeout(() => to.end(), delay()); });
  from.on('error', () => to.destroy());
}

/** A proxy at a distance. @param {string} url @returns {Promise<import('node:net').Server>} */
async function distant(url) {
  const { hostname, port } = new URL(url);
  const server = createServer((client) => {
    const began = Date.now();
    const service = connect(Number(port), hostname);
    // A connection takes a round trip before it carries anything.
    passOn(client, service, () => Math.max(0, began + ROUND_TRIP - Date.now()) + ROUND_TRIP / 2);
    passOn(service, client, () => ROUND_TRIP / 2);
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', () => resolve(undefined)); });
  return server;
}

/** Records when the weather is first visible, and when the page is complete, ms after navigation. */
function watch() {
  const noted = { visible: 0, complete: 0, longest: 0 };
  Object.assign(globalThis, { noted });
  const isVisible = (selector) => {
    const element = document.querySelector(selector);
    return element !== null && element.checkVisibility({ visibilityProperty: true }) && /\d/.test(element.textContent ?? '');
  };
  const look = () => {
    // A frame later, when the change has been painted.
    requestAnimationFrame(() => {
      if (!noted.visible && (isVisible('.summary .temperature') || isVisible('#temperature'))) noted.visible = performance.now();
      if (!noted.complete && isVisible('#temperature') && isVisible('.days ol')) noted.complete = performance.now();
      look();
    });
  };
  look();
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) noted.longest = Math.max(noted.longest, duration);
  }).observe({ type: 'longtask', buffered: true });
}

/** @param {import('@playwright/test').Browser} browser @param {string} url @param {number} slowdown */
async function visit(browser, url, slowdown) {
  const context = await browser.newContext({ ...PHONE, locale: 'en-GB', timezoneId: 'Europe/London' });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  await page.addInitScript(watch);
  await page.goto(url);
  await page.locator('#content').waitFor();
  await page.waitForLoadState('networkidle');
  const noted = await page.evaluate(() => {
    const [paint] = performance.getEntriesByName('first-contentful-paint');
    return { ...globalThis.noted, firstPaint: paint?.startTime ?? 0 };
  });
  await context.close();
  return noted;
}

const upstream = await Upstream.start();
const program = await Program.start(metNorway.of(upstream));
await program.api('/api/weather');
const proxy = await distant(program.url);
const browser = await chromium.launch(browserOptions);

const far = [];
const slow = [];
for (let run = 0; run < RUNS; run += 1) {
  far.push(await visit(browser, `http://127.0.0.1:${proxy.address().port}/`, 1));
  slow.push(await visit(browser, program.url, SLOWDOWN));
}

const figures = {
  'first paint': median(far.map(({ firstPaint }) => firstPaint)),
  'weather visible': median(far.map(({ visible }) => visible)),
  'page complete': median(far.map(({ complete }) => complete)),
  'longest task': median(slow.map(({ longest }) => longest)),
};
let isGood = true;
for (const [name, value] of Object.entries(figures)) {
  const limit = LIMITS[name];
  isGood &&= limit === undefined || value <= limit;
  console.log(`${name}: ${Math.round(value)} ms${limit ? `, at most ${limit}` : ''}`);
}

await browser.close();
proxy.close();
await program.stop();
await upstream.stop();
process.exitCode = isGood ? 0 : 1;
