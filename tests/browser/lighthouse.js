/**
 * Measures the page and that of the docs with Lighthouse on its mobile settings, against the release program: the median
 * of five runs. `cargo build --release && node lighthouse.js`, here, after `npm ci`. The exit code is 1 if a category
 * is below the goal.
 */

import { fileURLToPath } from 'node:url';
import { launch } from 'chrome-launcher';
import lighthouse from 'lighthouse';
import { browserOptions } from './browser.js';
import { Program } from './program.js';
import { Upstream } from './upstream.js';
import { metNorway } from './weather-test.js';

const RUNS = 5;
/** The pages and their goals: performance, the other categories, and the paints, ms. */
const PAGES = [
  { path: '/', performance: 98, others: 100, largestPaint: 1100, afterFirstPaint: 100 },
  { path: '/docs/', performance: 90, others: 90, largestPaint: Infinity, afterFirstPaint: Infinity },
];
const FIGURES = ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time', 'cumulative-layout-shift', 'speed-index'];

process.env.WEATHER_APP ??= fileURLToPath(new URL('../../target/release/weather-app', import.meta.url));

const median = (values) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];

const upstream = await Upstream.start();
const program = await Program.start(metNorway.of(upstream));

/** @param {any[]} runs @param {string} figure */
const medianOf = (runs, figure) => median(runs.map((run) => run.audits[figure].numericValue));

/** @param {string} path */
async function measure(path) {
  const runs = [];
  for (let run = 0; run < RUNS; run += 1) {
    const chrome = await launch({ chromePath: browserOptions.executablePath, chromeFlags: ['--headless', ...browserOptions.args] });
    const { lhr } = await lighthouse(program.url + path, { port: chrome.port, logLevel: 'error' });
    runs.push(lhr);
    chrome.kill();
  }
  return runs;
}

/** @param {typeof PAGES[number]} page @param {any[]} runs @returns {boolean} Whether the page reaches its goals. */
function report({ path, performance, others, largestPaint, afterFirstPaint }, runs) {
  let isGood = true;
  console.log(path);
  for (const category of Object.keys(runs[0].categories)) {
    const score = Math.round(100 * median(runs.map((run) => run.categories[category].score)));
    isGood &&= score >= (category === 'performance' ? performance : others);
    console.log(`  ${category}: ${score}`);
  }
  for (const figure of FIGURES) {
    console.log(`  ${figure}: ${Number(medianOf(runs, figure).toFixed(3))} ${runs[0].audits[figure].numericUnit}`);
  }
  const [first, largest] = [medianOf(runs, 'first-contentful-paint'), medianOf(runs, 'largest-contentful-paint')];
  isGood &&= largest <= largestPaint && largest - first <= afterFirstPaint;
  const paints = runs.map((run) => run.audits.metrics.details.items[0].observedFirstPaint);
  console.log(`  first paint, unthrottled: ${median(paints)} millisecond`);
  const requests = runs[0].audits['network-requests'].details.items;
  console.log(`  first load: ${requests.length} requests, ${requests.reduce((sum, { transferSize }) => sum + transferSize, 0)} bytes`);
  return isGood && runs.every((run) => run.audits['cumulative-layout-shift'].numericValue === 0);
}

let isGood = true;
for (const page of PAGES) isGood = report(page, await measure(page.path)) && isGood;
await program.stop();
await upstream.stop();
process.exitCode = isGood ? 0 : 1;
