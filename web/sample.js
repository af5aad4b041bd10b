/** What the page says where it shows the recorded sample. */

import { byId, setText } from './dom.js';
import * as format from './format.js';
import { placeName } from './place.js';
import { texts } from './texts.js';
import { moreTexts } from './texts-more.js';

/** @typedef {import('./types.js').View} View */

const { sample: words } = moreTexts;

/** Says plainly when the weather is the recorded sample, and why. @param {View} view */
export function showNotice({ weather, isSample, timezone, providers }) {
  byId('notice').hidden = !isSample;
  if (!isSample) return;
  const why = sampleReason(providers);
  byId('notice-title').textContent = words.title;
  setText(byId('notice-text'), `${words.of(placeName(weather.place), format.fullDate(weather.current.time, timezone))} ${why}`);
  setText(byId('notice-advice'), why === words.only ? null : words.advice);
}

/** @param {string[] | null} providers */
function sampleReason(providers) {
  if (!providers) return words.unknown;
  const names = providers.filter((name) => name !== 'sample').map((name) => words.providers[name] ?? name);
  return names.length === 0 ? words.only : words.unreachable(new Intl.ListFormat(texts.language).format(names));
}
