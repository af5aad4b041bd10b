/** The hours ahead: the chart, the hour that is read out, and the same as a table. */

import { byId, conditionIcon, element, nextFrame, say } from './dom.js';
import * as format from './format.js';
import { drawHours } from './hours-chart.js';
import { momentOf } from './now.js';
import { texts } from './texts.js';

const HOUR = 3_600_000;

/** How far Page Up and Page Down go. */
const PAGE = 6;

export class Hours {
  #chart = byId('hours-chart');
  #table = byId('hours-table');
  /** @type {any[]} */
  #hours = [];
  /** @type {import('./api.js').Weather | null} */
  #weather = null;
  #selected = 0;
  #drawn = null;
  #width = 0;

  constructor() {
    this.#chart.setAttribute('aria-label', texts.chart);
    this.#table.querySelector('summary').textContent = texts.table;
    this.#table.querySelector('.scroll').setAttribute('aria-label', texts.tableName);
    this.#chart.addEventListener('keydown', (event) => this.#onKey(event));
    for (const type of ['pointerdown', 'pointermove']) {
      this.#chart.addEventListener(type, (event) => this.#onPointer(event));
    }
    this.#table.addEventListener('toggle', () => this.#fillTable());
    new ResizeObserver(async ([{ contentRect }]) => {
      this.#width = contentRect.width;
      if (this.#drawn === null) await nextFrame();
      this.#draw();
    }).observe(this.#chart);
  }

  /**
   * Shows the hours ahead.
   * @param {import('./api.js').Weather} weather
   * @param {import('./api.js').Forecast | null} forecast
   */
  show(weather, forecast) {
    const now = momentOf(weather);
    const selectedTime = this.#hours[this.#selected]?.time;
    this.#weather = weather;
    this.#hours = (forecast?.hourly ?? []).filter((hour) => Date.parse(hour.time) + hour.hours * HOUR > now);
    this.#selected = Math.max(0, this.#hours.findIndex((hour) => hour.time === selectedTime));
    const section = byId('hours');
    byId('hours-title').textContent = weather.source.provider === 'sample' ? texts.hoursOf : texts.hours;
    say(section.querySelector('.missing'), this.#hours.length === 0 ? texts.noHours : null);
    section.querySelector('.hours-body').hidden = this.#hours.length === 0;
    this.#fillLegend();
    this.#fillTable();
    if (this.#hours.length === 0) return;
    this.#chart.setAttribute('aria-valuemax', String(this.#hours.length - 1));
    this.#drawn = null;
    this.#draw();
    this.#select(this.#selected);
  }

  /** Draws the chart as wide as it is. One that is not shown yet is drawn the frame after it has its width. */
  #draw() {
    if (this.#hours.length === 0 || this.#width === 0) return;
    const { place, units } = this.#weather;
    this.#drawn = drawHours(
      this.#chart.querySelector('svg'), this.#hours, { width: this.#width, timezone: place.timezone, units });
    this.#drawn.mark(this.#selected);
  }

  #select(index) {
    this.#selected = Math.max(0, Math.min(this.#hours.length - 1, index));
    this.#drawn?.mark(this.#selected);
    const words = this.#words(this.#hours[this.#selected]);
    this.#chart.setAttribute('aria-valuenow', String(this.#selected));
    this.#chart.setAttribute('aria-valuetext', words.join(', '));
    const [time, temperature, ...rest] = words;
    byId('hours-readout').replaceChildren(
      element('span', { lang: format.readerLanguage }, time), element('b', {}, temperature), element('span', {}, rest.join(', ')),
    );
  }

  /** What an hour says: its time, its temperature, and the rest. */
  #words(hour) {
    const { place, units } = this.#weather;
    const words = [
      format.weekdayClock(hour.time, place.timezone),
      hour.temperature === null ? '' : format.temperature(hour.temperature),
      hour.description ?? '',
      precipitationWords(hour, units),
    ];
    if (hour.wind_speed !== null) {
      const direction = hour.wind_direction === null ? '' : texts.direction(hour.wind_direction);
      words.push(texts.windShort(format.speed(hour.wind_speed, units), direction));
    }
    return words.filter((word, position) => position < 2 || word !== '');
  }

  #onKey(event) {
    const target = {
      ArrowRight: this.#selected + 1,
      ArrowUp: this.#selected + 1,
      ArrowLeft: this.#selected - 1,
      ArrowDown: this.#selected - 1,
      PageUp: this.#selected + PAGE,
      PageDown: this.#selected - PAGE,
      Home: 0,
      End: this.#hours.length - 1,
    }[event.key];
    if (target === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.#select(target);
  }

  #onPointer(event) {
    if (this.#drawn) this.#select(this.#drawn.indexAt(event.clientX - this.#chart.getBoundingClientRect().left));
  }

  #fillLegend() {
    const has = (key) => this.#hours.some((hour) => hour[key] !== null);
    const isWet = (key) => this.#hours.some((hour) => hour[key] > 0);
    const entries = [['line', texts.legendTemperature]];
    if (isWet('precipitation')) entries.push(['amount', texts.legendPrecipitation]);
    if (isWet('precipitation_probability')) entries.push(['probability', texts.legendProbability]);
    if (this.#hours.some((hour) => hour.is_day === false)) entries.push(['night', texts.legendNight]);
    if (has('wind_speed')) entries.push(['wind', texts.legendWind(this.#weather.units.wind_speed)]);
    byId('hours-legend').replaceChildren(...entries.map(([kind, text]) => element('li', { class: kind }, text)));
  }

  /** The table is filled when it is opened: it is the largest part of the page, and most readers use the chart. */
  #fillTable() {
    if (!this.#table.open || this.#hours.length === 0) return;
    const columns = this.#columns();
    const head = element('tr', {}, ...columns.map(({ title }) => element('th', { scope: 'col' }, title)));
    const rows = this.#hours.map((hour) => element('tr', {}, ...columns.map(({ cell }, position) => {
      const content = cell(hour);
      return position === 0 ? element('th', { scope: 'row', lang: format.readerLanguage }, content) : element('td', {}, content);
    })));
    this.#table.querySelector('.scroll').replaceChildren(
      element('table', {}, element('thead', {}, head), element('tbody', {}, ...rows)),
    );
  }

