/** What an opened day shows: facts in words, and its hours. */

import { element } from './dom.js';
import * as format from './format.js';
import { makeStrip } from './hours-strip.js';
import { hoursFrom } from './sentences.js';
import { texts } from './texts.js';
import { detailTexts } from './texts-details.js';
import { moreTexts } from './texts-more.js';
import { percent, whole, windText } from './units.js';

/**
 * @typedef {import('./types.js').View} View
 * @typedef {import('./types.js').Day} Day
 */

/** @param {HTMLElement} body @param {Day} day @param {View} view */
export function fillDay(body, day, view) {
  body.replaceChildren(element('ul', {}, ...facts(day, view).map((text) => element('li', {}, text))));
  const hours = hoursFrom(view, view.now).filter(({ time }) => format.dateThere(time, view.timezone) === day.date);
  if (hours.length === 0) return;
  const label = moreTexts.hoursOfDay(format.weekdayOf(day.date, 'long'));
  body.append(element('div', { class: 'strip-scroll', tabindex: 0, role: 'region', 'aria-label': label }, makeStrip(hours, view)));
}

/** @param {Day} day @param {View} view */
function facts(day, { units, timezone, today, isSample }) {
  const { description } = day;
  const found = [description.charAt(0).toUpperCase() + description.slice(1)];
  if (!day.complete) found.push(day.date === today && !isSample ? moreTexts.fromNow : moreTexts.partOfDay);
  if (typeof day.precipitation_probability === 'number') found.push(texts.probable(percent(day.precipitation_probability)));
  const gust = typeof day.wind_gust_max === 'number' ? moreTexts.gustsUpTo(windText(day.wind_gust_max, units)) : null;
  if (typeof day.wind_speed_max === 'number') {
    found.push([moreTexts.windUpTo(windText(day.wind_speed_max, units)), gust].filter(Boolean).join(', '));
  }
  if (typeof day.uv_index_max === 'number') {
    found.push(moreTexts.uvUpTo(whole(day.uv_index_max), detailTexts.uvExposure(day.uv_index_max).toLowerCase()));
  }
  if (day.sunrise && day.sunset) found.push(moreTexts.sunFromTo(format.clock(day.sunrise, timezone), format.clock(day.sunset, timezone)));
  return found;
}
