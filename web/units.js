/** Units: which there are, which the reader chose, and amounts in them. Requests to the service are in metric units. */

import { locale, readerRegion } from './format.js';
import { storedJson, storeItem } from './storage.js';

/**
 * @typedef {import('./types.js').Units} Units
 * @typedef {import('./types.js').Current['condition']} Condition
 */

/** What can be chosen, by quantity. The unit of snow follows that of rain. */
export const UNITS = /** @type {const} */ ({
  temperature: ['C', 'F'],
  wind: ['m/s', 'km/h', 'mph', 'kn', 'Bft'],
  pressure: ['hPa', 'inHg', 'mmHg'],
  precipitation: ['mm', 'in'],
  distance: ['km', 'mi'],
});

/** The usual units by region, from the Unicode CLDR (supplemental data, unit preferences of `wind`). */
const METRES_PER_SECOND_REGIONS = ['FI', 'KR', 'NO', 'PL', 'RU', 'SE'];
const UNITED_STATES = ['AS', 'GU', 'MP', 'PR', 'UM', 'US', 'VI'];
const MILLIMETRES_OF_MERCURY_REGIONS = ['MX', 'RU'];

/** The lower bounds of the Beaufort forces from 1 on, m/s (World Meteorological Organization). */
const BEAUFORT = [0.3, 1.6, 3.4, 5.5, 8, 10.8, 13.9, 17.2, 20.8, 24.5, 28.5, 32.7];

const PER_METRE_PER_SECOND = { 'm/s': 1, 'km/h': 3.6, mph: 2.236936, kn: 1.943844 };
const PER_HECTOPASCAL = { hPa: 1, inHg: 0.02953, mmHg: 0.750062 };
const PRESSURE_DECIMALS = { hPa: 0, inHg: 2, mmHg: 0 };
/** Less than this, mm, would be shown as nothing. */
export const MIN_AMOUNT = 0.05;

const MILLIMETRES_PER_INCH = 25.4;
const METRES_PER_KILOMETRE = 1000;
const METRES_PER_MILE = 1609.344;

/** Fresh snow is about ten times as deep as the water in it (the rule of thumb of the US National Weather Service). */
const SNOW_PER_WATER = 10;

const SNOW = ['light_snow', 'snow', 'heavy_snow', 'snow_showers'];

const KEY = 'units';

/** @returns {Units} */
function usualUnits() {
  const isAmerican = UNITED_STATES.includes(readerRegion);
  return {
    // Known before the first paint.
    temperature: document.documentElement.dataset.degrees === 'F' ? 'F' : 'C',
    wind: isAmerican || readerRegion === 'GB' ? 'mph' : METRES_PER_SECOND_REGIONS.includes(readerRegion) ? 'm/s' : 'km/h',
    pressure: isAmerican ? 'inHg' : MILLIMETRES_OF_MERCURY_REGIONS.includes(readerRegion) ? 'mmHg' : 'hPa',
    precipitation: isAmerican ? 'in' : 'mm',
    distance: isAmerican || readerRegion === 'GB' ? 'mi' : 'km',
  };
}

/** The units that the reader chose, and otherwise the usual ones of the browser's region. @returns {Units} */
export function chosenUnits() {
  const chosen = storedJson(KEY) ?? {};
  const units = /** @type {Record<string, string>} */ (usualUnits());
  for (const [quantity, choices] of Object.entries(UNITS)) {
    if (/** @type {readonly string[]} */ (choices).includes(chosen[quantity])) units[quantity] = chosen[quantity];
  }
  return /** @type {Units} */ (units);
}

/** @param {Units} units */
export function keepUnits(units) {
  storeItem(KEY, JSON.stringify(units));
}

/** @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();

/** A number with a typographic minus sign. @param {number} value @param {number} most Decimals. @param {number} [least] */
function number(value, most, least = 0) {
  const key = `${most} ${least}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, { minimumFractionDigits: least, maximumFractionDigits: most, signDisplay: 'negative' });
    formats.set(key, format);
  }
  return format.format(value).replace('-', '−');
}

/** @param {number} celsius @param {Units} units */
export function inDegrees(celsius, { temperature }) {
  return temperature === 'F' ? celsius * 1.8 + 32 : celsius;
}

/** A temperature in whole degrees: "13°". @param {number} celsius @param {Units} units */
export function degrees(celsius, units) {
  return `${number(inDegrees(celsius, units), 0)}°`;
}

/** "71%". @param {number} value 0 to 100 */
export function percent(value) {
  return `${number(value, 0)}%`;
}

/** @param {number} value */
export function whole(value) {
  return number(value, 0);
}

/** The force of a wind, 0 to 12. @param {number} speed m/s */
export function beaufort(speed) {
  return BEAUFORT.filter((bound) => speed >= bound).length;
}

/** A wind without its unit. @param {number} speed m/s @param {Units} units */
export function bareWind(speed, { wind }) {
  return wind === 'Bft' ? number(beaufort(speed), 0) : number(speed * PER_METRE_PER_SECOND[wind], 0);
}

/** "14 km/h", or "force 3". @param {number} speed m/s @param {Units} units */
export function windText(speed, units) {
  return units.wind === 'Bft' ? `force ${bareWind(speed, units)}` : `${bareWind(speed, units)} ${units.wind}`;
}

/** @param {number} value hPa @param {Units} units */
export function pressureText(value, { pressure }) {
  const decimals = PRESSURE_DECIMALS[pressure];
  return `${number(value * PER_HECTOPASCAL[pressure], decimals, decimals)} ${pressure}`;
}

/** An amount of rain or of water, without its unit, with enough decimals to show small amounts. @param {number} millimetres @param {Units} units */
export function bareAmount(millimetres, { precipitation }) {
  if (precipitation === 'in') return number(millimetres / MILLIMETRES_PER_INCH, 2);
  return number(millimetres, millimetres < 10 ? 1 : 0);
}

/** How much falls: "0.6 mm", or "3 cm" of snow. @param {number} millimetres Of water. @param {Condition | null} condition @param {Units} units */
export function amountText(millimetres, condition, units) {
  const isInches = units.precipitation === 'in';
  if (condition === null || !SNOW.includes(condition)) return `${bareAmount(millimetres, units)} ${units.precipitation}`;
  const depth = millimetres * SNOW_PER_WATER;
  return isInches ? `${number(depth / MILLIMETRES_PER_INCH, 1)} in` : `${number(depth / 10, depth < 100 ? 1 : 0)} cm`;
}

/** @param {number} metres @param {Units} units */
export function distanceText(metres, { distance }) {
  if (distance === 'mi') return `${number(metres / METRES_PER_MILE, metres < 10 * METRES_PER_MILE ? 1 : 0)} mi`;
  if (metres < METRES_PER_KILOMETRE) return `${number(metres, 0)} m`;
  return `${number(metres / METRES_PER_KILOMETRE, metres < 10_000 ? 1 : 0)} km`;
}
