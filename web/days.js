/** The days ahead, each with its range of temperature on a common scale, and with details to open. */

import { byId, conditionIcon, element, hiddenText, loadWithStyle, setText } from './dom.js';
import * as format from './format.js';
import { texts } from './texts.js';
import { amountText, degrees, MIN_AMOUNT, percent } from './units.js';

/**
 * @typedef {import('./types.js').View} View
 * @typedef {import('./types.js').Day} Day
 */

/** A scale narrower than this, °C, would make small differences look large. */
const MIN_SCALE = 8;

/** The colours of temperatures, °C: the same warmth has the same colour on every scale. */
const COLOURS = /** @type {[number, string][]} */ ([
  [-25, '#8a6fd1'], [-10, '#5b7fe0'], [0, '#4a9fe3'], [8, '#3fb3c4'], [14, '#58b893'], [19, '#e0bd4c'],
  [25, '#ef9a3d'], [31, '#e3623f'], [40, '#b8345b'],
]);

/** Shows the days ahead. Those that the reader opened stay open. @param {View} view */
export function showDays(view) {
  const section = byId('days');
  const days = (view.forecast?.daily ?? []).filter(({ date }) => date >= view.today);
  const open = [...section.querySelectorAll('details[open]')].map(({ dataset }) => dataset.date);
  const focused = document.activeElement?.closest('summary')?.parentElement?.dataset.date;
  byId('days-title').textContent = view.isSample ? texts.daysOf : texts.days(days.length);
  setText(section.querySelector('.missing'), days.length === 0 ? texts.noDays : null);
  const scale = scaleOf(days);
  section.querySelector('ol').replaceChildren(...days.map((day) => dayRow(day, scale, view, open.includes(day.date))));
  if (focused) section.querySelector(`[data-date="${focused}"] > summary`)?.focus();
}

/** @param {Day[]} days */
function scaleOf(days) {
  const known = days.flatMap((day) => [day.temperature_min, day.temperature_max]).filter((value) => typeof value === 'number');
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const slack = Math.max(0, MIN_SCALE - (high - low)) / 2;
  return { low: low - slack, high: high + slack };
}

/** @param {Day} day @param {{low: number, high: number}} scale @param {View} view @param {boolean} isOpen */
function dayRow(day, scale, view, isOpen) {
  const isToday = day.date === view.today && !view.isSample;
  const summary = element('summary', {},
    element('span', { class: 'weekday' },
      element('b', {}, isToday ? texts.today : format.weekdayOf(day.date, 'short')),
      element('small', {}, format.dayMonthOf(day.date))),
    element('span', { class: 'sky' }, conditionIcon(day.condition, true), hiddenText(day.description)),
    precipitation(day, view.units));
  if (typeof day.temperature_min === 'number' && typeof day.temperature_max === 'number') {
    summary.append(
      rangeEnd(texts.low, day.temperature_min, view.units), rangeBar(day.temperature_min, day.temperature_max, scale),
      rangeEnd(texts.high, day.temperature_max, view.units));
  }
  const body = element('div', { class: 'day-body' });
  const details = element('details', { 'data-date': day.date, open: isOpen ? '' : null }, summary, body);
  details.addEventListener('toggle', async () => {
    if (!details.hasAttribute('open') || body.childElementCount > 0) return;
    const { fillDay } = await loadWithStyle(import('./day-details.js'));
    fillDay(body, day, view);
  });
  return element('li', {}, details);
}

/** @param {Day} day @param {import('./types.js').Units} units */
function precipitation(day, units) {
  const made = element('span', { class: 'rain' });
  if (typeof day.precipitation_probability === 'number') {
    made.append(element('b', {}, percent(day.precipitation_probability)), hiddenText(` ${texts.legendProbability}`));
  }
  if (Number(day.precipitation) >= MIN_AMOUNT) made.append(element('small', {}, amountText(day.precipitation ?? 0, day.condition, units)));
  return made;
}

/** @param {string} label @param {number} celsius @param {import('./types.js').Units} units */
function rangeEnd(label, celsius, units) {
  return element('span', { class: 'end' }, hiddenText(`${label} `), degrees(celsius, units));
}

/** @param {number} least @param {number} most @param {{low: number, high: number}} scale */
function rangeBar(least, most, { low, high }) {
  const share = (/** @type {number} */ celsius) => (100 * (celsius - low)) / (high - low);
  const made = element('span', { class: 'range', 'aria-hidden': 'true' }, element('span'));
  made.style.setProperty('--from', `${share(least).toFixed(1)}%`);
  made.style.setProperty('--to', `${(100 - share(most)).toFixed(1)}%`);
  made.style.setProperty('--colours', COLOURS.map(([celsius, colour]) => `${colour} ${share(celsius).toFixed(1)}%`).join());
  return made;
}
