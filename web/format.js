/** Numbers, times and places in words, as the reader's browser is used to writing them. */

import { texts } from './texts.js';

/** @typedef {import('./api.js').Place} Place */
/** @typedef {import('./api.js').Units} Units */

const readerLocales = [...navigator.languages];

/** The reader's language where it is not the page's: an element with `Intl` words in it says so in `lang`. */
export const readerLanguage = navigator.language.startsWith(`${texts.language}-`) ? null : navigator.language;

const METRES_PER_KILOMETRE = 1000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const formatters = new Map();

function numberFormat(minimum, maximum) {
  return kept(`number ${minimum} ${maximum}`, () => new Intl.NumberFormat(readerLocales, {
    minimumFractionDigits: minimum,
    maximumFractionDigits: maximum,
    signDisplay: 'negative',
  }));
}

/** @param {string} timezone @param {Intl.DateTimeFormatOptions} options */
function timeFormat(timezone, options) {
  return kept(`${timezone} ${JSON.stringify(options)}`, () => {
    try {
      return new Intl.DateTimeFormat(readerLocales, { ...options, timeZone: timezone });
    } catch {
      // A zone newer than this browser's own table of zones.
      return new Intl.DateTimeFormat(readerLocales, { ...options, timeZone: 'UTC' });
    }
  });
}

function kept(key, make) {
  if (!formatters.has(key)) formatters.set(key, make());
  return formatters.get(key);
}

/** A temperature in whole degrees: "13°". @param {number} value */
export function temperature(value) {
  return `${numberFormat(0, 0).format(value)}°`;
}

/** "71 %", spaced as the locale does. @param {number} value 0 to 100 */
export function percent(value) {
  const format = kept('percent', () => new Intl.NumberFormat(readerLocales, { style: 'percent', maximumFractionDigits: 0 }));
  return format.format(value / 100);
}

/** @param {number} value */
export function index(value) {
  return numberFormat(0, 0).format(value);
}

/** A speed without its unit. @param {number} value @param {Units} units */
export function bareSpeed(value, units) {
  return numberFormat(0, units.system === 'metric' ? 1 : 0).format(value);
}

/** @param {number} value @param {Units} units */
export function speed(value, units) {
  return `${bareSpeed(value, units)} ${units.wind_speed}`;
}

/** @param {number} value @param {Units} units */
export function pressure(value, units) {
  return `${numberFormat(0, 0).format(value)} ${units.pressure}`;
}

/** @param {number} value @param {Units} units */
export function amount(value, units) {
  return `${numberFormat(0, units.system === 'metric' ? 1 : 2).format(value)} ${units.precipitation}`;
}

/** @param {number} value @param {Units} units */
export function visibility(value, units) {
  if (units.visibility !== 'm') return `${numberFormat(0, 1).format(value)} ${units.visibility}`;
  if (value < METRES_PER_KILOMETRE) return `${numberFormat(0, 0).format(value)} m`;
  return `${numberFormat(0, 1).format(value / METRES_PER_KILOMETRE)} km`;
}

/** A time of day: "14:05" or "2:05 PM". @param {string | number} time @param {string} timezone */
export function clock(time, timezone) {
  return timeFormat(timezone, { timeStyle: 'short' }).format(new Date(time));
}

/** An hour as short as it can be: "14", also where the locale has "14 Uhr", or "2 PM". @param {string | number} time @param {string} timezone */
export function hour(time, timezone) {
  const parts = timeFormat(timezone, { hour: 'numeric' }).formatToParts(new Date(time));
  const isHalfDay = parts.some(({ type }) => type === 'dayPeriod');
  return parts.filter(({ type }) => isHalfDay || type === 'hour').map(({ value }) => value).join('');
}

/** "Tuesday 14:05". @param {string | number} time @param {string} timezone */
export function weekdayClock(time, timezone) {
  return timeFormat(timezone, { weekday: 'long', hour: 'numeric', minute: '2-digit' }).format(new Date(time));
}

/** "Tue 21". @param {string | number} time @param {string} timezone */
export function weekdayNumber(time, timezone) {
  return timeFormat(timezone, { weekday: 'short', day: 'numeric' }).format(new Date(time));
}

