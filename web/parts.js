/**
 * The parts of the page that show an answer. Each is rendered again only when something that it shows has changed. Those
 * of the first answer are built behind the skeleton, in tasks of their own: the page responds in between.
 */

import { showDays } from './days.js';
import { Hours } from './hours.js';
import { showNow, showPlaceTime } from './now.js';
import { HOUR, MINUTE } from './format.js';
import { showAttribution } from './states.js';

/** @typedef {import('./types.js').View} View */

const hours = new Hours();

/** @type {Record<string, (view: View) => void>} */
const PARTS = { now: showNow, days: showDays, hours: (view) => hours.show(view), attribution: showAttribution };

/** What each part was last rendered from. @type {Map<string, unknown[]>} */
const shownFor = new Map();

/** Whether a part has to be rendered again. @param {string} part @param {...unknown} causes */
export function hasChanged(part, ...causes) {
  const before = shownFor.get(part);
  shownFor.set(part, causes);
  return !before || causes.some((cause, position) => cause !== before[position]);
}

/** Like `hasChanged`, for a part that shows the weather. @param {string} part @param {View} view */
export function hasWeatherChanged(part, { weather, forecast, units, request, now, today, isOld }) {
  return hasChanged(part, weather, forecast, units, request, Math.floor(now / HOUR), today, isOld);
}

/** Shows a view. @param {View} view */
export function showParts(view) {
  for (const part of Object.keys(PARTS)) showPart(part, view);
  if (hasChanged('clock', view.weather, Math.floor(view.now / MINUTE), view.isOld)) showPlaceTime(view);
}

/** Builds the parts of a view one by one. @param {View} view @param {() => boolean} isWanted Whether to go on. */
export async function buildParts(view, isWanted) {
  for (const part of Object.keys(PARTS)) {
    await nextTask();
    if (!isWanted()) return;
    showPart(part, view);
    await nextTask();
    // The browser computes the part's layout now, and not that of all parts at once before the next frame.
    document.body.getBoundingClientRect();
  }
}

/** @param {string} part @param {View} view */
function showPart(part, view) {
  if (hasWeatherChanged(part, view)) PARTS[part](view);
}

/** Lets the browser do what else is waiting. */
export function nextTask() {
  return globalThis.scheduler?.yield?.() ?? new Promise((resolve) => { setTimeout(resolve); });
}
