/** The places that the reader saved, stored in this browser only, each with its weather now and today's high and low. */

import { loadAnswer } from './api.js';
import { announce, byId, conditionIcon, element, hiddenText, setText, symbol, symbolButton } from './dom.js';
import * as format from './format.js';
import { exactRequestFor, isSamePlace, placeLink, placeName, requestFor } from './place.js';
import { storedJson, storeItem } from './storage.js';
import { texts } from './texts.js';
import { moreTexts } from './texts-more.js';
import { degrees } from './units.js';
import { cacheAnswer, findCached } from './weather-cache.js';

/**
 * @typedef {import('./types.js').Place} Place
 * @typedef {import('./types.js').Answer} Answer
 * `label`: what the reader calls it.
 * @typedef {Place & {label?: string}} SavedPlace
 */

/** Where they are stored; the page looks there to decide whether this part is needed. */
const KEY = 'saved-places';

/** A reading older than this has its age beside it, ms: without a network it may be days old. */
const OLD_AFTER = format.HOUR;

/** The weather of saved places is requested no more often than this, ms. */
const REFRESH_AFTER = 10 * format.MINUTE;

/**
 * This many are requested at once, and the others one by one with a pause, ms: the service allows a caller about 30 new
 * answers a minute, and the shown place has priority.
 */
const AT_ONCE = 6;
const PAUSE = 6000;

/** For how long a removal can be undone, ms. */
const UNDO_FOR = 10_000;

export class SavedPlaces {
  #list = byId('saved').querySelector('ul');
  #button = byId('save');
  #edit = byId('saved-edit');
  #undo = byId('saved-undo');
  /** @type {Place | null} */
  #shown = null;
  #units;
  #refreshedAt = 0;
  #isRefreshing = false;
  #isEditing = false;
  #undoTimer = 0;
  /** @type {SavedPlace[]} */
  #places = readSaved();

