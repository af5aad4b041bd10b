/** The weather now: the place, the reading, and the details. */

import { linkTo, requestFor } from './address.js';
import { byId, conditionDrawing, drawing, element, say, sign, svg } from './dom.js';
import * as format from './format.js';
import { texts } from './texts.js';

/** @typedef {import('./api.js').Weather} Weather */
/** @typedef {import('./api.js').Forecast} Forecast */

/** The backgrounds of the reading, by condition. */
const SKIES = {
  clear: 'clear', mostly_clear: 'clear', partly_cloudy: 'fair',
  drizzle: 'rain', freezing_drizzle: 'rain', light_rain: 'rain', rain: 'rain', heavy_rain: 'rain', freezing_rain: 'rain',
  rain_showers: 'rain', sleet: 'rain', squall: 'rain', tornado: 'storm', thunderstorm: 'storm', hail: 'storm',
  light_snow: 'snow', snow: 'snow', heavy_snow: 'snow', snow_showers: 'snow',
  dust: 'dust', sand: 'dust', ash: 'dust', smoke: 'dust', haze: 'dust',
};

/** Names with more letters than this are set smaller, so that they leave room for the weather. */
const LONG_NAME = 24;

/**
 * Shows the weather now.
 * @param {Weather} weather
 * @param {Forecast | null} forecast
 */
export function showNow(weather, forecast) {
  const { place, current } = weather;
  byId('now').dataset.sky = `${SKIES[current.condition] ?? 'cloud'}-${current.is_day === false ? 'night' : 'day'}`;
  const name = format.placeName(place);
  byId('place').replaceChildren(element('bdi', {}, name));
  byId('place').classList.toggle('long', name.length > LONG_NAME);
  say(byId('place-region'), format.placeRegion(place));
  showPlaceTime(weather);

  byId('now-icon').setAttribute('href', drawing(conditionDrawing(current.condition, current.is_day)));
  const reading = byId('temperature');
  reading.value = current.temperature ?? '';
  reading.textContent = current.temperature === null ? '' : format.temperature(current.temperature);
  say(byId('outlook'), forecast?.outlook ?? null);
  say(byId('description'), sentenceCase(current.description));
  say(byId('feels-like'), current.feels_like === null ? null : texts.feelsLike(format.temperature(current.feels_like)));
  showHighLow(weather, forecast);
  showNamesakes(weather);
}

/** Shows the clock of the place, or the recording's time for a sample. @param {Weather} weather */
export function showPlaceTime(weather) {
  const { place, current, source } = weather;
  say(byId('place-time'), source.provider === 'sample'
    ? texts.recordedAt(format.fullDateClock(current.time, place.timezone))
    : texts.localTime(format.weekdayClock(Date.now(), place.timezone)));
}

/** The moment that counts as now: a sample's clock is its recording's. @param {Weather} weather */
export function momentOf(weather) {
  return weather.source.provider === 'sample' ? Date.parse(weather.current.time) : Date.now();
}

function showHighLow(weather, forecast) {
  const target = byId('high-low');
  const date = format.dateThere(momentOf(weather), weather.place.timezone);
  const today = forecast?.daily.find((day) => day.date === date);
  target.hidden = !today || today.temperature_max === null || today.temperature_min === null;
  if (target.hidden) return;
  target.replaceChildren(texts.highLow(format.temperature(today.temperature_max), format.temperature(today.temperature_min)));
  if (!today.complete) target.append(' ', element('small', {}, weather.source.provider === 'sample' ? texts.restOfThatDay : texts.restOfToday));
}

function showNamesakes({ place, alternatives, units }) {
  const namesakes = byId('namesakes');
  namesakes.hidden = alternatives.length === 0;
  namesakes.querySelector('summary').textContent = texts.namesakes(format.placeName(place), alternatives.length);
  namesakes.querySelector('ul').replaceChildren(
    ...alternatives.map((other) => element('li', {}, placeLink(other, units.system))),
  );
}

/**
 * A link to a place, with its coordinates for whoever follows it in the page: a name may mean another place.
 * @param {import('./api.js').Place} place
 * @param {string} units
 */
export function placeLink(place, units) {
  return element(
    'a',
    { href: linkTo(requestFor(place), units), 'data-latitude': place.latitude, 'data-longitude': place.longitude },
    element('bdi', {}, format.placeName(place)),
    element('span', { class: 'region' }, format.placeRegion(place)),
  );
}

