// The same without touching the mouse.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { blank, map, nodes, saved, starter } from '../lib/app.mjs';
import { acts, launch, open, resetActs } from '../lib/browser.mjs';
import { serve } from '../lib/server.mjs';

let site;
let browser;
before(async () => {
  site = await serve();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await site?.close();
});

const hears = (page, sentence) => page.locator('[aria-live=polite]').first().filter({ hasText: sentence }).waitFor();

/** Gives the keyboard to a component without a click. */
async function at(page, kind, index = 0) {
  await nodes(page, kind).nth(index).focus();
  await page.waitForFunction((kind) => document.activeElement?.dataset.kind === kind, kind);
}

async function untouched(page) {
  assert.equal((await acts(page)).clicks, 0);
}

test('a selection is extended, aligned by keys, and taken back', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await page.getByRole('button', { name: /^Blank canvas/ }).focus();
  await blank(page, () => page.keyboard.press('Enter'));
  await resetActs(page);
  await map(page).focus();
  for (const kind of ['internet host', 'internet host', 'internet host']) {
    await page.keyboard.press(' ');
    await page.keyboard.press('Insert');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    await page.keyboard.type(kind);
    await dialog.getByRole('option', { name: /^Internet host/ }).first().waitFor();
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await map(page).focus();
  }
  await at(page, 'internet-host');
  await page.keyboard.press(' ');
  await page.keyboard.press('Control+Shift+A');
  await page.getByRole('toolbar', { name: 'Selection' }).getByText('3 selected').waitFor();
  // One is nudged out of line, then all are brought back into it.
  await page.keyboard.press(' ');
  await page.keyboard.press('Alt+ArrowDown');
  await page.keyboard.press('Alt+ArrowDown');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  await hears(page, '3 things selected');
  await page.keyboard.press('Alt+Shift+ArrowUp');
  await hears(page, 'Align 3 internet hosts at the top');
  const tops = Object.values((await saved(page)).frames).map((frame) => frame.y);
  assert.equal(new Set(tops).size, 1, `${tops}`);
  await page.keyboard.press('Control+z');
  await hears(page, /^Undid: Align 3/);
  await untouched(page);
  assert.deepEqual(problems, []);
  await context.close();
});

test('the menu opens by key, is walked by arrows and letters, and gives the keyboard back', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await starter(page, /^Two zones/);
  await resetActs(page);
  await at(page, 'instance');
  await page.keyboard.press('Shift+F10');
  const menu = page.getByRole('menu');
  await menu.waitFor();
  const focused = () => page.evaluate(() => document.activeElement?.textContent);
  assert.match(await focused(), /^Rename/);
  await page.keyboard.press('ArrowUp');
  assert.match(await focused(), /^Delete/);
  await page.keyboard.press('d');
  assert.match(await focused(), /^Duplicate/);
  await page.keyboard.press('Escape');
  await menu.waitFor({ state: 'detached' });
  await page.waitForFunction(() => document.activeElement?.dataset.kind === 'instance');
  const count = await nodes(page, 'instance').count();
  await page.keyboard.press('ContextMenu');
  await menu.waitFor();
  await page.keyboard.press('d');
  await page.keyboard.press('Enter');
  await nodes(page, 'instance').nth(count).waitFor();
  await untouched(page);
  assert.deepEqual(problems, []);
  await context.close();
});

test('an address is found by typing it, and Enter goes there', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await starter(page, /^Two zones/);
  await resetActs(page);
  await at(page, 'vpc');
  await page.keyboard.press('/');
  const find = page.getByRole('search', { name: 'Find on the map' });
  await find.waitFor();
  await page.keyboard.type('web-a');
  await find.getByRole('option', { name: /web-a/ }).first().waitFor();
  await find.getByRole('status').filter({ hasText: /place/ }).waitFor();
  await page.keyboard.press('Enter');
  await find.waitFor({ state: 'detached' });
  await page.waitForFunction(() => document.activeElement?.dataset.kind === 'instance');
  // Escape leaves it and gives the keyboard back to the map.
  await page.keyboard.press('/');
  await find.waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Escape');
  await find.waitFor({ state: 'detached' });
  await page.waitForFunction(() => document.activeElement?.closest('.map'));
  await untouched(page);
  assert.deepEqual(problems, []);
  await context.close();
});

test('a subnet is cut out of the free space, split and joined', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await starter(page, /^Two zones/);
  await resetActs(page);
  await at(page, 'vpc');
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menu').waitFor();
  await page.keyboard.type('addre');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: /^Address space/ });
  await dialog.getByRole('listbox').waitFor();
  await page.keyboard.press('End');
  await dialog.getByRole('option', { selected: true, name: /free/ }).waitFor();
  const before = await nodes(page, 'subnet').count();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.tagName === 'SELECT');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await nodes(page, 'subnet').nth(before).waitFor();
  await page.waitForFunction(() => document.activeElement?.dataset.kind === 'subnet');
  const command = async (typed, name) => {
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type(typed);
    await page.getByRole('option', { name, selected: true }).waitFor();
    await page.keyboard.press('Enter');
  };
  await command('split into', /Split into two halves/);
  await nodes(page, 'subnet').nth(before + 1).waitFor();
  await command('join with', /Join with its other half/);
  await nodes(page, 'subnet').nth(before + 1).waitFor({ state: 'detached' });
  await untouched(page);
  assert.deepEqual(problems, []);
  await context.close();
});

test('an instance moves to another subnet, and a document is searched by port, without the mouse', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await starter(page, /^Two zones/);
  await resetActs(page);
  await at(page, 'instance');
  await page.keyboard.press(' ');
  const id = await page.evaluate(() => document.activeElement.dataset.id);
  const parent = async () => (await saved(page)).nodes.find((n) => n.id === id).parent;
  const before = await parent();
  await page.keyboard.press('Shift+M');
  const dialog = page.getByRole('dialog', { name: /^Move / });
  await dialog.waitFor();
  await page.keyboard.type('private-b');
  await dialog.getByRole('option', { name: /private-b/, selected: true }).waitFor();
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await hears(page, /^Move .* to private-b$/);
  assert.notEqual(await parent(), before);
  await page.waitForFunction((id) => document.activeElement?.dataset.id === id, id);
  // Escape lets go of what is selected.
  await page.keyboard.press('Escape');
  await hears(page, 'Nothing selected');
  // What the browser would search for is searched on the map.
  await page.keyboard.press('Control+f');
  const find = page.getByRole('search', { name: 'Find on the map' });
  await find.waitFor();
  await page.keyboard.type('tcp 443');
  await find.getByRole('option').first().waitFor();
  await page.keyboard.press('Enter');
  // The rule itself has the keyboard.
  await page.waitForFunction(() => document.activeElement?.closest('[data-path^="inbound/"], [data-path^="outbound/"]'));
  await untouched(page);
  assert.deepEqual(problems, []);
  await context.close();
});
