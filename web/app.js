/**
 * The page's course: the address names a place, the service is asked, the answer is shown and kept fresh.
 * Every other module does one part of this and knows nothing of the course.
 */

import { exactRequestFor, isDefault, isSamePlace, linkTo, readAddress, requestFor } from './address.js';
import { loadAnswer } from './api.js';
import { showDays } from './days.js';
import { byId, nextFrame, sign } from './dom.js';
import * as format from './format.js';
import { Hours } from './hours.js';
import { showDetails, showNow, showPlaceTime } from './now.js';
import { PlaceSearch } from './place-search.js';
import { chosenTheme, keepUnits, nextTheme, preferredUnits } from './preferences.js';
import { Renewal } from './renewal.js';
import { SavedPlaces } from './saved.js';
import { passes, showAttribution, showCountdown, showFailure, showNotice, showStatus } from './states.js';
import { texts } from './texts.js';

/** An answer that takes longer than this leaves the skeleton in its place, ms. */
const SKELETON_AFTER = 250;

/** Coordinates of the reader are rounded to this many decimals, about a kilometre: enough for weather. */
const LOCATION_DECIMALS = 2;

/** A location that does not come by then is not waited for, and one that was found so lately is taken again, ms. */
const LOCATION_PATIENCE = 15_000;
const LOCATION_LASTS = 300_000;

/** @typedef {import('./api.js').Place} Place */
/** @typedef {import('./address.js').Request} Request */

const shown = {
  /** @type {Request} */ request: {},
  units: preferredUnits(),
  /** @type {import('./api.js').Answer | null} */ answer: null,
  /** @type {import('./api.js').ApiError | null} */ error: null,
  isBusy: false,
  loading: new AbortController(),
};

const hours = new Hours();
const saved = new SavedPlaces();
const renewal = new Renewal(renew, tick);

/**
 * Goes to a place: asks for it and shows it.
 * @param {Request} request
 * @param {{wanted?: Place | null, moveFocus?: boolean, isRetry?: boolean}} [options] `wanted`: the very place that was
 *   chosen; when its name turns out to mean another, it is asked for by its coordinates. `isRetry`: what is said about
 *   the failure stays until there is something better.
 */
async function go(request, { wanted = null, moveFocus = false, isRetry = false } = {}) {
  shown.loading.abort();
  shown.loading = new AbortController();
  const { signal } = shown.loading;
  const focused = document.activeElement;
  shown.request = request;
  shown.error = null;
  if (isRetry) renewal.pause();
  else renewal.restart();
  const skeleton = setTimeout(() => !isRetry && reveal('skeleton'), SKELETON_AFTER);
  try {
    const answer = await loadChosen(request, wanted, signal);
    if (!signal.aborted) await showAnswer(answer, signal);
  } catch (error) {
    if (!signal.aborted) showError(error);
  } finally {
    clearTimeout(skeleton);
  }
  // A reader who has gone on to something else in the meantime is left there.
  const isWaiting = document.activeElement === focused || document.activeElement === document.body;
  if (!signal.aborted && moveFocus && isWaiting) byId(shown.answer ? 'place' : 'failure-title').focus();
}

async function loadChosen(request, wanted, signal) {
  try {
    const answer = await loadAnswer(request, shown.units, signal);
    if (!wanted || isSamePlace(answer.weather.place, wanted)) return answer;
  } catch (error) {
    if (!wanted || error.code !== 'place-not-found') throw error;
  }
  shown.request = exactRequestFor(wanted);
  return loadAnswer(shown.request, shown.units, signal);
}

async function showAnswer(answer, signal) {
  const { weather, forecast } = answer;
  await showNotice(answer);
  if (signal.aborted) return;
  shown.answer = answer;
  shown.error = null;
  if (isDefault(shown.request)) shown.request = requestFor(weather.place);
  writeAddress();
  showNow(weather, forecast);
  showDays(weather, forecast);
  hours.show(weather, forecast);
  showTheRest(answer, signal);
  reveal('content');
  saved.update(weather.place, shown.units);
  if (weather.stale || answer.offline || !forecast) renewal.stale(answer.freshUntil, answer.offline);
  else renewal.fresh(answer.freshUntil);
  tick();
  const [name, temperature] = [format.placeName(weather.place), byId('temperature').textContent];
  document.title = `${temperature} ${name} – ${texts.pageTitle}`;
  announce(texts.announce(name, temperature, weather.current.description));
}

/** What stands below the first screen comes after it, and all at once: nothing that is seen moves. */
async function showTheRest(answer, signal) {
  const sections = [byId('details'), byId('saved')];
  if (byId('content').hidden) {
    for (const section of sections) section.hidden = true;
    await nextFrame();
    await nextFrame();
    if (signal.aborted) return;
  }
  showDetails(answer.weather);
  showAttribution(answer);
  for (const section of sections) section.hidden = false;
}

