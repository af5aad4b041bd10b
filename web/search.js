/**
 * The search box: an ARIA combobox with a list of places, and the button that finds where the reader is. Enter without a
 * choice takes the first of the list if its name begins with what is typed; else it requests the text itself, which the
 * service then resolves or corrects.
 */

import { findPlaces } from './api.js';
import { announce, byId, conditionIcon, element, hiddenText, setText } from './dom.js';
import { HOUR } from './format.js';
import { coordinatesIn, isSamePlace, placeName, placeRegion } from './place.js';
import { texts } from './texts.js';
import { moreTexts } from './texts-more.js';
import { degrees } from './units.js';
import { cachedPlaces, findCached } from './weather-cache.js';

/**
 * @typedef {import('./types.js').Place} Place
 * @typedef {import('./types.js').PlaceRequest} PlaceRequest
 */

/** A pause in typing this long starts the search, ms. */
const TYPING_PAUSE = 120;

/** How many recently viewed places are offered before anything is typed. */
const MAX_RECENT = 6;

/** Coordinates of the reader are rounded to this many decimals, about a kilometre: enough for weather. */
const LOCATION_DECIMALS = 2;

/** How long to wait for a location, and how old a location may be that was found before, ms. */
const LOCATION_TIMEOUT = 15_000;
const LOCATION_MAX_AGE = 300_000;

/** The code of a location that the reader refuses. */
const PERMISSION_DENIED = 1;

export class PlaceSearch {
  #input = byId('search-input');
  #clear = byId('search-clear');
  #popup = byId('search-popup');
  #list = byId('search-list');
  #visit;
  #savedPlaces;
  #units;
  /** @type {Place[]} */
  #places = [];
  /** What the places were found for. */
  #foundFor = '';
  /** The search in progress. @type {Promise<void>} */
  #finding = Promise.resolve();
  #active = -1;
  #timer = 0;
  #search = new AbortController();
  #isSilent = false;

