// Part of the document itself: it runs before the first paint, even if everything else is missing.
{
  const root = document.documentElement;
  const PAGE_COLOURS = { light: '#eef2f6', dark: '#0e1620' };

  const storedItem = (/** @type {string} */ key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // storage is switched off
    }
  };

  root.classList.add('js');
  // Unicode CLDR, unit preferences of `weather`.
  const FAHRENHEIT_REGIONS = ['AS', 'BS', 'BZ', 'FM', 'GU', 'KY', 'LR', 'MH', 'MP', 'PR', 'PW', 'UM', 'US', 'VI'];
  const region = /^\w+(?:-\w{4})?-([A-Z]{2})$/.exec(navigator.language)?.[1];
  let chosen = null;
  try {
    chosen = JSON.parse(storedItem('units') ?? '').temperature;
  } catch {
    // Nothing is chosen.
  }
  root.dataset.degrees = chosen ?? (FAHRENHEIT_REGIONS.includes(region ?? '') ? 'F' : 'C');
  const theme = storedItem('theme');
  if (theme === 'light' || theme === 'dark') {
    root.dataset.theme = theme;
    for (const meta of document.querySelectorAll('meta[name="theme-color"]')) meta.setAttribute('content', PAGE_COLOURS[theme]);
  }

  // Crawlers expect the page's complete address, of which the service knows only the path.
  /** @type {HTMLLinkElement | null} */
  const canonical = document.querySelector('link[rel="canonical"]');
  if (canonical) canonical.setAttribute('href', canonical.href);

  // The place that an address names: by its path (/London, /51.5,-0.13), else by its query, else none.
  /** @type {typeof globalThis.readAddress} */
  const readAddress = ({ pathname, searchParams }) => {
    const text = decoded(pathname.slice(1).replaceAll('+', ' '));
    const [, lat, lon] = /^\s*([-+.\d]+)\s*,\s*([-+.\d]+)\s*$/.exec(text) ?? [];
    if (lat) return { lat, lon };
    const values = text ? { city: text } : Object.fromEntries(searchParams);
    const named = ['city', 'lat', 'lon'].map((key) => [key, values[key]?.trim().replaceAll(/\s*,\s*/g, ', ')]);
    return Object.fromEntries(named.filter(([, value]) => value));
  };
  const decoded = (/** @type {string} */ text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  };
  globalThis.readAddress = readAddress;

  // The weather is requested before any other file has loaded. Without a place the page opens with the last one viewed.
  const named = new URLSearchParams(readAddress(new URL(location.href))).toString();
  let query = named;
  try {
    if (!named) query = JSON.parse(storedItem(storedItem('opens-with') === 'home' ? 'home-place' : 'last-place') ?? '').query;
  } catch {
    // No place is remembered: the service's default.
  }
  // The document may carry the weather of the place that its address names.
  const isEmbedded = query === named && document.getElementById('embedded-weather') !== null;
  globalThis.embeddedQuery = isEmbedded ? query : null;
  root.classList.toggle('other-place', !isEmbedded);
  const asked = isEmbedded ? [] : ['/api/weather', '/api/forecast'];
  globalThis.earlyResponses = new Map(asked.map((path) => {
    const url = query ? `${path}?${query}` : path;
    const answer = fetch(url, { cache: 'no-cache' });
    answer.catch(() => {}); // whoever takes the answer learns of the failure
    return [url, answer];
  }));

  const LONG = 10_000;
  setTimeout(() => root.classList.add('slow'), LONG);

  // If something fails before anything is shown, the page says so.
  const explain = () => {
    if (root.dataset.started) return;
    document.getElementById('skeleton')?.setAttribute('hidden', '');
    document.getElementById('broken')?.removeAttribute('hidden');
  };
  addEventListener('error', explain);
  addEventListener('unhandledrejection', explain);

  // A deploy can remove this version between the document and the last of its files. The page is then reloaded as the
  // version that answers now; a few times a minute at most, in case the cause is another.
  const MOST_RELOADS = 3;
  const FORGOTTEN_AFTER = 60_000;
  let isLeaving = false;

  const reload = () => {
    if (isLeaving) return;
    try {
      const now = Date.now();
      const lately = JSON.parse(sessionStorage.getItem('reloads') ?? '[]').filter((/** @type {number} */ time) => now - time < FORGOTTEN_AFTER);
      if (lately.length >= MOST_RELOADS) return;
      sessionStorage.setItem('reloads', JSON.stringify([...lately, now]));
    } catch {
      return; // without storage it might reload for ever
    }
    isLeaving = true;
    location.reload();
  };

  addEventListener('replaced', (event) => {
    reload();
    if (isLeaving) event.preventDefault();
  });
  addEventListener('error', ({ target }) => {
    if (!(target instanceof HTMLScriptElement || target instanceof HTMLLinkElement)) return;
    if (navigator.onLine) reload();
    if (!isLeaving) addEventListener('DOMContentLoaded', explain);
    if (!isLeaving && document.readyState !== 'loading') explain();
  }, true);
}
