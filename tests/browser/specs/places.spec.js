/** Finding, saving and sharing places. */

import { allowedComplaints, expect, failed, withSettings, metNorway, open, test, withoutWorker } from '../weather-test.js';

const search = (page) => page.getByRole('combobox', { name: 'Search for a place' });
const options = (page) => page.getByRole('option');

test.use({ settings: withSettings(metNorway, { MISSES_PER_MINUTE: '0' }) });

test('a place is found and chosen with the keyboard alone', async ({ page, program }) => {
  await open(page);
  const { places } = await program.api('/api/places?q=london');
  await page.keyboard.press('Tab'); // skip link
  await page.keyboard.press('Tab'); // the page's name
  await page.keyboard.press('Tab');
  await expect(search(page)).toBeFocused();
  await page.keyboard.type('london');
  await expect(options(page)).toHaveCount(places.length);
  await expect(search(page)).toHaveAttribute('aria-expanded', 'true');
  await expect(options(page).nth(1)).toContainText('Ontario, Canada');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(options(page).nth(1)).toHaveAttribute('aria-selected', 'true');
  await expect(search(page)).toHaveAttribute('aria-activedescendant', await options(page).nth(1).getAttribute('id'));
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await expect(search(page)).not.toHaveAttribute('aria-activedescendant', /.*/);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.locator('#place-region')).toHaveText('Ontario, Canada');
  await expect(page.locator('h1#place')).toBeFocused();
  await expect(search(page)).toHaveAttribute('aria-expanded', 'false');
});

test('Escape closes the list, then empties the box', async ({ page }) => {
  await open(page);
  await search(page).fill('lond');
  await expect(options(page).first()).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(options(page).first()).toBeHidden();
  await expect(search(page)).toHaveValue('lond');
  await page.keyboard.press('Escape');
  await expect(search(page)).toHaveValue('');
});

test('the mouse chooses too, and going back and forward follows', async ({ page }) => {
  await open(page, '/?city=London');
  await search(page).fill('reykj');
  // Recent places are offered until the search has answered.
  await options(page).filter({ hasText: 'Reykjavík' }).first().click();
  await expect(page.locator('h1#place')).toHaveText('Reykjavík');
  await expect(page).toHaveURL(/\/Reykjav%C3%ADk,/);
  await page.goBack();
  await expect(page.locator('h1#place')).toHaveText('London');
  await expect(page).toHaveURL(/\/London$/);
  await page.goForward();
  await expect(page.locator('h1#place')).toHaveText('Reykjavík');
});

test('a name is requested as it is typed, in any script', async ({ page }) => {
  await open(page);
  await search(page).fill('北京');
  await page.keyboard.press('Enter');
  await expect(page.locator('h1#place')).toHaveText('Beijing');
});

test('Enter takes the first of the list when it begins as typed, accents or not', async ({ page, program }) => {
  await open(page);
  const { places: [first] } = await program.api('/api/places?q=reykj');
  expect(first.name).toBe('Reykjavík');
  await search(page).fill('reykjavi');
  await expect(options(page).first()).toContainText('Reykjavík');
  await page.keyboard.press('Enter');
  await expect(page.locator('h1#place')).toHaveText('Reykjavík');
});

test.describe('a name that the list only guesses at', () => {
  test.use({ allowed: allowedComplaints(failed(404)) });

  test('is requested as it is typed', async ({ page }) => {
    await open(page);
    await search(page).fill('keswik');
    await expect(options(page).first()).toContainText('Keswick');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'We couldn’t find “keswik”' })).toBeVisible();
  });
});

test('every result shows the very place that was chosen', async ({ page, program }) => {
  await open(page);
  for (const query of ['springfield', 'washington', 'san jose', 'halle']) {
    const { places } = await program.api(`/api/places?q=${query}&limit=8`);
    for (const index of [0, places.length - 1]) {
      await search(page).fill(query);
      await expect(options(page)).toHaveCount(places.length);
      const asked = page.waitForResponse(/api\/weather\?/);
      await options(page).nth(index).click();
      await asked;
      await expect.poll(async () => {
        const named = decodeURIComponent(new URL(page.url()).pathname.slice(1).replaceAll('+', ' '));
        const [, lat, lon] = /^([-.\d]+),([-.\d]+)$/.exec(named) ?? [];
        const { place } = await program.api(`/api/weather?${new URLSearchParams(lat ? { lat, lon } : { city: named })}`);
        return Math.hypot(place.latitude - places[index].latitude, place.longitude - places[index].longitude);
      }, { message: `${query} ${index}` }).toBeLessThan(0.02);
    }
  }
});

