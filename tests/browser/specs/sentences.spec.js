/** What the page says in words: what falls and when, what is dangerous, and what a reading means. */

import { allowedComplaints, changeAnswers, expect, noNetwork, open, test } from '../weather-test.js';

const NOW = '2026-11-25T02:04:00Z';
const at = (day, hour) => `2026-11-${day}T${hour}:00:00Z`;
const outlook = (kind, from, until, again = null, horizon = at(26, '02')) => ({ sentence: '', kind, from, until, again, horizon });

/** Hours from two o'clock on the 25th in London, all alike except for the changes given by their number. */
function hoursWith(hour, different) {
  return Array.from({ length: 48 }, (_, position) => ({
    ...hour, hours: 1, time: new Date(Date.parse(at(25, '02')) + position * 3600_000).toISOString(), condition: 'cloudy', temperature: 10,
    feels_like: 9, wind_speed: 3, wind_gust: 5, precipitation: 0, uv_index: 0, pressure: 1008, ...different(position),
  }));
}

/** Opens London at four minutes past two with a forecast made by the test. */
async function openWith(page, { ahead, current = {}, different = () => ({}) }) {
  await page.clock.install({ time: new Date(NOW) });
  await changeAnswers(page, (answer) => {
    answer.fetched_at = NOW;
    answer.stale = false;
    if (answer.current) Object.assign(answer.current, { time: at(25, '02'), condition: 'cloudy', temperature: 10, feels_like: 9 }, current);
    if (answer.hourly) Object.assign(answer, { outlook: ahead, hourly: hoursWith(answer.hourly[0], different) });
  });
  await open(page);
}

const dry = outlook('dry', null, null);

for (const [name, ahead, current, words] of [
  ['it rains and will again tomorrow', outlook('rain', null, at(25, '07'), at(26, '01')), { condition: 'light_rain' }, 'Rain until 07:00, again from 01:00 tomorrow'],
  ['snow comes tomorrow', outlook('snow', at(26, '01'), null), {}, 'Snow from 01:00 tomorrow'],
  ['rain comes and goes', outlook('rain', at(25, '15'), at(25, '18')), {}, 'Rain from 15:00 to 18:00'],
  ['it does not end', outlook('thunderstorm', null, null), { condition: 'thunderstorm' }, 'Thunderstorms for the next 24 hours'],
  ['it is dry as far as the data reach', outlook('dry', null, null, null, at(25, '08')), {}, 'Dry for the next 6 hours'],
  ['the reading says rain and the forecast does not', dry, { condition: 'light_rain' }, 'Rain now'],
  ['the reading says rain before the forecast does', outlook('rain', at(25, '15'), null), { condition: 'rain' }, 'Rain now, more from 15:00'],
  ['the reading says rain and snow comes', outlook('snow', at(25, '15'), null), { condition: 'rain' }, 'Rain now, snow from 15:00'],
]) {
  test(`the headline, when ${name}`, async ({ page }) => {
    await openWith(page, { ahead, current });
    await expect(page.locator('#outlook')).toHaveText(words);
  });
}

test.describe('a reader with a twelve-hour clock', () => {
  test.use({ locale: 'en-US' });

  test('has it in the headline too', async ({ page }) => {
    await openWith(page, { ahead: outlook('rain', at(25, '15'), at(25, '18')) });
    await expect(page.locator('#outlook')).toHaveText(/^Rain from 3\sPM to 6\sPM$/);
  });
});

