/**
 * Makes the icons that browsers want as pixels from web/icon.svg: run `node make-icons.js` here after changing it.
 * favicon.ico holds one PNG of 32 x 32.
 */

import { readFile, writeFile } from 'node:fs/promises';
import { chromium } from '@playwright/test';
import { browserOptions } from './browser.js';

const web = new URL('../../web/', import.meta.url);
const drawing = await readFile(new URL('icon.svg', web), 'utf8');
const browser = await chromium.launch(browserOptions);

/** @param {number} size px @param {boolean} [isWhole] Whether it fills its corners too, for a system that cuts its own shape. */
async function render(size, isWhole = false) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const shown = isWhole ? drawing.replace(/ rx="\d+"/, '') : drawing;
  await page.setContent(`<style>body{margin:0}svg{display:block;width:100vw}</style>${shown}`);
  const png = await page.screenshot({ omitBackground: true });
  await page.close();
  return png;
}

/** Wraps a PNG as an icon file: a directory of one entry, then the picture. @param {Buffer} png @param {number} size */
function icon(png, size) {
  const header = Buffer.alloc(22);
  header.writeUInt16LE(1, 2); // a file of icons
  header.writeUInt16LE(1, 4); // one of them
  header.writeUInt8(size, 6);
  header.writeUInt8(size, 7);
  header.writeUInt16LE(1, 10); // colour planes
  header.writeUInt16LE(32, 12); // bits for each pixel
  header.writeUInt32LE(png.length, 14);
  header.writeUInt32LE(header.length, 18);
  return Buffer.concat([header, png]);
}

for (const size of [192, 512]) await writeFile(new URL(`icon-${size}.png`, web), await render(size));
await writeFile(new URL('icon-maskable.png', web), await render(512, true));
await writeFile(new URL('apple-touch-icon.png', web), await render(180, true));
await writeFile(new URL('favicon.ico', web), icon(await render(32), 32));
await browser.close();
