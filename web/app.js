/**
 * Controls the page: the address names a place, whose weather is loaded, shown and refreshed. Everything that is shown
 * follows from one state, which `render` shows. Every other module does one part of this and knows nothing of the others.
 */

import { loadAnswer } from './api.js';
import { announce, byId, loadPart, loadWithStyle, symbol } from './dom.js';
import * as format from './format.js';
import { prepareFor, showName, temperatureText } from './now.js';
import { buildParts, hasChanged, hasWeatherChanged, nextTask, showParts } from './parts.js';
import { exactRequestFor, isDefault, isSamePlace, linkTo, placeName, queryOf, readRequest, requestFor, requestOf } from './place.js';
import { RefreshTimer } from './refresh-timer.js';
import { isTemporary, showCountdown, showFailure, showStatus } from './states.js';
import { storedItem, storedJson, storeItem } from './storage.js';
import { texts } from './texts.js';
import { chosenUnits, keepUnits } from './units.js';
import { cacheAnswer, findCached, guessCached } from './weather-cache.js';

/** A reading older than this does not count as the present weather, ms. */
const OLD_AFTER = format.HOUR;

/** If an answer takes longer than this, what is shown of the previous place is dimmed, ms. */
const DIM_AFTER = 250;

/**
 * @typedef {import('./types.js').Answer} Answer
 * @typedef {import('./api.js').ApiError} ApiError
 * @typedef {import('./types.js').Place} Place
 * @typedef {import('./types.js').PlaceRequest} PlaceRequest
 * @typedef {import('./types.js').Units} Units
 * @typedef {import('./types.js').State} State
 * @typedef {import('./types.js').View} View
 */

/** @type {State} */
const state = {
  request: {}, answer: null, isPreviousPlace: false, pendingName: null, error: null, isBusy: false, isBuilding: false, units: chosenUnits(),
};

/** The saved places, once there are any. @type {import('./saved.js').SavedPlaces | null} */
let saved = null;
const refreshTimer = new RefreshTimer(refresh, render);

/** @type {View | null} */
let detailsView = null;
let areDetailsSeen = false;

/** The details are loaded when they are this near to the window, px: before they are seen. */
const DETAILS_MARGIN = 300;

new IntersectionObserver((entries, observer) => {
  if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
  observer.disconnect();
  areDetailsSeen = true;
  if (detailsView) showDetailsWhenSeen(detailsView);
}, { rootMargin: `${DETAILS_MARGIN}px` }).observe(byId('details'));

/** Counts the visits to places, so that an answer for a place that the reader has left is not shown. */
let visits = 0;

/** Shows the state. Runs every second, so that what the clock changes is shown too; the rest is left alone. */
function render() {
  const { answer, error, pendingName, units, isBuilding } = state;
  const section = answer ? 'content' : error ? 'failure' : 'skeleton';
  const isPending = state.isPreviousPlace && pendingName !== null;
  for (const id of ['skeleton', 'failure']) byId(id).hidden = id !== section;
  byId('content').hidden = section !== 'content' && !isBuilding;
  byId('main').setAttribute('aria-busy', String(section === 'skeleton' ? pendingName !== null : isPending));
  byId('content').classList.toggle('pending', isPending);
  if (hasChanged('units', units)) showUnits();
  if (section !== 'skeleton') document.documentElement.dataset.started = 'yes';

  if (answer) {
    if (isPending) showName(pendingName);
    if (state.isPreviousPlace) return;
    const view = viewOf(answer);
    showParts(view);
    if (hasWeatherChanged('page', view)) showPage(view);
    showStatus(view, state, refreshTimer.due);
    saved?.refresh();
  } else if (error) {
    if (hasChanged('failure', error)) showFailure(error, state.request);
    showCountdown(error, refreshTimer.due);
  }
}

