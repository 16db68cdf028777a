// Editing with the mouse: several things at once, finding, menus, the address space, the clipboard.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { blank, button, heard, map, node, nodes, placeIn, placeOutside, saved, starter } from '../lib/app.mjs';
import { launch, open } from '../lib/browser.mjs';
import { serve } from '../lib/server.mjs';
import { violations } from '../lib/axe.mjs';

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

/** A VPC with two zones, by the chips. */
async function twoZones(page) {
  await blank(page);
  await button(page, 'Place a VPC').click();
  await placeOutside(page);
  await page.getByRole('button', { name: /^2 AZ, public/ }).click();
  await nodes(page, 'subnet').nth(3).waitFor();
}

const middle = async (locator) => {
  const box = await locator.boundingBox();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
};

/** Waits until the live region says something. */
const hears = (page, sentence) => page.locator('[aria-live=polite]').first().filter({ hasText: sentence }).waitFor();

test('three instances are aligned and distributed from the tool bar, each in one step', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await twoZones(page);
  await page.getByRole('toolbar', { name: 'Tools' }).getByRole('button', { name: 'Compute' }).click();
  const subnet = nodes(page, 'subnet').first();
  for (let count = 1; count <= 3; count += 1) {
    await placeIn(page, subnet);
    await nodes(page, 'instance').nth(count - 1).waitFor();
  }
  await page.keyboard.press('Escape');
  await page.keyboard.press('v');
  const boxes = async () => (await nodes(page, 'instance').all()).map((one) => one.locator('.shape').boundingBox());
  // One of them is moved out of line by hand.
  const from = await middle(nodes(page, 'instance').nth(1));
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + 30, from.y + 37, { steps: 4 });
  await page.mouse.up();
  await nodes(page, 'instance').first().click();
  for (const index of [1, 2]) await nodes(page, 'instance').nth(index).click({ modifiers: ['Shift'] });
  const bar = page.getByRole('toolbar', { name: 'Selection' });
  await bar.getByText('3 selected').waitFor();
  assert.deepEqual(await violations(page), []);
  const before = (await saved(page)).frames;
  await bar.getByRole('button', { name: 'Distribute vertically' }).click();
  await hears(page, 'Distribute 3 instances vertically');
  await bar.getByRole('button', { name: 'Align left' }).click();
  await hears(page, /^Align 3 instances left$/);
  const lefts = new Set((await Promise.all(await boxes())).map((box) => Math.round(box.x)));
  assert.equal(lefts.size, 1);
  // Two undo steps bring back what was there.
  await button(page, 'Undo: Align 3 instances left').click();
  await button(page, 'Undo: Distribute 3 instances vertically').click();
  assert.deepEqual((await saved(page)).frames, before);
  assert.deepEqual(problems, []);
  await context.close();
});

test('an area is selected with the area tool and by Shift', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await twoZones(page);
  const box = await map(page).boundingBox();
  const drag = async () => {
    await page.mouse.move(box.x + 70, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 20, box.y + box.height - 60, { steps: 5 });
    await page.mouse.up();
  };
  await page.getByRole('toolbar', { name: 'Tools' }).getByRole('button', { name: 'Select an area' }).click();
  await drag();
  await page.getByRole('toolbar', { name: 'Selection' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('toolbar', { name: 'Selection' }).waitFor({ state: 'detached' });
  await page.keyboard.down('Shift');
  await drag();
  await page.keyboard.up('Shift');
  await page.getByRole('toolbar', { name: 'Selection' }).waitFor();
  assert.deepEqual(problems, []);
  await context.close();
});

test('the menus of a component, a line, the map and a row do what they say', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await starter(page, /^Two zones/);
  const menu = page.getByRole('menu');
  const item = (name) => menu.getByRole('menuitem', { name });

  // A component: duplicate.
  const count = await nodes(page, 'instance').count();
  await nodes(page, 'instance').first().click({ button: 'right' });
  await item('Duplicate').waitFor();
  assert.deepEqual(await violations(page), []);
  await item('Duplicate').click();
  await nodes(page, 'instance').nth(count).waitFor();
  assert.equal(await menu.count(), 0);

  // The map: select everything, then the menu of what is selected.
  await page.mouse.click(...(await corner(page)), { button: 'right' });
  await item('Select all').click();
  await page.getByRole('toolbar', { name: 'Selection' }).waitFor();
  await page.keyboard.press('Escape');

  // A click beside it closes it.
  await nodes(page, 'vpc').first().click({ button: 'right', position: { x: 20, y: 20 } });
  await menu.waitFor();
  await page.mouse.click(...(await corner(page)));
  await menu.waitFor({ state: 'detached' });

  // A line: go to its route.
  const line = await page.evaluate(() => {
    const path = document.querySelector('.wire.route path');
    const at = path.getPointAtLength(path.getTotalLength() * 0.3).matrixTransform(path.getScreenCTM());
    return [at.x, at.y];
  });
  await page.mouse.click(...line, { button: 'right' });
  await item('Go to the route').click();
  await page.waitForFunction(() => document.activeElement?.closest('[data-path^="routes/"]'));

  // A row: one below it, by its menu.
  const rows = page.locator('.row-table tbody tr:not(.implied)');
  const before = await rows.count();
  await page.keyboard.press('Shift+F10');
  await item('Insert row below').click();
  await page.waitForFunction((n) => document.querySelectorAll('.row-table tbody tr:not(.implied)').length > n, before);
  assert.deepEqual(problems, []);
  await context.close();
});

