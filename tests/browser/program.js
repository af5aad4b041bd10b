/** Starts the real program on a free port of the loopback address. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const built = fileURLToPath(new URL('../../target/debug/weather-app', import.meta.url));

/** How long a start may take, ms: far more than it does. */
const START_PATIENCE = 20_000;

/** The line of its log that contains its address. */
const SERVING = /"message":"serving".*"address":"([^"]+)"/;

export class Program {
  #process;
  #output = '';

  constructor(process) {
    this.url = '';
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
    const child = spawn(process.env.WEATHER_APP ?? built, [], {
      // Long enough for the upstream to answer on a busy machine.
      env: { LISTEN: '127.0.0.1:0', DRAIN_DELAY: '0s', LOG_FORMAT: 'json', UPSTREAM_TIMEOUT: '30s', ...settings },
    });
    const program = new Program(child);
    await program.#started();
    return program;
  }

  /** Sends a request to the API. @param {string} path @returns {Promise<any>} */
  async api(path) {
    return (await fetch(this.url + path)).json();
  }

  async stop() {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = new Promise((resolve) => { this.#process.once('exit', resolve); });
    this.#process.kill('SIGKILL');
    await ended;
  }

  async #started() {
    const patience = AbortSignal.timeout(START_PATIENCE);
    while (!patience.aborted && this.#process.exitCode === null) {
      const [, address] = SERVING.exec(this.#output) ?? [];
      if (address) {
        this.url = `http://${address}`;
        return;
      }
      await this.#moreOutput(patience);
    }
    await this.stop();
    throw new Error(`the program did not start:\n${this.#output}`);
  }

  /** Waits until it writes more output, or ends. */
  #moreOutput(signal) {
    return Promise.race([
      once(this.#process.stderr, 'data', { signal }).catch(() => {}),
      once(this.#process, 'exit', { signal }).catch(() => {}),
    ]);
  }
}