  /** @param {import('./types.js').Units} units */
  constructor(units) {
    this.#units = units;
    this.#edit.addEventListener('click', () => {
      this.#isEditing = !this.#isEditing;
      this.#show();
    });
    this.#list.addEventListener('click', (/** @type {any} */ event) => this.#onClick(event.target.closest('button')));
    this.#list.addEventListener('change', (/** @type {any} */ { target }) => this.#rename(target));
    // Another tab saved or removed a place.
    globalThis.addEventListener('storage', ({ key }) => {
      if (key !== KEY) return;
      this.#places = readSaved();
      this.#show();
    });
  }

  /** The saved places in the reader's order. @returns {SavedPlace[]} */
  get places() {
    return [...this.#places];
  }

  /** The shown place or the units changed. @param {Place} place @param {import('./types.js').Units} units */
  update(place, units) {
    const isNew = this.#units !== units || this.#shown === null;
    this.#shown = place;
    this.#units = units;
    if (isNew) this.#show();
    else this.#showButton();
    for (const saved of this.#places) if (isSamePlace(saved, place)) this.#fill(saved);
  }

  /** Requests the weather of the saved places again if it is old. */
  refresh() {
    if (this.#shown && !this.#isRefreshing && Date.now() - this.#refreshedAt > REFRESH_AFTER) this.#loadAll();
  }

  /** Saves the shown place, or removes it. */
  toggle() {
    const shown = /** @type {Place} */ (this.#shown);
    const known = this.#places.findIndex((place) => isSamePlace(place, shown));
    if (known >= 0) {
      this.#remove(known);
      return;
    }
    const isStored = this.#store([shown, ...this.#places]);
    announce(isStored ? moreTexts.savedNow(placeName(shown)) : moreTexts.notStored);
    if (!isStored) setText(byId('saved-hint'), moreTexts.notStored);
    this.#refreshedAt = 0;
  }

  /** @param {HTMLButtonElement | null} button */
  #onClick(button) {
    if (!button) return;
    const position = this.#positionOf(button);
    if (button.dataset.move) this.#move(position, Number(button.dataset.move));
    else this.#remove(position);
  }

  /** @param {Element} part */
  #positionOf(part) {
    return [...this.#list.children].indexOf(part.closest('li'));
  }

  /** @param {number} position */
  #remove(position) {
    const before = this.#places;
    const name = nameOf(before[position]);
    const wasInList = this.#list.contains(document.activeElement);
    this.#store(before.filter((_, other) => other !== position));
    announce(moreTexts.removed(name));
    const undo = element('button', { type: 'button', class: 'link' }, moreTexts.undo);
    undo.addEventListener('click', () => {
      this.#hideUndo();
      this.#store(before);
      announce(moreTexts.savedNow(name));
      this.#button.focus();
    });
    this.#undo.replaceChildren(element('span', {}, moreTexts.removed(name)), ' ', undo);
    this.#undo.hidden = false;
    clearTimeout(this.#undoTimer);
    this.#undoTimer = setTimeout(() => this.#hideUndo(), UNDO_FOR);
    // The focus stays where it was.
    if (wasInList) (this.#list.children[Math.min(position, this.#places.length - 1)]?.querySelector('[data-remove]') ?? undo).focus();
  }

  #hideUndo() {
    // A reader who is about to press it keeps it.
    if (!this.#undo.contains(document.activeElement)) this.#undo.hidden = true;
    else this.#undoTimer = setTimeout(() => this.#hideUndo(), UNDO_FOR);
  }

  /** @param {number} position @param {number} by */
  #move(position, by) {
    const target = position + by;
    if (target < 0 || target >= this.#places.length) return;
    const places = [...this.#places];
    const [moved] = places.splice(position, 1);
    places.splice(target, 0, moved);
    this.#store(places);
    this.#list.children[target].querySelector(`[data-move="${by}"]`).focus();
    announce(moreTexts.moved(nameOf(moved), target + 1, places.length));
  }

  /** @param {HTMLInputElement} input */
  #rename(input) {
    const position = this.#positionOf(input);
    const label = input.value.trim();
    this.#store(this.#places.map((place, other) => (other === position ? { ...place, label: label || undefined } : place)));
  }

  /** @param {SavedPlace[]} places @returns {boolean} Whether they are stored. */
  #store(places) {
    this.#places = places;
    const isStored = storeItem(KEY, JSON.stringify(places));
    this.#show();
    return isStored;
  }

  #show() {
    const { length } = this.#places;
    this.#isEditing &&= length > 0;
    setText(byId('saved-hint'), length === 0 ? moreTexts.savedHint : null);
    this.#edit.hidden = length === 0;
    this.#edit.textContent = this.#isEditing ? moreTexts.done : moreTexts.edit;
    this.#edit.setAttribute('aria-pressed', String(this.#isEditing));
    this.#list.replaceChildren(...this.#places.map((place, position) => (this.#isEditing ? editRow(place, position, length) : this.#row(place))));
    this.#showButton();
  }

  /** @param {SavedPlace} place */
  #row(place) {
    const reading = element('span', { class: 'reading' });
    fillReading(reading, findCached({}, place), this.#units);
    return element('li', {}, placeLink(place, nameOf(place)), reading);
  }

  #showButton() {
    const shown = this.#shown;
    if (!shown) return;
    const name = placeName(shown);
    const isSaved = this.#places.some((place) => isSamePlace(place, shown));
    this.#button.setAttribute('aria-pressed', String(isSaved));
    this.#button.setAttribute('aria-label', texts.save(name));
    this.#button.title = isSaved ? moreTexts.unsave(name) : texts.save(name);
    this.#button.replaceChildren(symbol(isSaved ? 'star-filled' : 'star'));
  }

  async #loadAll() {
    this.#isRefreshing = true;
    this.#refreshedAt = Date.now();
    let asked = 0;
    for (const place of this.#places) {
      // The page itself requests the shown place.
      if (this.#shown && isSamePlace(place, this.#shown)) continue;
      if (!this.#places.includes(place) || Number(findCached({}, place)?.freshUntil) > Date.now()) continue;
      if (asked >= AT_ONCE) await new Promise((resolve) => { setTimeout(resolve, PAUSE); });
      if (document.visibilityState === 'hidden') break;
      asked += 1;
      try {
        await load(place);
      } catch {
        // The place stays a link, with the cached reading and its age.
        break;
      }
      this.#fill(place);
    }
    for (const place of this.#places) this.#fill(place);
    this.#isRefreshing = false;
  }

  /** @param {SavedPlace} place */
  #fill(place) {
    const reading = this.#list.children[this.#places.indexOf(place)]?.querySelector('.reading');
    if (reading) fillReading(reading, findCached({}, place), this.#units);
  }
}

/** @param {HTMLElement} target @param {Answer | null} answer @param {import('./types.js').Units} units */
function fillReading(target, answer, units) {
  if (!answer) return;
  const { current, fetched_at: fetchedAt, place } = answer.weather;
  const age = Date.now() - Date.parse(fetchedAt);
  const today = answer.forecast?.daily.find(({ date }) => date === format.dateThere(Date.now(), place.timezone));
  const parts = [conditionIcon(current.condition, current.is_day), hiddenText(current.description),
    element('b', {}, typeof current.temperature === 'number' ? degrees(current.temperature, units) : '')];
  if (age > OLD_AFTER) parts.push(element('small', {}, format.age(age)));
  else if (typeof today?.temperature_max === 'number' && typeof today.temperature_min === 'number') {
    parts.push(element('small', {},
      hiddenText(`${texts.high} `), degrees(today.temperature_max, units), ' ', hiddenText(`${texts.low} `), degrees(today.temperature_min, units)));
  }
  target.replaceChildren(...parts);
}

/** @param {SavedPlace} place @param {number} position @param {number} count */
function editRow(place, position, count) {
  const name = placeName(place);
  const up = symbolButton('up', moreTexts.moveUp(name), { 'data-move': '-1' });
  const down = symbolButton('down', moreTexts.moveDown(name), { 'data-move': '1' });
  if (position === 0) up.setAttribute('aria-disabled', 'true');
  if (position === count - 1) down.setAttribute('aria-disabled', 'true');
  return element('li', {},
    element('input', { type: 'text', value: nameOf(place), maxlength: 60, 'aria-label': moreTexts.rename(name) }),
    up, down, symbolButton('close', moreTexts.unsave(name), { 'data-remove': '' }));
}

/** Requests the weather of exactly this place, whose name may mean another, and caches it. @param {SavedPlace} place */
async function load(place) {
  const request = requestFor(place);
  const answer = await loadAnswer(request);
  if (isSamePlace(answer.weather.place, place)) cacheAnswer(request, answer, false);
  else cacheAnswer(exactRequestFor(place), await loadAnswer(exactRequestFor(place)), false);
}

/** @param {SavedPlace} place */
function nameOf(place) {
  return place.label ?? placeName(place);
}

/** @returns {SavedPlace[]} */
function readSaved() {
  const places = storedJson(KEY);
  if (!Array.isArray(places)) return [];
  return places.filter((place) => Number.isFinite(place?.latitude) && Number.isFinite(place.longitude));
}
