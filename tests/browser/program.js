/** Starts the real program on a free port of the loopback address. */

import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const built = fileURLToPath(new URL('../../target/debug/weather-app', import.meta.url));

/** How long a start may take, ms: far more than it does. */
const START_PATIENCE = 20_000;

/** How often it is asked whether it has started, ms. */
const POLL = 20;

export class Program {
  #process;
  #output = '';

  constructor(url, process) {
    this.url = url;
    this.#process = process;
    for (const stream of [process.stdout, process.stderr]) {
      stream.on('data', (chunk) => { this.#output += chunk; });
    }
  }

  /**
   * @param {Record<string, string>} settings Environment variables; no others are passed on.
   * @returns {Promise<Program>}
   */
  static async start(settings) {
    const port = await freePort();
    const child = spawn(process.env.WEATHER_APP ?? built, [], {
      env: { LISTEN: `127.0.0.1:${port}`, DRAIN_DELAY: '0s', LOG_FORMAT: 'json', ...settings },
    });
    const program = new Program(`http://127.0.0.1:${port}`, child);
    await program.#started();
    return program;
  }

  /** Asks the interface. @param {string} path @returns {Promise<any>} */
  async api(path) {
    return (await fetch(this.url + path)).json();
  }

  async stop() {
    if (this.#process.exitCode !== null) return;
    const ended = new Promise((resolve) => { this.#process.once('exit', resolve); });
    this.#process.kill('SIGKILL');
    await ended;
  }

  async #started() {
    const giveUp = Date.now() + START_PATIENCE;
    while (Date.now() < giveUp && this.#process.exitCode === null) {
      try {
        if ((await fetch(`${this.url}/health`)).ok) return;
      } catch {
        await new Promise((resolve) => { setTimeout(resolve, POLL); });
      }
    }
    await this.stop();
    throw new Error(`the program did not start:\n${this.#output}`);
  }
}

/** A port that was free a moment ago. @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
