/** Asking the service. */

import { queryOf } from './address.js';

/**
 * @typedef {{name: string | null, region: string | null, country: string | null,
 *   latitude: number, longitude: number, timezone: string}} Place
 * @typedef {{system: 'metric' | 'imperial', temperature: string, wind_speed: string, pressure: string,
 *   precipitation: string, visibility: string}} Units
 * @typedef {{place: Place, alternatives: Place[], units: Units, current: any, sun: any,
 *   source: {provider: string, name: string, url: string}, fetched_at: string, stale: boolean}} Weather
 * @typedef {{place: Place, units: Units, hourly: any[], daily: any[], outlook: string | null}} Forecast
 * @typedef {{weather: Weather, forecast: Forecast | null, freshUntil: number, offline: boolean}} Answer
 */

/** A request that has not been answered by then is given up, ms: well past the service's own deadline. */
const PATIENCE = 15_000;

/** So many answers are kept while they are fresh, for going back and forth without asking again. */
const KEPT_ANSWERS = 40;

/** The service worker marks a kept copy with this header when the network is gone. */
const OFFLINE_COPY = 'Offline-Copy';

/** @type {Map<string, {data: any, freshUntil: number, offline: boolean}>} */
const kept = new Map();

/** An answer that is not a weather, or none at all (`code` is then `offline`). */
export class ApiError extends Error {
  /**
   * @param {string} code One of the service's error codes, or `offline`.
   * @param {string} detail One sentence for people.
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
 * @param {import('./address.js').Request} request
 * @param {string} units
 * @param {AbortSignal} [signal]
 * @returns {Promise<Answer>}
 */
export async function loadAnswer(request, units, signal) {
  const query = queryOf(request, units);
  const [weather, forecast] = await Promise.allSettled([
    get(`/api/weather?${query}`, signal),
    get(`/api/forecast?${query}`, signal),
  ]);
  if (weather.status === 'rejected') throw weather.reason;
  const ahead = forecast.status === 'fulfilled' ? forecast.value : null;
  return {
    weather: weather.value.data,
    forecast: ahead?.data ?? null,
    freshUntil: Math.min(weather.value.freshUntil, ahead?.freshUntil ?? Infinity),
    offline: weather.value.offline,
  };
}

/** A place's weather now. @param {import('./address.js').Request} request @param {string} units @returns {Promise<Weather>} */
export async function loadWeather(request, units) {
  return (await get(`/api/weather?${queryOf(request, units)}`)).data;
}

/** Places by name. @param {string} text @param {AbortSignal} signal @returns {Promise<Place[]>} */
export async function findPlaces(text, signal) {
  const response = await ask(`/api/places?${new URLSearchParams({ q: text })}`, { signal });
  return (await response.json()).places;
}

/** The providers and how they fare. @returns {Promise<{name: string, state: string}[]>} */
export async function loadProviders() {
  const response = await ask('/api/status', {});
  return (await response.json()).providers;
}

/** An answer from memory while it is fresh, else from the service. */
async function get(url, signal) {
  const known = kept.get(url);
  if (known && known.freshUntil > Date.now()) return known;
  // The browser's own cache may hand out an answer that is past its freshness and renew it unseen; here it has to ask.
  const response = await ask(url, { signal, cache: 'no-cache' });
  const answer = {
    data: await response.json(),
    freshUntil: Date.now() + maxAge(response) * 1000,
    offline: response.headers.has(OFFLINE_COPY),
  };
  kept.delete(url);
  kept.set(url, answer);
  if (kept.size > KEPT_ANSWERS) kept.delete(kept.keys().next().value);
  return answer;
}

async function ask(url, options) {
  const patience = AbortSignal.timeout(PATIENCE);
  const signal = options.signal ? AbortSignal.any([options.signal, patience]) : patience;
  let response;
  try {
    response = await fetch(url, { ...options, signal });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ApiError('offline', '');
  }
  if (!response.ok) throw await problem(response);
  return response;
}

async function problem(response) {
  const body = await response.json().catch(() => ({}));
  const retryAfter = Number(response.headers.get('Retry-After'));
  return new ApiError(body.code ?? 'internal', body.detail ?? '', {
    suggestions: body.suggestions ?? [],
    retryAfter: retryAfter > 0 ? retryAfter : null,
  });
}

/** How long an answer stays fresh, in seconds. */
function maxAge(response) {
  if (response.headers.has(OFFLINE_COPY)) return 0;
  return Number(/max-age=(\d+)/.exec(response.headers.get('Cache-Control') ?? '')?.[1] ?? 0);
}
