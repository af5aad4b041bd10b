/** The drawing of the hours ahead: temperature, precipitation, wind, day and night. */

import { conditionDrawing, drawing, svg } from './dom.js';
import * as format from './format.js';

/** Heights of the whole and of its bands from top to bottom, px. The temperature has the room that the others leave. */
const HEIGHT = 260;
const BAND = { days: 20, icons: 30, precipitation: 52, times: 24, wind: 42 };

/** Room for the labels above the temperature line, and below it, px. */
const ABOVE_LINE = 28;
const BELOW_LINE = 12;

/** The least room for one labelled hour, and what a longer time of day needs, as "10 PM" does, px. */
const LABEL_WIDTH = 40;
const CHARACTER_WIDTH = 7.5;
const LABEL_GAP = 10;

/** The width of a character of a temperature, px. */
const DEGREES_WIDTH = 9;

/** Steps at which hours are labelled: those that divide a day evenly. */
const LABEL_STEPS = [1, 2, 3, 4, 6, 8, 12, 24];

/** So much in an hour fills a bar, mm: less than heavy rain draws a low bar instead of filling the band. */
const FULL_BAR = 4;
const MILLIMETRES_PER_INCH = 25.4;

const HOUR = 3_600_000;

/**
 * Draws the hours into an SVG element.
 * @param {SVGSVGElement} target
 * @param {any[]} hours
 * @param {{width: number, timezone: string, units: import('./api.js').Units}} options
 * @returns {{indexAt: (x: number) => number, mark: (index: number) => void}}
 */
export function drawHours(target, hours, { width, timezone, units }) {
  const chart = layOut(hours, width, timezone, units);
  const marker = svg('rect', { class: 'marker', y: BAND.days, height: HEIGHT - BAND.days, rx: 4 });
  const dot = svg('circle', { class: 'dot', r: 5 });
  target.setAttribute('viewBox', `0 0 ${width} ${HEIGHT}`);
  target.setAttribute('height', String(HEIGHT));
  target.replaceChildren(
    ...nights(chart), ...midnights(chart), marker, ...precipitationBars(chart), ...temperatureLine(chart), ...labels(chart), dot,
  );
  return {
    indexAt: (x) => Math.max(0, chart.hours.findLastIndex((hour) => chart.x(hour) <= x)),
    mark(index) {
      const hour = chart.hours[index];
      marker.setAttribute('x', String(chart.x(hour)));
      marker.setAttribute('width', String(chart.stepWidth(hour)));
      dot.setAttribute('cx', String(chart.middle(hour)));
      dot.setAttribute('cy', String(hour.temperature === null ? -BAND.days : chart.y(hour.temperature)));
    },
  };
}

function layOut(hours, width, timezone, units) {
  const start = Date.parse(hours[0].time);
  const last = hours.at(-1);
  const perHour = (width * HOUR) / (Date.parse(last.time) + last.hours * HOUR - start);
  const x = (hour) => ((Date.parse(hour.time) - start) / HOUR) * perHour;
  const stepWidth = (hour) => hour.hours * perHour;

  const temperatures = hours.map((hour) => hour.temperature).filter((value) => value !== null);
  const [low, high] = [Math.min(...temperatures), Math.max(...temperatures)];
  const hasPrecipitation = hours.some((hour) => hour.precipitation > 0 || hour.precipitation_probability > 0);
  const hasWind = hours.some((hour) => hour.wind_speed !== null);
  const windTop = HEIGHT - (hasWind ? BAND.wind : 0);
  const timesTop = windTop - BAND.times;
  const precipitationTop = timesTop - (hasPrecipitation ? BAND.precipitation : 0);
  const lineTop = BAND.days + BAND.icons + ABOVE_LINE;
  const lineHeight = precipitationTop - BELOW_LINE - lineTop;
  return {
    hours, width, timezone, units, x, stepWidth, hasPrecipitation, timesTop, windTop,
    middle: (hour) => x(hour) + stepWidth(hour) / 2,
    y: (value) => lineTop + lineHeight * (high > low ? (high - value) / (high - low) : 0.5),
    labelled: labelledHours(hours.filter((hour) => hasRoom(x(hour) + stepWidth(hour) / 2, width)), perHour, timezone),
  };
}

/** The room for one labelled hour. @param {any[]} hours @param {string} timezone */
function labelWidth(hours, timezone) {
  const longest = Math.max(...hours.map((hour) => format.hour(hour.time, timezone).length));
  return Math.max(LABEL_WIDTH, longest * CHARACTER_WIDTH + LABEL_GAP);
}

/** Whether a label in the middle of an hour stays inside the picture. */
function hasRoom(middle, width) {
  return middle >= LABEL_WIDTH / 2 && middle <= width - LABEL_WIDTH / 2;
}

/** The hours that get labels: evenly spread over the day, with room for each. */
function labelledHours(hours, perHour, timezone) {
  const room = labelWidth(hours, timezone);
  const step = LABEL_STEPS.find((candidate) => candidate * perHour >= room) ?? 24;
  const chosen = [];
  for (const hour of hours) {
    const time = Date.parse(hour.time);
    const isOnStep = hour.hours > 1 || format.hourThere(time, timezone) % step === 0;
    const isClear = chosen.length === 0 || ((time - Date.parse(chosen.at(-1).time)) / HOUR) * perHour >= room;
    if (isOnStep && isClear) chosen.push(hour);
  }
  return chosen;
}

