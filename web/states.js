/** How fresh the shown weather is, and what is shown when there is none. */

import { byId, element, setText, spriteAddress } from './dom.js';
import * as format from './format.js';
import { placeLink, placeName } from './place.js';
import { texts } from './texts.js';
import { cachedPlaces } from './weather-cache.js';

/**
 * @typedef {import('./types.js').View} View
 * @typedef {import('./types.js').State} State
 * @typedef {import('./api.js').ApiError} ApiError
 */

/** Failures that go away by themselves: the page asks again. */
const TEMPORARY = ['too-many-requests', 'upstream-unavailable', 'internal', 'offline'];

/** How many cached places are offered without a network, at most. */
const MAX_LINKS = 20;

/** @param {ApiError} error */
export function isTemporary(error) {
  return TEMPORARY.includes(error.code);
}

/**
 * The one line that says how old the shown weather is.
 * @param {View} view
 * @param {State} state
 * @param {number} due When the page asks again, ms since the epoch.
 */
export function showStatus({ weather, isSample }, { error, isBusy }, due) {
  const age = format.age(Date.now() - Date.parse(weather.fetched_at));
  const [kind, text] = (() => {
    if (isSample) return ['sample', texts.sampleStatus];
    if (isBusy) return ['refreshing', texts.updating];
    if (error?.code === 'offline') return ['offline', texts.offline(age)];
    if (error?.code === 'too-many-requests') return ['limited', texts.limitedWithData(age, waitUntil(due))];
    if (error) return ['failed', texts.failedWithData(age, waitUntil(due))];
    if (weather.stale) return ['stale', texts.stale(age)];
    return ['fresh', texts.updated(age)];
  })();
  byId('status').dataset.state = kind;
  setText(byId('status-text'), text);
}

/** Names the source of the shown weather. @param {View} view */
export function showAttribution({ weather }) {
  byId('attribution').hidden = false;
  byId('attribution').replaceChildren(texts.attribution, element('a', { href: weather.source.url }, weather.source.name), '.');
}

/** Says why there is no weather to show, and what can be done. @param {ApiError} error @param {import('./types.js').PlaceRequest} request */
export function showFailure(error, request) {
  const [title, picture, detail] = failureWords(error, request);
  byId('failure-title').textContent = title;
  byId('failure-symbol').setAttribute('href', spriteAddress(picture));
  setText(byId('failure-detail'), detail);
  const suggestions = error.suggestions.map((place) => element('li', {}, placeLink(place)));
  const links = suggestions.length > 0 ? suggestions : cachedLinks(error.code === 'offline');
  byId('failure-suggestions').hidden = links.length === 0;
  byId('failure-question').textContent = linksTitle(error);
  byId('failure-list').replaceChildren(...links);
  setText(byId('failure-retry'), isTemporary(error) ? texts.retryNow : null);
  showCountdown(error, Infinity);
}

/** @param {ApiError} error */
function linksTitle({ code, suggestions }) {
  if (suggestions.length > 0) return texts.didYouMean;
  return code === 'offline' ? texts.cachedTitle : texts.recentTitle;
}

/** The places whose weather is cached, with its age. @param {boolean} areAllWanted Whether also those that were never viewed. */
function cachedLinks(areAllWanted) {
  const places = cachedPlaces().filter(({ shownAt }) => areAllWanted || shownAt > 0);
  return places.slice(0, MAX_LINKS).map(({ place, fetchedAt }) => element('li', {},
    placeLink(place), ' ', element('small', {}, texts.cachedAge(format.age(Date.now() - Date.parse(fetchedAt))))));
}

/** Counts down to the next try. @param {ApiError} error @param {number} due ms since the epoch */
export function showCountdown(error, due) {
  setText(byId('failure-countdown'), isTemporary(error) && due < Infinity ? texts.tryingAgain(waitUntil(due)) : null);
}

/** @param {ApiError} error @param {import('./types.js').PlaceRequest} request @returns {[title: string, picture: string, detail: string | null]} */
function failureWords({ code, suggestions }, request) {
  switch (code) {
    case 'place-not-found':
      return [texts.notFoundTitle(request.city ?? ''), 'place', suggestions.length > 0 ? null : texts.notFoundAdvice];
    case 'not-found':
      return [texts.invalidTitle, 'place', texts.invalidAddress];
    case 'invalid-request':
      return [texts.invalidTitle, 'place', invalidDetail(request)];
    case 'too-many-requests': return [texts.limitedTitle, 'record', texts.limitedText];
    case 'upstream-unavailable': return [texts.unavailableTitle, 'warning', texts.unavailableText];
    case 'offline': return [texts.offlineTitle, 'offline', texts.offlineText];
    default: return [texts.brokenTitle, 'warning', texts.brokenText];
  }
}

/** @param {import('./types.js').PlaceRequest} request */
function invalidDetail({ city, lat, lon }) {
  if (!lat && !lon) return texts.invalidText;
  return city ? texts.invalidBoth : texts.invalidCoordinates;
}

/** @param {number} due ms since the epoch */
function waitUntil(due) {
  return texts.wait(Math.max(0, Math.ceil((due - Date.now()) / 1000)));
}
