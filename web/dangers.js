/** What is dangerous in the forecast. */

import { element } from './dom.js';
import * as format from './format.js';
import { endOf, isSnow, nextHours, timeInWords } from './sentences.js';
import { dangerTexts } from './texts-dangers.js';
import { amountText, degrees, whole, windText } from './units.js';

/**
 * @typedef {import('./types.js').Forecast} Forecast
 * @typedef {import('./types.js').Hour} Hour
 * @typedef {import('./sentences.js').Setting} Setting
 */

/**
 * Levels at which the forecast is called dangerous, and their sources:
 * gusts, rain, snow and frost: the warning criteria of the Deutscher Wetterdienst (gusts from 18, 25 and 33 m/s; rain of
 * 15 and 25 mm in an hour; snow of 5 cm in six hours, which is about 5 mm of water; air below 0 °C);
 * wind: Beaufort 8, 10 and 12 of the World Meteorological Organization;
 * cold: wind chill from which skin freezes within half an hour (Environment Canada);
 * heat: heat index of "danger" and "extreme danger", 103 and 125 °F (US National Weather Service);
 * UV: "extreme" (World Health Organization).
 */
const GUST = [18, 25, 33];
const WIND = [17.2, 24.5, 32.7];
const RAIN = [15, 25];
const SNOW_IN_SIX_HOURS = 5;
const FREEZING = 0;
const WIND_CHILL = -28;
const HEAT_INDEX = [39.4, 51.7];
const UV = 11;

/** More dangers than this would distract from each other. */
const MAX_DANGERS = 3;

/** Shows what is dangerous ahead. @param {HTMLElement} target @param {import('./types.js').View} view */
export function showDangers(target, view) {
  const found = dangers(view.forecast, view);
  target.hidden = found.length === 0;
  /** @type {HTMLElement} */ (target.querySelector('h2')).textContent = dangerTexts.title;
  target.querySelector('ul')?.replaceChildren(...found.map((text) => element('li', {}, text)));
  /** @type {HTMLElement} */ (target.querySelector('p')).textContent = dangerTexts.note;
}

/**
 * What is dangerous in the next 24 hours, the worst first.
 * @param {Forecast | null} forecast
 * @param {Setting} setting
 * @returns {string[]}
 */
function dangers(forecast, setting) {
  const { now, units } = setting;
  const hours = nextHours(forecast, now);
  /** @type {{level: number, text: string}[]} */
  const found = [];
  const add = (/** @type {number} */ level, /** @type {Hour[]} */ during, /** @type {string} */ what) =>
    found.push({ level, text: withTimes(what, during, setting) });

  const words = dangerTexts.kinds;
  const gust = worst(hours, (hour) => hour.wind_gust, GUST);
  const wind = worst(hours, (hour) => hour.wind_speed, WIND);
  if (gust && gust.level >= (wind?.level ?? 0)) {
    add(gust.level, gust.during, [words.gust1, words.gust2, words.gust3][gust.level - 1](windText(gust.most, units)));
  } else if (wind) {
    add(wind.level, wind.during, [words.wind1, words.wind2, words.wind3][wind.level - 1](windText(wind.most, units)));
  }
  const rain = worst(hours, (hour) => (isSnow(hour) ? null : perHour(hour)), RAIN);
  if (rain) add(rain.level, rain.during, [words.rain1, words.rain2][rain.level - 1](amountText(rain.most, null, units)));
  const snow = snowfall(hours);
  if (snow) add(1, snow.during, words.snow(amountText(snow.amount, 'snow', units)));
  const icy = hours.filter(({ condition }) => condition === 'freezing_rain' || condition === 'freezing_drizzle');
  if (icy.length > 0) add(2, icy, words.ice);
  const felt = (/** @type {Hour} */ hour) => hour.feels_like ?? hour.temperature ?? null;
  const cold = worst(hours, (hour) => negative(felt(hour)), [-WIND_CHILL]);
  if (cold) add(2, cold.during, words.cold(degrees(-cold.most, units)));
  const frost = worst(hours, (hour) => negative(hour.temperature ?? null), [-FREEZING + Number.MIN_VALUE]);
  // Where it freezes all day, a warning of frost is of no use.
  if (frost && !cold && frost.during.length < hours.length) add(0, frost.during, words.frost(degrees(-frost.most, units)));
  const heat = worst(hours, felt, HEAT_INDEX);
  if (heat) add(heat.level, heat.during, [words.heat1, words.heat2][heat.level - 1](degrees(heat.most, units)));
  const uv = worst(hours, (hour) => hour.uv_index ?? null, [UV - 0.5]);
  if (uv) add(1, uv.during, words.uv(whole(uv.most)));
  return found.toSorted((one, other) => other.level - one.level).slice(0, MAX_DANGERS).map(({ text }) => text);
}

/** @param {number | null} value */
function negative(value) {
  return value === null ? null : -value;
}

/** @param {Hour} hour */
function perHour(hour) {
  return typeof hour.precipitation === 'number' ? hour.precipitation / hour.hours : null;
}

/** The most of a quantity, the level that it reaches, and the hours that reach the first. @param {Hour[]} hours @param {(hour: Hour) => number | null | undefined} quantity @param {number[]} levels */
function worst(hours, quantity, levels) {
  const during = hours.filter((hour) => (quantity(hour) ?? -Infinity) >= levels[0]);
  if (during.length === 0) return null;
  const most = Math.max(...during.map((hour) => /** @type {number} */ (quantity(hour))));
  return { during, most, level: levels.filter((level) => most >= level).length };
}

/** The most snow that falls in six hours, mm of water. @param {Hour[]} hours */
function snowfall(hours) {
  const sums = hours.map((start) => {
    const end = Date.parse(start.time) + 6 * format.HOUR;
    const during = hours.filter((hour) => isSnow(hour) && hour.time >= start.time && endOf(hour) <= end);
    return { during, amount: during.reduce((sum, hour) => sum + (hour.precipitation ?? 0), 0) };
  });
  const most = sums.toSorted((one, other) => other.amount - one.amount)[0];
  return most && most.amount >= SNOW_IN_SIX_HOURS ? most : null;
}

/** @param {string} what @param {Hour[]} during @param {Setting} setting */
function withTimes(what, during, setting) {
  const [from, until] = [Date.parse(during[0].time), endOf(/** @type {Hour} */ (during.at(-1)))];
  if (from <= setting.now) return dangerTexts.nowUntil(what, timeInWords(until, setting));
  return dangerTexts.span(what, timeInWords(from, setting), timeInWords(until, setting));
}
