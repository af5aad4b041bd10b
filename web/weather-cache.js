/**
 * The last weather of each place, stored in this browser, so that it is there at once and without a network. It is stored
 * by place, whatever the place was called in the request, and in metric units.
 */

import { isSamePlace, placeRegion, queryOf } from './place.js';
import { storedJson, storeItem } from './storage.js';

/**
 * @typedef {import('./types.js').Answer} Answer
 * @typedef {import('./types.js').Place} Place
 * @typedef {import('./types.js').PlaceRequest} PlaceRequest
 * `queries`: the queries by which it was requested. `shownAt`: when the reader last viewed it, ms since the epoch; 0
 * for a saved place of which only the reading in the list was seen.
 * @typedef {{key: string, place: Place, queries: string[], shownAt: number, fetchedAt: string}} CachedPlace
 */

/** The maximum number of places: about 30 kB each, of the 5 MB that browsers give a page. */
const MAX_PLACES = 80;

/** The maximum number of spellings of one place. */
const MAX_QUERIES = 8;

const INDEX = 'kept-places';

/** @type {CachedPlace[]} */
let index = readIndex();

/** The answers of this visit, for a browser that stores nothing. @type {Map<string, Answer>} */
const answers = new Map();

// Another tab stores places too.
globalThis.addEventListener('storage', (event) => {
  if (event.key === INDEX) index = readIndex();
});

/** The cached places, the most recently viewed first. @returns {CachedPlace[]} */
export function cachedPlaces() {
  return index.toSorted((one, other) => other.shownAt - one.shownAt);
}

/**
 * The cached weather of the place that a request names.
 * @param {PlaceRequest} request
 * @param {Place | null} [wanted] The exact place, if it is known.
 * @returns {Answer | null}
 */
export function findCached(request, wanted = null) {
  const found = wanted
    ? index.find(({ place }) => isSamePlace(place, wanted))
    : index.find(({ queries }) => queries.includes(queryOf(request)));
  return read(found ?? null);
}

/** Like `findCached`, also for another spelling of a cached place: without a network the service cannot resolve it. @param {PlaceRequest} request */
export function guessCached(request) {
  return findCached(request) ?? read(cachedPlaces().find(({ place }) => means(request, place)) ?? null);
}

/**
 * Stores an answer.
 * @param {PlaceRequest} request The request that it answers.
 * @param {Answer} answer
 * @param {boolean} isShown Whether it is shown to the reader.
 */
export function cacheAnswer(request, answer, isShown) {
  const { place, fetched_at: fetchedAt } = answer.weather;
  const key = `${place.latitude.toFixed(2)} ${place.longitude.toFixed(2)}`;
  const known = index.find((cached) => cached.key === key);
  const query = queryOf(request);
  const queries = [query, ...(known?.queries ?? []).filter((other) => other !== query)].slice(0, MAX_QUERIES);
  const cached = { key, place, queries, fetchedAt, shownAt: isShown ? Date.now() : known?.shownAt ?? 0 };
  // A query may now mean another place than before.
  const others = index.filter((other) => other.key !== key)
    .map((other) => ({ ...other, queries: other.queries.filter((text) => text !== query) }));
  index = [cached, ...others];
  answers.set(key, answer);
  while (index.length > MAX_PLACES) drop(leastRecent(key));
  const text = JSON.stringify(answer);
  while (!storeItem(`weather ${key}`, text) && index.length > 1) drop(leastRecent(key));
  storeItem(INDEX, JSON.stringify(index));
}

/** The place that was viewed longest ago, never the one that is being stored. @param {string} newest */
function leastRecent(newest) {
  return cachedPlaces().findLast(({ key }) => key !== newest);
}

/** @param {CachedPlace | undefined} cached */
function drop(cached) {
  index = index.filter((other) => other !== cached);
  if (!cached) return;
  answers.delete(cached.key);
  storeItem(`weather ${cached.key}`, null);
}

/** @param {CachedPlace | null} cached @returns {Answer | null} */
function read(cached) {
  if (!cached) return null;
  const answer = answers.get(cached.key) ?? storedJson(`weather ${cached.key}`);
  return answer?.weather?.current ? answer : null;
}

/** @returns {CachedPlace[]} */
function readIndex() {
  const places = storedJson(INDEX);
  return Array.isArray(places) ? places.filter(({ key, place, queries }) => key && place && Array.isArray(queries)) : [];
}

/** Whether a request may mean a place: by its coordinates, or by its name and nothing that contradicts it. @param {PlaceRequest} request @param {Place} place */
function means({ city, lat, lon }, place) {
  if (!city) return lat !== undefined && isSamePlace(place, { latitude: Number(lat), longitude: Number(lon) });
  const [name, ...qualifiers] = city.split(',').map(normalized);
  const known = [place.region, place.country, ...placeRegion(place).split(', ')].map((text) => normalized(text ?? ''));
  return name === normalized(place.name ?? '') && qualifiers.every((qualifier) => known.includes(qualifier));
}

/** Without case, accents and space around it. @param {string} text */
function normalized(text) {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').trim().toLowerCase();
}
