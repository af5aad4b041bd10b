/** What the reader chose and what the browser says about the reader: places, units, the clock, the language. */

import { allowedComplaints, expect, withSettings, metNorway, open, test, withoutEmbedded } from '../weather-test.js';

test.use({ settings: withSettings(metNorway, { MISSES_PER_MINUTE: '0' }) });

const tile = (page, label) => page.locator('.tile').filter({ has: page.locator('dt', { hasText: new RegExp(`^${label}$`) }) });

test('the page opens with the last place', async ({ page, context }) => {
  await open(page);
  await expect(page.locator('h1#place')).toHaveText('London');
  await open(page, '/?city=Oslo');
  await open(page, '/');
  await expect(page.locator('h1#place')).toHaveText('Oslo');
  const another = await context.newPage();
  await open(another, '/');
  await expect(another.locator('h1#place')).toHaveText('Oslo');
});

test('the page opens with the place that was chosen as home', async ({ page }) => {
  await open(page, '/?city=Paris');
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('combobox', { name: 'Opens with' }).selectOption('Paris');
  await page.keyboard.press('Escape');
  await open(page, '/?city=Oslo');
  await open(page, '/');
  await expect(page.locator('h1#place')).toHaveText('Paris');
});

test.describe('the page opens where the reader is', () => {
  test.use({ permissions: ['geolocation'], geolocation: { latitude: 60.17, longitude: 24.94 } });

  test('if that was chosen', async ({ page }) => {
    await open(page);
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('combobox', { name: 'Opens with' }).selectOption('My location');
    await open(page, '/');
    await expect(page.locator('h1#place')).toHaveText('Helsinki');
  });
});

