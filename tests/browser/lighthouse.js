/**
 * Measures the page with Lighthouse on its mobile settings, against the release program: the median of five runs.
 * `cargo build --release && node lighthouse.js`, here, after `npm ci`. Ends with 1 when a category is below the goal.
 */

import { fileURLToPath } from 'node:url';
import { launch } from 'chrome-launcher';
import lighthouse from 'lighthouse';
import { browserOptions } from './browser.js';
import { Program } from './program.js';
import { Upstream } from './upstream.js';
import { metNorway } from './weather-test.js';

const RUNS = 5;
const GOAL = 98;
const FIGURES = ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time', 'cumulative-layout-shift', 'speed-index'];

process.env.WEATHER_APP ??= fileURLToPath(new URL('../../target/release/weather-app', import.meta.url));

const median = (values) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];

const upstream = await Upstream.start();
const program = await Program.start(metNorway.of(upstream));
const runs = [];
for (let run = 0; run < RUNS; run += 1) {
  const chrome = await launch({ chromePath: browserOptions.executablePath, chromeFlags: ['--headless', ...browserOptions.args] });
  const { lhr } = await lighthouse(program.url, { port: chrome.port, logLevel: 'error' });
  runs.push(lhr);
  chrome.kill();
}
await program.stop();
await upstream.stop();

let isGood = true;
for (const category of Object.keys(runs[0].categories)) {
  const score = Math.round(100 * median(runs.map((run) => run.categories[category].score)));
  isGood &&= score >= GOAL;
  console.log(`${category}: ${score}`);
}
for (const figure of FIGURES) {
  const values = runs.map((run) => run.audits[figure].numericValue);
  console.log(`${figure}: ${Number(median(values).toFixed(3))} ${runs[0].audits[figure].numericUnit}`);
}
const paints = runs.map((run) => run.audits.metrics.details.items[0].observedFirstPaint);
console.log(`first paint, unthrottled: ${median(paints)} millisecond`);
const requests = runs[0].audits['network-requests'].details.items;
console.log(`first load: ${requests.length} requests, ${requests.reduce((sum, { transferSize }) => sum + transferSize, 0)} bytes`);
isGood &&= runs.every((run) => run.audits['cumulative-layout-shift'].numericValue === 0);
process.exitCode = isGood ? 0 : 1;
