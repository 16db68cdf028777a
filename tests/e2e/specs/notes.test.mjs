// Notes on the map: placed by pointer and by keyboard, written in place, moved, copied, undone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { button, giveFile, heard, map, node, nodes, saved, starter } from '../lib/app.mjs';
import { violations } from '../lib/axe.mjs';
import { launch, open } from '../lib/browser.mjs';
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

const TWO_ZONES = /^Two zones/;
const notes = (page) => map(page).locator('[data-kind="note"]');
const writing = (page) => map(page).getByRole('textbox', { name: 'Text of the note' });
const kind = (page, name) => page.getByRole('group', { name: 'What is placed' }).getByRole('button', { name, exact: true });
const inspector = (page) => page.getByRole('complementary', { name: 'Inspector' });

const begin = async (options = {}) => {
  const opened = await open(browser, site.url, options);
  await starter(opened.page, TWO_ZONES);
  return opened;
};

test('a note is placed by a click, written in place, and undone', async () => {
  const { page, context, problems } = await begin();
  const before = JSON.stringify(await saved(page));
  await button(page, 'Note').click();
  const box = await map(page).boundingBox();
  await page.mouse.click(box.x + 60, box.y + 60);
  await writing(page).waitFor();
  await page.keyboard.type('Built by hand');
  await page.keyboard.press('Enter');
  await page.keyboard.type('See the runbook');
  await page.keyboard.press('Control+Enter');
  const note = notes(page);
  await note.filter({ hasText: 'See the runbook' }).waitFor();
  assert.equal(await note.getAttribute('aria-label'), 'Note: Built by hand See the runbook');
  const [kept] = (await saved(page)).notes;
  assert.equal(kept.text, 'Built by hand\nSee the runbook');
  assert.ok(Number.isInteger(kept.x / 8), 'on the grid');

  await page.keyboard.press('o');
  await page.getByRole('treeitem', { name: /Built by hand/ }).click();
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await note.waitFor({ state: 'detached' });
  assert.equal(JSON.stringify(await saved(page)), before);
  assert.deepEqual(problems, []);
  await context.close();
});

test('a callout is placed by keyboard and moves with its component', async () => {
  const { page, context, problems } = await begin();
  const instance = nodes(page, 'instance').first();
  const id = await instance.getAttribute('data-id');
  await instance.focus();
  await page.keyboard.press('m');
  await kind(page, 'Callout').focus();
  await page.keyboard.press('Enter');
  await instance.focus();
  await page.keyboard.press('Enter');
  await writing(page).waitFor();
  await page.keyboard.type('Serves the shop');
  await page.keyboard.press('Control+Enter');
  const note = notes(page);
  await note.filter({ hasText: 'Serves the shop' }).waitFor();
  assert.match(await note.getAttribute('aria-label'), /^Callout about .+: Serves the shop$/);
  await page.waitForFunction(() => document.activeElement?.dataset.kind === 'note');

  // Arrow keys move it; its place is that beside the component.
  const at = async () => (({ x, y, about }) => ({ x, y, about }))((await saved(page)).notes[0]);
  const first = await at();
  assert.equal(first.about, id);
  await page.keyboard.press('Alt+ArrowRight');
  await page.keyboard.press('Alt+ArrowDown');
  assert.deepEqual(await at(), { x: first.x + 8, y: first.y + 8, about: id });
  const stood = await note.boundingBox();
  await instance.focus();
  await page.keyboard.press('Space');
  for (let n = 0; n < 3; n += 1) await page.keyboard.press('Alt+ArrowDown');
  await page.waitForFunction((y) => document.querySelector('[data-kind="note"] .shape').getBoundingClientRect().y > y + 4, stood.y);
  assert.deepEqual(await at(), { x: first.x + 8, y: first.y + 8, about: id });

  // It is deleted with what it is about, and comes back with it.
  await page.keyboard.press('Delete');
  await note.waitFor({ state: 'detached' });
  await page.keyboard.press('Control+z');
  await note.waitFor();
  assert.deepEqual(problems, []);
  await context.close();
});

test('notes are dragged, resized, copied and deleted like components', async () => {
  const { page, context, problems } = await begin();
  await button(page, 'Note').click();
  await kind(page, 'Frame').click();
  const box = await map(page).boundingBox();
  await page.mouse.click(box.x + 40, box.y + 40);
  await writing(page).waitFor();
  await page.keyboard.type('Tier');
  await page.keyboard.press('Control+Enter');
  const note = notes(page).first();
  await note.filter({ hasText: 'Tier' }).waitFor();
  const before = (await saved(page)).notes[0];

  // By its edge: inside the frame the map is hit.
  const edge = await note.locator('rect.shape').boundingBox();
  await page.mouse.move(edge.x + edge.width / 2, edge.y);
  await page.mouse.down();
  await page.mouse.move(edge.x + edge.width / 2 + 50, edge.y + 40, { steps: 4 });
  await page.mouse.up();
  const moved = (await saved(page)).notes[0];
  assert.ok(moved.x > before.x && moved.y > before.y, JSON.stringify([before, moved]));

  const handle = await map(page).locator('[data-handle="se"]').boundingBox();
  await page.mouse.move(handle.x + 4, handle.y + 4);
  await page.mouse.down();
  await page.mouse.move(handle.x + 84, handle.y + 64, { steps: 4 });
  await page.mouse.up();
  const sized = (await saved(page)).notes[0];
  assert.ok(sized.w > 240 && sized.h > 160, JSON.stringify(sized));

  await page.keyboard.press('Control+d');
  await page.waitForFunction(() => document.querySelectorAll('[data-kind="note"]').length === 2);
  await page.waitForFunction((id) => document.activeElement?.dataset.kind === 'note' && document.activeElement.dataset.id !== id, sized.id);
  await page.keyboard.press('Delete');
  await page.waitForFunction(() => document.querySelectorAll('[data-kind="note"]').length === 1);
  assert.equal((await saved(page)).notes.length, 1);
  assert.deepEqual(problems, []);
  await context.close();
});

