/** Making and finding elements. Text always goes in as text, never as markup. */

const sprite = new URL('icons.svg', import.meta.url).pathname;

/** Conditions whose drawing has a sun or a moon in it. */
const withSky = new Set(['clear', 'mostly_clear', 'partly_cloudy', 'haze', 'rain_showers', 'snow_showers']);

/** Conditions that share the drawing of another. */
const drawnAs = { sand: 'dust', ash: 'dust', freezing_drizzle: 'freezing_rain' };

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
export function say(target, text) {
  target.hidden = !text;
  if (target.textContent !== (text ?? '')) target.textContent = text ?? '';
}

/** The longest that is waited for a frame, ms: a page that nobody looks at has none. */
const NO_FRAME = 200;

/**
 * The moment after the next frame. What can come a frame later waits for it, so that what matters most is on the
 * screen first and no piece of work keeps the reader's finger waiting.
 * @returns {Promise<void>}
 */
export function nextFrame() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, NO_FRAME);
  });
}

/** The address of a drawing in the sprite. @param {string} name */
export function drawing(name) {
  return `${sprite}#${name}`;
}

/** A small sign in the colour of the text. @param {string} name */
export function sign(name) {
  return svg('svg', { class: 'sign', 'aria-hidden': 'true' }, svg('use', { href: drawing(name) }));
}

/**
 * The name of the drawing for a condition.
 * @param {string} condition
 * @param {boolean | null} isDay
 */
export function conditionDrawing(condition, isDay) {
  const name = (drawnAs[condition] ?? condition).replaceAll('_', '-');
  return withSky.has(condition) ? `${name}-${isDay === false ? 'night' : 'day'}` : name;
}

/**
 * A condition's picture. It says nothing itself: the words always stand beside it.
 * @param {string} condition
 * @param {boolean | null} isDay
 */
export function conditionIcon(condition, isDay) {
  return svg('svg', { class: 'icon', 'aria-hidden': 'true' }, svg('use', { href: drawing(conditionDrawing(condition, isDay)) }));
}