  /**
   * @param {(request: PlaceRequest | null, place: Place | null) => void} visit Goes to a request, or to a place of the list.
   * @param {() => Place[]} savedPlaces What is offered first before anything is typed.
   * @param {() => import('./types.js').Units} units
   */
  constructor(visit, savedPlaces, units) {
    this.#visit = visit;
    this.#savedPlaces = savedPlaces;
    this.#units = units;
    this.#input.addEventListener('input', () => this.#onInput());
    this.#input.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => this.#onKey(event));
    this.#input.addEventListener('focus', () => this.#onInput());
    this.#input.addEventListener('click', () => this.#popup.hidden && this.#onInput());
    this.#input.addEventListener('blur', () => this.#close());
    this.#clear.addEventListener('click', () => {
      this.#input.value = '';
      this.#input.focus();
      this.#onInput();
    });
    // The input keeps the focus while the list is clicked.
    this.#popup.addEventListener('mousedown', (/** @type {Event} */ event) => event.preventDefault());
    this.#list.addEventListener('click', (/** @type {any} */ event) => {
      const option = event.target.closest('[role=option]');
      if (option) this.#choose(this.#places[[...this.#list.children].indexOf(option)]);
    });
    // What was typed before this module was loaded.
    if (document.activeElement === this.#input) this.#onInput();
  }

  /** Focuses the search box, without a list that would hide the page's message. @param {string} [text] Its initial content. */
  focus(text) {
    this.#isSilent = text === undefined;
    if (text !== undefined) this.#input.value = text;
    this.#input.focus();
    if (text !== undefined) this.#onInput();
    this.#isSilent = false;
  }

  /** Goes where the reader is. */
  locate() {
    const button = byId('locate');
    // Browsers refuse without asking the reader, and no setting would change that.
    if (!globalThis.isSecureContext) this.#explain(moreTexts.locationInsecure);
    else if (!navigator.geolocation) this.#explain(moreTexts.locationMissing);
    else {
      this.#show([], moreTexts.locating);
      button.classList.add('busy');
      navigator.geolocation.getCurrentPosition(({ coords }) => {
        button.classList.remove('busy');
        this.#close();
        this.#visit({ lat: coords.latitude.toFixed(LOCATION_DECIMALS), lon: coords.longitude.toFixed(LOCATION_DECIMALS) }, null);
      }, (failure) => {
        button.classList.remove('busy');
        this.#explain(failure.code === PERMISSION_DENIED ? moreTexts.locationDenied : moreTexts.locationFailed);
      }, { timeout: LOCATION_TIMEOUT, maximumAge: LOCATION_MAX_AGE });
    }
  }

  /** Shows a message in the place of the list. @param {string} text */
  #explain(text) {
    this.focus();
    this.#show([], text);
  }

  #onInput() {
    clearTimeout(this.#timer);
    this.#search.abort();
    const text = this.#input.value.trim();
    this.#clear.hidden = this.#input.value === '';
    if (this.#isSilent) return;
    if (text === '') this.#showKnown();
    else if (coordinatesIn(text)) this.#close();
    else this.#timer = setTimeout(() => this.#find(text), TYPING_PAUSE);
  }

  #showKnown() {
    const places = this.#knownPlaces();
    if (places.length === 0) this.#close();
    else this.#show(places, '');
  }

  /** The saved places, and those viewed recently. */
  #knownPlaces() {
    const saved = this.#savedPlaces();
    const recent = cachedPlaces().filter(({ shownAt }) => shownAt > 0).map(({ place }) => place)
      .filter((place) => !saved.some((other) => isSamePlace(place, other)));
    return [...saved, ...recent.slice(0, MAX_RECENT)];
  }

  /** @param {string} text */
  #find(text) {
    clearTimeout(this.#timer);
    this.#search.abort();
    this.#search = new AbortController();
    this.#finding = this.#showFound(text, this.#search.signal);
    return this.#finding;
  }

  /** @param {string} text @param {AbortSignal} signal */
  async #showFound(text, signal) {
    try {
      const places = await findPlaces(text, signal);
      if (!signal.aborted) this.#show(places, moreTexts.search.none(text), text);
    } catch (error) {
      if (signal.aborted) return;
      const isOffline = /** @type {{code?: string}} */ (error).code === 'offline';
      const known = isOffline ? cachedPlaces().map(({ place }) => place).filter((place) => beginsWith(placeName(place), text)) : [];
      this.#show(known, isOffline ? moreTexts.search.offline : moreTexts.search.failed, text);
    }
  }

  /** @param {Place[]} places @param {string} emptyText @param {string} [foundFor] */
  #show(places, emptyText, foundFor = '') {
    this.#places = places;
    this.#foundFor = foundFor;
    this.#list.replaceChildren(...places.map((place, index) => element(
      'li', { role: 'option', id: `search-option-${index}`, 'aria-selected': 'false' },
      element('span', {}, element('bdi', {}, placeName(place)), ' ', element('span', { class: 'region' }, placeRegion(place), alias(place))),
      ...(foundFor ? [] : reading(place, this.#units())),
    )));
    setText(byId('search-empty'), places.length === 0 ? emptyText : null);
    this.#list.hidden = places.length === 0;
    this.#popup.hidden = false;
    this.#input.setAttribute('aria-expanded', String(places.length > 0));
    this.#activate(-1);
    announce(places.length === 0 ? emptyText : moreTexts.search.found(places.length));
  }

  #close() {
    clearTimeout(this.#timer);
    this.#search.abort();
    this.#places = [];
    this.#popup.hidden = true;
    this.#input.setAttribute('aria-expanded', 'false');
    this.#activate(-1);
  }

  /** @param {number} index */
  #activate(index) {
    this.#list.children[this.#active]?.setAttribute('aria-selected', 'false');
    this.#active = index;
    const option = this.#list.children[index];
    if (!option || index < 0) {
      this.#input.removeAttribute('aria-activedescendant');
      return;
    }
    option.setAttribute('aria-selected', 'true');
    option.scrollIntoView({ block: 'nearest' });
    this.#input.setAttribute('aria-activedescendant', option.id);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.isComposing) return;
    const count = this.#places.length;
    if (event.key === 'Escape') {
      if (this.#popup.hidden) this.#input.value = '';
      this.#clear.hidden = this.#input.value === '';
      this.#close();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (count === 0) {
        this.#onInput();
        return;
      }
      // One position more than there are options: the input itself, between the last and the first.
      const step = event.key === 'ArrowDown' ? 1 : -1;
      this.#activate(((this.#active + 1 + step + count + 1) % (count + 1)) - 1);
    }
  }

  /** Goes to the place that is chosen or typed. */
  async submit() {
    const text = this.#input.value.trim();
    if (this.#active >= 0) {
      this.#choose(this.#places[this.#active]);
      return;
    }
    if (text === '') return;
    const coordinates = coordinatesIn(text);
    if (coordinates) {
      this.#finish(coordinates, null);
      return;
    }
    // The list for the typed text decides, even if the reader pressed Enter before it arrived.
    if (this.#foundFor !== text) await this.#find(text);
    if (this.#input.value.trim() !== text) return;
    const [first] = this.#places;
    if (first && this.#foundFor === text && beginsWith(placeName(first), text)) this.#choose(first);
    else this.#finish({ city: text }, null);
  }

  /** @param {Place} place */
  #choose(place) {
    this.#finish(null, place);
  }

  /** @param {PlaceRequest | null} request @param {Place | null} place */
  #finish(request, place) {
    this.#close();
    this.#input.value = '';
    this.#clear.hidden = true;
    this.#input.blur();
    this.#visit(request, place);
  }
}

/** The weather of a place that the reader knows, unless it is old. @param {Place} place @param {import('./types.js').Units} units */
function reading(place, units) {
  const weather = findCached({}, place)?.weather;
  if (!weather || Date.now() - Date.parse(weather.fetched_at) > HOUR || typeof weather.current.temperature !== 'number') return [];
  const { condition, is_day: isDay, description, temperature } = weather.current;
  return [' ', element('span', { class: 'reading' }, conditionIcon(condition, isDay), hiddenText(description), ' ', degrees(temperature, units))];
}

/** The name by which a place was found, where that is not its own. @param {Place & {matched?: string | null}} place */
function alias({ matched }) {
  return matched ? ` – ${moreTexts.search.aka(matched)}` : '';
}

/** Whether a text begins with another, whatever their case and accents. @param {string} text @param {string} beginning */
function beginsWith(text, beginning) {
  return new Intl.Collator('en', { sensitivity: 'base' }).compare(text.slice(0, beginning.length), beginning) === 0;
}