test('the address always names what is shown, and shows it again', async ({ page }) => {
  await open(page, '/');
  await expect(page).toHaveURL(/\/London,England,GB$/);
  await page.reload();
  await expect(page.locator('#place-region')).toHaveText('England, United Kingdom');
  await open(page, '/?lat=64.15&lon=-21.94');
  await expect(page).toHaveURL(/\/64.15,-21.94$/);
  await expect(page.locator('h1#place')).toHaveText('Reykjavík');
});

test('other parameters of an address do no harm, and are dropped', async ({ page }) => {
  await open(page, '/?city=London&units=furlongs&utm_source=mail');
  await expect(page).toHaveURL(/\/London$/);
  await open(page, '/?city=');
  await expect(page.locator('h1#place')).toHaveText('London');
});

test('namesakes are told apart and one click away', async ({ page }) => {
  await open(page, '/?city=London');
  await page.getByText(/Other places called London/).click();
  await page.getByRole('link', { name: /London\s*Ontario, Canada/ }).click();
  await expect(page.locator('#place-region')).toHaveText('Ontario, Canada');
  await expect(page.getByRole('link', { name: /London\s*England/ })).toBeHidden();
});

test.describe('an answer that takes its time', () => {
  // The worker's own requests would bypass the answer that is held back here.
  test.use({ allowed: allowedComplaints(withoutWorker), serviceWorkers: 'block' });

  test('does not interrupt a reader who types the next name', async ({ page }) => {
    await open(page);
    let answer;
    await page.route(/\/api\/weather\?city=Oslo/, (route) => { answer = () => route.continue(); });
    await search(page).fill('Oslo');
    await page.keyboard.press('Enter');
    await expect.poll(() => typeof answer).toBe('function');
    await search(page).fill('Berg');
    answer();
    await expect(page.locator('h1#place')).toHaveText('Oslo');
    await expect(search(page)).toBeFocused();
    await expect(options(page).first()).toContainText('Berg');
  });
});

test('a search without results says so', async ({ page }) => {
  await open(page);
  await search(page).fill('qqqqzzzz');
  await expect(page.locator('#search-empty')).toHaveText('No place found for “qqqqzzzz”');
  await expect(page.locator('#announcer')).toHaveText('No place found for “qqqqzzzz”');
});

test.describe('where the reader is', () => {
  test.use({ permissions: ['geolocation'], geolocation: { latitude: 60.169857, longitude: 24.938379 } });

  test('is sent to about a kilometre', async ({ page, upstream }) => {
    await open(page);
    await page.getByRole('button', { name: 'Use my location' }).click();
    await expect(page.locator('h1#place')).toHaveText('Helsinki');
    await expect(page).toHaveURL(/\/60.17,24.94$/);
    expect(upstream.asked.at(-1)).toContain('60.17');
  });
});

test('a location that is refused is explained where the search is', async ({ page, context }) => {
  await context.clearPermissions();
  await open(page);
  await page.getByRole('button', { name: 'Use my location' }).click();
  await expect(page.locator('#search-empty')).toContainText('Search for a place instead');
  await expect(search(page)).toBeFocused();
});

for (const [name, change, words] of [
  ['over plain HTTP', () => { Object.defineProperty(globalThis, 'isSecureContext', { value: false }); }, 'only over HTTPS'],
  ['in a browser without it', () => { Object.defineProperty(Navigator.prototype, 'geolocation', { value: undefined }); }, 'cannot determine your location'],
]) {
  test(`why there is no location ${name} is explained beside the search`, async ({ page }) => {
    await page.addInitScript(change);
    await open(page);
    await page.getByRole('button', { name: 'Use my location' }).click();
    await expect(page.locator('#search-empty')).toContainText(words);
  });
}

test('a location that takes its time has a visible message', async ({ page }) => {
  await page.addInitScript(() => {
    navigator.geolocation.getCurrentPosition = () => {};
  });
  await open(page);
  await page.getByRole('button', { name: 'Use my location' }).click();
  await expect(page.locator('#search-empty')).toHaveText('Finding where you are…');
  await expect(page.locator('#search-empty')).toBeVisible();
});

test('a place that is found by another name says by which, and a name has room for 100 letters', async ({ page }) => {
  await open(page);
  await search(page).fill('peking');
  await expect(options(page).filter({ hasText: 'Beijing' }).first()).toContainText('also Peking');
  await expect(search(page)).toHaveAttribute('maxlength', '100');
});

