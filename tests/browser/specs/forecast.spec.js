/** The hours and the days: by mouse, by touch, by keyboard, and as a table. */

import { expect, metNorway, open, openWeather, test } from '../weather-test.js';

const chart = (page) => page.getByRole('slider', { name: /Hourly forecast/ });

test('the chart is read with the keyboard alone', async ({ page, program }) => {
  await open(page);
  const { hourly } = await program.api('/api/forecast?units=metric');
  await chart(page).focus();
  await expect(chart(page)).toHaveAttribute('max', String(hourly.length - 1));
  for (const [key, index] of [['ArrowRight', 1], ['ArrowRight', 2], ['ArrowLeft', 1], ['End', hourly.length - 1], ['ArrowRight', hourly.length - 1], ['Home', 0], ['ArrowLeft', 0]]) {
    await page.keyboard.press(key);
    await expect(chart(page)).toHaveValue(String(index));
    const text = await chart(page).getAttribute('aria-valuetext');
    expect(text).toContain(`${Math.round(hourly[index].temperature)}°`);
    expect(text).toContain(hourly[index].description);
  }
});

test('the chart is moved by the browser’s own slider, because screen readers on touch screens move no other', async ({ page, program }) => {
  await open(page);
  const { hourly } = await program.api('/api/forecast');
  expect(await chart(page).evaluate((slider) => slider.matches('input[type="range"]'))).toBe(true);
  await chart(page).fill('5');
  await expect(page.locator('#hours-readout')).toContainText(`${Math.round(hourly[5].temperature)}°`);
  await expect(chart(page)).toHaveAttribute('aria-valuetext', new RegExp(hourly[5].description));
});

test('the mouse reads the hour under it', async ({ page, program }) => {
  await open(page);
  const { hourly } = await program.api('/api/forecast');
  const box = await chart(page).boundingBox();
  await page.mouse.move(box.x + box.width * 0.5, box.y + 100);
  const index = Number(await chart(page).inputValue());
  expect(Math.abs(index - hourly.length / 2)).toBeLessThanOrEqual(1);
  await expect(page.locator('#hours-readout')).toContainText(`${Math.round(hourly[index].temperature)}°`);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 780 }, hasTouch: true, isMobile: true, settings: openWeather });

  test('the hours are a strip to scroll, each wide enough for a finger and with all that matters', async ({ page, program }) => {
    await open(page);
    const { hourly } = await program.api('/api/forecast');
    const hours = page.locator('#hours-strip li');
    await expect(hours).toHaveCount(hourly.length);
    await expect(hours.first().locator('time')).toHaveText('Now');
    await expect(hours.nth(1).locator('time')).toHaveText(/^\d\d:00$/);
    await expect(chart(page)).toBeHidden();
    for (const [position, hour] of hourly.entries()) {
      await expect(hours.nth(position)).toContainText(`${Math.round(hour.temperature)}°`);
      await expect(hours.nth(position)).toContainText(`${Math.round(hour.precipitation_probability)}%`);
      if (hour.precipitation >= 0.05) await expect(hours.nth(position)).toContainText('mm');
    }
    const { width } = await hours.first().boundingBox();
    expect(width).toBeGreaterThanOrEqual(48);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await page.locator('#hours-strip').focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => page.locator('#hours-strip').evaluate((strip) => strip.scrollLeft)).toBeGreaterThan(0);
  });

  test('the bars of the days stay visible', async ({ page }) => {
    for (const width of [320, 360, 412]) {
      await page.setViewportSize({ width, height: 780 });
      await open(page);
      const bar = async () => (await page.locator('.range').first().boundingBox())?.width ?? 0;
      await expect.poll(bar, `${width} px`).toBeGreaterThanOrEqual(width < 360 ? 50 : 80);
    }
  });
});

test('the table has the same hours as the chart', async ({ page, program }) => {
  await open(page);
  const { hourly } = await program.api('/api/forecast');
  await page.getByText('Show as a table').click();
  const rows = page.locator('#hours-table tbody tr:not(.day)');
  await expect(page.locator('#hours-table thead th').first()).toHaveText('Time');
  await expect(page.locator('#hours-table thead th').nth(1)).toHaveText('Amount');
  const titles = await page.locator('#hours-table thead th').allTextContents();
  await expect(page.locator('#hours-table tr.day')).toHaveCount(new Set(hourly.map(({ time }) => time.slice(0, 10))).size);
  await expect(rows).toHaveCount(hourly.length);
  for (const index of [0, 10, hourly.length - 1]) {
    await expect(rows.nth(index)).toContainText(`${Math.round(hourly[index].temperature)}°`);
    await expect(rows.nth(index)).toContainText(hourly[index].description);
  }
});

