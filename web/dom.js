/** Making and finding elements. Text always goes in as text, never as markup. */

const sprite = new URL('icons.svg', import.meta.url).pathname;

/** Conditions whose drawing has a sun or a moon in it. */
const withSky = new Set(['clear', 'mostly_clear', 'partly_cloudy', 'haze', 'rain_showers', 'snow_showers']);

/** Conditions that share the drawing of another. */
const drawnAs = /** @type {Record<string, string>} */ ({ sand: 'dust', ash: 'dust', freezing_drizzle: 'freezing_rain' });

/**
 * The element of the page with this id.
 * @param {string} id
 * @returns {any}
 */
export function byId(id) {
  return document.getElementById(id);
}

/**
 * Makes an element.
 * @param {string} name
 * @param {Record<string, string | number | null>} [attributes] An attribute that is null is left out.
 * @param {...(Node | string)} children
 */
export function element(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/**
 * Makes an SVG element.
 * @param {string} name
 * @param {Record<string, string | number | null>} [attributes]
 * @param {...(Node | string)} children
 */
export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);
}

/**
 * @template {Element} E
 * @param {E} made
 * @param {Record<string, string | number | null>} attributes
 * @param {(Node | string)[]} children
 */
function fill(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null) made.setAttribute(name, String(value));
  }
  made.append(...children);
  return made;
}

/**
 * Puts text into an element and hides it when there is none.
 * @param {HTMLElement} target
 * @param {string | null} text
 */
export function setText(target, text) {
  target.hidden = !text;
  if (target.textContent !== (text ?? '')) target.textContent = text ?? '';
}

/** The address of a drawing in the sprite. @param {string} name */
export function spriteAddress(name) {
  return `${sprite}#${name}`;
}

/** A small symbol in the colour of the text. @param {string} name */
export function symbol(name) {
  return svg('svg', { class: 'symbol', 'aria-hidden': 'true' }, svg('use', { href: spriteAddress(name) }));
}

/**
 * The name of the drawing for a condition.
 * @param {string} condition
 * @param {boolean | null} isDay
 */
export function conditionSprite(condition, isDay) {
  const name = (drawnAs[condition] ?? condition).replaceAll('_', '-');
  return withSky.has(condition) ? `${name}-${isDay === false ? 'night' : 'day'}` : name;
}

/**
 * A condition's picture. It has no text alternative, because the words are always beside it.
 * @param {string} condition
 * @param {boolean | null} isDay
 */
export function conditionIcon(condition, isDay) {
  return svg('svg', { class: 'icon', 'aria-hidden': 'true' }, svg('use', { href: spriteAddress(conditionSprite(condition, isDay)) }));
}

/** Text for screen readers only. @param {string} text */
export function hiddenText(text) {
  return element('span', { class: 'visually-hidden' }, text);
}

/**
 * A round button with a symbol.
 * @param {string} picture
 * @param {string} label
 * @param {Record<string, string>} [attributes]
 */
export function symbolButton(picture, label, attributes = {}) {
  return element('button', { type: 'button', class: 'round', 'aria-label': label, title: label, ...attributes }, symbol(picture));
}

/** Announces a text to screen readers. @param {string} text */
export function announce(text) {
  byId('announcer').textContent = text;
}

/** @type {Promise<unknown> | undefined} */
let styleLoad;

/** Loads the style of the parts that are opened. */
function loadStyle() {
  styleLoad ??= new Promise((resolve, reject) => {
    const link = element('link', { rel: 'stylesheet', href: new URL('more.css', import.meta.url).pathname });
    link.addEventListener('load', resolve);
    link.addEventListener('error', reject);
    document.head.append(link);
  });
  return styleLoad;
}

/**
 * A part of the page that is loaded when it is opened or requested, with its style.
 * @template T
 * @param {Promise<T>} part
 * @returns {Promise<T>}
 */
export async function loadWithStyle(part) {
  const [made] = await loadPart(Promise.all([part, loadStyle()]));
  return made;
}

/**
 * A part of the page that is loaded when it is needed. If it is gone, this version has been replaced by another.
 * @template T
 * @param {Promise<T>} part
 * @returns {Promise<T>}
 */
export async function loadPart(part) {
  try {
    return await part;
  } catch (error) {
    if (navigator.onLine) dispatchEvent(new Event('replaced', { cancelable: true }));
    throw error;
  }
}
