/** The hours and the days: by mouse, by touch, by keyboard, and as a table. */

import { expect, metNorway, open, openWeather, test } from '../weather-test.js';

const chart = (page) => page.getByRole('slider', { name: /Hours ahead/ });

test('the chart is read with the keyboard alone', async ({ page, program }) => {
  await open(page);
  const { hourly } = await program.api('/api/forecast?units=metric');
  await chart(page).focus();
  await expect(chart(page)).toHaveAttribute('aria-valuemax', String(hourly.length - 1));
  for (const [key, index] of [['ArrowRight', 1], ['ArrowRight', 2], ['ArrowLeft', 1], ['PageUp', 7], ['End', hourly.length - 1], ['ArrowRight', hourly.length - 1], ['Home', 0], ['ArrowLeft', 0]]) {
    await page.keyboard.press(key);
    await expect(chart(page)).toHaveAttribute('aria-valuenow', String(index));
    const text = await chart(page).getAttribute('aria-valuetext');
    expect(text).toContain(`${Math.round(hourly[index].temperature)}°`);
    expect(text).toContain(hourly[index].description);
  }
});

test('the mouse reads the hour under it', async ({ page, program }) => {
  await open(page);
  const { hourly } = await program.api('/api/forecast');
  const box = await chart(page).boundingBox();
  await page.mouse.move(box.x + box.width * 0.5, box.y + 100);
  const index = Number(await chart(page).getAttribute('aria-valuenow'));
  expect(Math.abs(index - hourly.length / 2)).toBeLessThanOrEqual(1);
  await expect(page.locator('#hours-readout')).toContainText(`${Math.round(hourly[index].temperature)}°`);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 780 }, hasTouch: true, isMobile: true });

  test('a touch reads the hour under it', async ({ page }) => {
    await open(page);
    await chart(page).scrollIntoViewIfNeeded();
    const box = await chart(page).boundingBox();
    await page.touchscreen.tap(box.x + box.width - 2, box.y + 60);
    await expect(chart(page)).toHaveAttribute('aria-valuenow', await chart(page).getAttribute('aria-valuemax'));
  });
});

test('the table has the same hours as the chart', async ({ page, program }) => {
  await open(page);
  const { hourly } = await program.api('/api/forecast');
  await page.getByText('Show as a table').click();
  const rows = page.locator('#hours-table tbody tr');
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

  test('bars show how much, and columns how probable', async ({ page, program }) => {
    await open(page);
    const { hourly } = await program.api('/api/forecast');
    const probable = hourly.filter((hour) => hour.precipitation_probability > 0);
    const wet = hourly.filter((hour) => hour.precipitation > 0);
    await expect(page.locator('.chart rect.probability')).toHaveCount(probable.length);
    await expect(page.locator('.chart rect.amount')).toHaveCount(wet.length);
  });
});

for (const [name, settings] of Object.entries({ 'each hour': metNorway, 'each third hour': openWeather })) {
  test.describe(`with a forecast for ${name}`, () => {
    test.use({ settings });

    test('the line goes through no number, where it would read as a minus', async ({ page }) => {
      for (const width of [360, 412, 768, 1440]) {
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

test('days stand on one scale, and a day that is only partly known says so', async ({ page, program }) => {
  await open(page);
  const { daily } = await program.api('/api/forecast');
  await expect(page.locator('.days li').first().locator('.weekday')).toContainText(daily[0].complete ? 'Today' : 'Todayrest of day');
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
      for (const width of [360, 412, 768, 1440]) {
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

test('the chart is drawn anew when the window changes its size', async ({ page }) => {
  await open(page);
  await page.setViewportSize({ width: 500, height: 800 });
  await expect.poll(async () => {
    const [, , width] = (await page.locator('#hours-chart > svg').getAttribute('viewBox')).split(' ').map(Number);
    const box = await chart(page).boundingBox();
    return Math.abs(width - box.width) <= 1;
  }).toBe(true);
});