test.describe('sharing', () => {
  test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

  test('copies a link to the place where the system has no way of its own, and says so', async ({ page, program }) => {
    await page.addInitScript(() => { Object.defineProperty(Navigator.prototype, 'share', { value: undefined }); });
    await open(page, '/Oslo');
    await page.getByRole('button', { name: 'Share' }).click();
    await expect(page.locator('#announcer')).toHaveText('The link was copied.');
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${program.url}/Oslo`);
  });
});

test('saved places stay, with their weather, and are the first thing the search offers', async ({ page, program }) => {
  await open(page, '/?city=Oslo');
  await page.getByRole('button', { name: 'Save Oslo' }).click();
  await expect(page.getByRole('button', { name: 'Save Oslo' })).toHaveAttribute('aria-pressed', 'true');
  await open(page, '/?city=London');
  const card = page.locator('#saved li');
  const { current } = await program.api('/api/weather?city=Oslo');
  await expect(card).toContainText('Oslo');
  await expect(card).toContainText(`${Math.round(current.temperature)}°`);
  await expect(card).toContainText(/High .*°/);
  await search(page).focus();
  await expect(options(page).first()).toHaveText(/Oslo/);
  await expect(options(page).first()).toContainText(`${Math.round(current.temperature)}°`);
  await page.keyboard.press('Escape');
  await card.getByRole('link').click();
  await expect(page.locator('h1#place')).toHaveText('Oslo');
  await page.getByRole('button', { name: 'Edit' }).click();
  await card.getByRole('button', { name: 'Remove Oslo from saved places' }).click();
  await expect(card).toHaveCount(0);
  await page.reload();
  await expect(page.locator('#saved-hint')).toBeVisible();
});

test.describe('a misspelt name', () => {
  test.use({ allowed: allowedComplaints(failed(404)) });

  test('is not found, with suggestions that lead on', async ({ page }) => {
    await page.goto('/?city=Keswik');
    await expect(page.getByRole('heading', { name: 'We couldn’t find “Keswik”' })).toBeVisible();
    await expect(page).toHaveTitle(/We couldn’t find “Keswik”/);
    await expect(search(page)).toBeFocused();
    await expect(options(page)).toHaveCount(0);
    await page.locator('#failure-list').getByRole('link', { name: /Keswick\s*England/ }).click();
    await expect(page.locator('h1#place')).toHaveText('Keswick');
    await page.goBack();
    await expect(page.getByRole('heading', { name: 'We couldn’t find “Keswik”' })).toBeVisible();
  });
});

test.describe('a name that resembles no other', () => {
  test.use({ allowed: allowedComplaints(failed(404)) });

  test('leaves the places that were viewed one click away', async ({ page }) => {
    await open(page, '/Oslo');
    await page.evaluate(() => {
      const index = JSON.parse(localStorage.getItem('kept-places'));
      const [{ place }] = index;
      localStorage.setItem('kept-places', JSON.stringify([...index, { ...index[0], key: 'never viewed', place: { ...place, name: 'Rome' }, shownAt: 0 }]));
    });
    await page.goto('/?city=qqqqzzzz');
    await expect(page.getByRole('heading', { name: 'We couldn’t find “qqqqzzzz”' })).toBeVisible();
    await expect(page.locator('#failure-question')).toHaveText('Places you viewed recently:');
    await expect(page.locator('#failure-list li')).toHaveCount(1);
    await page.route(/\/api\/weather\?city=Oslo/, () => {}); // what is cached of it is shown
    await page.locator('#failure-list').getByRole('link', { name: /Oslo/ }).click();
    await expect(page.locator('h1#place')).toHaveText('Oslo');
  });

  test('is followed by a place whose loading is announced', async ({ page }) => {
    await page.goto('/?city=qqqqzzzz');
    await expect(page.getByRole('heading', { name: 'We couldn’t find “qqqqzzzz”' })).toBeVisible();
    await page.route(/\/api\/weather\?city=Oslo/, () => {});
    await page.getByRole('combobox', { name: 'Search for a place' }).fill('Oslo');
    await page.keyboard.press('Enter');
    await expect(page.locator('#announcer')).toHaveText('Loading the weather for Oslo');
  });
});

test.describe('an address that makes no sense', () => {
  test.use({ allowed: allowedComplaints(failed(400)) });

  test('is explained in words for readers', async ({ page }) => {
    await page.goto('/?lat=91&lon=0');
    await expect(page.getByRole('heading', { name: 'This link doesn’t point to a place' })).toBeVisible();
    await expect(page.locator('#failure-detail')).toContainText('A latitude is a number from −90 to 90');
    await expect(page.locator('#failure-retry')).toBeHidden();
    await page.goto('/?city=London&lat=51.5&lon=0');
    await expect(page.locator('#failure-detail')).toContainText('A link has either a name or coordinates, not both.');
  });
});
