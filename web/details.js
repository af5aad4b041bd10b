/** The details of the reading as tiles, each with a sentence on what its number means. */

import { byId, element, spriteAddress, svg, symbol } from './dom.js';
import * as format from './format.js';
import { endOf, isSnow, nextHours } from './sentences.js';
import { texts } from './texts.js';
import { detailTexts } from './texts-details.js';
import { amountText, beaufort, degrees, distanceText, percent, pressureText, whole, windText } from './units.js';

/** @typedef {import('./types.js').View} View */

/** Shows the details as tiles. @param {View} view */
export function showDetails(view) {
  const { weather, forecast, units, now, timezone } = view;
  const { current, sun } = weather;
  const tiles = [
    windTile(current, units),
    tile('precipitation', detailTexts.precipitation, ifKnown(current.precipitation, (value) => amountText(value, current.condition, units)),
      [detailTexts.lastHour, ifKnown(amountNext24Hours(forecast, view), detailTexts.amountNext24Hours)]) ?? next24HoursTile(view),
    humidityTile(current, units),
    tile('uv', detailTexts.uv, ifKnown(current.uv_index, whole), [uvSentence(weather, forecast, view)]),
    tile('pressure', detailTexts.pressure, ifKnown(current.pressure, (value) => pressureText(value, units)), [pressureTrend(weather, forecast, now)]),
    tile('cloud', detailTexts.cloud, ifKnown(current.cloud_cover, percent), [ifKnown(current.cloud_cover, detailTexts.cloudWords)]),
    tile('visibility', detailTexts.visibility, ifKnown(current.visibility, (value) => distanceText(value, units)),
      [ifKnown(current.visibility, detailTexts.visibilityWords)]),
    sunTile(sun, timezone, now),
  ];
  byId('details').querySelector('dl').replaceChildren(...tiles.filter((made) => made !== null));
}

/**
 * The text of a value, or nothing if the value is missing.
 * @template T
 * @param {T | null | undefined} value
 * @param {(value: T) => string} write
 */
function ifKnown(value, write) {
  return value === null || value === undefined ? null : write(value);
}

/** @param {string} picture @param {string} label @param {string | null} value @param {(string | null)[]} [notes] @param {Element | null} [drawn] */
function tile(picture, label, value, notes = [], drawn = null) {
  if (value === null) return null;
  const made = element('div', { class: 'tile' }, element('dt', {}, symbol(picture), label), element('dd', { class: 'value' }, value));
  const note = notes.filter((text) => text !== null).join('. ');
  if (note) made.append(element('dd', { class: 'quiet' }, note));
  if (drawn) made.append(element('dd', { class: 'drawn', 'aria-hidden': 'true' }, drawn));
  return made;
}

/** The precipitation ahead, if the provider does not report that of the last hour. @param {View} view */
function next24HoursTile(view) {
  const ahead = amountNext24Hours(view.forecast, view);
  return tile('precipitation', detailTexts.precipitation, ahead, [detailTexts.next24Hours]);
}

/** @param {import('./types.js').Current} current @param {import('./types.js').Units} units */
function windTile(current, units) {
  const direction = ifKnown(current.wind_direction, texts.direction);
  const gust = ifKnown(current.wind_gust, (speed) => texts.gusts(windText(speed, units)));
  const force = ifKnown(current.wind_speed, (speed) => detailTexts.windForce(beaufort(speed)));
  const from = direction && detailTexts.windFrom(direction).toLowerCase();
  const note = [force, from, gust].filter(Boolean).join(', ');
  return tile('wind', detailTexts.wind, ifKnown(current.wind_speed, (speed) => windText(speed, units)), [note],
    typeof current.wind_direction === 'number' ? windArrow(current.wind_direction) : null);
}

/** An arrow that flies with the wind: it points to where the wind goes. @param {number} degreesFrom */
function windArrow(degreesFrom) {
  return svg('svg', { class: 'symbol', viewBox: '0 0 24 24' },
    svg('g', { transform: `rotate(${degreesFrom + 180} 12 12)` }, svg('use', { href: spriteAddress('arrow') })));
}

/** @param {import('./types.js').Current} current @param {import('./types.js').Units} units */
function humidityTile({ humidity, dew_point: dewPoint }, units) {
  const point = ifKnown(dewPoint, (value) => degrees(value, units));
  if (typeof humidity !== 'number') return tile('humidity', detailTexts.dewPointLabel, point);
  return tile('humidity', detailTexts.humidity, percent(humidity), [ifKnown(dewPoint, (value) => detailTexts.dewPoint(point ?? '', detailTexts.dewPointWords(value)))]);
}

