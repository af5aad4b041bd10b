/**
 * Visitors in a real browser, until standard input ends: some open the page as if for the first time, again and again;
 * one keeps it open and goes from place to place.
 *
 *   node visitors.js URL VISITORS
 *
 * Prints "ready" when the first of them see weather, and at the end {loads: [{at, until, document, reloads, refused, isBroken}], openPage: {requests, failures, reloads}}.
 */

import { chromium } from '../browser/node_modules/@playwright/test/index.mjs';
import { browserOptions } from '../browser/browser.js';

const [url, visitors] = [process.argv[2], Number(process.argv[3])];

/** A page that shows no weather by then is broken, ms: far longer than a busy machine takes. */
const PATIENCE = 120_000;

/** How often a reader tries the same link. */
const MOST_CLICKS = 3;

/** How long the visitor with the open page waits before the next request, ms. */
const PAUSE = 500;

let isOver = false;
process.stdin.on('end', () => { isOver = true; });
process.stdin.resume();

const browser = await chromium.launch(browserOptions);

/** A new visitor: no cookie, no cache, no worker. */
async function visit() {
  const context = await browser.newContext({ serviceWorkers: 'block', colorScheme: 'light' });
  const page = await context.newPage();
  const seen = { at: Date.now() / 1000, documents: [], refused: [] };
  page.on('response', async (response) => {
    const { pathname } = new URL(response.url());
    if (response.status() >= 400) seen.refused.push(`${response.status()} ${pathname}`);
    if (pathname !== '/' || !response.ok()) return;
    const text = await response.text().catch(() => '');
    seen.documents.push(/\/assets\/(\w+)\//.exec(text)?.[1] ?? '');
  });
  page.on('requestfailed', (request) => {
    // A request that a page had pending when it was reloaded is not a failure.
    if (!request.failure().errorText.includes('ABORTED')) seen.refused.push(`${request.failure().errorText} ${request.url()}`);
  });
  return { context, page, seen };
}

async function hasWeather(page) {
  return page.locator('#temperature').filter({ hasText: /\d/ }).waitFor({ timeout: PATIENCE }).then(() => true, () => false);
}

async function loadAgainAndAgain() {
  const loads = [];
  while (!isOver) {
    const { context, page, seen } = await visit();
    await page.goto(`${url}/?city=London`, { waitUntil: 'commit', timeout: PATIENCE }).catch((error) => seen.refused.push(error.message));
    const isBroken = !await hasWeather(page);
    loads.push({ at: seen.at, until: Date.now() / 1000, document: seen.documents.at(-1), reloads: seen.documents.length - 1, refused: seen.refused, isBroken });
    await context.close();
  }
  return loads;
}

/** Follows a link within the page; again if the page was just being reloaded, as a reader would. */
async function goTo(page, place) {
  const isAnswer = (response) => response.url().includes(`/api/weather?${place}`) && response.ok();
  for (let attempt = 0; attempt < MOST_CLICKS; attempt += 1) {
    const answer = page.waitForResponse(isAnswer, { timeout: PATIENCE / MOST_CLICKS }).then(() => true, () => false);
    await page.waitForLoadState();
    await page.evaluate((link) => {
      const anchor = document.body.appendChild(document.createElement('a'));
      anchor.href = link;
      anchor.click();
      anchor.remove();
    }, `/?${place}`).catch(() => {});
    if (await answer) return true;
  }
  return false;
}

/** Goes from place to place within one page, requesting each from the service. */
async function stayOpen() {
  const { context, page, seen } = await visit();
  await page.goto(`${url}/?city=London`);
  await hasWeather(page);
  console.log('ready');
  const open = { requests: 0, failures: [], reloads: 0 };
  while (!isOver) {
    open.requests += 1;
    const place = `lat=50&lon=${(open.requests / 10).toFixed(1)}`; // a new one each time: nothing cached is shown
    if (!await goTo(page, place)) open.failures.push(`${place}: ${seen.refused.slice(-3)}`);
    await page.waitForTimeout(PAUSE);
  }
  open.reloads = seen.documents.length - 1;
  await context.close();
  return open;
}

const [openPage, ...loads] = await Promise.all([stayOpen(), ...Array.from({ length: visitors }, loadAgainAndAgain)]);
await browser.close();
console.log(JSON.stringify({ loads: loads.flat(), openPage }));