test('the inspector does what the pointer does', async () => {
  const { page, context, problems } = await begin();
  await map(page).locator('[data-kind="instance"]').first().focus();
  await page.keyboard.press('m');
  await page.keyboard.press('Enter');
  await writing(page).waitFor();
  await page.keyboard.type('One');
  await page.keyboard.press('Control+Enter');
  await notes(page).filter({ hasText: 'One' }).waitFor();
  await inspector(page).getByRole('textbox', { name: 'Text of the note' }).fill('Two');
  await notes(page).filter({ hasText: 'Two' }).waitFor();
  await inspector(page).getByRole('combobox', { name: 'About' }).selectOption({ label: 'nat-a' });
  await inspector(page).getByRole('combobox', { name: 'Look' }).selectOption('Callout');
  await map(page).getByRole('group', { name: 'Callout about nat-a: Two' }).waitFor();
  await inspector(page).getByRole('spinbutton', { name: 'Width' }).fill('320');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('[data-kind="note"] .shape').getAttribute('width') === '320');
  await inspector(page).getByRole('button', { name: 'Delete the note' }).click();
  await notes(page).waitFor({ state: 'detached' });
  assert.deepEqual(problems, []);
  await context.close();
});

test('what stays empty is not kept, and Escape brings the old text back', async () => {
  const { page, context } = await begin();
  await page.keyboard.press('m');
  await page.waitForFunction(() => document.activeElement?.id === 'map');
  await page.keyboard.press('Enter');
  await writing(page).waitFor();
  await page.keyboard.press('Escape');
  await notes(page).waitFor({ state: 'detached' });
  assert.equal((await saved(page)).notes, undefined);
  await page.waitForFunction(() => document.activeElement?.id === 'map');
  await page.keyboard.press('m');
  await page.keyboard.press('Enter');
  await writing(page).waitFor();
  await page.keyboard.type('Kept');
  await page.keyboard.press('Control+Enter');
  await notes(page).filter({ hasText: 'Kept' }).waitFor();
  await page.waitForFunction(() => document.activeElement?.dataset.kind === 'note');
  await page.keyboard.press('Enter');
  await writing(page).waitFor();
  await page.keyboard.type('Gone');
  await page.keyboard.press('Escape');
  await notes(page).filter({ hasText: 'Kept' }).waitFor();
  assert.match(await heard(page), /note/i);
  await context.close();
});

const NOTED = {
  hopscope: 1,
  name: 'Noted',
  nodes: [
    { id: 'r', kind: 'region', name: 'us-east-1' },
    { id: 'v', kind: 'vpc', name: 'main', parent: 'r', cidrs: ['10.0.0.0/16'] },
    { id: 'h', kind: 'internet-host', name: 'client', addresses: ['198.51.100.1'] },
  ],
  notes: [
    { id: 'a', kind: 'text', text: '<img src=x onerror=alert(1)>', x: 420, y: 40 },
    { id: 'b', kind: 'callout', about: 'h', text: 'A host', x: 140, y: -40 },
    { id: 'c', kind: 'area', text: 'Tier', x: -40, y: -40, w: 600, h: 320 },
    { id: 'd', kind: 'arrow', text: 'way', x: 420, y: 160, w: -100, h: 40 },
  ],
};

for (const [width, height] of [
  [1440, 900],
  [900, 700],
  [390, 800],
]) {
  for (const colorScheme of ['light', 'dark']) {
    test(`notes are accessible at ${width} px, ${colorScheme}`, async () => {
      const { page, context, problems } = await open(browser, site.url, { width, height, colorScheme });
      await giveFile(page, 'noted.hopscope.json', JSON.stringify(NOTED));
      await node(page, 'a').waitFor();
      assert.equal(await notes(page).count(), 4);
      assert.equal(await map(page).locator('img').count(), 0);
      await node(page, 'a').focus();
      await page.keyboard.press('Space');
      assert.deepEqual(await violations(page), []);
      await page.keyboard.press('m');
      await kind(page, 'Arrow').waitFor();
      assert.deepEqual(await violations(page), []);
      assert.deepEqual(problems, []);
      await context.close();
    });
  }
}
