/** What this browser stores for the page. Where it stores nothing, a choice lasts as long as the page is open. */

/** @param {string} key @returns {string | null} */
export function storedItem(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** A value that was stored as JSON, or null if there is none that can be read. @param {string} key @returns {any} */
export function storedJson(key) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null');
  } catch {
    return null;
  }
}

/** @param {string} key @param {string | null} value `null` removes it. @returns {boolean} Whether it is stored. */
export function storeItem(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
    return true;
  } catch {
    return false;
  }
}