/** @param {Answer} answer @returns {View} */
function viewOf({ weather, forecast, providers = null }) {
  const { timezone } = weather.place;
  const isSample = weather.source.provider === 'sample';
  const now = isSample ? Date.parse(weather.current.time) : Date.now();
  const isOld = !isSample && now - Date.parse(weather.fetched_at) > OLD_AFTER;
  const today = format.dateThere(now, timezone);
  return { weather, forecast, providers, request: state.request, units: state.units, timezone, now, today, isSample, isOld };
}

/** What belongs to the whole page. @param {View} view */
function showPage(view) {
  showDetailsWhenSeen(view);
  showSave(view.weather.place);
  saved?.update(view.weather.place, view.units);
  document.title = `${temperatureText(view)} ${placeName(view.weather.place)} – ${texts.pageTitle}`;
}

/** The details are below the first screen: they are loaded when the reader scrolls near them. @param {View} view */
function showDetailsWhenSeen(view) {
  detailsView = view;
  if (!areDetailsSeen) return;
  loadPart(import('./details.js')).then(({ showDetails }) => detailsView === view && showDetails(view), ignore);
}

/** For a part that cannot be loaded because there is no network: it is left out. */
function ignore() {}

/** The star of a page without saved places; where there are any they show it. @param {Place} place */
function showSave(place) {
  if (saved) return;
  const label = texts.save(placeName(place));
  byId('save').replaceChildren(symbol('star'));
  byId('save').setAttribute('aria-label', label);
  byId('save').title = label;
}

/** The saved places, which are loaded when there are any. */
async function loadSaved() {
  const { SavedPlaces } = await loadWithStyle(import('./saved.js'));
  saved ??= new SavedPlaces(state.units);
  if (state.answer && !state.isPreviousPlace) saved.update(state.answer.weather.place, state.units);
  return saved;
}

/**
 * Goes to a place: shows what is cached of it and requests what is newer.
 * @param {PlaceRequest} request
 * @param {{wanted?: Place | null, moveFocus?: boolean, mayReuse?: boolean}} [options] `wanted`: the very place that was
 *   chosen; when its name turns out to mean another, it is requested by its coordinates. `mayReuse`: an answer that is
 *   still fresh will do.
 */
async function openPlace(request, { wanted = null, moveFocus = false, mayReuse = true } = {}) {
  visits += 1;
  const visit = visits;
  const focused = document.activeElement;
  const isRetry = state.answer === null && state.error !== null && queryOf(request) === queryOf(state.request);
  state.request = request;
  Object.assign(state, { isBusy: false, isBuilding: false });
  if (isRetry) refreshTimer.pause();
  else refreshTimer.restart();
  if (!isRetry) state.error = null;
  const cached = findCached(request, wanted);
  if (cached) await prepare(cached, visit);
  if (visit !== visits) return;
  state.isPreviousPlace = state.answer !== null && !cached;
  if (cached) show(cached);
  if (cached && mayReuse && cached.freshUntil > Date.now()) {
    announceAnswer(cached);
  } else {
    const timer = setTimeout(() => showPending(wanted), DIM_AFTER);
    await load(wanted, visit);
    clearTimeout(timer);
  }
  if (visit !== visits) return;
  // If the reader has moved the focus elsewhere in the meantime, it stays there.
  const isWaiting = document.activeElement === focused || document.activeElement === document.body;
  if (state.error && !state.answer && !isTemporary(state.error)) {
    if (isWaiting) (await loadSearch()).focus();
  } else if (moveFocus && isWaiting) {
    byId(state.answer ? 'place' : 'failure-title').focus();
  }
}

/** Requests the weather of the place being visited. @param {Place | null} wanted @param {number} visit */
async function load(wanted, visit) {
  state.isBusy = !state.isPreviousPlace;
  refreshTimer.pause();
  render();
  try {
    const answer = await loadChosen(wanted, visit);
    if (visit !== visits) return;
    cacheAnswer(state.request, answer, true);
    await prepare(answer, visit);
    if (visit !== visits) return;
    const isNew = state.isPreviousPlace || !state.answer;
    state.isBusy = false;
    show(answer);
    if (isNew) announceAnswer(answer);
  } catch (failure) {
    const error = /** @type {ApiError} */ (failure);
    // The cached weather of a place is found by any of its names.
    const cached = error.code === 'offline' ? guessCached(state.request) : null;
    if (cached) await prepare(cached, visit);
    if (visit !== visits) return;
    state.isBusy = false;
    fail(error, cached);
  }
}

