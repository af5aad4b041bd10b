/** The drawing of the hours ahead: temperature, chance and amount of precipitation, wind, day and night. */

import { conditionSprite, element, spriteAddress, svg } from './dom.js';
import * as format from './format.js';
import { texts } from './texts.js';
import { bareAmount, bareWind, degrees, MIN_AMOUNT, percent } from './units.js';

/**
 * @typedef {import('./types.js').View} View
 * @typedef {import('./types.js').Hour} Hour
 * @typedef {{indexAt: (x: number) => number, mark: (index: number) => void}} Drawn
 * @typedef {ReturnType<typeof layOut>} Chart
 * @typedef {{x: number, y: number}} Point
 */

/** Heights of the bands from top to bottom, in letters (em), so that they grow with the text. */
const BAND = { days: 1.6, icons: 2.3, line: 7.5, amounts: 3.6, times: 1.7, chances: 1.4, wind: 3.2 };

/** Room for the labels above the temperature line, and below it, em. */
const ABOVE_LINE = 2;
const BELOW_LINE = 0.6;

/** Room between two labels, and the least room for one, em. */
const LABEL_GAP = 0.4;
const MIN_LABEL_WIDTH = 2.6;

/** A range of temperature smaller than this, °C, does not fill the height, so that a uniform day looks uniform. */
const MIN_SCALE = 10;

/** Steps at which hours are labelled: those that divide a day evenly. */
const LABEL_STEPS = [1, 2, 3, 4, 6, 8, 12, 24];

/**
 * This amount in an hour fills a bar, mm: the Deutscher Wetterdienst calls it extremely heavy. The scale is a root, so
 * that a drizzle differs from nothing, and 4 mm still differ from 25.
 */
const FULL_BAR = 40;

/** The lowest bar, px. */
const MIN_BAR_HEIGHT = 2;

/**
 * Draws the hours into the chart.
 * @param {HTMLElement} frame
 * @param {HTMLElement} legend
 * @param {Hour[]} hours
 * @param {View} view
 * @returns {Drawn}
 */
export function drawHours(frame, legend, hours, view) {
  const chart = layOut(frame, hours, view);
  const marker = svg('rect', { class: 'marker', y: chart.daysHeight, height: chart.height - chart.daysHeight, rx: 4 });
  const dot = svg('circle', { class: 'dot', r: 5 });
  const target = /** @type {SVGElement} */ (frame.querySelector('svg'));
  target.setAttribute('viewBox', `0 0 ${chart.width} ${chart.height}`);
  frame.style.height = `${chart.height}px`;
  target.replaceChildren(
    ...nights(chart), ...midnights(chart), marker, ...amountBars(chart), ...temperatureLine(chart), ...labels(chart), dot,
  );
  fillLegend(legend, chart);
  return {
    indexAt: (x) => Math.max(0, hours.findLastIndex((hour) => chart.x(hour) <= x)),
    mark(index) {
      const hour = hours[index];
      marker.setAttribute('x', String(chart.x(hour)));
      marker.setAttribute('width', String(chart.stepWidth(hour)));
      dot.setAttribute('cx', String(chart.middle(hour)));
      dot.setAttribute('cy', String(typeof hour.temperature === 'number' ? chart.y(hour.temperature) : -chart.daysHeight));
    },
  };
}

/** @param {HTMLElement} frame @param {Hour[]} hours @param {View} view */
function layOut(frame, hours, { timezone, units }) {
  const style = getComputedStyle(frame);
  const em = parseFloat(style.fontSize);
  const measure = measureIn(style);
  const width = frame.clientWidth;
  const start = Date.parse(hours[0].time);
  const last = hours[hours.length - 1];
  const perHour = (width * format.HOUR) / (Date.parse(last.time) + last.hours * format.HOUR - start);
  const x = (/** @type {Hour} */ hour) => ((Date.parse(hour.time) - start) / format.HOUR) * perHour;
  const stepWidth = (/** @type {Hour} */ hour) => hour.hours * perHour;
  const middle = (/** @type {Hour} */ hour) => x(hour) + stepWidth(hour) / 2;

  const has = (/** @type {keyof Hour} */ key) => hours.some((hour) => Number(hour[key]) > 0);
  const [hasAmounts, hasChances, hasWind] = [has('precipitation'), has('precipitation_probability'), has('wind_speed')];
  const daysHeight = BAND.days * em;
  const lineTop = (BAND.days + BAND.icons + ABOVE_LINE) * em;
  const lineHeight = (BAND.line - BELOW_LINE) * em;
  const timesTop = lineTop + (BAND.line + (hasAmounts ? BAND.amounts : 0)) * em;
  const chancesTop = timesTop + BAND.times * em;
  const windTop = chancesTop + (hasChances ? BAND.chances * em : 0);
  const step = labelStep(hours, perHour, Math.max(MIN_LABEL_WIDTH * em,
    ...hours.flatMap((hour) => [format.hour(hour.time, timezone), percent(100)]).map((text) => measure(text) + LABEL_GAP * em)));
  const { low, high } = scaleOf(hours);
  return {
    hours, width, timezone, units, em, measure, x, stepWidth, middle, step, hasAmounts, hasChances, hasWind,
    daysHeight, timesTop, chancesTop, windTop,
    height: windTop + (hasWind ? BAND.wind : 0.4) * em,
    y: (/** @type {number} */ celsius) => lineTop + (lineHeight * (high - celsius)) / (high - low),
    labelled: labelledHours(hours.filter((hour) => middle(hour) >= 1.3 * em && middle(hour) <= width - 1.3 * em), step, timezone),
  };
}

