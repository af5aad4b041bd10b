/** The weather now: the place, the reading, what falls next, and what is dangerous. */

import { byId, conditionSprite, element, loadPart, setText, spriteAddress } from './dom.js';
import * as format from './format.js';
import { placeLink, placeName, placeRegion } from './place.js';
import { feelsLike, mayBeDangerous, outlookSentence } from './sentences.js';
import { texts } from './texts.js';
import { degrees } from './units.js';

/** @typedef {import('./types.js').View} View */

/** The backgrounds of the reading, by condition. */
const SKIES = /** @type {Record<string, string>} */ ({
  clear: 'clear', mostly_clear: 'clear', partly_cloudy: 'fair',
  drizzle: 'rain', freezing_drizzle: 'rain', light_rain: 'rain', rain: 'rain', heavy_rain: 'rain', freezing_rain: 'rain',
  rain_showers: 'rain', sleet: 'rain', squall: 'rain', tornado: 'storm', thunderstorm: 'storm', hail: 'storm',
  light_snow: 'snow', snow: 'snow', heavy_snow: 'snow', snow_showers: 'snow',
  dust: 'dust', sand: 'dust', ash: 'dust', smoke: 'dust', haze: 'dust',
});

/** Names with more letters than this are smaller, so that they leave room for the weather. */
const LONG_NAME = 24;

/** The modules for dangers and for the sample, once they are needed. */
/** @type {typeof import('./dangers.js') | null} */
let dangers = null;
/** @type {typeof import('./sample.js') | null} */
let sample = null;

/** Loads what else is needed to show an answer, so that nothing moves later; without a network it is left out. @param {import('./types.js').Answer} answer */
export async function prepareFor({ weather, forecast }) {
  if (weather.source.provider === 'sample') sample ??= await loadPart(import('./sample.js')).catch(() => null);
  else if (mayBeDangerous(forecast, Date.now())) dangers ??= await loadPart(import('./dangers.js')).catch(() => null);
}

/** Shows the weather now. @param {View} view */
export function showNow(view) {
  const { weather, forecast, units } = view;
  const { place, current } = weather;
  byId('now').dataset.sky = `${SKIES[current.condition] ?? 'cloud'}-${current.is_day ? 'day' : 'night'}`;
  byId('now').classList.toggle('old', view.isOld);
  showName(placeName(place));
  setText(byId('place-region'), placeRegion(place));

  byId('now-icon').setAttribute('href', spriteAddress(conditionSprite(current.condition, current.is_day)));
  const reading = byId('temperature');
  const { temperature } = current;
  reading.value = temperature ?? '';
  reading.replaceChildren(...(typeof temperature === 'number' ? [degrees(temperature, units), element('small', {}, units.temperature)] : []));
  setText(byId('outlook'), outlookSentence(weather, forecast, view));
  setText(byId('description'), sentenceCase(current.description));
  setText(byId('feels-like'), feelsLike(weather, units));
  showHighLow(view);
  showNamesakes(view);
  showNotices(view);
}

/** Shows the name of a place, also before its weather is there. @param {string} name */
export function showName(name) {
  byId('place').replaceChildren(element('bdi', {}, name));
  byId('place').classList.toggle('long', name.length > LONG_NAME);
}

/** The temperature with its unit, as the title and screen readers have it. @param {View} view */
export function temperatureText({ weather, units }) {
  const { temperature } = weather.current;
  return typeof temperature === 'number' ? `${degrees(temperature, units)}${units.temperature}` : '';
}

/** Shows the clock of the place, or the time of a reading that is not current. @param {View} view */
export function showPlaceTime({ weather, now, timezone, isSample, isOld }) {
  const ahead = format.aheadOfReader(now, timezone) / format.HOUR;
  const time = format.weekdayClock(isOld ? weather.current.time : now, timezone);
  setText(byId('place-time'), (() => {
    if (isSample) return texts.recordedAt(`${format.fullDate(now, timezone)}, ${format.clock(now, timezone)}`);
    if (isOld) return texts.readingAt(time);
    return ahead === 0 ? time : texts.clockThere(time, ahead);
  })());
}

/** @param {View} view */
function showHighLow({ forecast, today, isSample, units }) {
  const day = forecast?.daily.find(({ date }) => date === today);
  const [low, high] = [day?.temperature_min, day?.temperature_max];
  const isKnown = typeof low === 'number' && typeof high === 'number';
  const range = isKnown ? texts.highLow(degrees(high, units), degrees(low, units)) : null;
  setText(byId('high-low'), range && day && !day.complete && !isSample ? `${range} ${texts.restOfToday}` : range);
}

/** Readers who typed a bare name may have meant another place of that name. @param {View} view */
function showNamesakes({ weather, request }) {
  const { place, alternatives } = weather;
  const namesakes = byId('namesakes');
  namesakes.hidden = alternatives.length === 0 || !request.city || request.city.includes(',');
  if (namesakes.hidden) return;
  const name = placeName(place);
  namesakes.querySelector('summary').textContent = texts.namesakes(name);
  const all = element('button', { type: 'button', class: 'link', 'data-search': name }, texts.allNamesakes(name));
  namesakes.querySelector('ul').replaceChildren(
    ...alternatives.map((other) => element('li', {}, placeLink(other))), element('li', {}, all),
  );
}

/** @param {View} view */
function showNotices(view) {
  if (sample) sample.showNotice(view);
  if (dangers && !view.isSample) dangers.showDangers(byId('danger'), view);
  else byId('danger').hidden = true;
}

/** @param {string} text */
function sentenceCase(text) {
  return text && text.charAt(0).toLocaleUpperCase(texts.language) + text.slice(1);
}
