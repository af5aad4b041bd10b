/** How fresh the shown weather is, and what is shown when there is none. */

import { loadProviders } from './api.js';
import { byId, drawing, element, say } from './dom.js';
import * as format from './format.js';
import { placeLink } from './now.js';
import { texts } from './texts.js';

/** @typedef {import('./api.js').Answer} Answer */
/** @typedef {import('./api.js').ApiError} ApiError */

/** Failures that go away by themselves: the page asks again. */
const PASSING = ['too-many-requests', 'upstream-unavailable', 'internal', 'offline'];

/** @param {ApiError} error */
export function passes(error) {
  return PASSING.includes(error.code);
}

/**
 * The one line that says how old the shown weather is. Its room is the same in every state, so that nothing moves.
 * @param {Answer} answer
 * @param {{error: ApiError | null, isBusy: boolean, due: number}} state `due`: when the page asks again, ms since the epoch.
 */
export function showStatus(answer, { error, isBusy, due }) {
  const { source, fetched_at: fetchedAt, stale } = answer.weather;
  const age = format.age(Date.now() - Date.parse(fetchedAt));
  const [kind, text] = (() => {
    if (source.provider === 'sample') return ['sample', texts.sampleStatus];
    if (answer.offline || error?.code === 'offline') return ['offline', texts.offline(age)];
    if (error?.code === 'too-many-requests') return ['limited', texts.limitedWithData(age, waitUntil(due))];
    if (error) return ['failed', texts.failedWithData(age, waitUntil(due))];
    if (stale) return ['stale', texts.stale(age)];
    if (isBusy) return ['refreshing', texts.updating];
    return ['fresh', texts.updated(age)];
  })();
  const status = byId('status');
  status.dataset.state = kind;
  say(status, text);
}

/** Says plainly when the weather is the recorded sample, and why. @param {Answer} answer */
export async function showNotice({ weather }) {
  const { place, current, source } = weather;
  const notice = byId('notice');
  notice.hidden = source.provider !== 'sample';
  if (notice.hidden) return;
  const recording = texts.sampleOf(format.placeName(place), format.fullDate(current.time, place.timezone));
  const why = await sampleReason();
  byId('notice-title').textContent = texts.sampleTitle;
  byId('notice-text').textContent = `${recording} ${why}`;
  say(byId('notice-advice'), why === texts.sampleOnly ? null : texts.sampleAdvice);
}

async function sampleReason() {
  try {
    const others = (await loadProviders()).filter(({ name }) => name !== 'sample');
    if (others.length === 0) return texts.sampleOnly;
    const names = others.map(({ name }) => texts.providers[name] ?? name);
    return texts.sampleUnreachable(new Intl.ListFormat(texts.language).format(names));
  } catch {
    return texts.sampleUnknown;
  }
}

/** Names who made the shown weather. @param {Answer} answer */
export function showAttribution({ weather }) {
  const attribution = byId('attribution');
  attribution.hidden = false;
  attribution.replaceChildren(texts.attribution, element('a', { href: weather.source.url }, weather.source.name), '.');
}

/**
 * Says why there is no weather to show, and what can be done.
 * @param {ApiError} error
 * @param {string} units
 */
export function showFailure(error, units) {
  const [title, picture, detail] = failureWords(error);
  byId('failure-title').textContent = title;
  byId('failure-sign').setAttribute('href', drawing(picture));
  say(byId('failure-detail'), detail);
  byId('failure-suggestions').hidden = error.suggestions.length === 0;
  byId('failure-question').textContent = texts.didYouMean;
  byId('failure-list').replaceChildren(...error.suggestions.map((place) => element('li', {}, placeLink(place, units))));
  say(byId('failure-retry'), passes(error) ? texts.retryNow : null);
  showCountdown(error, Infinity);
}

/** Counts down to the next try. @param {ApiError} error @param {number} due ms since the epoch */
export function showCountdown(error, due) {
  say(byId('failure-countdown'), passes(error) && due < Infinity ? texts.tryingAgain(waitUntil(due)) : null);
}

/** @returns {[title: string, picture: string, detail: string]} */
function failureWords({ code, message }) {
  switch (code) {
    case 'place-not-found': return [texts.notFoundTitle, 'place', message];
    case 'invalid-request': return [texts.invalidTitle, 'place', message];
    case 'too-many-requests': return [texts.limitedTitle, 'record', message];
    case 'upstream-unavailable': return [texts.unavailableTitle, 'warning', message];
    case 'offline': return [texts.offlineTitle, 'offline', texts.offlineText];
    default: return [texts.brokenTitle, 'warning', texts.brokenText];
  }
}

function waitUntil(due) {
  return texts.wait(Math.max(0, Math.ceil((due - Date.now()) / 1000)));
}