/** Measures texts as they are drawn. @param {CSSStyleDeclaration} style */
function measureIn(style) {
  const context = /** @type {CanvasRenderingContext2D} */ (document.createElement('canvas').getContext('2d'));
  context.font = `600 ${style.fontSize} ${style.fontFamily}`;
  return (/** @type {string} */ text) => context.measureText(text).width;
}

/** @param {Hour[]} hours */
function scaleOf(hours) {
  const known = hours.map((hour) => hour.temperature).filter((value) => typeof value === 'number');
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const slack = Math.max(0, MIN_SCALE - (high - low)) / 2;
  return { low: low - slack, high: high + slack };
}

/** How many hours there are from label to label. @param {Hour[]} hours @param {number} perHour px @param {number} room px for one label */
function labelStep(hours, perHour, room) {
  const longest = Math.max(...hours.map((hour) => hour.hours));
  return LABEL_STEPS.find((step) => step % longest === 0 && step * perHour >= room) ?? 24;
}

/** The hours that get labels, evenly spread over the day. @param {Hour[]} hours @param {number} step @param {string} timezone */
function labelledHours(hours, step, timezone) {
  /** @type {Hour[]} */
  const chosen = [];
  for (const hour of hours) {
    const last = chosen.at(-1);
    const isClear = !last || Date.parse(hour.time) - Date.parse(last.time) >= step * format.HOUR;
    if (isClear && (hour.hours > 1 || format.hourThere(hour.time, timezone) % step === 0)) chosen.push(hour);
  }
  return chosen;
}

/** @param {Chart} chart */
function nights({ hours, x, stepWidth, daysHeight, timesTop }) {
  /** @type {{start: number, end: number}[]} */
  const runs = [];
  for (const hour of hours) {
    if (hour.is_day) continue;
    const end = x(hour) + stepWidth(hour);
    const last = runs.at(-1);
    if (last && Math.abs(last.end - x(hour)) < 0.5) last.end = end;
    else runs.push({ start: x(hour), end });
  }
  return runs.map(({ start, end }) =>
    svg('rect', { class: 'night', x: start, y: daysHeight, width: end - start, height: timesTop - daysHeight }));
}

/** @param {Chart} chart */
function midnights({ hours, x, timezone, width, timesTop, measure, em }) {
  const firsts = hours.filter((hour, position) => position === 0
    || format.dateThere(hour.time, timezone) !== format.dateThere(hours[position - 1].time, timezone));
  return firsts.flatMap((hour, position) => {
    const at = x(hour);
    const isFirst = position === 0;
    const drawn = isFirst ? [] : [svg('path', { class: 'midnight', d: `M${at} 4V${timesTop}` })];
    const text = format.weekdayNumber(hour.time, timezone);
    const room = (firsts[position + 1] ? x(firsts[position + 1]) : width) - at;
    const indent = isFirst ? 0 : 0.4 * em;
    if (room >= measure(text) + indent + LABEL_GAP * em) drawn.push(svg('text', { class: 'day', x: at + indent, y: 1.1 * em }, text));
    return drawn;
  });
}

/** How much falls in each hour. @param {Chart} chart */
function amountBars({ hours, x, stepWidth, hasAmounts, timesTop, width, em }) {
  const drawn = [svg('path', { class: 'base', d: `M0 ${timesTop}H${width}` })];
  if (!hasAmounts) return drawn;
  const room = (BAND.amounts - 1.3) * em;
  for (const hour of hours) {
    const perHour = Number(hour.precipitation) / hour.hours;
    if (!(perHour > 0)) continue;
    const height = Math.max(MIN_BAR_HEIGHT, room * Math.min(1, Math.sqrt(perHour / FULL_BAR)));
    drawn.push(svg('rect', {
      class: 'amount', x: x(hour) + 0.5, width: Math.max(1, stepWidth(hour) - 1), y: timesTop - height, height, rx: 1,
    }));
  }
  return drawn;
}

/** @param {Chart} chart */
function temperatureLine(chart) {
  const points = linePoints(chart).map((point) => `${point.x.toFixed(1)} ${point.y.toFixed(1)}`);
  return points.length === 0 ? [] : [svg('path', { class: 'line', d: `M${points.join('L')}` })];
}

