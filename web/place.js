/** A place: how it is requested, what a link to it is, and what it is called. */

import { element } from './dom.js';
import { texts } from './texts.js';

/**
 * @typedef {import('./types.js').Place} Place
 * @typedef {import('./types.js').PlaceRequest} PlaceRequest
 */

/** Places are requested in hundredths of a degree; two that differ by less than this are the same. */
const SAME_PLACE_DEGREES = 0.011;

/** The place that an address names. @param {URL} address @returns {PlaceRequest} */
export function readRequest(address) {
  return globalThis.readAddress(address);
}

/** The place that a query names. @param {string} query @returns {PlaceRequest} */
export function requestOf(query) {
  return Object.fromEntries(new URLSearchParams(query));
}

/** The query that names a place, for the page and the API alike. @param {PlaceRequest} request */
export function queryOf(request) {
  return new URLSearchParams(request).toString();
}

/** The first segments of the service's other addresses, none of which is taken for the name of a place. */
export const OTHER_ROUTES = [
  'api', 'assets', 'data', 'docs', 'favicon.ico', 'forecast', 'geo', 'health', 'manifest.webmanifest', 'metrics',
  'openapi.json', 'openapi.yaml', 'robots.txt', 'sw.js', 'v1',
];

/** The page's address of a place. @param {PlaceRequest} request */
export function linkTo(request) {
  if (isDefault(request)) return '/';
  const { city, lat, lon } = request;
  const text = city ?? `${lat},${lon}`;
  // A name that would be taken for a file or for another route of the service.
  const isMistakable = /^\.|\.[a-z\d]{2,5}$/i.test(text) && city !== undefined || OTHER_ROUTES.includes(text.toLowerCase());
  if (isMistakable || (!city && !coordinatesIn(text))) return `/?${queryOf(request)}`;
  return `/${encodeURIComponent(text.replaceAll(', ', ',')).replaceAll('%2C', ',').replaceAll('%20', '+')}`;
}

/** Whether nothing is named. @param {PlaceRequest} request */
export function isDefault(request) {
  return Object.keys(request).length === 0;
}

/**
 * A request for a place by name, told apart from its namesakes by region and country: a link that people can read.
 * @param {Place} place
 * @returns {PlaceRequest}
 */
export function requestFor(place) {
  if (place.name === null) return exactRequestFor(place);
  return { city: [place.name, place.region, place.country].filter(Boolean).join(', ') };
}

/** A request for a place by its coordinates, if its name means another. @param {Place} place @returns {PlaceRequest} */
export function exactRequestFor(place) {
  return { lat: String(place.latitude), lon: String(place.longitude) };
}

/**
 * The coordinates that a text gives, such as "51.5, -0.13" or "51.5° N 0.13° W".
 * @param {string} text
 * @returns {PlaceRequest | null}
 */
export function coordinatesIn(text) {
  const found = /^([-+−]?\d{1,2}(?:\.\d+)?)\s*°?\s*([NS])?\s*[,;\s]\s*([-+−]?\d{1,3}(?:\.\d+)?)\s*°?\s*([EW])?$/i.exec(text.trim());
  if (!found) return null;
  const [, latitude, northOrSouth = 'N', longitude, eastOrWest = 'E'] = found;
  const signed = (/** @type {string} */ digits, /** @type {boolean} */ isNegative) =>
    Number(digits.replace('−', '-')) * (isNegative ? -1 : 1);
  const lat = signed(latitude, northOrSouth.toUpperCase() === 'S');
  const lon = signed(longitude, eastOrWest.toUpperCase() === 'W');
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lat: String(lat), lon: String(lon) } : null;
}

/**
 * Whether two places are the same spot.
 * @param {{latitude: number, longitude: number}} one
 * @param {{latitude: number, longitude: number}} other
 */
export function isSamePlace(one, other) {
  return Math.abs(one.latitude - other.latitude) < SAME_PLACE_DEGREES
    && Math.abs(one.longitude - other.longitude) < SAME_PLACE_DEGREES;
}

/** The place's own name, or its coordinates where it has none. @param {Place} place */
export function placeName(place) {
  return place.name ?? coordinates(place.latitude, place.longitude);
}

/** "England, United Kingdom". @param {Place} place */
export function placeRegion(place) {
  const region = place.region === place.name ? null : place.region;
  return [region, place.country && countryName(place.country)].filter(Boolean).join(', ');
}

/**
 * A link to a place, with its coordinates for the page that follows it: a name may mean another place.
 * @param {Place} place
 * @param {string} [name] The reader's own name for it.
 */
export function placeLink(place, name = placeName(place)) {
  return element(
    'a',
    { href: linkTo(requestFor(place)), 'data-place': JSON.stringify(place) },
    element('bdi', {}, name),
    ' ',
    element('span', { class: 'region' }, placeRegion(place)),
  );
}

/** @type {Intl.DisplayNames | undefined} */
let countryNames;

/** @param {string} code */
function countryName(code) {
  try {
    countryNames ??= new Intl.DisplayNames(texts.language, { type: 'region', fallback: 'code' });
    return countryNames.of(code);
  } catch {
    return code;
  }
}

/** "51.51° N, 0.13° W", which breaks into lines between the two and nowhere else. @param {number} latitude @param {number} longitude */
function coordinates(latitude, longitude) {
  const degrees = (/** @type {number} */ value) => `${Math.abs(value).toFixed(2)}°\u00a0`;
  return `${degrees(latitude)}${latitude < 0 ? 'S' : 'N'}, ${degrees(longitude)}${longitude < 0 ? 'W' : 'E'}`;
}
