/** What the page says equals what the API says. */

import { allowedComplaints, changeAnswers, expect, withSettings, metNorway, open, openWeather, test, withoutWorker } from '../weather-test.js';

const whole = (value) => `${Math.round(value)}°`.replace('-', '−');

const MPH = 2.236936;

/** A tile of the details by its label. */
const tile = (page, label) => page.locator('.tile').filter({ has: page.locator('dt', { hasText: new RegExp(`^${label}$`) }) });

const timeIn = (timezone) => (time) =>
  new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: timezone }).format(new Date(time));

test('every reading of MET Norway is that of the API', async ({ page, program }) => {
  await open(page);
  const { current, sun, place } = await program.api('/api/weather');
  const { daily, hourly, outlook } = await program.api('/api/forecast');
  const clock = timeIn(place.timezone);

  await expect(page.locator('h1#place')).toHaveText('London');
  await expect(page.locator('#place-region')).toHaveText('England, United Kingdom');
  await expect(page.locator('#temperature')).toHaveText(`${whole(current.temperature)}C`);
  await expect(page.locator('#temperature')).toHaveAttribute('value', String(current.temperature));
  await expect(page.locator('#description')).toHaveText(current.description, { ignoreCase: true });
  await expect(page.locator('#feels-like')).toContainText(`Feels like ${whole(current.feels_like)}`);
  await expect(page.locator('#high-low')).toContainText(`High ${whole(daily[0].temperature_max)}, low ${whole(daily[0].temperature_min)}`);
  await expect(page.locator('#outlook')).toHaveText(outlook.sentence.replace(/\.$/, ''));
  await expect(tile(page, 'Wind').locator('.value')).toHaveText(`${Math.round(current.wind_speed * MPH)} mph`);
  await expect(tile(page, 'Wind')).toContainText('from the north');
  await expect(tile(page, 'Humidity').locator('.value')).toHaveText(`${Math.round(current.humidity)}%`);
  await expect(tile(page, 'Humidity')).toContainText(`Dew point ${whole(current.dew_point)}`);
  await expect(tile(page, 'Pressure').locator('.value')).toHaveText(`${Math.round(current.pressure).toLocaleString('en-GB')} hPa`);
  await expect(tile(page, 'Cloud cover').locator('.value')).toHaveText(`${Math.round(current.cloud_cover)}%`);
  await expect(tile(page, 'UV index').locator('.value')).toHaveText(String(Math.round(current.uv_index)));
  await expect(tile(page, 'Sun')).toContainText(`Sunrise ${clock(sun.sunrise)}`);
  await expect(tile(page, 'Sun')).toContainText(`Sunset ${clock(sun.sunset)}`);
  await expect(page.locator('.days li')).toHaveCount(daily.length);
  for (const [position, day] of daily.entries()) {
    await expect(page.locator('.days li').nth(position)).toContainText(whole(day.temperature_min));
    await expect(page.locator('.days li').nth(position)).toContainText(whole(day.temperature_max));
  }
  await expect(page.locator('#hours-readout')).toContainText(whole(hourly[0].temperature));
});

test.describe('OpenWeatherMap', () => {
  test.use({ settings: openWeather });

  test('shows what only it reports: visibility and the last hour’s rain', async ({ page, program }) => {
    await open(page, '/?city=London');
    const { current } = await program.api('/api/weather');
    await expect(tile(page, 'Visibility').locator('.value')).toHaveText(`${Number((current.visibility / 1609.344).toFixed(1))} mi`);
    await expect(tile(page, 'Precipitation').locator('.value')).toHaveText(`${Number(current.precipitation.toFixed(1))} mm`);
    await expect(page.locator('#description')).toHaveText('Moderate rain');
  });

  test('shows the chance of rain in the days, and the hours in steps of three', async ({ page, program }) => {
    await open(page);
    const { daily, hourly } = await program.api('/api/forecast');
    const wettest = daily.findIndex((day) => day.precipitation_probability > 0);
    await expect(page.locator('.days li').nth(wettest)).toContainText(`${Math.round(daily[wettest].precipitation_probability)}%`);
    // An amount so small that it would read as zero is left out.
    expect(await page.locator('.days .rain small').allTextContents()).not.toContain('0 mm');
    await page.getByText('Show as a table').click();
    await expect(page.locator('#hours-table tbody tr:not(.day)')).toHaveCount(hourly.length);
  });
});

