/** The page's address and the place that it names. */

import { isUnits } from './preferences.js';

/** @typedef {import('./api.js').Place} Place */
/**
 * Which place is asked for: a name, or coordinates, or nothing (the service's own default).
 * Coordinates stay the text they were in the address, so that a bad one gets the service's own answer.
 * @typedef {{city?: string, lat?: string, lon?: string}} Request
 */

/** Places are asked for in hundredths of a degree; two that differ by less than this are one. */
const SAME_PLACE_DEGREES = 0.011;

/**
 * What an address asks for. Units that there are not are as none: they keep nobody from the weather.
 * @param {URLSearchParams} params
 * @returns {{request: Request, units: string | null}}
 */
export function readAddress(params) {
  /** @type {Request} */
  const request = {};
  for (const key of /** @type {const} */ (['city', 'lat', 'lon'])) {
    const value = params.get(key);
    if (value !== null) request[key] = value;
  }
  const units = params.get('units');
  return { request, units: isUnits(units) ? units : null };
}

/** The query that asks for a place, for the page and the interface alike. @param {Request} request @param {string} units */
export function queryOf(request, units) {
  return new URLSearchParams({ ...request, units }).toString();
}

/** The link to a place. @param {Request} request @param {string} units */
export function linkTo(request, units) {
  return `/?${queryOf(request, units)}`;
}

/** Whether nothing is named. @param {Request} request */
export function isDefault(request) {
  return Object.keys(request).length === 0;
}

/**
 * Asks for a place by name, told apart from its namesakes by region and country: a link that people can read.
 * @param {Place} place
 * @returns {Request}
 */
export function requestFor(place) {
  if (place.name === null) return exactRequestFor(place);
  return { city: [place.name, place.region, place.country].filter(Boolean).join(', ') };
}

/**
 * Asks for a place by its coordinates, for one whose name means another place.
 * @param {Place} place
 * @returns {Request}
 */
export function exactRequestFor(place) {
  return { lat: String(place.latitude), lon: String(place.longitude) };
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
