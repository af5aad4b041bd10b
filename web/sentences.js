/** What the numbers mean, in a sentence: what falls and when, and how it feels. */

import * as format from './format.js';
import { texts } from './texts.js';
import { amountText, degrees } from './units.js';

/**
 * @typedef {import('./types.js').Weather} Weather
 * @typedef {import('./types.js').Forecast} Forecast
 * @typedef {import('./types.js').Hour} Hour
 * @typedef {import('./types.js').Units} Units
 * @typedef {{now: number, units: Units, timezone: string}} Setting
 */

/** For how long after its time a reading determines what falls now, ms. */
const READING_VALID_FOR = format.HOUR;

/** A difference between temperature and apparent temperature that is worth a reason, °C. */
const FELT_DIFFERENCE = 3;

/** Like the service's, the sentence says nothing about the time after this many hours. */
const MAX_HOURS = 24;

/** The kind of precipitation of a condition. */
const PRECIPITATION_KINDS = /** @type {Record<string, keyof typeof texts.outlook.kinds>} */ ({
  drizzle: 'rain', light_rain: 'rain', rain: 'rain', heavy_rain: 'rain', rain_showers: 'rain',
  freezing_drizzle: 'freezing_rain', freezing_rain: 'freezing_rain', sleet: 'sleet',
  light_snow: 'snow', snow: 'snow', heavy_snow: 'snow', snow_showers: 'snow', thunderstorm: 'thunderstorm', hail: 'thunderstorm',
});

/** A time in words, relative to today: "15:00", "15:00 tomorrow", "15:00 on Friday". @param {number} time @param {Setting} setting */
export function timeInWords(time, { now, timezone }) {
  const text = format.shortClock(time, timezone);
  const [today, day] = [format.dateThere(now, timezone), format.dateThere(time, timezone)];
  if (day === today) return texts.at(text);
  return day === format.dayAfter(today) ? texts.tomorrowAt(text) : texts.dayAt(text, format.weekdayOf(day, 'long'));
}

/**
 * What falls in the hours ahead: "Rain until 07:00, again from 01:00 tomorrow". It agrees with the reading beside it, and
 * it leaves out what is over.
 * @param {Weather} weather
 * @param {Forecast | null} forecast
 * @param {Setting} setting
 * @returns {string | null}
 */
export function outlookSentence(weather, forecast, setting) {
  const outlook = forecast?.outlook;
  const { now } = setting;
  if (!outlook || Date.parse(outlook.horizon) <= now) return null;
  const isReadingNow = Math.abs(now - Date.parse(weather.current.time)) < READING_VALID_FOR;
  const fallsNow = isReadingNow ? PRECIPITATION_KINDS[weather.current.condition] : undefined;
  const horizon = Date.parse(outlook.horizon);
  const hours = Math.min(Math.max(1, Math.round((horizon - now) / format.HOUR)), MAX_HOURS);
  const words = texts.outlook;
  const at = (/** @type {number} */ time) => timeInWords(time, setting);

  const { kind, from, until, again } = outlookAt(outlook, now);
  if (kind === 'dry') return fallsNow ? words.now(words.kinds[fallsNow]) : words.dry(hours);
  const what = words.kinds[kind];
  if (from !== null && fallsNow) {
    return fallsNow === kind ? words.more(what, at(from)) : words.turning(words.kinds[fallsNow], what, at(from));
  }
  if (from !== null) return until === null ? words.from(what, at(from)) : words.fromUntil(what, at(from), at(until));
  if (until === null) return words.on(what, hours);
  const spell = words.until(what, at(until));
  return again === null ? spell : words.again(spell, at(again));
}

/** The outlook at the current time: what has begun is already falling, and what is over is replaced by what comes next. @param {import('./types.js').Outlook} outlook @param {number} now */
function outlookAt({ kind, ...times }, now) {
  const parse = (/** @type {string | null | undefined} */ time) => (time ? Date.parse(time) : null);
  const [from, until, again] = [parse(times.from), parse(times.until), parse(times.again)];
  if (kind !== 'dry' && until !== null && until <= now) {
    if (again === null) return { kind: /** @type {const} */ ('dry'), from: null, until: null, again: null };
    return { kind, from: again > now ? again : null, until: null, again: null };
  }
  return { kind, from: from !== null && from > now ? from : null, until, again };
}

/** @param {Weather} weather @param {Units} units @returns {string | null} */
export function feelsLike({ current }, units) {
  const { feels_like: felt, temperature } = current;
  if (felt === null || felt === undefined) return null;
  const text = degrees(felt, units);
  const difference = temperature === null || temperature === undefined ? 0 : felt - temperature;
  if (difference <= -FELT_DIFFERENCE) return texts.colderForWind(text);
  return difference >= FELT_DIFFERENCE ? texts.warmerForHumidity(text) : texts.feelsLike(text);
}

/** @param {Hour} hour */
export function endOf(hour) {
  return Date.parse(hour.time) + hour.hours * format.HOUR;
}

/** @param {Hour} hour */
export function isSnow(hour) {
  return PRECIPITATION_KINDS[hour.condition] === 'snow';
}

/** The forecast steps of the next 24 hours. @param {Forecast | null} forecast @param {number} now */
export function nextHours(forecast, now) {
  return (forecast?.hourly ?? []).filter((hour) => endOf(hour) > now && Date.parse(hour.time) < now + MAX_HOURS * format.HOUR);
}

/**
 * Whether any hour ahead may be dangerous, so that the rules in `dangers.js` are worth loading. These limits are wider
 * than the rules.
 * @param {Forecast | null} forecast
 * @param {number} now
 */
export function mayBeDangerous(forecast, now) {
  return nextHours(forecast, now).some(({ wind_speed: wind, wind_gust: gust, temperature, feels_like: felt, ...hour }) =>
    Number(wind) > 15 || Number(gust) > 15 || Number(temperature) < 0 || Number(felt) > 35 || Number(hour.uv_index) > 10
    || Number(hour.precipitation) > 0.8 * hour.hours || hour.condition.startsWith('freezing'));
}

/** The hours that are not over. @param {{forecast: Forecast | null}} view @param {number} time @returns {Hour[]} */
export function hoursFrom({ forecast }, time) {
  return (forecast?.hourly ?? []).filter((hour) => endOf(hour) > time);
}

/** @param {Hour} hour @param {Units} units */
export function amountOver(hour, units) {
  if (typeof hour.precipitation !== 'number') return '';
  const amount = amountText(hour.precipitation, hour.condition, units);
  return hour.hours === 1 ? amount : texts.overHours(amount, hour.hours);
}

/** The time of an hour, with its zone where clocks are put back and two hours have the same name. @param {Hour[]} hours @param {number} position @param {string} timezone */
export function hourLabel(hours, position, timezone) {
  const { time } = hours[position];
  const label = format.shortClock(time, timezone);
  const isDouble = [position - 1, position + 1].some((other) => hours[other] && format.shortClock(hours[other].time, timezone) === label);
  return isDouble ? `${label} ${format.zoneName(time, timezone)}` : label;
}

/** Hours by the calendar day there. @param {Hour[]} hours @param {string} timezone @returns {[date: string, hours: Hour[]][]} */
export function byDay(hours, timezone) {
  return [...Map.groupBy(hours, ({ time }) => format.dateThere(time, timezone))];
}
