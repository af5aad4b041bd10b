/** The page of the API: examples with this service's own address, and Swagger UI when the reader scrolls near it. */

/** Swagger UI is loaded when it is this near to the window, px: before it is seen. */
const NEAR = 100;

const root = document.documentElement;
const target = /** @type {HTMLElement} */ (document.getElementById('swagger-ui'));

for (const example of document.querySelectorAll('pre[data-path]')) {
  example.textContent = `curl '${location.origin}${/** @type {HTMLElement} */ (example).dataset.path}'`;
}

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

/** The colours that the reader chose on the weather page, else the system's. */
function showTheme() {
  let theme = null;
  try {
    theme = localStorage.getItem('theme');
  } catch {
    // Storage is switched off.
  }
  if (theme) root.dataset.theme = theme;
  root.classList.toggle('dark-mode', theme ? theme === 'dark' : systemIsDark.matches);
}

/** @param {HTMLScriptElement | HTMLLinkElement} part @returns {Promise<void>} */
function loaded(part) {
  return new Promise((resolve, reject) => {
    part.addEventListener('load', () => resolve());
    part.addEventListener('error', reject);
    document.head.append(part);
  });
}

async function loadSwagger() {
  const style = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: target.dataset.style });
  const script = Object.assign(document.createElement('script'), { src: target.dataset.script });
  await Promise.all([loaded(style), loaded(script)]);
  const { SwaggerUIBundle } = /** @type {any} */ (globalThis);
  SwaggerUIBundle({
    url: '/openapi.json',
    domNode: target,
    presets: [SwaggerUIBundle.presets.apis],
    layout: 'BaseLayout',
    deepLinking: true,
    tryItOutEnabled: true,
    displayRequestDuration: true,
    defaultModelsExpandDepth: -1,
    withCredentials: false,
  });
}

showTheme();
systemIsDark.addEventListener('change', showTheme);
const observer = new IntersectionObserver((entries) => {
  if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
  observer.disconnect();
  loadSwagger();
}, { rootMargin: `${NEAR}px` });
// A link to an operation: Swagger UI itself scrolls to it.
if (location.hash.startsWith('#/')) loadSwagger();
else observer.observe(target);
