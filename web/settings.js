/** The settings: units, the colours of the page, and the place that it opens with. */

import { byId, element, hiddenText, symbolButton } from './dom.js';
import { placeName, queryOf, requestFor } from './place.js';
import { storedItem, storedJson, storeItem } from './storage.js';
import { texts } from './texts.js';
import { moreTexts } from './texts-more.js';
import { keepUnits, UNITS } from './units.js';

/** The background colours of the page, which the browser's own bars take on. */
const PAGE_COLOURS = /** @type {Record<string, string>} */ ({ light: '#eef2f6', dark: '#0e1620' });

const { settings: words } = moreTexts;

/**
 * Opens the settings.
 * @param {import('./types.js').Units} units
 * @param {import('./types.js').Place | null} place The place that is shown.
 * @param {(units: import('./types.js').Units) => void} onUnits
 */
export function openSettings(units, place, onUnits) {
  const dialog = /** @type {HTMLDialogElement} */ (byId('settings'));
  const close = symbolButton('close', words.close);
  close.addEventListener('click', () => dialog.close());
  let chosen = units;
  const unitFields = Object.entries(UNITS).map(([quantity, choices]) => choice(
    words.quantities[/** @type {keyof typeof UNITS} */ (quantity)],
    choices.map((unit) => [unit, words.units[unit]]),
    chosen[/** @type {keyof typeof UNITS} */ (quantity)],
    (unit) => {
      chosen = { ...chosen, [quantity]: unit };
      keepUnits(chosen);
      onUnits(chosen);
    },
  ));
  dialog.replaceChildren(
    element('div', { class: 'settings-head' }, element('h2', { id: 'settings-title' }, words.title), close),
    element('h3', {}, words.unitsTitle), ...unitFields,
    element('h3', {}, words.pageTitle),
    choice(words.theme, Object.entries(words.themes), document.documentElement.dataset.theme ?? 'system', chooseTheme),
    choice(words.opensWith, startChoices(place), storedItem('opens-with') ?? 'last', (value) => {
      storeItem('opens-with', value);
      if (value === 'home' && place) storeItem('home-place', JSON.stringify({ query: queryOf(requestFor(place)), place }));
    }),
    element('p', { class: 'quiet' }, words.storedHere),
  );
  dialog.showModal();
}

/** @param {import('./types.js').Place | null} place @returns {[string, string][]} */
function startChoices(place) {
  const home = storedItem('opens-with') === 'home' ? storedJson('home-place')?.place : place;
  /** @type {[string, string][]} */
  const choices = [['last', words.lastPlace]];
  if (home) choices.push(['home', placeName(home)]);
  choices.push(['here', words.myLocation]);
  return choices;
}

/** A labelled list to choose from. @param {string} label @param {[value: string, text: string][]} choices @param {string} chosen @param {(value: string) => void} onChoice */
function choice(label, choices, chosen, onChoice) {
  const select = element('select', {}, ...choices.map(([value, text]) =>
    element('option', { value, selected: value === chosen ? '' : null }, text)));
  select.addEventListener('change', () => onChoice(/** @type {HTMLSelectElement} */ (select).value));
  return element('label', { class: 'choice' }, element('span', {}, label), hiddenText(' '), select);
}

/** @param {string} theme */
function chooseTheme(theme) {
  const root = document.documentElement;
  if (theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = theme;
  storeItem('theme', theme);
  const [light, dark] = document.querySelectorAll('meta[name="theme-color"]');
  light.setAttribute('content', PAGE_COLOURS[theme] ?? PAGE_COLOURS.light);
  dark.setAttribute('content', PAGE_COLOURS[theme] ?? PAGE_COLOURS.dark);
}