  /** The columns that have something to say. */
  #columns() {
    const { place, units } = this.#weather;
    const { columns } = texts;
    const known = (key, write) => (hour) => (hour[key] === null ? '' : write(hour[key]));
    return [
      { title: columns.time, cell: (hour) => format.weekdayClock(hour.time, place.timezone) },
      { key: 'condition', title: columns.condition, cell: (hour) => described(hour) },
      { key: 'temperature', title: columns.temperature, cell: known('temperature', format.temperature) },
      { key: 'feels_like', title: columns.feelsLike, cell: known('feels_like', format.temperature) },
      { key: 'precipitation', title: columns.precipitation, cell: (hour) => amountWords(hour, units) },
      { key: 'precipitation_probability', title: columns.probability, cell: known('precipitation_probability', format.percent) },
      { key: 'wind_speed', title: columns.wind, cell: (hour) => windWords(hour, units) },
      { key: 'humidity', title: columns.humidity, cell: known('humidity', format.percent) },
    ].filter(({ key }) => !key || this.#hours.some((hour) => hour[key] !== null));
  }
}

function described(hour) {
  return element('span', { class: 'described' }, conditionIcon(hour.condition, hour.is_day), hour.description ?? '');
}

function windWords(hour, units) {
  if (hour.wind_speed === null) return '';
  const speed = format.speed(hour.wind_speed, units);
  return hour.wind_direction === null ? speed : `${speed} ${texts.direction(hour.wind_direction)}`;
}

function amountWords(hour, units) {
  if (hour.precipitation === null) return '';
  const amount = format.amount(hour.precipitation, units);
  return hour.hours === 1 ? amount : `${amount} ${texts.overHours(hour.hours)}`;
}

function precipitationWords(hour, units) {
  const words = [];
  if (hour.precipitation > 0) words.push(amountWords(hour, units));
  if (hour.precipitation_probability !== null) words.push(texts.probable(format.percent(hour.precipitation_probability)));
  return words.join(', ');
}
