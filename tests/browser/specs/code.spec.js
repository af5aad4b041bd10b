/** Rules for the page's code that nothing else checks. */

import { readFile, readdir } from 'node:fs/promises';
import { expect, test } from '@playwright/test';

const web = new URL('../../../web/', import.meta.url);
const read = (name) => readFile(new URL(name, web), 'utf8');

/** A data URL of a module of the page, and of those that it imports: Node.js does not take the files for modules. */
async function address(name) {
  let code = await read(name);
  for (const [, other] of code.matchAll(/from '\.\/([\w-]+\.js)'/g)) code = code.replace(`./${other}`, await address(other));
  return `data:text/javascript,${encodeURIComponent(code).replaceAll("'", '%27')}`;
}

test('every text is used', async () => {
  const names = (await readdir(web)).filter((name) => name.endsWith('.js') && !name.startsWith('texts'));
  const code = (await Promise.all(names.map(read))).join('\n');
  const [{ texts }, { moreTexts }, { detailTexts }, { dangerTexts }] = await Promise.all(
    ['texts.js', 'texts-more.js', 'texts-details.js', 'texts-dangers.js'].map(async (name) => import(await address(name))));
  const known = [texts, moreTexts, moreTexts.search, moreTexts.settings, moreTexts.sample, detailTexts, dangerTexts].flatMap((words) => Object.keys(words));
  const isUsed = (name) => new RegExp(`(?<!\\.)\\.${name}\\b|{[^}]*\\b${name}\\b[^}]*} = (texts|moreTexts|detailTexts|dangerTexts)`).test(code);
  expect(known.length).toBeGreaterThan(100);
  expect(known.filter((name) => !isUsed(name))).toEqual([]);
});

test('only app.js and parts.js import a view statically', async () => {
  const views = ['now', 'days', 'hours', 'parts', 'states', 'details', 'dangers', 'sample', 'day-details', 'saved', 'search', 'settings'];
  const users = Object.fromEntries(views.map((view) => [view, []]));
  for (const name of (await readdir(web)).filter((file) => file.endsWith('.js'))) {
    for (const [, view] of (await read(name)).matchAll(/^import (?!type).*? from '\.\/([\w-]+)\.js'/gm)) users[view]?.push(name);
  }
  for (const view of views) expect(users[view].filter((name) => !['app.js', 'parts.js'].includes(name)), view).toEqual([]);
});
