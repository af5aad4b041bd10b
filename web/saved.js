/** The places the reader saved, kept in this browser only, with their weather now. */

import { exactRequestFor, isSamePlace, requestFor } from './address.js';
import { loadWeather } from './api.js';
import { byId, conditionIcon, element, say, sign } from './dom.js';
import * as format from './format.js';
import { placeLink } from './now.js';
import { keep, recall } from './preferences.js';
import { texts } from './texts.js';

/** @typedef {import('./api.js').Place} Place */

const KEY = 'saved-places';

/** More than these would ask the service for more weather than anybody reads. */
const MOST_SAVED = 12;

/** A reading older than this has its age beside it, ms: without a network it may be days old. */
const OLD = 3_600_000;

/** The weather of saved places is asked for no more often than this, ms. */
const RENEWED_AFTER = 600_000;

export class SavedPlaces {
  #list = byId('saved').querySelector('ul');
  #button = byId('save');
  /** @type {Place | null} */
  #shown = null;
  #units = 'metric';
  #renewedAt = 0;
  /** @type {Place[]} */
  #places = readSaved();

  constructor() {
    byId('saved-title').textContent = texts.saved;
    this.#button.addEventListener('click', () => this.#toggle());
    this.#list.addEventListener('click', (event) => {
      const remove = event.target.closest('button');
      if (!remove) return;
      this.#remove(this.#places[[...this.#list.children].indexOf(remove.closest('li'))]);
      byId('saved').querySelector('button')?.focus();
    });
    // Another tab saved or removed a place.
    window.addEventListener('storage', (event) => {
      if (event.key === KEY) this.#show();
    });
  }

  /** The saved places, the newest first. */
  get places() {
    return [...this.#places];
  }

  /** The shown place changed. @param {Place} place @param {string} units */
  update(place, units) {
    const isNew = this.#units !== units || this.#shown === null;
    this.#shown = place;
    this.#units = units;
    if (isNew) this.#show();
    else this.#showButton();
  }

  /** Asks again for the weather of the saved places when it is old. */
  renew() {
    if (this.#shown && Date.now() - this.#renewedAt > RENEWED_AFTER) this.#showWeather();
  }

  #toggle() {
    const known = this.#places.find((place) => isSamePlace(place, this.#shown));
    if (known) this.#remove(known);
    else this.#store([this.#shown, ...this.#places].slice(0, MOST_SAVED));
  }

  #remove(place) {
    this.#store(this.#places.filter((other) => other !== place));
  }

  #store(places) {
    keep(KEY, JSON.stringify(places));
    this.#show(places);
  }

  #show(places = readSaved()) {
    this.#places = places;
    say(byId('saved-hint'), places.length === 0 ? texts.savedHint : null);
    this.#list.replaceChildren(...places.map((place) => element('li', {},
      placeLink(place, this.#units),
      element('span', { class: 'reading' }),
      removeButton(place))));
    this.#showButton();
    this.#showWeather();
  }

  #showButton() {
    const name = format.placeName(this.#shown);
    const isSaved = this.#places.some((place) => isSamePlace(place, this.#shown));
    const label = isSaved ? texts.unsave(name) : texts.save(name);
    this.#button.setAttribute('aria-pressed', String(isSaved));
    this.#button.setAttribute('aria-label', texts.save(name));
    this.#button.title = label;
    this.#button.replaceChildren(sign(isSaved ? 'star-filled' : 'star'));
  }

  #showWeather() {
    this.#renewedAt = Date.now();
    this.#places.forEach(async (place, position) => {
      const target = this.#list.children[position].querySelector('.reading');
      try {
        const { current, fetched_at: fetchedAt } = await weatherOf(place, this.#units);
        const age = Date.now() - Date.parse(fetchedAt);
        target.replaceChildren(
          ...(age > OLD ? [element('small', {}, format.age(age))] : []),
          conditionIcon(current.condition, current.is_day),
          element('b', {}, current.temperature === null ? '' : format.temperature(current.temperature)),
          element('span', { class: 'visually-hidden' }, current.description ?? ''),
        );
      } catch {
        // The place stays a link; the reading it had, if any, would be of unknown age.
        target.replaceChildren();
      }
    });
  }
}

/** The weather of this very place: its name may mean another. */
async function weatherOf(place, units) {
  const weather = await loadWeather(requestFor(place), units);
  return isSamePlace(weather.place, place) ? weather : loadWeather(exactRequestFor(place), units);
}

/** @returns {Place[]} */
function readSaved() {
  try {
    const places = JSON.parse(recall(KEY) ?? '[]');
    return places.filter((place) => Number.isFinite(place.latitude) && Number.isFinite(place.longitude)).slice(0, MOST_SAVED);
  } catch {
    return [];
  }
}

function removeButton(place) {
  const label = texts.unsave(format.placeName(place));
  return element('button', { type: 'button', class: 'round', 'aria-label': label, title: label }, sign('close'));
}
