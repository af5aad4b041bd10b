/**
 * The search box: an ARIA combobox with a list of places. Enter without a choice takes the first of the list when its
 * name begins with what is typed; else it asks for the text itself, which the service then resolves or corrects.
 */

import { findPlaces } from './api.js';
import { byId, element, say } from './dom.js';
import { beginsWith, placeName, placeRegion } from './format.js';
import { texts } from './texts.js';

/** A pause in typing this long starts the search, ms. */
const TYPING_PAUSE = 120;

/** @typedef {import('./api.js').Place} Place */

export class PlaceSearch {
  #form = byId('search');
  #input = byId('search-input');
  #popup = byId('search-popup');
  #list = byId('search-list');
  #choose;
  #savedPlaces;
  #announce;
  /** @type {Place[]} */
  #places = [];
  /** What the places were found for. */
  #foundFor = '';
  #active = -1;
  #timer = 0;
  #search = new AbortController();

  /**
   * @param {(choice: {place: Place} | {text: string}) => void} choose Goes to a place of the list, or to a typed name.
   * @param {() => Place[]} savedPlaces What is offered before anything is typed.
   * @param {(text: string) => void} announce Says something to a screen reader.
   */
  constructor(choose, savedPlaces, announce) {
    this.#choose = choose;
    this.#savedPlaces = savedPlaces;
    this.#announce = announce;
    this.#input.addEventListener('input', () => this.#onInput());
    this.#input.addEventListener('keydown', (event) => this.#onKey(event));
    this.#input.addEventListener('focus', () => this.#onInput());
    this.#input.addEventListener('click', () => this.#popup.hidden && this.#onInput());
    this.#input.addEventListener('blur', () => this.#close());
    this.#form.addEventListener('submit', (event) => this.#onSubmit(event));
    // The input keeps the focus while the list is clicked.
    this.#popup.addEventListener('mousedown', (event) => event.preventDefault());
    this.#list.addEventListener('click', (event) => {
      const option = event.target.closest('[role=option]');
      if (option) this.#take(this.#places[[...this.#list.children].indexOf(option)]);
    });
  }

  /** Says something in the place of the list. @param {string} text */
  explain(text) {
    this.#input.focus();
    this.#show([], text);
  }

  #onInput() {
    clearTimeout(this.#timer);
    this.#search.abort();
    const text = this.#input.value.trim();
    if (text === '') this.#offerSaved();
    else this.#timer = setTimeout(() => this.#find(text), TYPING_PAUSE);
  }

  #offerSaved() {
    const places = this.#savedPlaces();
    if (places.length === 0) this.#close();
    else this.#show(places, '');
  }

  async #find(text) {
    this.#search = new AbortController();
    const { signal } = this.#search;
    try {
      this.#show(await findPlaces(text, signal), texts.noPlaceFound(text), text);
    } catch {
      if (!signal.aborted) this.#show([], texts.searchFailed);
    }
  }

  #show(places, emptyText, foundFor = '') {
    this.#places = places;
    this.#foundFor = foundFor;
    this.#list.replaceChildren(...places.map((place, index) => element(
      'li', { role: 'option', id: `search-option-${index}`, 'aria-selected': 'false' },
      element('bdi', {}, placeName(place)), ' ',
      element('span', { class: 'region' }, placeRegion(place)),
    )));
    say(byId('search-empty'), places.length === 0 ? emptyText : null);
    this.#list.hidden = places.length === 0;
    this.#popup.hidden = false;
    this.#input.setAttribute('aria-expanded', String(places.length > 0));
    this.#activate(-1);
    this.#announce(places.length === 0 ? emptyText : texts.placesFound(places.length));
  }

  #close() {
    clearTimeout(this.#timer);
    this.#search.abort();
    this.#places = [];
    this.#popup.hidden = true;
    this.#input.setAttribute('aria-expanded', 'false');
    this.#activate(-1);
  }

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

  #onKey(event) {
    if (event.isComposing) return;
    const count = this.#places.length;
    if (event.key === 'Escape') {
      if (this.#popup.hidden) this.#input.value = '';
      this.#close();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (count === 0) {
        this.#onInput();
        return;
      }
      // One place more than there are options: the input itself, between the last and the first.
      const step = event.key === 'ArrowDown' ? 1 : -1;
      this.#activate(((this.#active + 1 + step + count + 1) % (count + 1)) - 1);
    }
  }

  #onSubmit(event) {
    event.preventDefault();
    const text = this.#input.value.trim();
    const [first] = this.#places;
    if (this.#active >= 0) this.#take(this.#places[this.#active]);
    else if (first && this.#foundFor === text && beginsWith(placeName(first), text)) this.#take(first);
    else if (text !== '') this.#done({ text });
  }

  #take(place) {
    this.#done({ place });
  }

  #done(choice) {
    this.#close();
    this.#input.value = '';
    this.#input.blur();
    this.#choose(choice);
  }
}
