/**
 * Times in words. The page's language is English, so dates and numbers are English ones: in the reader's own variety of
 * English if the browser lists one. Whether clocks have 12 or 24 hours, and which units are usual, depends on the
 * browser's first language.
 */

import { texts } from './texts.js';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The browser's languages, as far as they are valid: some systems give "C" or "en-US@posix". */
const languages = (navigator.languages ?? [navigator.language]).flatMap((language) => {
  try {
    return Intl.getCanonicalLocales(language);
  } catch {
    return [];
  }
});

/** The language that dates and numbers are written in. */
export const locale = languages.find((language) => language === 'en' || language.startsWith('en-')) ?? 'en-GB';

const first = new Intl.Locale(languages[0] ?? locale);

/** The browser's region, such as "GB"; "" if its language does not say: English alone may be from anywhere. */
export const readerRegion = first.region ?? (first.language === 'en' ? '' : first.maximize().region ?? '');

/** @type {'h12' | 'h23' | undefined} */
let knownHourCycle;

/** Whether the reader's clocks have 12 hours or 24. Not computed on loading: a browser's first format of times takes it long. */
function hourCycle() {
  knownHourCycle ??= new Intl.DateTimeFormat(first, { hour: 'numeric' }).resolvedOptions().hourCycle === 'h12' ? 'h12' : 'h23';
  return knownHourCycle;
}

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/** @param {string} timezone @param {Intl.DateTimeFormatOptions} options */
function timeFormat(timezone, options) {
  const key = `${timezone} ${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (!format) {
    format = makeFormat(timezone, 'hour' in options ? { ...options, hourCycle: hourCycle() } : options);
    formats.set(key, format);
  }
  return format;
}

/** @param {string} timezone @param {Intl.DateTimeFormatOptions} options */
function makeFormat(timezone, options) {
  try {
    return new Intl.DateTimeFormat(locale, { ...options, timeZone: timezone });
  } catch {
    // The zone is newer than this browser's own table of zones.
    return new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });
  }
}

/** The parts of a time by their type. @param {number | string} time @param {string} timezone @param {Intl.DateTimeFormatOptions} options @returns {Record<string, string>} */
function parts(time, timezone, options) {
  const found = timeFormat(timezone, options).formatToParts(new Date(time));
  return Object.fromEntries(found.map(({ type, value }) => [type, value]));
}

/** A time of day: "14:05" or "2:05 PM". @param {string | number} time @param {string} timezone */
export function clock(time, timezone) {
  return timeFormat(timezone, { hour: hourCycle() === 'h12' ? 'numeric' : '2-digit', minute: '2-digit' }).format(new Date(time));
}

/** A full hour as short as it can be: "14:00", or "2 PM". @param {string | number} time @param {string} timezone */
export function shortClock(time, timezone) {
  return hourCycle() === 'h12' && minuteThere(time, timezone) === 0 ? hour(time, timezone) : clock(time, timezone);
}

/** An hour as short as it can be: "14" or "2 PM". @param {string | number} time @param {string} timezone */
export function hour(time, timezone) {
  return timeFormat(timezone, { hour: hourCycle() === 'h12' ? 'numeric' : '2-digit' }).format(new Date(time));
}

/** The zone's abbreviation at a time, to tell the two hours apart when clocks are put back. @param {string | number} time @param {string} timezone */
export function zoneName(time, timezone) {
  return parts(time, timezone, { timeZoneName: 'short' }).timeZoneName ?? '';
}

/** "Tuesday 14:05". @param {string | number} time @param {string} timezone */
export function weekdayClock(time, timezone) {
  return `${weekday(time, timezone, 'long')} ${clock(time, timezone)}`;
}

/** @param {string | number} time @param {string} timezone @param {'long' | 'short'} width */
export function weekday(time, timezone, width) {
  return timeFormat(timezone, { weekday: width }).format(new Date(time));
}

/** "Tue 21". @param {string | number} time @param {string} timezone */
export function weekdayNumber(time, timezone) {
  const { day } = parts(time, timezone, { day: 'numeric' });
  return `${weekday(time, timezone, 'short')} ${day}`;
}

/** "Sunday, 5 July 2020". @param {string | number} time @param {string} timezone */
export function fullDate(time, timezone) {
  return timeFormat(timezone, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).format(new Date(time));
}

/** The weekday of a calendar day. @param {string} date "2025-03-28" @param {'long' | 'short'} width */
export function weekdayOf(date, width) {
  return weekday(`${date}T12:00:00Z`, 'UTC', width);
}

/** "5 Jul". @param {string} date "2025-03-28" */
export function dayMonthOf(date) {
  return timeFormat('UTC', { day: 'numeric', month: 'short' }).format(new Date(`${date}T12:00:00Z`));
}

/** The hour of the day there, 0 to 23. @param {string | number} time @param {string} timezone */
export function hourThere(time, timezone) {
  return Math.floor(minutesThere(time, timezone) / 60);
}

/** @param {string | number} time @param {string} timezone */
function minuteThere(time, timezone) {
  return minutesThere(time, timezone) % 60;
}

/** Minutes since midnight there. @param {string | number} time @param {string} timezone */
function minutesThere(time, timezone) {
  return (Date.parse(`${wallTime(time, timezone)}Z`) % DAY) / MINUTE;
}

/** The calendar day there as "2025-03-28". @param {string | number} time @param {string} timezone */
export function dateThere(time, timezone) {
  return wallTime(time, timezone).slice(0, 10);
}

/** The day after a calendar day. @param {string} date "2025-03-28" */
export function dayAfter(date) {
  return new Date(Date.parse(`${date}T12:00:00Z`) + DAY).toISOString().slice(0, 10);
}

/** What clock and calendar say there: "2025-03-28T14:05". @param {string | number} time @param {string} timezone */
function wallTime(time, timezone) {
  const key = `wall ${timezone}`;
  let format = formats.get(key);
  if (!format) {
    try {
      format = wallFormat(timezone);
    } catch {
      format = wallFormat('UTC');
    }
    formats.set(key, format);
  }
  // Sweden writes dates and times as ISO 8601 does.
  return format.format(new Date(time)).replace(' ', 'T');
}

/** @param {string} timezone */
function wallFormat(timezone) {
  return new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: timezone });
}

/** How far the clock there is ahead of the reader's, ms. @param {number} time @param {string} timezone */
export function aheadOfReader(time, timezone) {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return Date.parse(`${wallTime(time, timezone)}Z`) - Date.parse(`${wallTime(time, here)}Z`);
}

/** A length of time: "16 h 38 min". @param {number} milliseconds */
export function duration(milliseconds) {
  const minutes = Math.round(milliseconds / MINUTE);
  return texts.hoursAndMinutes(Math.floor(minutes / 60), minutes % 60);
}

/** How long ago, in words: "3 minutes ago". @param {number} milliseconds */
export function age(milliseconds) {
  if (milliseconds < MINUTE) return texts.justNow;
  if (milliseconds < HOUR) return texts.ago(Math.floor(milliseconds / MINUTE), 'minute');
  if (milliseconds < 2 * DAY) return texts.ago(Math.floor(milliseconds / HOUR), 'hour');
  return texts.ago(Math.floor(milliseconds / DAY), 'day');
}
