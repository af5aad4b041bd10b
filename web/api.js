/** Requests to the service. */

import { queryOf } from './place.js';

/**
 * @typedef {import('./types.js').Answer} Answer
 * @typedef {import('./types.js').FoundPlace} FoundPlace
 * @typedef {import('./types.js').Forecast} Forecast
 * @typedef {import('./types.js').Place} Place
 * @typedef {import('./types.js').PlaceRequest} PlaceRequest
 * @typedef {import('./types.js').Weather} Weather
 */

/** A request that has not been answered within this time is abandoned, ms: well past the service's own deadline. */
const TIMEOUT = 15_000;

/** The error codes with which another version of the service rejects a request that it does not know. */
const REFUSED_CODES = ['invalid-request', 'not-found'];

/** The folder of this version of the page. */
const folder = new URL('.', import.meta.url).pathname;

/** Requests in flight: another one for the same address gets the same answer. @type {Map<string, Promise<any>>} */
const pending = new Map();

/** An error response of the service, or no response at all (`code` is then `offline`). */
export class ApiError extends Error {
  /**
   * @param {string} code One of the service's error codes, or `offline`.
   * @param {string} detail One sentence.
   * @param {{suggestions?: Place[], retryAfter?: number | null}} [more] `retryAfter` in seconds.
   */
  constructor(code, detail, { suggestions = [], retryAfter = null } = {}) {
    super(detail);
    this.code = code;
    this.suggestions = suggestions;
    this.retryAfter = retryAfter;
  }
}

/**
 * The weather of a place, with the hours and days ahead if they can be had.
 * @param {PlaceRequest} request
 * @returns {Promise<Answer>}
 */
export async function loadAnswer(request) {
  const query = queryOf(request);
  const embedded = takeEmbedded(query);
  if (embedded) return withProviders({ ...embedded, freshUntil: localFreshUntil(embedded) });
  const ask = (/** @type {string} */ path) => get(query ? `${path}?${query}` : path);
  const [weather, forecast] = await Promise.allSettled([ask('/api/weather'), ask('/api/forecast')]);
  if (weather.status === 'rejected') throw weather.reason;
  const ahead = forecast.status === 'fulfilled' ? forecast.value : null;
  return withProviders({
    weather: weather.value.data,
    forecast: ahead?.data ?? null,
    freshUntil: Math.min(weather.value.freshUntil, ahead?.freshUntil ?? Infinity),
  });
}

/** An answer, with what is configured besides the recorded sample where that is shown. @param {Answer} answer @returns {Promise<Answer>} */
async function withProviders({ weather, forecast, freshUntil }) {
  const isSample = weather.source.provider === 'sample';
  return { weather, forecast, freshUntil, providers: isSample ? await loadProviders() : undefined };
}

/**
 * The answer that the document itself carries, the first time it is needed.
 * @param {string} query
 * @returns {{weather: Weather, forecast: Forecast | null, fresh_until: string} | null}
 */
function takeEmbedded(query) {
  if (globalThis.embeddedQuery !== query) return null;
  globalThis.embeddedQuery = null;
  const embedded = JSON.parse(document.getElementById('embedded-weather')?.textContent ?? 'null');
  if (embedded?.problem) throw new ApiError(embedded.problem.code, embedded.problem.detail);
  return embedded;
}

/**
 * Until when an embedded answer is fresh, by this browser's clock. If that clock is slow, the answer counts as fetched
 * now.
 * @param {{weather: Weather, fresh_until: string}} embedded
 */
function localFreshUntil({ weather, fresh_until: freshUntil }) {
  const lasts = Date.parse(freshUntil) - Date.parse(weather.fetched_at);
  return Math.min(Date.parse(freshUntil), Date.now() + lasts);
}

/** Places by name. @param {string} text @param {AbortSignal} signal @returns {Promise<FoundPlace[]>} */
export async function findPlaces(text, signal) {
  const response = await ask(`/api/places?${new URLSearchParams({ q: text })}`, { signal });
  return (await response.json()).places;
}

/** The names of the configured providers; `null` where the service does not say. @returns {Promise<string[] | null>} */
async function loadProviders() {
  try {
    const response = await ask('/api/status', {});
    return (await response.json()).providers.map((/** @type {{name: string}} */ { name }) => name);
  } catch {
    return null;
  }
}

/** @param {string} url @returns {Promise<{data: any, freshUntil: number}>} */
function get(url) {
  const known = pending.get(url);
  if (known) return known;
  const answer = (async () => {
    // Otherwise the browser's own cache may return an answer that is past its freshness and refresh it unseen.
    const response = await ask(url, { cache: 'no-cache' });
    return { data: await response.json(), freshUntil: Date.now() + secondsFresh(response) * 1000 };
  })();
  pending.set(url, answer);
  const forget = () => pending.delete(url);
  answer.then(forget, forget);
  return answer;
}

/** @param {string} url @param {RequestInit} options */
async function ask(url, options) {
  const timeout = AbortSignal.timeout(TIMEOUT);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  let response;
  try {
    response = await (takeEarlyResponse(url) ?? fetch(url, { ...options, signal }));
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ApiError('offline', '');
  }
  if (response.ok) return response;
  const error = await problem(response);
  if (REFUSED_CODES.includes(error.code) && await reloadIfReplaced()) await new Promise(() => {});
  throw error;
}

/** The answer to a request that the document itself sent, the first time it is needed. @param {string} url @returns {Promise<Response> | undefined} */
function takeEarlyResponse(url) {
  const answer = globalThis.earlyResponses.get(url);
  globalThis.earlyResponses.delete(url);
  return answer;
}

/** @param {Response} response */
async function problem(response) {
  const body = await response.json().catch(() => ({}));
  const retryAfter = Number(response.headers.get('Retry-After'));
  return new ApiError(body.code ?? 'internal', body.detail ?? '', {
    suggestions: body.suggestions ?? [],
    retryAfter: retryAfter > 0 ? retryAfter : null,
  });
}

/** For how long an answer is still fresh, in seconds: a cache in front of the service may have held it for a while. @param {Response} response */
function secondsFresh(response) {
  const maxAge = Number(/max-age=(\d+)/.exec(response.headers.get('Cache-Control') ?? '')?.[1] ?? 0);
  return Math.max(0, maxAge - Number(response.headers.get('Age') ?? 0));
}

/**
 * Reloads the page if another version answers in this one's place. To be called when the service rejects a request that
 * this version knows to be valid.
 * @returns {Promise<boolean>} Whether the page is about to be replaced.
 */
async function reloadIfReplaced() {
  try {
    const response = await fetch('/', { cache: 'no-store' });
    if (!response.ok || (await response.text()).includes(folder)) return false;
  } catch {
    return false;
  }
  return !dispatchEvent(new Event('replaced', { cancelable: true }));
}
