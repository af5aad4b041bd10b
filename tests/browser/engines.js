/** The walkthrough that must work in every engine: what a reader does with the page on an ordinary day. */

import assert from 'node:assert/strict';
import { Firefox } from './firefox.js';
import { Program } from './program.js';
import { Upstream } from './upstream.js';
import { metNorway } from './weather-test.js';
import { WebKit } from './webkit.js';

/**
 * What the walkthrough needs from a browser.
 * @typedef {object} Engine
 * @property {(address: string) => Promise<void>} open Opens an address, and waits until it is loaded.
 * @property {<T>(script: string) => Promise<T>} evaluate The value of an expression in the page; a promise is waited for.
 * @property {(selector: string) => Promise<void>} click
 * @property {(selector: string, text: string) => Promise<void>} type Types into a field, and presses Enter.
 * @property {() => Promise<void>} close
 */

/** @type {Record<string, () => Promise<Engine>>} */
const ENGINES = { firefox: Firefox.start, webkit: WebKit.start };

/** How long to wait for something to appear, and how often to look for it, ms. */
const PATIENCE = 20_000;
const PAUSE = 100;

/** Waits until a script returns the expected value. @param {Engine} engine @param {string} script @param {string | number | RegExp} expected */
async function until(engine, script, expected) {
  const fits = (/** @type {unknown} */ value) => (expected instanceof RegExp ? expected.test(String(value)) : value === expected);
  const end = Date.now() + PATIENCE;
  let value;
  do {
    value = await engine.evaluate(script).catch((/** @type {Error} */ error) => error.message);
    if (fits(value)) return;
    await new Promise((resolve) => { setTimeout(resolve, PAUSE); });
  } while (Date.now() < end);
  assert.fail(`${script} is ${JSON.stringify(value)} and not ${expected}`);
}

const text = (/** @type {string} */ selector) => `document.querySelector(${JSON.stringify(selector)})?.checkVisibility() && document.querySelector(${JSON.stringify(selector)}).textContent`;

/** @type {Record<string, (engine: Engine, program: Program) => Promise<void>>} */
const WALK = {
  async 'the page opens with weather'(engine, program) {
    await engine.open(program.url);
    await until(engine, text('h1#place'), 'London');
    await until(engine, text('#temperature'), /^−?\d+°[CF]$/);
    await until(engine, text('#status-text'), /^Updated/);
  },

  async 'a place is searched for'(engine) {
    await engine.type('#search-input', 'reykj');
    await until(engine, text('h1#place'), 'Reykjavík');
    await until(engine, 'decodeURIComponent(location.pathname)', /^\/Reykjavík,/);
  },

  async 'units change'(engine) {
    await engine.click('[data-temperature="F"]');
    await until(engine, text('#temperature'), /^−?\d+°F$/);
    await engine.click('[data-temperature="C"]');
    await until(engine, text('#temperature'), /^−?\d+°C$/);
    await engine.click('[data-temperature="F"]');
  },

  async 'a place is saved'(engine) {
    await engine.click('#save');
    await until(engine, text('#saved li a'), /Reykjavík/);
    await until(engine, text('#saved li .reading'), /\d°/);
  },

  async 'the colours are chosen'(engine) {
    await engine.click('#open-settings');
    await until(engine, text('#settings-title'), 'Settings');
    for (const [theme, scheme] of [['light', 'rgb(238, 242, 246)'], ['dark', 'rgb(14, 22, 32)']]) {
      // The field is the system's own, which each engine opens differently.
      await engine.evaluate(`(() => {
        const field = [...document.querySelectorAll('#settings select')].find((select) => select.querySelector('[value="dark"]'));
        field.value = '${theme}';
        field.dispatchEvent(new Event('change'));
      })()`);
      await until(engine, 'getComputedStyle(document.body).backgroundColor', scheme);
    }
    await engine.click('#settings .settings-head button');
    await until(engine, 'document.getElementById("settings").open', /false/);
  },

  async 'all of it is there when the service is gone'(engine, program) {
    await until(engine, `(async () => navigator.serviceWorker.controller?.state === 'activated'
      && (await caches.keys()).some((name) => name.startsWith('shell')))()`, /true/);
    await program.stop();
    await engine.open(program.url);
    await until(engine, text('h1#place'), 'Reykjavík');
    await until(engine, text('#status-text'), /^You are offline\. Updated/);
    await until(engine, text('#temperature'), /^−?\d+°F$/);
    await until(engine, text('#saved li a'), /Reykjavík/);
    await until(engine, 'getComputedStyle(document.body).backgroundColor', 'rgb(14, 22, 32)');
    await engine.click('#saved li a');
    await until(engine, text('#hours .missing'), /false/);
    await until(engine, 'document.querySelectorAll(".days li").length > 4', /true/);
  },
};

/** @param {string} name @returns {Promise<[passed: number, failed: number]>} */
async function walk(name) {
  const upstream = await Upstream.start();
  const program = await Program.start({ ...metNorway.of(upstream), MISSES_PER_MINUTE: '0' });
  const engine = await ENGINES[name]();
  let [passed, isLost] = [0, false];
  for (const [step, take] of Object.entries(WALK)) {
    if (isLost) {
      console.log(`  - ${name}: ${step}`);
      continue;
    }
    try {
      await take(engine, program);
      passed += 1;
      console.log(`  ✓ ${name}: ${step}`);
    } catch (error) {
      isLost = true;
      console.log(`  ✗ ${name}: ${step}\n${/** @type {Error} */ (error).stack}`);
    }
  }
  await engine.close();
  await program.stop();
  await upstream.stop();
  return [passed, Object.keys(WALK).length - passed];
}

const wanted = process.argv.slice(2);
let [allPassed, allFailed] = [0, 0];
for (const name of wanted.length > 0 ? wanted : Object.keys(ENGINES)) {
  const [passed, failed] = await walk(name);
  allPassed += passed;
  allFailed += failed;
}
console.log(`${allPassed} passed, ${allFailed} failed`);
process.exitCode = allFailed > 0 ? 1 : 0;