/** @param {Place | null} wanted @param {number} visit @returns {Promise<Answer>} */
async function loadChosen(wanted, visit) {
  try {
    const answer = await loadAnswer(state.request);
    if (!wanted || isSamePlace(answer.weather.place, wanted)) return answer;
  } catch (error) {
    if (!wanted || /** @type {ApiError} */ (error).code !== 'place-not-found') throw error;
  }
  const exact = exactRequestFor(wanted);
  if (visit === visits) state.request = exact;
  return loadAnswer(exact);
}

/** Names the next place if another is shown and the answer takes long. @param {Place | null} wanted */
function showPending(wanted) {
  const { city, lat, lon } = state.request;
  state.pendingName = wanted ? placeName(wanted) : city ?? `${lat}, ${lon}`;
  if (visits > 1) announce(texts.loading(state.pendingName));
  render();
}

/** Loads and builds what an answer needs, so that all of it is shown at once. @param {Answer} answer @param {number} visit */
async function prepare(answer, visit) {
  await prepareFor(answer);
  if (visit !== visits) return;
  if (isDefault(state.request)) state.request = requestFor(answer.weather.place);
  if (state.answer || state.error) return;
  state.isBuilding = true;
  render();
  await nextTask();
  await buildParts(viewOf(answer), () => visit === visits);
}

/** Shows an answer for the place being visited. @param {Answer} answer */
function show(answer) {
  const { weather, forecast, freshUntil } = answer;
  Object.assign(state, { answer, error: null, pendingName: null, isPreviousPlace: false, isBuilding: false });
  if (weather.stale || !forecast) refreshTimer.stale(freshUntil);
  else refreshTimer.fresh(freshUntil);
  storeItem('last-place', JSON.stringify({ query: queryOf(state.request), place: weather.place }));
  history.replaceState(null, '', linkTo(state.request));
  render();
}

/** Tells screen readers that a place's weather has arrived. @param {Answer} answer */
function announceAnswer(answer) {
  const { place, current } = answer.weather;
  announce(texts.announce(placeName(place), temperatureText(viewOf(answer)), current.description));
}

/** No answer came: what is shown of the place stays, or what is cached of it is shown. @param {ApiError} error @param {Answer | null} cached */
function fail(error, cached) {
  if (state.isPreviousPlace) state.answer = null;
  if (!isTemporary(error)) state.answer = null;
  if (cached && !state.answer) show(cached);
  Object.assign(state, { error, pendingName: null, isPreviousPlace: false });
  if (isTemporary(error)) refreshTimer.failed(error.retryAfter, error.code === 'offline');
  render();
  if (state.answer) return;
  const title = byId('failure-title').textContent;
  document.title = `${title} – ${texts.pageTitle}`;
  announce(title);
}

/** Requests the shown place again. What is shown stays until the answer arrives. */
function refresh() {
  if (state.answer) load(null, visits);
  else openPlace(state.request);
}

/** Goes to a place that the reader chose. @param {PlaceRequest} request @param {Place | null} [wanted] */
function visit(request, wanted = null) {
  history.pushState(null, '', linkTo(request));
  scrollTo(0, 0);
  openPlace(request, { wanted, moveFocus: true });
}

/** The place that the address names, or the one that the page opens with. */
function addressed() {
  const request = readRequest(new URL(location.href));
  return isDefault(request) ? startRequest() : request;
}

/** Where the page opens without a name in its address: the service's default is for the first visit. @returns {PlaceRequest} */
function startRequest() {
  const remembered = storedJson(storedItem('opens-with') === 'home' ? 'home-place' : 'last-place');
  return requestOf(remembered?.query ?? '');
}

function showUnits() {
  for (const button of document.querySelectorAll('[data-temperature]')) {
    const { temperature } = /** @type {HTMLElement} */ (button).dataset;
    button.setAttribute('aria-pressed', String(temperature === state.units.temperature));
  }
}