/** @param {Chart} chart @returns {Point[]} */
function linePoints({ hours, middle, y }) {
  return hours.flatMap((hour) => (typeof hour.temperature === 'number' ? [{ x: middle(hour), y: y(hour.temperature) }] : []));
}

/** Where the line is highest between two positions, also between its points: a line beside a number reads as a minus. @param {Point[]} points @param {number} from @param {number} to */
function topOfLine(points, from, to) {
  const inside = points.filter(({ x }) => x >= from && x <= to).map(({ y }) => y);
  return Math.min(...inside, heightAt(points, from), heightAt(points, to));
}

/** @param {Point[]} points @param {number} x */
function heightAt(points, x) {
  const next = points.findIndex((point) => point.x >= x);
  if (next < 0) return points[points.length - 1].y;
  if (next === 0) return points[0].y;
  const [one, other] = [points[next - 1], points[next]];
  return one.y + ((other.y - one.y) * (x - one.x)) / (other.x - one.x);
}

/** @param {Chart} chart */
function labels(chart) {
  const { labelled, middle, timezone, units, em, measure, daysHeight, timesTop, chancesTop, windTop } = chart;
  const points = linePoints(chart);
  const iconSize = 2 * em;
  return labelled.flatMap((hour) => {
    const at = middle(hour);
    const drawn = [
      svg('use', {
        href: spriteAddress(conditionSprite(hour.condition, hour.is_day)), x: at - iconSize / 2, y: daysHeight + 2, width: iconSize, height: iconSize,
      }),
      svg('text', { class: 'time', x: at, y: timesTop + 1.2 * em }, format.hour(hour.time, timezone)),
    ];
    if (typeof hour.temperature === 'number') {
      const text = degrees(hour.temperature, units);
      const half = measure(text) / 2 + 2;
      drawn.push(svg('text', { class: 'degrees', x: at, y: topOfLine(points, at - half, at + half) - 0.6 * em }, text));
    }
    const { amount, chance } = groupFrom(hour, chart);
    if (amount >= MIN_AMOUNT) drawn.push(svg('text', { class: 'millimetres', x: at, y: timesTop - barTop(hour, chart) - 0.3 * em }, bareAmount(amount, units)));
    if (chance > 0) drawn.push(svg('text', { class: 'chance', x: at, y: chancesTop + em }, percent(chance)));
    if (typeof hour.wind_speed === 'number') drawn.push(...wind(hour, at, windTop, chart));
    return drawn;
  });
}

/** What falls from one label to the next. @param {Hour} first @param {Chart} chart */
function groupFrom(first, { hours, step }) {
  const start = Date.parse(first.time);
  const group = hours.filter((hour) => Date.parse(hour.time) >= start && Date.parse(hour.time) < start + step * format.HOUR);
  return {
    group,
    amount: group.reduce((sum, hour) => sum + (hour.precipitation ?? 0), 0),
    chance: Math.max(0, ...group.map((hour) => hour.precipitation_probability ?? 0)),
  };
}

/** How high the bars under a label stand, px. @param {Hour} hour @param {Chart} chart */
function barTop(hour, chart) {
  const most = Math.max(...groupFrom(hour, chart).group.map(({ precipitation, hours }) => (precipitation ?? 0) / hours));
  return (BAND.amounts - 1.3) * chart.em * Math.min(1, Math.sqrt(most / FULL_BAR));
}

/** @param {Hour} hour @param {number} at @param {number} top @param {Chart} chart */
function wind(hour, at, top, { units, em }) {
  const drawn = [svg('text', { class: 'wind', x: at, y: top + 2.7 * em }, bareWind(hour.wind_speed ?? 0, units))];
  if (typeof hour.wind_direction === 'number') {
    const size = 1.2 * em;
    drawn.push(svg('g', { class: 'wind', transform: `rotate(${hour.wind_direction + 180} ${at} ${top + 0.9 * em})` },
      svg('use', { href: spriteAddress('arrow'), x: at - size / 2, y: top + 0.9 * em - size / 2, width: size, height: size })));
  }
  return drawn;
}

/** @param {HTMLElement} legend @param {Chart} chart */
function fillLegend(legend, { hours, units, step, hasAmounts, hasChances, hasWind }) {
  /** @type {[kind: string, text: string][]} */
  const entries = [['line', texts.legendTemperature]];
  if (hasAmounts) entries.push(['amount', texts.legendPrecipitation(step === 1 ? units.precipitation : texts.overHours(units.precipitation, step))]);
  if (hasChances) entries.push(['chance', texts.legendProbability]);
  if (hours.some((hour) => !hour.is_day)) entries.push(['night', texts.legendNight]);
  if (hasWind) entries.push(['wind', texts.legendWind(units.wind)]);
  legend.replaceChildren(...entries.map(([kind, text]) => element('li', { class: kind }, text)));
}