test.describe('while nothing answers', () => {
  test.use({ allowed: allowedComplaints(noNetwork) });

  test('a part of the outlook that is over disappears', async ({ page }) => {
    await openWith(page, { ahead: outlook('rain', null, at(25, '03'), null, at(25, '08')), current: { condition: 'rain' } });
    await expect(page.locator('#outlook')).toHaveText('Rain until 03:00');
    await page.route(/\/api\//, (route) => route.abort());
    await page.clock.fastForward('02:00:00');
    await expect(page.locator('#outlook')).toHaveText('Dry for the next 4 hours');
    await page.clock.fastForward('06:00:00');
    await expect(page.locator('#outlook')).toBeHidden();
  });
});

for (const [name, different, words] of [
  ['gusts', (hour) => ({ wind_gust: hour >= 12 && hour < 18 ? 26 : 5 }), 'Storm-force gusts up to 58 mph, 14:00 to 20:00'],
  ['a gale', (hour) => ({ wind_gust: null, wind_speed: hour === 1 ? 18 : 3 }), 'Gale-force wind up to 40 mph, 03:00 to 04:00'],
  ['heavy rain', (hour) => ({ condition: 'heavy_rain', precipitation: hour < 2 ? 30 : 0 }), 'Very heavy rain, up to 30 mm in an hour, until 04:00'],
  ['frost', (hour) => ({ temperature: hour < 5 ? -2 : 4 }), 'Frost, down to −2°, until 07:00'],
  ['cold', () => ({ temperature: -30, feels_like: -44 }), 'Dangerous cold, feels like −44°'],
  ['heat', (hour) => ({ temperature: 45, feels_like: hour === 10 ? 53 : 41 }), 'Extreme heat, feels like 53°'],
  ['the sun', (hour) => ({ uv_index: hour === 10 ? 12 : 1 }), 'Extreme UV, index 12, 12:00 to 13:00'],
  ['ice', (hour) => ({ condition: hour === 3 ? 'freezing_rain' : 'cloudy', precipitation: 0.4 }), 'Freezing rain: ice on roads and paths, 05:00 to 06:00'],
]) {
  test(`danger by ${name} looks like danger, and is attributed to the forecast`, async ({ page }) => {
    await openWith(page, { ahead: dry, different });
    await expect(page.locator('#danger li').first()).toContainText(words);
    await expect(page.locator('#danger')).toContainText('Not an official warning');
  });
}

test('ordinary weather has no danger in it', async ({ page }) => {
  await openWith(page, { ahead: dry });
  await expect(page.locator('#outlook')).toHaveText('Dry for the next 24 hours');
  await expect(page.locator('#danger')).toBeHidden();
});

test('each number of the details has its meaning beside it', async ({ page }) => {
  await openWith(page, {
    ahead: dry, current: { pressure: 1011, cloud_cover: 95, visibility: 3000, humidity: 90, dew_point: 19, uv_index: 0, wind_speed: 9, feels_like: 5 },
    different: (hour) => ({ pressure: 1011 - hour, uv_index: hour === 10 ? 6 : 0 }),
  });
  await page.locator('#details').scrollIntoViewIfNeeded();
  for (const words of ['Falling over the next 3 hours', 'Overcast', 'Poor', 'oppressive', 'rises to 6 at 12:00', 'Fresh breeze']) {
    await expect(page.locator('#details')).toContainText(words);
  }
  await expect(page.locator('#feels-like')).toHaveText('Feels like 5°, colder because of the wind');
});

test('a flat day looks flat, and 4 mm look different from 25', async ({ page }) => {
  await openWith(page, { ahead: dry, different: (hour) => ({ temperature: 11 + (hour % 2) / 2, condition: 'rain', precipitation: { 10: 4, 20: 25 }[hour] ?? 0 }) });
  const line = await page.locator('.chart path.line').evaluate((path) => path.getBBox().height);
  expect(line).toBeLessThan(10);
  const bars = await page.locator('.chart rect.amount').evaluateAll((rects) => rects.map((rect) => Number(rect.getAttribute('height'))));
  expect(bars).toHaveLength(2);
  expect(bars[1]).toBeGreaterThan(bars[0] * 2);
  await expect(page.locator('.chart text.millimetres')).toHaveText(['4', '25']);
});

test('snow is in centimetres, about ten times the water in it', async ({ page }) => {
  const snow = { condition: 'snow', temperature: -2 };
  await openWith(page, { ahead: outlook('snow', null, null), current: snow, different: () => ({ ...snow, precipitation: 1.2 }) });
  await page.getByText('Show as a table').click();
  await expect(page.locator('#hours-table tbody tr:not(.day)').first()).toContainText('1.2 cm');
  await expect(page.locator('#hours-readout')).toContainText('1.2 cm');
});

test('the two hours of the same name are told apart when clocks are put back', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 800 });
  await page.clock.install({ time: new Date('2026-10-24T22:10:00Z') });
  await changeAnswers(page, (answer) => {
    if (answer.hourly) answer.hourly = answer.hourly.map((hour, position) => ({ ...hour, hours: 1, time: new Date(Date.parse('2026-10-24T22:00:00Z') + position * 3600_000).toISOString() }));
  });
  await open(page);
  await expect(page.locator('#hours-strip time').nth(2)).toHaveText(/01:00 (BST|GMT\+1)/);
  await expect(page.locator('#hours-strip time').nth(3)).toHaveText(/01:00 (GMT|UTC)/);
  await page.setViewportSize({ width: 1440, height: 900 });
  const slider = page.getByRole('slider', { name: 'Hourly forecast' });
  await expect(slider).not.toHaveAttribute('max', '0'); // the chart is loaded when the page is wide
  for (const [position, time] of [[2, /^Sunday 01:00 (BST|GMT\+1), /], [3, /^Sunday 01:00 (GMT|UTC), /]]) {
    await slider.fill(String(position));
    await expect(slider).toHaveAttribute('aria-valuetext', time);
  }
});
