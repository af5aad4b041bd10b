/** What the reader chose, kept in this browser only. */

const THEMES = ['system', 'light', 'dark'];

/** Regions where people read the weather in Fahrenheit and miles. */
const IMPERIAL_REGIONS = ['US', 'LR', 'MM'];

/** The units to begin with: those chosen before, else those usual where the browser's language is from. */
export function preferredUnits() {
  const chosen = recall('units');
  if (isUnits(chosen)) return chosen;
  return IMPERIAL_REGIONS.includes(new Intl.Locale(navigator.language).region ?? '') ? 'imperial' : 'metric';
}

/** Whether a text names a system of units. @param {string | null} text */
export function isUnits(text) {
  return text === 'metric' || text === 'imperial';
}

/** @param {string} units */
export function keepUnits(units) {
  keep('units', units);
}

/** The chosen theme: `system`, `light` or `dark`. */
export function chosenTheme() {
  return document.documentElement.dataset.theme ?? 'system';
}

/** Takes the next theme in turn and keeps it. */
export function nextTheme() {
  const next = THEMES[(THEMES.indexOf(chosenTheme()) + 1) % THEMES.length];
  if (next === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  keep('theme', next);
}

/** A kept value, or null where there is none or the browser keeps nothing. @param {string} key */
export function recall(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Keeps a value where the browser allows it. @param {string} key @param {string} value */
export function keep(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // The browser keeps nothing for this page: the choice lasts as long as the page is open.
  }
}