/** @param {import('./types.js').Weather['sun']} sun @param {string} timezone @param {number} now */
function sunTile(sun, timezone, now) {
  if (sun.polar === 'day') return tile('sunrise', detailTexts.sun, detailTexts.polarDay, [detailTexts.polarDayText]);
  if (sun.polar === 'night') return tile('sunrise', detailTexts.sun, detailTexts.polarNight, [detailTexts.polarNightText]);
  if (!sun.sunrise || !sun.sunset) return null;
  const [rise, set] = [Date.parse(sun.sunrise), Date.parse(sun.sunset)];
  const made = element('div', { class: 'tile sun' }, element('dt', {}, symbol('sunrise'), detailTexts.sun));
  made.append(
    element('dd', { class: 'value' },
      labelled(detailTexts.sunrise, format.clock(rise, timezone)), labelled(detailTexts.sunset, format.clock(set, timezone))),
    element('dd', { class: 'quiet' }, detailTexts.dayLength(format.duration(set - rise))));
  const share = (now - rise) / (set - rise);
  if (share > 0 && share < 1) made.append(element('dd', { class: 'drawn', 'aria-hidden': 'true' }, sunArc(share)));
  return made;
}

/** @param {string} label @param {string} value */
function labelled(label, value) {
  return element('span', {}, element('small', {}, label), ` ${value}`);
}

/** The sun on its way over the day. @param {number} share 0 at sunrise, 1 at sunset */
function sunArc(share) {
  const [width, height, radius] = [120, 60, 48];
  const base = height - 4;
  const middle = width / 2;
  const angle = Math.PI * (1 - share);
  return svg('svg', { viewBox: `0 0 ${width} ${height}` },
    svg('path', { class: 'arc', d: `M${middle - radius} ${base}a${radius} ${radius} 0 0 1 ${2 * radius} 0` }),
    svg('path', { class: 'horizon', d: `M4 ${base}H${width - 4}` }),
    svg('circle', { cx: middle + radius * Math.cos(angle), cy: base - radius * Math.sin(angle), r: 6 }));
}

/** How the pressure changes over the next three hours. @param {import('./types.js').Weather} weather @param {import('./types.js').Forecast | null} forecast @param {number} now @returns {string | null} */
function pressureTrend({ current }, forecast, now) {
  const then = (forecast?.hourly ?? []).find((hour) => Date.parse(hour.time) >= now + 2.5 * format.HOUR);
  const isSoon = then && Date.parse(then.time) <= now + 4.5 * format.HOUR;
  if (!isSoon || typeof then.pressure !== 'number' || typeof current.pressure !== 'number') return null;
  return detailTexts.pressureTrend(then.pressure - current.pressure);
}

/** How strong the sun is and for how long. @param {import('./types.js').Weather} weather @param {import('./types.js').Forecast | null} forecast @param {import('./sentences.js').Setting} setting @returns {string | null} */
function uvSentence({ current }, forecast, setting) {
  const index = current.uv_index;
  if (typeof index !== 'number') return null;
  const { now, timezone } = setting;
  const today = format.dateThere(now, timezone);
  const known = (forecast?.hourly ?? []).filter((hour) => typeof hour.uv_index === 'number' && endOf(hour) > now);
  const ofToday = known.filter((hour) => format.dateThere(hour.time, timezone) === today);
  const strong = ofToday.filter((hour) => Math.round(hour.uv_index ?? 0) >= 3);
  const exposure = detailTexts.uvExposure(index);
  const until = strong.at(-1);
  if (Math.round(index) >= 3) return until ? detailTexts.uvUntil(exposure, format.shortClock(endOf(until), timezone)) : exposure;
  const highest = ofToday.toSorted((one, other) => (other.uv_index ?? 0) - (one.uv_index ?? 0))[0];
  if (highest && Math.round(highest.uv_index ?? 0) > Math.max(1, Math.round(index))) {
    return detailTexts.uvLater(exposure, whole(highest.uv_index ?? 0), format.shortClock(highest.time, timezone));
  }
  const next = (forecast?.daily ?? []).find((day) => day.date > today && typeof day.uv_index_max === 'number');
  if (Math.round(index) > 0 || !next) return exposure;
  return detailTexts.uvNextDay(whole(next.uv_index_max ?? 0), format.weekdayOf(next.date, 'long'));
}

/** How much falls in the next 24 hours. @param {import('./types.js').Forecast | null} forecast @param {import('./sentences.js').Setting} setting @returns {string | null} */
function amountNext24Hours(forecast, { now, units }) {
  const hours = nextHours(forecast, now);
  if (!hours.some((hour) => typeof hour.precipitation === 'number')) return null;
  const sum = hours.reduce((total, hour) => {
    const end = Math.min(endOf(hour), now + 24 * format.HOUR);
    const share = (end - Math.max(now, Date.parse(hour.time))) / (hour.hours * format.HOUR);
    return total + (hour.precipitation ?? 0) * share;
  }, 0);
  const isSnowOnly = hours.some(isSnow) && hours.every((hour) => !(Number(hour.precipitation) > 0) || isSnow(hour));
  return amountText(sum, isSnowOnly ? 'snow' : null, units);
}