test('what the provider does not report is left out, never 0 and never an empty field', async ({ page, program }) => {
  await open(page);
  const { current } = await program.api('/api/weather');
  expect(current.visibility).toBeNull();
  expect(current.wind_gust).toBeNull();
  await expect(tile(page, 'Visibility')).toHaveCount(0);
  await expect(page.locator('#details')).not.toContainText(/gusts/i);
  for (const value of await page.locator('.tile .value').allTextContents()) expect(value.trim()).not.toBe('');
  expect(await page.locator('main').innerText()).not.toMatch(/null|NaN|undefined/);
});

test.describe('frost', () => {
  // The worker's own requests would bypass the answers that are changed here.
  test.use({ allowed: allowedComplaints(withoutWorker), serviceWorkers: 'block' });

  test('has a typographic minus sign and a unit that is read out, in the title too', async ({ page }) => {
    await changeAnswers(page, (answer) => { if (answer.current) Object.assign(answer.current, { temperature: -44, feels_like: -44 }); });
    await open(page);
    await expect(page.locator('#temperature')).toHaveText('−44°C');
    await expect(page).toHaveTitle(/^−44°C London/);
    await expect(page.locator('#announcer')).toHaveText(/^London: −44°C, /);
    await page.getByRole('button', { name: '°F, Fahrenheit' }).click();
    await expect(page.locator('#temperature')).toHaveText('−47°F');
    await expect(page).toHaveTitle(/^−47°F London/);
    expect(await page.locator('main').innerText()).not.toMatch(/-\d/);
  });
});

for (const timezoneId of ['Europe/London', 'America/New_York', 'Asia/Kolkata']) {
  test.describe(`a reader in ${timezoneId}`, () => {
    test.use({ timezoneId });

    for (const [city, timezone] of [['London', 'Europe/London'], ['New York', 'America/New_York'], ['Kolkata', 'Asia/Kolkata']]) {
      test(`sees ${city}’s own clock, days and sun`, async ({ page, program }) => {
        await open(page, `/?city=${city}`);
        const { sun } = await program.api(`/api/weather?city=${city}`);
        const { daily, hourly } = await program.api(`/api/forecast?city=${city}`);
        const clock = timeIn(timezone);
        const [hour] = clock(Date.now()).split(':');
        await expect(page.locator('#place-time')).toHaveText(new RegExp(` ${hour}:\\d\\d${timezone === timezoneId ? '$' : ' there, .* h (ahead|behind)$'}`));
        await expect(tile(page, 'Sun')).toContainText(`Sunrise ${clock(sun.sunrise)}`);
        await expect(page.locator('.days li').first()).toContainText('Today');
        expect(daily[0].date).toBe(new Intl.DateTimeFormat('sv-SE', { timeZone: timezone }).format(Date.now()));
        await expect(page.locator('#hours-readout')).toContainText(clock(hourly[0].time));
      });
    }
  });
}

test.describe('where the sun does not cross the horizon', () => {
  test.use({ settings: withSettings(metNorway, { MISSES_PER_MINUTE: '0' }) });

  for (const latitude of [89.9, -89.9]) {
    test(`latitude ${latitude} says so in words`, async ({ page, program }) => {
      const { sun } = await program.api(`/api/weather?lat=${latitude}&lon=0`);
      test.skip(sun.polar === null, 'the sun does cross the horizon there for a few days in March and September');
      await open(page, `/?lat=${latitude}&lon=0`);
      await expect(tile(page, 'Sun')).toContainText(
        sun.polar === 'day' ? 'The sun does not set today' : 'The sun does not rise today',
      );
      await expect(page.locator('h1#place')).toContainText(latitude > 0 ? '° N' : '° S');
    });
  }
});