/** @param {Units} units */
function chooseUnits(units) {
  keepUnits(units);
  state.units = units;
  render();
}

/** Links to places change what the page shows instead of loading the page again. @param {MouseEvent} event */
function followLink(event) {
  const link = /** @type {Element} */ (event.target).closest('a[data-place], a[href="/"]');
  if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const request = readRequest(new URL(link.href));
  visit(isDefault(request) ? startRequest() : request, link.dataset.place ? JSON.parse(link.dataset.place) : null);
}

async function share() {
  const url = location.href;
  if (navigator.share) {
    await navigator.share({ title: document.title, url }).catch(() => {}); // the reader cancelled
    return;
  }
  await navigator.clipboard.writeText(url);
  byId('share').title = texts.copied;
  announce(texts.copied);
}

/** @type {Promise<import('./search.js').PlaceSearch> | undefined} */
let search;

/** The search, which is loaded when somebody is about to use it. */
function loadSearch() {
  search ??= loadWithStyle(import('./search.js')).then(({ PlaceSearch }) => new PlaceSearch((request, place) => {
    if (place) visit(requestFor(place), place);
    else if (request) visit(request);
  }, () => saved?.places ?? [], () => state.units));
  return search;
}

/** A slash focuses the search from anywhere on the page. @param {KeyboardEvent} event */
async function onKey(event) {
  const isTyping = /** @type {Element} */ (event.target).closest('input, select, textarea, dialog');
  if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  (await loadSearch()).focus('');
}

for (const [id, picture, label] of /** @type {const} */ ([
  ['open-settings', 'settings', texts.settings], ['share', 'share', texts.share], ['refresh', 'refresh', texts.refresh],
])) {
  byId(id).append(symbol(picture));
  byId(id).setAttribute('aria-label', label);
  byId(id).title = label;
}
byId('save').addEventListener('click', async () => (await loadSaved()).toggle());
byId('share').hidden = !navigator.share && !navigator.clipboard;
byId('share').addEventListener('click', share);
byId('refresh').addEventListener('click', refresh);
byId('search').addEventListener('focusin', loadSearch, { once: true });
byId('search').addEventListener('submit', async (/** @type {Event} */ event) => {
  event.preventDefault();
  (await loadSearch()).submit();
});
byId('locate').addEventListener('click', async () => (await loadSearch()).locate());
byId('open-settings').addEventListener('click', async () => {
  const { openSettings } = await loadWithStyle(import('./settings.js'));
  openSettings(state.units, state.answer?.weather.place ?? null, chooseUnits);
});
byId('temperature-unit').addEventListener('click', (/** @type {any} */ { target }) => {
  const { temperature } = target.dataset;
  if (temperature) chooseUnits({ ...state.units, temperature });
});
byId('failure-retry').addEventListener('click', () => openPlace(state.request, { moveFocus: true }));
byId('failure-retry').textContent = texts.retryNow;
document.addEventListener('click', followLink);
document.addEventListener('click', async ({ target }) => {
  const name = /** @type {HTMLElement} */ (target).dataset?.search;
  if (name) (await loadSearch()).focus(name);
});
document.addEventListener('keydown', onKey);
addEventListener('popstate', () => openPlace(addressed()));

// The shortcuts of the installed page (manifest.webmanifest) open it with these fragments.
const { hash } = location;
const isHereWanted = hash === '#here' || (storedItem('opens-with') === 'here' && isDefault(readRequest(new URL(location.href))));
openPlace(addressed(), { mayReuse: false });

if (storedJson('saved-places')?.length > 0) loadSaved();
if (isHereWanted) loadSearch().then((it) => it.locate());
if (hash === '#search') loadSearch().then((it) => it.focus(''));
if ('serviceWorker' in navigator) {
  // After what the page itself loads, so that it does not compete for the connection.
  const register = () => navigator.serviceWorker.register('/sw.js');
  if (document.readyState === 'complete') register();
  else addEventListener('load', register);
}
