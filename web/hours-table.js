/** The hours as a table, the days as groups. */

import { conditionIcon, element } from './dom.js';
import * as format from './format.js';
import { amountOver, byDay, hourLabel } from './sentences.js';
import { texts } from './texts.js';
import { moreTexts } from './texts-more.js';
import { degrees, percent, pressureText, windText } from './units.js';

/**
 * @typedef {import('./types.js').View} View
 * @typedef {import('./types.js').Hour} Hour
 * @typedef {{title: string, key?: keyof Hour, cell: (hour: Hour) => string | Element}} Column
 */

/** @param {Hour[]} hours @param {View} view */
export function makeTable(hours, view) {
  const columns = columnsFor(hours, view);
  const head = element('tr', {}, ...columns.map(({ title }) => element('th', { scope: 'col' }, title)));
  const groups = byDay(hours, view.timezone).map(([date, ofDay]) => element('tbody', {},
    element('tr', { class: 'day' }, element('th', { scope: 'rowgroup', colspan: columns.length },
      element('span', {}, `${format.weekdayOf(date, 'long')}, ${format.dayMonthOf(date)}`))),
    ...ofDay.map((hour) => element('tr', {}, ...columns.map(({ cell }, position) =>
      (position === 0 ? element('th', { scope: 'row' }, cell(hour)) : element('td', {}, cell(hour))))))));
  return element('table', {}, element('thead', {}, head), ...groups);
}

/** The columns that have something to say, what people look for first. @param {Hour[]} hours @param {View} view @returns {Column[]} */
function columnsFor(hours, { timezone, units }) {
  const { columns } = moreTexts;
  const known = (/** @type {keyof Hour} */ key, /** @type {(value: number) => string} */ write) =>
    (/** @type {Hour} */ hour) => (typeof hour[key] === 'number' ? write(hour[key]) : '');
  const wind = (/** @type {number} */ speed) => windText(speed, units);
  const warmth = (/** @type {number} */ celsius) => degrees(celsius, units);
  /** @type {Column[]} */
  const all = [
    { title: columns.time, cell: (hour) => hourLabel(hours, hours.indexOf(hour), timezone) },
    { title: columns.probability, key: 'precipitation_probability', cell: known('precipitation_probability', percent) },
    { title: columns.precipitation, key: 'precipitation', cell: (hour) => amountOver(hour, units) },
    { title: columns.temperature, key: 'temperature', cell: known('temperature', warmth) },
    { title: columns.feelsLike, key: 'feels_like', cell: known('feels_like', warmth) },
    { title: columns.condition, key: 'condition', cell: described },
    { title: columns.wind, key: 'wind_speed', cell: (hour) => withDirection(known('wind_speed', wind)(hour), hour) },
    { title: columns.gust, key: 'wind_gust', cell: known('wind_gust', wind) },
    { title: columns.humidity, key: 'humidity', cell: known('humidity', percent) },
    { title: columns.pressure, key: 'pressure', cell: known('pressure', (value) => pressureText(value, units)) },
  ];
  return all.filter(({ key }) => !key || hours.some((hour) => hour[key] !== null));
}

/** @param {Hour} hour */
function described(hour) {
  return element('span', { class: 'described' }, conditionIcon(hour.condition, hour.is_day), hour.description);
}

/** @param {string} speed @param {Hour} hour */
function withDirection(speed, { wind_direction: direction }) {
  return speed && typeof direction === 'number' ? `${speed} ${texts.direction(direction)}` : speed;
}