function nights({ hours, x, stepWidth, timesTop }) {
  const runs = [];
  for (const hour of hours) {
    if (hour.is_day !== false) continue;
    const end = x(hour) + stepWidth(hour);
    if (runs.length > 0 && Math.abs(runs.at(-1).end - x(hour)) < 0.5) runs.at(-1).end = end;
    else runs.push({ start: x(hour), end });
  }
  return runs.map(({ start, end }) =>
    svg('rect', { class: 'night', x: start, y: BAND.days, width: end - start, height: timesTop - BAND.days }));
}

function midnights({ hours, x, timezone, width, timesTop }) {
  const drawn = [];
  let previous = null;
  for (const hour of hours) {
    const date = format.dateThere(hour.time, timezone);
    if (date !== previous) {
      const at = x(hour);
      if (previous !== null) drawn.push(svg('path', { class: 'midnight', d: `M${at} 4V${timesTop}` }));
      const isFirst = previous === null;
      const room = isFirst ? roomBeforeMidnight(hours, date, timezone, x, width) : width - at;
      if (room >= 1.6 * LABEL_WIDTH) {
        drawn.push(svg('text', { class: 'day', x: at + (isFirst ? 0 : 6), y: 14 }, format.weekdayNumber(hour.time, timezone)));
      }
    }
    previous = date;
  }
  return drawn;
}

function roomBeforeMidnight(hours, date, timezone, x, width) {
  const next = hours.find((hour) => format.dateThere(hour.time, timezone) !== date);
  return next ? x(next) : width;
}

/** A pale column as high as rain is probable, and on it a full one for how much. */
function precipitationBars({ hours, x, stepWidth, hasPrecipitation, timesTop, units, width }) {
  if (!hasPrecipitation) return [];
  const room = BAND.precipitation - 8;
  const full = units.system === 'metric' ? FULL_BAR : FULL_BAR / MILLIMETRES_PER_INCH;
  const column = (hour, share, kind) => {
    const height = Math.max(1, room * Math.min(1, share));
    return svg('rect', {
      class: kind, x: x(hour) + 0.5, width: Math.max(1, stepWidth(hour) - 1), y: timesTop - height, height, rx: 1,
    });
  };
  const drawn = [svg('path', { class: 'base', d: `M0 ${timesTop}H${width}` })];
  for (const hour of hours) {
    if (hour.precipitation_probability > 0) drawn.push(column(hour, hour.precipitation_probability / 100, 'probability'));
    if (hour.precipitation > 0) drawn.push(column(hour, Math.sqrt(hour.precipitation / hour.hours / full), 'amount'));
  }
  return drawn;
}

function temperatureLine(chart) {
  const points = linePoints(chart).map((point) => `${point.x.toFixed(1)} ${point.y.toFixed(1)}`);
  return points.length === 0 ? [] : [svg('path', { class: 'line', d: `M${points.join('L')}` })];
}

function linePoints({ hours, middle, y }) {
  const known = hours.filter((hour) => hour.temperature !== null);
  return known.map((hour) => ({ x: middle(hour), y: y(hour.temperature) }));
}

/** Where the line is highest between two places, also between its points: a line beside a number would be its minus. */
function topOfLine(points, from, to) {
  const inside = points.filter(({ x }) => x >= from && x <= to).map(({ y }) => y);
  return Math.min(...inside, heightAt(points, from), heightAt(points, to));
}

function heightAt(points, x) {
  const next = points.findIndex((point) => point.x >= x);
  if (next < 0) return points.at(-1).y;
  if (next === 0) return points[0].y;
  const [one, other] = [points[next - 1], points[next]];
  return one.y + ((other.y - one.y) * (x - one.x)) / (other.x - one.x);
}

function labels(chart) {
  const { labelled, middle, timezone, units, timesTop, windTop } = chart;
  const drawn = [];
  const points = linePoints(chart);
  const iconSize = 26;
  for (const hour of labelled) {
    const at = middle(hour);
    drawn.push(
      svg('use', {
        href: drawing(conditionDrawing(hour.condition, hour.is_day)),
        x: at - iconSize / 2, y: BAND.days + 2, width: iconSize, height: iconSize,
      }),
      svg('text', { class: 'time', x: at, y: timesTop + 16 }, format.hour(hour.time, timezone)),
    );
    if (hour.temperature !== null) {
      const text = format.temperature(hour.temperature);
      const half = (text.length * DEGREES_WIDTH) / 2;
      drawn.push(svg('text', { class: 'degrees', x: at, y: topOfLine(points, at - half, at + half) - 8 }, text));
    }
    if (hour.wind_speed !== null) drawn.push(...wind(hour, at, windTop, units));
  }
  return drawn;
}

function wind(hour, at, top, units) {
  const drawn = [svg('text', { class: 'wind', x: at, y: top + 34 }, format.bareSpeed(hour.wind_speed, units))];
  if (hour.wind_direction !== null) {
    const size = 16;
    drawn.push(svg('g', { class: 'wind', transform: `rotate(${hour.wind_direction + 180} ${at} ${top + 10})` },
      svg('use', { href: drawing('arrow'), x: at - size / 2, y: top + 10 - size / 2, width: size, height: size })));
  }
  return drawn;
}