test('day, night and wind are in the picture', async ({ page, program }) => {
  await open(page);
  const { hourly } = await program.api('/api/forecast');
  const nights = hourly.filter((hour, index) => hour.is_day === false && hourly[index - 1]?.is_day !== false).length;
  await expect(page.locator('.chart rect.night')).toHaveCount(nights);
  expect(await page.locator('.chart g.wind').count()).toBeGreaterThan(8);
});

test.describe('with rain ahead', () => {
  test.use({ settings: openWeather });

  test('bars and numbers show how much, and numbers how probable', async ({ page, program }) => {
    await open(page);
    const { hourly } = await program.api('/api/forecast');
    const wet = hourly.filter((hour) => hour.precipitation > 0);
    await expect(page.locator('.chart rect.amount')).toHaveCount(wet.length);
    expect(await page.locator('.chart text.chance').count()).toBeGreaterThan(3);
    expect(await page.locator('.chart text.millimetres').count()).toBeGreaterThan(1);
  });
});

for (const [name, settings] of Object.entries({ 'each hour': metNorway, 'each third hour': openWeather })) {
  test.describe(`with a forecast for ${name}`, () => {
    test.use({ settings });

    test('the line goes through no number, where it would read as a minus', async ({ page }) => {
      for (const width of [700, 768, 1440]) {
        await page.setViewportSize({ width, height: 800 });
        await open(page);
        await expect(page.locator('.chart text.degrees').first()).toBeVisible();
        const struck = await page.locator('.chart path.line').evaluate((line) => {
          const points = Array.from({ length: Math.floor(line.getTotalLength()) }, (_, at) => line.getPointAtLength(at));
          return [...line.parentNode.querySelectorAll('text.degrees')]
            .filter((label) => {
              const box = label.getBBox();
              const middle = box.y + box.height / 2;
              return points.some(({ x, y }) => x > box.x && x < box.x + box.width && Math.abs(y - middle) < box.height / 4);
            })
            .map((label) => label.textContent);
        });
        expect(struck, `${width} px`).toEqual([]);
      }
    });
  });
}

test('days share one scale, and a day that is only partly known says so', async ({ page, program }) => {
  await open(page);
  const { daily } = await program.api('/api/forecast');
  await expect(page.locator('#days-title')).toHaveText(`${daily.length}-day forecast`);
  await expect(page.locator('.days li').first().locator('.weekday')).toContainText('Today');
  await page.locator('.days summary').first().click();
  if (!daily[0].complete) await expect(page.locator('.day-body').first()).toContainText('From now until midnight.');
  const ends = await page.locator('.range').evaluateAll((bars) => bars.map((bar) => [
    parseFloat(bar.style.getPropertyValue('--from')), 100 - parseFloat(bar.style.getPropertyValue('--to')),
  ]));
  const coldest = Math.min(...daily.map((day) => day.temperature_min));
  const warmest = Math.max(...daily.map((day) => day.temperature_max));
  const perDegree = (ends[0][1] - ends[0][0]) / (daily[0].temperature_max - daily[0].temperature_min);
  for (const [index, [from, to]] of ends.entries()) {
    expect(to - from).toBeCloseTo(perDegree * (daily[index].temperature_max - daily[index].temperature_min), 0);
  }
  expect(perDegree * (warmest - coldest)).toBeLessThanOrEqual(100.5);
});

for (const locale of ['en-GB', 'en-US', 'de-DE']) {
  test.describe(`a browser in ${locale}`, () => {
    test.use({ locale });

    test('has room for each label under the chart', async ({ page }) => {
      for (const width of [700, 768, 1440]) {
        await page.setViewportSize({ width, height: 800 });
        await open(page);
        const times = page.locator('.chart text.time');
        await expect(times.first()).toBeVisible();
        const boxes = await times.evaluateAll((labels) => labels.map((label) => label.getBoundingClientRect()).map(({ left, right }) => [left, right]));
        expect(boxes.length).toBeGreaterThan(3);
        for (const [index, [left]] of boxes.entries()) {
          if (index > 0) expect(left, `label ${index} at ${width} px`).toBeGreaterThan(boxes[index - 1][1] + 2);
        }
      }
    });
  });
}

test('the chart is redrawn when the window changes its size', async ({ page }) => {
  await open(page);
  await page.setViewportSize({ width: 800, height: 800 });
  await expect.poll(async () => {
    const [, , width] = (await page.locator('#hours-chart > svg').getAttribute('viewBox')).split(' ').map(Number);
    const box = await chart(page).boundingBox();
    return Math.abs(width - box.width) <= 1;
  }).toBe(true);
});
