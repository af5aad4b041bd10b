/**
 * The hours ahead: a strip to scroll where the page is narrow, and a chart where it is wide, with a readout of an hour.
 * Both can be shown as a table.
 */

import { byId, element, loadPart, loadWithStyle, setText } from './dom.js';
import * as format from './format.js';
import { amountOver, hourLabel, hoursFrom } from './sentences.js';
import { texts } from './texts.js';
import { degrees, percent, windText } from './units.js';

/**
 * @typedef {import('./types.js').View} View
 * @typedef {import('./types.js').Hour} Hour
 */

/** Below this width there is a strip: a finger needs more room for an hour than the chart has. Also in forecast.css. */
const isNarrow = matchMedia('(max-width: 43.74em)');

/** @type {typeof import('./hours-strip.js') | undefined} */
let strip;
/** @type {typeof import('./hours-chart.js') | undefined} */
let chart;

/** Loads what shows the hours at this width. */
async function loadForWidth() {
  if (isNarrow.matches) strip ??= await loadPart(import('./hours-strip.js'));
  else chart ??= await loadPart(import('./hours-chart.js'));
}

// Loaded before anything is shown, so that nothing moves when it arrives.
await loadForWidth();

export class Hours {
  #chart = byId('hours-chart');
  /** The browser's own slider: screen readers on touch screens move no other. */
  #slider = byId('hours-slider');
  #table = byId('hours-table');
  /** @type {Hour[]} */
  #hours = [];
  /** @type {View | null} */
  #view = null;
  #selected = 0;
  /** @type {import('./hours-chart.js').Drawn | null} */
  #drawn = null;
  /** The width that the chart is drawn for, px. */
  #width = 0;

  constructor() {
    this.#slider.setAttribute('aria-label', texts.chart);
    byId('hours-strip').setAttribute('aria-label', texts.strip);
    this.#table.querySelector('summary').textContent = texts.showTable;
    this.#table.querySelector('.scroll').setAttribute('aria-label', texts.table);
    this.#slider.addEventListener('input', () => this.#select(Number(this.#slider.value)));
    this.#chart.addEventListener('click', () => this.#slider.focus({ preventScroll: true }));
    for (const type of ['pointerdown', 'pointermove']) {
      this.#chart.addEventListener(type, (/** @type {PointerEvent} */ event) => this.#onPointer(event));
    }
    this.#table.addEventListener('toggle', () => this.#fillTable());
    isNarrow.addEventListener('change', async () => {
      await loadForWidth();
      this.#draw();
    });
    new ResizeObserver(() => {
      if (this.#chart.clientWidth !== this.#width) this.#draw();
    }).observe(this.#chart);
  }

  /** Shows the hours ahead. @param {View} view */
  show(view) {
    const selectedTime = this.#hours[this.#selected]?.time;
    this.#view = view;
    this.#hours = hoursFrom(view, view.now);
    this.#selected = Math.max(0, this.#hours.findIndex((hour) => hour.time === selectedTime));
    byId('hours-title').textContent = view.isSample ? texts.hoursOf : texts.hours;
    setText(byId('hours').querySelector('.missing'), this.#hours.length === 0 ? texts.noHours : null);
    byId('hours').querySelector('.hours-body').hidden = this.#hours.length === 0;
    this.#fillTable();
    this.#draw();
  }

  #draw() {
    if (this.#hours.length === 0 || !this.#view) return;
    if (isNarrow.matches) {
      if (strip) byId('hours-strip').replaceChildren(strip.makeStrip(this.#hours, this.#view));
      return;
    }
    this.#width = this.#chart.clientWidth;
    // A chart that is not shown yet has no width; it is drawn once it has one.
    if (this.#width === 0 || !chart) return;
    this.#slider.max = String(this.#hours.length - 1);
    this.#drawn = chart.drawHours(this.#chart, byId('hours-legend'), this.#hours, this.#view);
    this.#select(this.#selected);
  }

  /** @param {number} index */
  #select(index) {
    this.#selected = index;
    this.#drawn?.mark(this.#selected);
    const words = this.#words(this.#selected);
    this.#slider.value = String(this.#selected);
    this.#slider.setAttribute('aria-valuetext', words.join(', '));
    const [time, temperature, ...rest] = words;
    byId('hours-readout').replaceChildren(
      element('span', {}, time), element('b', {}, temperature), element('span', {}, rest.join(', ')),
    );
  }

  /** An hour in words: its time, its temperature, and the rest. @param {number} position */
  #words(position) {
    const { timezone, units } = /** @type {View} */ (this.#view);
    const hour = this.#hours[position];
    const time = `${format.weekday(hour.time, timezone, 'long')} ${hourLabel(this.#hours, position, timezone)}`;
    const words = [time, typeof hour.temperature === 'number' ? degrees(hour.temperature, units) : ''];
    if (hour.description) words.push(hour.description);
    if (Number(hour.precipitation) > 0) words.push(amountOver(hour, units));
    if (typeof hour.precipitation_probability === 'number') words.push(texts.probable(percent(hour.precipitation_probability)));
    if (typeof hour.wind_speed === 'number') {
      const direction = typeof hour.wind_direction === 'number' ? texts.direction(hour.wind_direction) : '';
      words.push(texts.windShort(windText(hour.wind_speed, units), direction));
    }
    if (typeof hour.wind_gust === 'number') words.push(texts.gusts(windText(hour.wind_gust, units)));
    return words;
  }

  /** @param {PointerEvent} event */
  #onPointer(event) {
    if (this.#drawn) this.#select(this.#drawn.indexAt(event.clientX - this.#chart.getBoundingClientRect().left));
  }

  /** The table is made when it is opened: it is the largest part of the page, and most readers do not need it. */
  async #fillTable() {
    if (!this.#table.open || this.#hours.length === 0 || !this.#view) return;
    const { makeTable } = await loadWithStyle(import('./hours-table.js'));
    this.#table.querySelector('.scroll').replaceChildren(makeTable(this.#hours, this.#view));
  }
}
