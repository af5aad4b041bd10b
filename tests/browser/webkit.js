/** WebKit for the walkthrough: its small GTK browser on a screen of its own, over WebDriver (https://www.w3.org/TR/webdriver2/). */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** How WebDriver writes a reference to an element, and the Enter key. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
const ENTER = '\uE007';

/** How long the driver may take to start, and how often it is asked, ms. */
const PATIENCE = 20_000;
const PAUSE = 100;

export class WebKit {
  #processes;
  #session;

  /** @param {import('node:child_process').ChildProcess[]} processes @param {string} session Its address. */
  constructor(processes, session) {
    this.#processes = processes;
    this.#session = session;
  }

  static async start() {
    const screen = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1440x900x24'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [display] = await once(screen.stdout, 'data');
    const port = await freePort();
    const driver = spawn('WebKitWebDriver', [`--port=${port}`], {
      env: { ...process.env, DISPLAY: `:${String(display).trim()}`, LANG: 'C.UTF-8', LIBGL_ALWAYS_SOFTWARE: '1' }, stdio: 'ignore',
    });
    const service = `http://127.0.0.1:${port}`;
    await answered(service);
    const { sessionId } = await command('POST', `${service}/session`, {
      capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': { binary: process.env.MINI_BROWSER, args: ['--automation'] } } },
    });
    return new WebKit([driver, screen], `${service}/session/${sessionId}`);
  }

  /** @param {string} address */
  async open(address) {
    await command('POST', `${this.#session}/url`, { url: address });
  }

  /** @param {string} script */
  async evaluate(script) {
    return command('POST', `${this.#session}/execute/async`, {
      script: `const [done] = arguments; (async () => (${script}))().then(done, (error) => done(String(error)));`, args: [],
    });
  }

  /** @param {string} selector */
  async click(selector) {
    await command('POST', `${await this.#element(selector)}/click`, {});
  }

  /** @param {string} selector @param {string} text */
  async type(selector, text) {
    await this.click(selector);
    await command('POST', `${await this.#element(selector)}/value`, { text: text + ENTER });
  }

  async close() {
    await command('DELETE', this.#session);
    for (const process of this.#processes) {
      process.kill();
      await once(process, 'exit');
    }
  }

  /** The address of an element. @param {string} selector */
  async #element(selector) {
    const found = await command('POST', `${this.#session}/element`, { using: 'css selector', value: selector });
    return `${this.#session}/element/${found[ELEMENT]}`;
  }
}

/** @param {string} method @param {string} address @param {object} [body] @returns {Promise<any>} */
async function command(method, address, body) {
  const response = await fetch(address, { method, body: body && JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`${method} ${address}: ${value.error}: ${value.message}`);
  return value;
}

/** @param {string} service */
async function answered(service) {
  const end = Date.now() + PATIENCE;
  while (!(await fetch(`${service}/status`).then((response) => response.ok, () => false))) {
    if (Date.now() > end) throw new Error('WebKitWebDriver did not start');
    await new Promise((resolve) => { setTimeout(resolve, PAUSE); });
  }
}

/** @returns {Promise<number>} */
async function freePort() {
  const server = createServer();
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', () => resolve(undefined)); });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await new Promise((resolve) => { server.close(resolve); });
  return port;
}
