/** The hours as a strip to scroll: each with its time, weather, temperature, chance and amount of precipitation, and wind. */

import { conditionIcon, element, hiddenText, spriteAddress, svg } from './dom.js';
import * as format from './format.js';
import { amountOver, byDay, hourLabel } from './sentences.js';
import { texts } from './texts.js';
import { amountText, bareWind, degrees, MIN_AMOUNT, percent, windText } from './units.js';

/**
 * @typedef {import('./types.js').View} View
 * @typedef {import('./types.js').Hour} Hour
 */

/** Fills a strip that can be scrolled. @param {Hour[]} hours @param {View} view */
export function makeStrip(hours, view) {
  const days = byDay(hours, view.timezone).map(([date, ofDay]) => {
    const day = element('div', { class: 'strip-day' },
      element('h3', {}, date === view.today && !view.isSample ? texts.today : format.weekdayOf(date, 'long')),
      element('ol', {}, ...ofDay.map((hour) => cell(hours, hours.indexOf(hour), view))));
    day.style.setProperty('--hours', String(ofDay.length));
    return day;
  });
  const has = (/** @type {keyof Hour} */ key) => hours.some((hour) => Number(hour[key]) > 0);
  return element('div', {
    class: 'strip', 'data-chance': has('precipitation_probability') ? '' : null, 'data-amount': has('precipitation') ? '' : null,
  }, ...days);
}

/** @param {Hour[]} hours @param {number} position @param {View} view */
function cell(hours, position, { units, timezone, now, isSample }) {
  const hour = hours[position];
  const isNow = !isSample && Date.parse(hour.time) <= now;
  const made = element('li', { class: hour.is_day === false ? 'night' : null },
    element('time', { datetime: hour.time }, isNow ? texts.now : hourLabel(hours, position, timezone)),
    conditionIcon(hour.condition, hour.is_day),
    hiddenText(hour.description),
    element('b', {}, typeof hour.temperature === 'number' ? degrees(hour.temperature, units) : '–'),
    chance(hour),
    element('span', { class: 'amount' }));
  if (Number(hour.precipitation) >= MIN_AMOUNT) {
    made.lastElementChild?.append(
      element('span', { 'aria-hidden': 'true' }, amountText(hour.precipitation ?? 0, hour.condition, units)), hiddenText(amountOver(hour, units)));
  }
  if (typeof hour.wind_speed === 'number') made.append(wind(hour, units));
  return made;
}

/** @param {Hour} hour */
function chance({ precipitation_probability: probability }) {
  const made = element('span', { class: 'chance' });
  if (typeof probability === 'number') made.append(percent(probability), hiddenText(` ${texts.legendProbability}`));
  return made;
}

/** @param {Hour} hour @param {import('./types.js').Units} units */
function wind({ wind_speed: speed, wind_direction: direction }, units) {
  const made = element('span', { class: 'wind' });
  if (typeof direction === 'number') {
    made.append(svg('svg', { class: 'symbol', viewBox: '0 0 24 24', 'aria-hidden': 'true' },
      svg('g', { transform: `rotate(${direction + 180} 12 12)` }, svg('use', { href: spriteAddress('arrow') }))));
  }
  const words = texts.windShort(windText(speed ?? 0, units), typeof direction === 'number' ? texts.direction(direction) : '');
  made.append(element('span', { 'aria-hidden': 'true' }, bareWind(speed ?? 0, units)), hiddenText(words));
  return made;
}