/** A place of the map where nothing is. */
async function corner(page) {
  const box = await map(page).boundingBox();
  return [box.x + box.width - 30, box.y + 20];
}

test('a free part of the bar becomes a subnet of the chosen size, which is split and joined', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await twoZones(page);
  await map(page).locator('.space-part.free').last().click();
  const dialog = page.getByRole('dialog', { name: 'Address space of main' });
  await dialog.getByRole('option', { name: /^10\.0\.128\.0\/17/, selected: true }).waitFor();
  assert.deepEqual(await violations(page), []);
  await dialog.getByRole('combobox', { name: 'Size' }).selectOption({ label: '/24: 251 addresses for hosts' });
  await button(page, 'Create subnet 10.0.128.0/24').click();
  await dialog.waitFor({ state: 'detached' });
  await nodes(page, 'subnet').nth(4).waitFor();
  const of = async (name) => (await saved(page)).nodes.filter((n) => n.kind === 'subnet' && n.name.startsWith(name));
  const made = (await saved(page)).nodes.find((n) => n.cidr === '10.0.128.0/24');
  assert.ok(made);
  await node(page, made.id).click({ button: 'right', position: { x: 60, y: 20 } });
  await page.getByRole('menuitem', { name: 'Split into two halves' }).click();
  await nodes(page, 'subnet').nth(5).waitFor();
  assert.deepEqual((await of(made.name)).map((n) => n.cidr).filter((c) => c.startsWith('10.0.128')), ['10.0.128.0/25', '10.0.128.128/25']);
  await node(page, made.id).click({ button: 'right', position: { x: 60, y: 20 } });
  await page.getByRole('menuitem', { name: 'Join both halves' }).click();
  await nodes(page, 'subnet').nth(5).waitFor({ state: 'detached' });
  assert.ok((await saved(page)).nodes.some((n) => n.id === made.id && n.cidr === '10.0.128.0/24'));
  assert.deepEqual(problems, []);
  await context.close();
});

test('what is copied in one tab is pasted in another at the free addresses there', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await starter(page, /^Two zones/);
  await nodes(page, 'vpc').first().click({ position: { x: 20, y: 20 } });
  await page.keyboard.press('Control+c');
  await hears(page, /^Copied VPC/);
  const second = await open(browser, site.url, { context });
  await second.page.bringToFront();
  await twoZones(second.page);
  await second.page.mouse.click(...(await corner(second.page)));
  await second.page.keyboard.press('Control+v');
  await nodes(second.page, 'vpc').nth(1).waitFor();
  const document = await saved(second.page);
  const blocks = document.nodes.filter((n) => n.kind === 'vpc').map((n) => n.cidrs[0]);
  assert.equal(new Set(blocks).size, 2, `${blocks}`);
  const ids = new Set(document.nodes.map((n) => n.id));
  assert.equal(ids.size, document.nodes.length);
  // Nothing that was made refers to what is not there.
  for (const table of document.nodes.filter((n) => n.kind === 'route-table')) {
    for (const route of table.routes ?? []) assert.ok(ids.has(route.target) || route.target === 'local', route.target);
  }
  assert.deepEqual([...problems, ...second.problems], []);
  await context.close();
});

test('places are found, ringed, walked through and gone to', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await starter(page, /^Two zones/);
  await page.keyboard.press('Control+f');
  const find = page.getByRole('search', { name: 'Find on the map' });
  await find.getByRole('combobox').fill('443');
  await find.getByRole('status').filter({ hasText: /place/ }).waitFor();
  assert.deepEqual(await violations(page), []);
  assert.ok((await page.locator('.found').count()) > 0, 'what matches is ringed');
  await find.getByRole('option').first().click();
  await find.waitFor({ state: 'detached' });
  assert.equal(await page.locator('.found').count(), 0);
  await page.waitForFunction(() => document.activeElement?.closest('.side'));
  assert.match(await heard(page), /./);
  assert.deepEqual(problems, []);
  await context.close();
});

test('a finger that rests opens the menu, and what follows is no click', async () => {
  const { page, context, problems } = await open(browser, site.url, { width: 390, height: 780 });
  await starter(page, /^Two zones/);
  const touch = await context.newCDPSession(page);
  const point = await middle(nodes(page, 'vpc').first());
  const at = { x: point.x, y: point.y, id: 1 };
  await touch.send('Emulation.setTouchEmulationEnabled', { enabled: true });
  await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [at] });
  const menu = page.getByRole('menu');
  await menu.waitFor();
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await menu.getByRole('menuitem', { name: 'Delete' }).waitFor();
  assert.deepEqual(problems, []);
  await context.close();
});

test('tidying keeps what was moved by hand, and only the other command moves that too', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await starter(page, /^Two zones/);
  const from = await middle(nodes(page, 'instance').first());
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + 8, from.y + 41, { steps: 4 });
  await page.mouse.up();
  const frames = async () => (await saved(page)).frames ?? {};
  const moved = await frames();
  assert.equal(Object.keys(moved).length, 1);
  await page.keyboard.press('Shift+T');
  await page.getByText(/^Everything is tidy/).first().waitFor();
  assert.deepEqual(await frames(), moved);
  await page.mouse.click(...(await corner(page)), { button: 'right' });
  await page.getByRole('menuitem', { name: /^Tidy everything/ }).click();
  await hears(page, /^Tidy everything/);
  assert.deepEqual(await frames(), {});
  assert.deepEqual(problems, []);
  await context.close();
});
