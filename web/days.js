/** The days ahead, each with its range of temperature on a scale common to all. */

import { byId, conditionIcon, element, say } from './dom.js';
import * as format from './format.js';
import { momentOf } from './now.js';
import { texts } from './texts.js';

/** A scale narrower than this, in degrees, would make small differences look large. */
const NARROWEST_SCALE = 8;

/** The colours of temperatures, °C: the same warmth has the same colour on every scale. */
const COLOURS = [
  [-25, '#8a6fd1'], [-10, '#5b7fe0'], [0, '#4a9fe3'], [8, '#3fb3c4'], [14, '#58b893'], [19, '#e0bd4c'],
  [25, '#ef9a3d'], [31, '#e3623f'], [40, '#b8345b'],
];

/**
 * Shows the days ahead.
 * @param {import('./api.js').Weather} weather
 * @param {import('./api.js').Forecast | null} forecast
 */
export function showDays(weather, forecast) {
  const section = byId('days');
  const isSample = weather.source.provider === 'sample';
  const today = format.dateThere(momentOf(weather), weather.place.timezone);
  const days = (forecast?.daily ?? []).filter((day) => day.date >= today);
  byId('days-title').textContent = isSample ? texts.daysOf : texts.days;
  say(section.querySelector('.missing'), days.length === 0 ? texts.noDays : null);
  const scale = scaleOf(days);
  section.querySelector('ol').replaceChildren(
    ...days.map((day) => row(day, { isToday: day.date === today, isSample, scale, units: weather.units })),
  );
}

function scaleOf(days) {
  const known = days.flatMap((day) => [day.temperature_min, day.temperature_max]).filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const slack = Math.max(0, NARROWEST_SCALE - (high - low)) / 2;
  return { low: low - slack, high: high + slack };
}

function row(day, { isToday, isSample, scale, units }) {
  const made = element('li', {},
    weekday(day, isToday, isSample),
    conditionIcon(day.condition, true),
    element('span', { class: 'visually-hidden' }, day.description ?? ''),
    precipitation(day, units));
  if (day.temperature_min !== null && day.temperature_max !== null) {
    made.append(
      end(texts.low, day.temperature_min), bar(day, scale, units), end(texts.high, day.temperature_max));
  }
  return made;
}

function weekday(day, isToday, isSample) {
  const isNamed = isToday && !isSample;
  const name = isNamed ? texts.today : format.weekdayOf(day.date, 'short');
  const made = element('span', { class: 'weekday' }, element('b', { lang: isNamed ? null : format.readerLanguage }, name));
  if (!day.complete) made.append(element('small', {}, isToday ? texts.restOfDay : texts.partOfDay));
  else made.append(element('small', { lang: format.readerLanguage }, format.dayMonthOf(day.date)));
  return made;
}

function precipitation(day, units) {
  const made = element('span', { class: 'rain' });
  if (day.precipitation_probability !== null) {
    made.append(
      element('b', {}, format.percent(day.precipitation_probability)),
      element('span', { class: 'visually-hidden' }, ` ${texts.legendProbability}`));
  }
  if (day.precipitation > 0) made.append(element('small', {}, format.amount(day.precipitation, units)));
  return made;
}

function end(label, value) {
  return element('span', { class: 'end' },
    element('span', { class: 'visually-hidden' }, `${label} `), format.temperature(value));
}

function bar(day, { low, high }, units) {
  const share = (value) => (100 * (value - low)) / (high - low);
  const made = element('span', { class: 'range', 'aria-hidden': 'true' }, element('span'));
  made.style.setProperty('--from', `${share(day.temperature_min).toFixed(1)}%`);
  made.style.setProperty('--to', `${(100 - share(day.temperature_max)).toFixed(1)}%`);
  made.style.setProperty('--colours', COLOURS.map(([celsius, colour]) =>
    `${colour} ${share(units.system === 'imperial' ? celsius * 1.8 + 32 : celsius).toFixed(1)}%`).join());
  return made;
}