/** Shows the details as tiles. @param {Weather} weather */
export function showDetails({ current, sun, units, place }) {
  byId('details-title').textContent = texts.details;
  const tiles = [
    windTile(current, units),
    tile('precipitation', texts.precipitation, shown(current.precipitation, format.amount, units), texts.lastHour),
    humidityTile(current),
    tile('uv', texts.uv, shown(current.uv_index, format.index), current.uv_index === null ? null : texts.uvExposure(current.uv_index)),
    tile('pressure', texts.pressure, shown(current.pressure, format.pressure, units)),
    tile('cloud', texts.cloud, shown(current.cloud_cover, format.percent)),
    tile('visibility', texts.visibility, shown(current.visibility, format.visibility, units)),
    sunTile(sun, place.timezone, Date.parse(current.time)),
  ];
  byId('details').querySelector('dl').replaceChildren(...tiles.filter((made) => made !== null));
}

/** What a null says: nothing. */
function shown(value, write, ...more) {
  return value === null || value === undefined ? null : write(value, ...more);
}

function tile(picture, label, value, note = null, drawn = null) {
  if (value === null) return null;
  const made = element('div', { class: 'tile' }, element('dt', {}, sign(picture), label), element('dd', { class: 'value' }, value));
  if (note) made.append(element('dd', { class: 'quiet' }, note));
  if (drawn) made.append(element('dd', { class: 'drawn', 'aria-hidden': 'true' }, drawn));
  return made;
}

function windTile(current, units) {
  const gust = shown(current.wind_gust, format.speed, units);
  const from = shown(current.wind_direction, (degrees) => texts.windFrom(texts.direction(degrees)));
  const notes = [from, gust && (from ? texts.gusts(gust) : texts.gustsFirst(gust))].filter(Boolean).join(', ');
  const arrow = from && windArrow(current.wind_direction);
  return tile('wind', texts.wind, shown(current.wind_speed, format.speed, units), notes, arrow);
}

/** An arrow that flies with the wind: it points to where the wind goes. */
function windArrow(degreesFrom) {
  return svg('svg', { class: 'sign', viewBox: '0 0 24 24' },
    svg('g', { transform: `rotate(${degreesFrom + 180} 12 12)` }, svg('use', { href: drawing('arrow') })));
}

function humidityTile(current) {
  const dewPoint = shown(current.dew_point, format.temperature);
  if (current.humidity === null) return tile('humidity', texts.dewPointLabel, dewPoint);
  return tile('humidity', texts.humidity, format.percent(current.humidity), dewPoint && texts.dewPoint(dewPoint));
}

function sunTile(sun, timezone, now) {
  if (sun.polar === 'day') return tile('sunrise', texts.sun, texts.polarDay, texts.polarDayText);
  if (sun.polar === 'night') return tile('sunrise', texts.sun, texts.polarNight, texts.polarNightText);
  if (!sun.sunrise || !sun.sunset) return null;
  const [rise, set] = [Date.parse(sun.sunrise), Date.parse(sun.sunset)];
  const made = element('div', { class: 'tile sun' }, element('dt', {}, sign('sunrise'), texts.sun));
  made.append(
    element('dd', { class: 'value' },
      labelled(texts.sunrise, format.clock(rise, timezone)), labelled(texts.sunset, format.clock(set, timezone))),
    element('dd', { class: 'quiet' }, texts.dayLength(format.duration(set - rise))),
    element('dd', { class: 'drawn', 'aria-hidden': 'true' }, sunArc((now - rise) / (set - rise))),
  );
  return made;
}

function labelled(label, value) {
  return element('span', {}, element('small', {}, label), ` ${value}`);
}

/** The sun's way over the day as an arc; the sun stands on it while it is up. @param {number} share 0 at sunrise, 1 at sunset */
function sunArc(share) {
  const [width, height, radius] = [120, 60, 48];
  const base = height - 4;
  const middle = width / 2;
  const drawn = svg('svg', { viewBox: `0 0 ${width} ${height}` },
    svg('path', { class: 'arc', d: `M${middle - radius} ${base}a${radius} ${radius} 0 0 1 ${2 * radius} 0` }),
    svg('path', { class: 'horizon', d: `M4 ${base}H${width - 4}` }));
  if (share > 0 && share < 1) {
    const angle = Math.PI * (1 - share);
    drawn.append(svg('circle', { cx: middle + radius * Math.cos(angle), cy: base - radius * Math.sin(angle), r: 6 }));
  }
  return drawn;
}

function sentenceCase(text) {
  return text && text.charAt(0).toLocaleUpperCase() + text.slice(1);
}