for (const [locale, wind, pressure, temperature] of [
  ['en-GB', 'mph', 'hPa', 'C'], ['en-US', 'mph', 'inHg', 'F'], ['de-DE', 'km/h', 'hPa', 'C'], ['nb-NO', 'm/s', 'hPa', 'C'], ['ru-RU', 'm/s', 'mmHg', 'C'],
]) {
  test.describe(`a browser in ${locale}`, () => {
    test.use({ locale });

    test('has the units of its region, and English words', async ({ page }) => {
      await open(page);
      await expect(page.locator('#temperature small')).toHaveText(temperature);
      await expect(tile(page, 'Wind').locator('.value')).toContainText(wind);
      await expect(tile(page, 'Pressure').locator('.value')).toContainText(pressure);
      await expect(page.locator('#place-time')).toHaveText(/^(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day /);
      expect(/[AP]M/.test(await page.locator('#place-time').textContent())).toBe(locale === 'en-US');
    });
  });
}

for (const languages of [['C'], [''], ['en-US@posix', 'C'], []]) {
  test(`a browser whose language is ${JSON.stringify(languages)} shows the weather all the same`, async ({ page }) => {
    await page.addInitScript((value) => {
      Object.defineProperty(navigator, 'languages', { get: () => value });
      Object.defineProperty(navigator, 'language', { get: () => value[0] ?? '' });
    }, languages);
    await open(page);
    await expect(page.locator('#temperature')).toHaveText(/°C/);
  });
}

test('each unit is chosen by itself, changes at once, and stays', async ({ page, program }) => {
  await program.api('/api/weather');
  let asked = 0;
  page.on('request', (request) => { if (request.url().includes('/api/weather')) asked += 1; });
  await open(page);
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('combobox', { name: 'Wind' }).selectOption('Beaufort');
  await page.getByRole('combobox', { name: 'Pressure' }).selectOption('inHg');
  await page.keyboard.press('Escape');
  await expect(tile(page, 'Wind').locator('.value')).toHaveText(/^force \d+$/);
  await expect(tile(page, 'Pressure').locator('.value')).toHaveText(/^\d\d\.\d\d inHg$/);
  expect(asked).toBe(0);
  await expect(page).not.toHaveURL(/units/);
  await page.reload();
  await expect(tile(page, 'Wind').locator('.value')).toHaveText(/^force \d+$/);
});

test.describe('a page that cannot start', () => {
  test.use({ allowed: allowedComplaints(/Failed to load resource|MIME type|uncaught: |Service Worker registration blocked/), serviceWorkers: 'block' });

  test('says so', async ({ page }) => {
    await page.addInitScript(() => { Intl.DateTimeFormat = undefined; });
    await page.goto('/');
    await expect(page.getByRole('heading', { name: 'Something broke on our side' })).toBeVisible();
    await expect(page.locator('#skeleton')).toBeHidden();
  });
});

test('a hint explains an answer that takes long', async ({ page, program }) => {
  await page.clock.install();
  await withoutEmbedded(page);
  await page.route(/\/api\//, () => {});
  await page.goto(program.url);
  await expect(page.locator('.slow-hint')).toBeHidden();
  await page.clock.fastForward(11_000);
  await expect(page.locator('.slow-hint')).toBeVisible();
});

test('saved places are many, in the reader’s order and with the reader’s names, and a removal can be undone', async ({ page, program }) => {
  const places = [];
  for (const letter of 'abcdefghijklmno') places.push(...(await program.api(`/api/places?q=${letter}a&limit=3`)).places);
  await page.addInitScript((saved) => {
    if (!localStorage.getItem('saved-places')) localStorage.setItem('saved-places', JSON.stringify(saved));
  }, places.slice(0, 40));
  await open(page, '/?city=Oslo');
  const rows = page.locator('#saved li');
  await expect(rows).toHaveCount(40);
  await page.getByRole('button', { name: 'Save Oslo' }).click();
  await expect(rows).toHaveCount(41);
  await expect(page.locator('#announcer')).toHaveText('Oslo is saved.');
  await expect(rows.first()).toContainText('Oslo');

  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('button', { name: 'Move Oslo down' }).click();
  await expect(page.getByRole('button', { name: 'Move Oslo down' })).toBeFocused();
  await expect(page.locator('#announcer')).toHaveText('Oslo is now 2 of 41.');
  await page.getByRole('textbox', { name: 'Your name for Oslo' }).fill('Grandma');
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(rows.nth(1)).toContainText('Grandma');

  await page.getByRole('button', { name: 'Save Oslo' }).click();
  await expect(rows).toHaveCount(40);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(rows.nth(1)).toContainText('Grandma');
  await page.reload();
  await expect(rows).toHaveCount(41);
});

test('removing the last saved place moves the focus to Undo', async ({ page }) => {
  await open(page, '/?city=Oslo');
  await page.getByRole('button', { name: 'Save Oslo' }).click();
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('button', { name: 'Remove Oslo from saved places' }).press('Enter');
  await expect(page.getByRole('button', { name: 'Undo' })).toBeFocused();
});

test('search: a quick Enter waits for the list, coordinates are accepted, recent places are offered, a slash focuses it', async ({ page }) => {
  await open(page);
  await page.keyboard.press('/');
  const search = page.getByRole('combobox', { name: 'Search for a place' });
  await expect(search).toBeFocused();
  await search.fill('reykj');
  await page.keyboard.press('Enter');
  await expect(page.locator('#announcer')).toHaveText(/^Reykjavík: /);
  await search.fill('51.5, -0.13');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/51\.5,-0\.13$/);
  await page.locator('h1#place').focus();
  await search.focus();
  await expect(page.getByRole('option').filter({ hasText: 'Reykjavík' })).toBeVisible();
  await search.fill('x');
  await page.getByRole('button', { name: 'Clear the search' }).click();
  await expect(search).toHaveValue('');
});

test('a day opens and shows more', async ({ page, program }) => {
  await open(page);
  const { daily } = await program.api('/api/forecast');
  const day = page.locator('.days li').nth(1);
  await day.locator('summary').click();
  await expect(day).toContainText(/Wind up to \d+ mph/);
  await expect(day).toContainText(/Sunrise \d\d:\d\d, sunset \d\d:\d\d/);
  await expect(day).toContainText(daily[1].description, { ignoreCase: true });
  await expect(day.locator('.strip li').first()).toBeVisible();
});

test('a place is named at once while its weather is loading', async ({ page }) => {
  await open(page);
  let answer;
  await page.route(/\/api\/weather\?city=Oslo/, (route) => { answer = () => route.continue(); });
  await page.getByRole('combobox', { name: 'Search for a place' }).fill('Oslo');
  await page.keyboard.press('Enter');
  await expect(page.locator('h1#place')).toHaveText('Oslo');
  await expect(page.locator('#content')).toBeVisible();
  await expect(page.locator('#announcer')).toHaveText('Loading the weather for Oslo');
  await expect.poll(() => typeof answer).toBe('function');
  answer();
  await expect(page.locator('#announcer')).toHaveText(/^Oslo: /);
});