function showError(error) {
  shown.answer = null;
  shown.error = error;
  if (passes(error)) renewal.failed(error.retryAfter, error.code === 'offline');
  showFailure(error, shown.units);
  reveal('failure');
  writeAddress();
  document.title = `${byId('failure-title').textContent} – ${texts.pageTitle}`;
  announce(byId('failure-title').textContent);
  tick();
}

/** Asks again for the shown place. What is shown stays until the answer comes. */
async function renew() {
  if (!shown.answer) {
    go(shown.request, { isRetry: true });
    return;
  }
  const { signal } = shown.loading;
  shown.isBusy = true;
  tick();
  try {
    const answer = await loadAnswer(shown.request, shown.units, signal);
    if (!signal.aborted) await showAnswer(answer, signal);
  } catch (error) {
    if (signal.aborted) return;
    shown.error = error;
    renewal.failed(error.retryAfter, error.code === 'offline');
  } finally {
    shown.isBusy = false;
    tick();
  }
}

/** What changes by the clock alone. */
function tick() {
  if (shown.answer) {
    showStatus(shown.answer, { error: shown.error, isBusy: shown.isBusy, due: renewal.due });
    showPlaceTime(shown.answer.weather);
    saved.renew();
  } else if (shown.error) {
    showCountdown(shown.error, renewal.due);
  }
}

/** Shows one of the page's three faces. @param {'skeleton' | 'content' | 'failure'} face */
function reveal(face) {
  for (const id of ['skeleton', 'content', 'failure']) byId(id).hidden = id !== face;
  byId('main').setAttribute('aria-busy', String(face === 'skeleton'));
}

function announce(text) {
  byId('announcer').textContent = text;
}

/** The address names what is shown, in the units it is shown in. */
function writeAddress() {
  const link = linkTo(shown.request, shown.units);
  if (link !== location.pathname + location.search) history.replaceState(null, '', link);
}

/** Goes to a place as a step that the back button undoes. */
function visit(request, wanted = null) {
  history.pushState(null, '', linkTo(request, shown.units));
  window.scrollTo(0, 0);
  byId('namesakes').open = false;
  go(request, { wanted, moveFocus: true });
}

function goToAddress() {
  const { request, units } = readAddress(new URLSearchParams(location.search));
  shown.units = units ?? preferredUnits();
  showUnits();
  go(request);
}

function showUnits() {
  for (const button of document.querySelectorAll('[data-units]')) {
    button.setAttribute('aria-pressed', String(button.dataset.units === shown.units));
  }
}

function showTheme() {
  const theme = chosenTheme();
  const button = byId('theme');
  button.replaceChildren(sign(`theme-${theme}`));
  button.title = texts.theme[theme];
  button.setAttribute('aria-label', texts.theme[theme]);
}

function locate() {
  announce(texts.locating);
  const button = byId('locate');
  button.classList.add('busy');
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    button.classList.remove('busy');
    visit({ lat: coords.latitude.toFixed(LOCATION_DECIMALS), lon: coords.longitude.toFixed(LOCATION_DECIMALS) });
  }, (failure) => {
    button.classList.remove('busy');
    search.explain(failure.code === failure.PERMISSION_DENIED ? texts.locationDenied : texts.locationFailed);
  }, { timeout: LOCATION_PATIENCE, maximumAge: LOCATION_LASTS });
}

/** Links to places change the page's content instead of loading the page again. */
function followLink(event) {
  const link = event.target.closest('a[href^="/?"], a[href="/"]');
  if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const { latitude, longitude } = link.dataset;
  const wanted = latitude === undefined ? null : { latitude: Number(latitude), longitude: Number(longitude) };
  visit(readAddress(link.href.includes('?') ? new URL(link.href).searchParams : new URLSearchParams()).request, wanted);
}

function chooseUnits(event) {
  const units = event.target.dataset.units;
  if (!units || units === shown.units) return;
  keepUnits(units);
  shown.units = units;
  history.pushState(null, '', linkTo(shown.request, units));
  showUnits();
  go(shown.request);
}

const search = new PlaceSearch((choice) => {
  if ('place' in choice) visit(requestFor(choice.place), choice.place);
  else visit({ city: choice.text });
}, () => saved.places, announce);

byId('locate').addEventListener('click', locate);
byId('theme').addEventListener('click', () => {
  nextTheme();
  showTheme();
});
document.querySelector('.segments').addEventListener('click', chooseUnits);
byId('failure-retry').addEventListener('click', () => go(shown.request, { moveFocus: true }));
document.addEventListener('click', followLink);
window.addEventListener('popstate', goToAddress);
showTheme();
goToAddress();
setTimeout(format.prepare);

if ('serviceWorker' in navigator) {
  // After the first weather, so that it does not compete for the connection.
  window.addEventListener('load', () => navigator.serviceWorker.register('/sw.js'));
}
