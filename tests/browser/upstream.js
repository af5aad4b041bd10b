/**
 * Simulates the weather services with the recorded answers in tests/fixtures. The recordings are years old, so their
 * times are moved by whole hours to begin with the current hour; nothing else in them is changed.
 */

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

const fixtures = new URL('../fixtures/', import.meta.url);

const HOUR = 3_600_000;

/** For how long MET Norway's answers say that they are valid, ms. */
const EXPIRES_AFTER = 1800_000;

/** The recordings by route. The first two belong to one provider. */
const RECORDINGS = {
  '/weatherapi/locationforecast/2.0/complete': 'met-norway/london-complete-2020-with-headers.json',
  '/data/2.5/weather': 'openweathermap/current/london-moderate-rain-night-kelvin-2020.json',
  '/data/2.5/forecast': 'openweathermap/forecast/london-5day-3h-2025.json',
};

export class Upstream {
  /** The requests that it has received, newest last. @type {string[]} */
  asked = [];
  /** Routes that fail with 503, by their beginning. @type {string[]} */
  failing = [];
  /** For how long MET Norway's answers are valid, ms. */
  expiresAfter = EXPIRES_AFTER;
  #recordings = { ...RECORDINGS };
  #server = createServer((request, response) => this.#answer(request, response));

  /** @returns {Promise<Upstream>} */
  static async start() {
    const upstream = new Upstream();
    await new Promise((resolve) => { upstream.#server.listen(0, '127.0.0.1', resolve); });
    return upstream;
  }

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  /** Plays another recording on a route. @param {string} route @param {string} recording */
  play(route, recording) {
    this.#recordings[route] = recording;
  }

  /** Fails on every route from now on. */
  fail() {
    this.failing = ['/'];
  }

  /** Answers every route again. */
  recover() {
    this.failing = [];
  }

  async stop() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => { this.#server.close(resolve); });
  }

  async #answer(request, response) {
    const { pathname } = new URL(request.url, this.url);
    this.asked.push(request.url);
    const recording = this.#recordings[pathname];
    if (!recording || this.failing.some((route) => pathname.startsWith(route))) {
      response.writeHead(503).end();
      return;
    }
    const body = JSON.stringify(present(JSON.parse(await readFile(new URL(recording, fixtures), 'utf8'))));
    response.writeHead(200, {
      'Content-Type': 'application/json',
      Expires: new Date(Date.now() + this.expiresAfter).toUTCString(),
      'Last-Modified': new Date().toUTCString(),
    }).end(body);
  }
}

/** Moves a recording to the present. */
function present(recording) {
  if (recording.data?.properties) return presentMetNorway(recording.data);
  if (recording.properties) return presentMetNorway(recording);
  return presentOpenWeather(recording);
}

/** Times are RFC 3339. */
function presentMetNorway(document) {
  const series = document.properties.timeseries;
  const shift = shiftFrom(Date.parse(series[0].time));
  const moved = (time) => new Date(Date.parse(time) + shift).toISOString().replace('.000Z', 'Z');
  for (const step of series) step.time = moved(step.time);
  document.properties.meta.updated_at = moved(document.properties.meta.updated_at);
  return document;
}

/** Times are seconds since the epoch. A forecast's first step lies ahead, a reading in the past. */
function presentOpenWeather(document) {
  const first = document.list?.[0].dt ?? document.dt;
  const shift = shiftFrom(first * 1000) / 1000 + (document.list ? 3600 : 0);
  for (const step of document.list ?? [document]) step.dt += shift;
  return document;
}

function shiftFrom(first) {
  return Math.floor((Date.now() - first) / HOUR) * HOUR;
}
