/** What the page says equals what the interface says. */

import { expect, having, metNorway, open, openWeather, test } from '../weather-test.js';

const whole = (value) => `${Math.round(value)}°`;

/** A tile of the details by its label. */
const tile = (page, label) => page.locator('.tile').filter({ has: page.locator('dt', { hasText: new RegExp(`^${label}$`) }) });

const timeIn = (timezone) => (time) =>
  new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: timezone }).format(new Date(time));

test('every reading of MET Norway is the interface’s', async ({ page, program }) => {
  await open(page);
  const { current, sun, place } = await program.api('/api/weather');
  const { daily, hourly, outlook } = await program.api('/api/forecast');
  const clock = timeIn(place.timezone);

  await expect(page.locator('h1#place')).toHaveText('London');
  await expect(page.locator('#place-region')).toHaveText('England, United Kingdom');
  await expect(page.locator('#temperature')).toHaveText(whole(current.temperature));
  await expect(page.locator('#temperature')).toHaveAttribute('value', String(current.temperature));
  await expect(page.locator('#description')).toHaveText(current.description, { ignoreCase: true });
  await expect(page.locator('#feels-like')).toHaveText(`Feels like ${whole(current.feels_like)}`);
  await expect(page.locator('#high-low')).toContainText(`High ${whole(daily[0].temperature_max)}, low ${whole(daily[0].temperature_min)}`);
  await expect(page.locator('#outlook')).toHaveText(outlook);
  await expect(tile(page, 'Wind').locator('.value')).toHaveText(`${Number(current.wind_speed.toFixed(1))} m/s`);
  await expect(tile(page, 'Wind')).toContainText('From the north');
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

  test('says what only it knows: visibility and the last hour’s rain', async ({ page, program }) => {
    await open(page, '/?city=London&units=metric');
    const { current } = await program.api('/api/weather');
    await expect(tile(page, 'Visibility').locator('.value')).toHaveText(`${current.visibility / 1000} km`);
    await expect(tile(page, 'Precipitation').locator('.value')).toHaveText(`${Number(current.precipitation.toFixed(1))} mm`);
    await expect(page.locator('#description')).toHaveText('Moderate rain');
  });

  test('has its rain probable in the days, and the hours in steps of three', async ({ page, program }) => {
    await open(page);
    const { daily, hourly } = await program.api('/api/forecast');
    const wettest = daily.findIndex((day) => day.precipitation_probability > 0);
    await expect(page.locator('.days li').nth(wettest)).toContainText(`${Math.round(daily[wettest].precipitation_probability)}%`);
    await page.getByText('Show as a table').click();
    await expect(page.locator('#hours-table tbody tr')).toHaveCount(hourly.length);
  });
});

test('what the provider does not say is left out, never 0 and never an empty field', async ({ page, program }) => {
  await open(page);
  const { current } = await program.api('/api/weather');
  expect(current.visibility).toBeNull();
  expect(current.wind_gust).toBeNull();
  await expect(tile(page, 'Visibility')).toHaveCount(0);
  await expect(page.locator('#details')).not.toContainText(/gusts/i);
  for (const value of await page.locator('.tile .value').allTextContents()) expect(value.trim()).not.toBe('');
  expect(await page.locator('main').innerText()).not.toMatch(/null|NaN|undefined/);
});

test('imperial units come from the interface and are kept in the address', async ({ page, program }) => {
  await open(page, '/?city=London&units=imperial');
  const { current } = await program.api('/api/weather?city=London&units=imperial');
  await expect(page.locator('#temperature')).toHaveText(whole(current.temperature));
  await expect(tile(page, 'Wind').locator('.value')).toHaveText(`${Math.round(current.wind_speed)} mph`);
  await expect(tile(page, 'Pressure').locator('.value')).toHaveText(`${Math.round(current.pressure).toLocaleString('en-GB')} hPa`);
  await page.getByRole('button', { name: '°C, metric units' }).click();
  await expect(page).toHaveURL(/units=metric/);
  await expect(tile(page, 'Wind').locator('.value')).toContainText('m/s');
  await page.goBack();
  await expect(tile(page, 'Wind').locator('.value')).toContainText('mph');
});

for (const [locale, units, pressure] of [['en-US', 'imperial', '1,023 hPa'], ['en-GB', 'metric', '1,023 hPa'], ['de-DE', 'metric', '1.023 hPa']]) {
  test.describe(`a browser in ${locale}`, () => {
    test.use({ locale });

    test(`begins with ${units} units and its own way of writing`, async ({ page }) => {
      await open(page);
      await expect(page).toHaveURL(new RegExp(`units=${units}`));
      await expect(tile(page, 'Pressure').locator('.value')).toHaveText(pressure);
      const time = await page.locator('#place-time').textContent();
      expect(/[AP]M/.test(time)).toBe(locale === 'en-US');
    });
  });
}

test.describe('a browser in German', () => {
  test.use({ locale: 'de-DE' });

  test('has the weekdays in German, marked as German', async ({ page, program }) => {
    await open(page);
    const { daily } = await program.api('/api/forecast');
    const second = page.locator('.days li').nth(1).locator('.weekday b');
    const weekday = new Intl.DateTimeFormat('de-DE', { weekday: 'short', timeZone: 'UTC' }).format(new Date(daily[1].date));
    await expect(second).toHaveText(weekday);
    await expect(second).toHaveAttribute('lang', 'de-DE');
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
        await expect(page.locator('#place-time')).toContainText(new RegExp(` ${hour}:\\d\\d local time`));
        await expect(tile(page, 'Sun')).toContainText(`Sunrise ${clock(sun.sunrise)}`);
        await expect(page.locator('.days li').first()).toContainText('Today');
        expect(daily[0].date).toBe(new Intl.DateTimeFormat('sv-SE', { timeZone: timezone }).format(Date.now()));
        await expect(page.locator('#hours-readout')).toContainText(clock(hourly[0].time));
      });
    }
  });
}

test.describe('where the sun does not cross the horizon', () => {
  test.use({ settings: having(metNorway, { MISSES_PER_MINUTE: '0' }) });

  for (const latitude of [89.9, -89.9]) {
    test(`latitude ${latitude} says so in words`, async ({ page, program }) => {
      const { sun } = await program.api(`/api/weather?lat=${latitude}&lon=0`);
      test.skip(sun.polar === null, 'the sun does cross the horizon there for a few days in March and September');
      await open(page, `/?lat=${latitude}&lon=0&units=metric`);
      await expect(tile(page, 'Sun')).toContainText(
        sun.polar === 'day' ? 'The sun does not set today' : 'The sun does not rise today',
      );
      await expect(page.locator('h1#place')).toContainText(latitude > 0 ? '° N' : '° S');
    });
  }
});