/** "Sunday, 5 July 2020". @param {string | number} time @param {string} timezone */
export function fullDate(time, timezone) {
  return timeFormat(timezone, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).format(new Date(time));
}

/** "Sunday, 5 July 2020 at 14:00". @param {string | number} time @param {string} timezone */
export function fullDateClock(time, timezone) {
  return timeFormat(timezone, { dateStyle: 'full', timeStyle: 'short' }).format(new Date(time));
}

/** The weekday of a calendar day. @param {string} date "2025-03-28" @param {'long' | 'short'} width */
export function weekdayOf(date, width) {
  return timeFormat('UTC', { weekday: width }).format(new Date(`${date}T12:00:00Z`));
}

/** "5 Jul". @param {string} date "2025-03-28" */
export function dayMonthOf(date) {
  return timeFormat('UTC', { day: 'numeric', month: 'short' }).format(new Date(`${date}T12:00:00Z`));
}

/** The hour of the day there, 0 to 23. @param {string | number} time @param {string} timezone */
export function hourThere(time, timezone) {
  return Number(timeFormatIn('en-GB', timezone, { hour: '2-digit', hourCycle: 'h23' }).format(new Date(time)));
}

/** The calendar day there as "2025-03-28". @param {string | number} time @param {string} timezone */
export function dateThere(time, timezone) {
  // Sweden writes dates as ISO 8601 does.
  return timeFormatIn('sv-SE', timezone, { dateStyle: 'short' }).format(new Date(time));
}

function timeFormatIn(locale, timezone, options) {
  return kept(`${locale} ${timezone}`, () => {
    try {
      return new Intl.DateTimeFormat(locale, { ...options, timeZone: timezone });
    } catch {
      return new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });
    }
  });
}

/** A length of time: "16 h 38 min". @param {number} milliseconds */
export function duration(milliseconds) {
  const minutes = Math.round(milliseconds / MINUTE);
  return texts.hoursAndMinutes(Math.floor(minutes / 60), minutes % 60);
}

/** How long ago, in words: "3 minutes ago". @param {number} milliseconds */
export function age(milliseconds) {
  if (milliseconds < MINUTE) return texts.justNow;
  const format = kept('age', () => new Intl.RelativeTimeFormat(texts.language));
  if (milliseconds < HOUR) return format.format(-Math.floor(milliseconds / MINUTE), 'minute');
  if (milliseconds < 2 * DAY) return format.format(-Math.floor(milliseconds / HOUR), 'hour');
  return format.format(-Math.floor(milliseconds / DAY), 'day');
}

/** The place's own name, or its coordinates where it has none. @param {Place} place */
export function placeName(place) {
  return place.name ?? coordinates(place.latitude, place.longitude);
}

/** Whether a text begins with another, whatever their case and accents. @param {string} text @param {string} beginning */
export function beginsWith(text, beginning) {
  const collator = kept('collator', () => new Intl.Collator(readerLocales, { sensitivity: 'base' }));
  return collator.compare(text.slice(0, beginning.length), beginning) === 0;
}

/** "England, United Kingdom". @param {Place} place */
export function placeRegion(place) {
  const region = place.region === place.name ? null : place.region;
  return [region, place.country && countryName(place.country)].filter(Boolean).join(', ');
}

/** Gets ready what takes longest, so that it can be done while an answer is on its way. */
export function prepare() {
  countryNames();
}

function countryNames() {
  return kept('country', () => new Intl.DisplayNames(texts.language, { type: 'region', fallback: 'code' }));
}

function countryName(code) {
  try {
    return countryNames().of(code);
  } catch {
    return code;
  }
}

/** "51.51° N, 0.13° W", which breaks into lines between the two and nowhere else. */
function coordinates(latitude, longitude) {
  const format = numberFormat(2, 2);
  return `${format.format(Math.abs(latitude))}°\u00a0${latitude < 0 ? 'S' : 'N'}, `
    + `${format.format(Math.abs(longitude))}°\u00a0${longitude < 0 ? 'W' : 'E'}`;
}
