// The document as text beside the map: linked cursors, edits both ways, and nothing typed is lost.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { autosaved, blank, button, giveFile, map, node, nodes, saved, starter } from '../lib/app.mjs';
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
const field = (page) => page.getByRole('textbox', { name: 'Text of the document' });
const panel = (page) => page.getByRole('complementary', { name: 'Text', exact: true });
const state = (page, sentence) => panel(page).getByText(sentence);
const IN_STEP = 'The map shows this text.';

/** A starter with its text open and the keyboard in it. */
const begin = async (options = {}, start = (page) => starter(page, TWO_ZONES)) => {
  const opened = await open(browser, site.url, options);
  await start(opened.page);
  await opened.page.keyboard.press('t');
  await field(opened.page).waitFor();
  await opened.page.waitForFunction(() => document.activeElement?.classList.contains('text-field'));
  return opened;
};

/** Puts the text cursor behind the first occurrence of something, as a click there would. */
const cursorAt = (page, text) =>
  field(page).evaluate((field, text) => {
    const at = field.value.indexOf(text);
    if (at < 0) throw new Error(`not in the text: ${text}`);
    field.focus();
    field.setSelectionRange(at + text.length, at + text.length);
  }, text);

/** Lines that are marked as those of the selection. */
const marked = (page) => panel(page).locator('.text-row.mine').evaluateAll((rows) => rows.map((row) => row.textContent));

/** The only selected component of the map. */
const selected = (page, id) =>
  page.waitForFunction((id) => {
    const found = [...document.querySelectorAll('.map [data-id][aria-current="true"]')].map((node) => node.dataset.id);
    return found.length === 1 && found[0] === id;
  }, id);

test('cursor and selection follow each other', async () => {
  const { page, context, problems } = await begin();
  const instance = nodes(page, 'instance').first();
  const id = await instance.getAttribute('data-id');
  await cursorAt(page, `"id": "${id}"`);
  await selected(page, id);
  await panel(page).locator('.text-row.mine', { hasText: `"id": "${id}"` }).first().waitFor();

  const other = nodes(page, 'nat-gateway').first();
  const wanted = await other.getAttribute('data-id');
  await other.click();
  await selected(page, wanted);
  const line = panel(page).locator('.text-row.mine', { hasText: `"id": "${wanted}"` }).first();
  await line.waitFor();
  // It was scrolled to: the line stands inside what is seen of the text.
  await page.waitForFunction((id) => {
    const row = [...document.querySelectorAll('.text-row.mine')].find((row) => row.textContent.includes(`"id": "${id}"`));
    const seen = document.querySelector('.text-scroll').getBoundingClientRect();
    const box = row?.getBoundingClientRect();
    return box && box.top >= seen.top && box.bottom <= seen.bottom;
  }, wanted);
  assert.ok((await marked(page)).length >= 4, 'from bracket to bracket');
  // The coloured layer has the same letters in the same places as the field.
  const [code, ink] = await Promise.all([
    line.locator('.text-code').textContent(),
    field(page).evaluate((field) => field.value),
  ]);
  assert.ok(ink.split('\n').includes(code));
  assert.deepEqual(problems, []);
  await context.close();
});

test('typing edits the document as one step, and undo is seen in the text', async () => {
  const { page, context, problems } = await begin();
  const before = await field(page).inputValue();
  const vpc = nodes(page, 'vpc').first();
  const id = await vpc.getAttribute('data-id');
  await cursorAt(page, `"id": "${id}",\n      "kind": "vpc",\n      "name": "`);
  await page.keyboard.type('shop-');
  await map(page).locator(`[data-id="${id}"]`).filter({ hasText: 'shop-' }).waitFor();
  await state(page, IN_STEP).waitFor();
  await page.getByRole('button', { name: /^Undo: Change VPC shop-.*, as text$/ }).waitFor();
  assert.equal((await saved(page)).nodes.find((node) => node.id === id).name.slice(0, 5), 'shop-');
  assert.equal(await page.evaluate(() => document.activeElement?.className), 'text-field', 'the keyboard stays');
  await page.keyboard.press('Control+z');
  await page.waitForFunction((text) => document.querySelector('.text-field').value === text, before);
  assert.equal(await vpc.getByText('shop-').count(), 0);
  await page.keyboard.press('Control+y');
  await map(page).locator(`[data-id="${id}"]`).filter({ hasText: 'shop-' }).waitFor();
  assert.match(await field(page).inputValue(), /"name": "shop-/);
  assert.deepEqual(problems, []);
  await context.close();
});

test('while the text cannot be read the picture stays, the error has its place, and nothing is lost', async () => {
  const { page, context, problems } = await begin();
  const good = await field(page).inputValue();
  const shapes = await map(page).locator('[data-id]').count();
  await cursorAt(page, '"hopscope": 1');
  await page.keyboard.type(' 2');
  const sentence = state(page, /^Line 2, column 17: a comma or \} is missing before this\.$/);
  await sentence.waitFor();
  assert.equal(await map(page).locator('[data-id]').count(), shapes);
  await panel(page).locator('.text-row.wrong[data-line="2"]').waitFor();
  assert.equal(await field(page).getAttribute('aria-invalid'), 'true');

  // Closing and opening the panel, and a change on the map, keep what was typed.
  const typed = await field(page).inputValue();
  await page.keyboard.press('Escape');
  await page.keyboard.press('t');
  await panel(page).waitFor({ state: 'detached' });
  const instance = nodes(page, 'instance').first();
  await instance.focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Alt+ArrowRight');
  await page.keyboard.press('t');
  await sentence.waitFor();
  assert.equal(await field(page).inputValue(), typed);

  await cursorAt(page, '"flows"');
  await button(page, 'Go to the error').click();
  const at = await field(page).evaluate((field) => [field.selectionStart, document.activeElement === field]);
  assert.deepEqual(at, [good.indexOf('"hopscope": 1') + '"hopscope": 1'.length + 1, true]);

  // Correcting it brings text and map together, the change made on the map included.
  await page.keyboard.press('Delete');
  await state(page, IN_STEP).waitFor();
  await page.waitForFunction(() => document.querySelector('.text-field').value.includes('"frames"'));

  await cursorAt(page, '"hopscope": 1');
  await page.keyboard.type('}');
  await button(page, 'Put back the last good text').click();
  await state(page, IN_STEP).waitFor();
  const document = JSON.parse(await field(page).inputValue());
  assert.deepEqual(document, await saved(page));
  assert.deepEqual(problems, []);
  await context.close();
});

test('what the document says is judged too, and a misspelt field is told of', async () => {
  const { page, context } = await begin();
  await cursorAt(page, '"kind": "vpc');
  await page.keyboard.type('x');
  await state(page, /^Line \d+, column \d+: node "[^"]+": unknown kind "vpcx"\.$/).waitFor();
  await page.keyboard.press('Backspace');
  await state(page, IN_STEP).waitFor();
  await cursorAt(page, '"cidrs');
  await page.keyboard.type('s');
  await state(page, /^Line \d+: VPC has no field "cidrss", so it is not kept\.$/).waitFor();
  await context.close();
});

test('map edits update the text and leave the cursor in its component', async () => {
  const { page, context, problems } = await begin();
  await cursorAt(page, '"kind": "security-group"');
  const owner = () =>
    field(page).evaluate((field) => field.value.slice(0, field.selectionStart).split('"id": "').at(-1).split('"')[0]);
  const before = await owner();
  // The name stands before everything else in the text, the new component somewhere in it.
  await page.getByRole('textbox', { name: 'Document name' }).fill('A much longer name of this network');
  await page.waitForFunction(() => document.querySelector('.text-field').value.includes('A much longer name'));
  assert.equal(await owner(), before);
  assert.match(await field(page).evaluate((field) => field.value.slice(0, field.selectionStart)), /"kind": "security-group"$/);
  assert.deepEqual(problems, []);
  await context.close();
});

test('a thousand components stay at hand', async () => {
  const nodes = [
    { id: 'r', kind: 'region', name: 'us-east-1' },
    ...Array.from({ length: 1200 }, (_, n) => ({ id: `h${n}`, kind: 'internet-host', name: `host ${n}`, addresses: [] })),
  ];
  const { page, context, problems } = await begin({}, async (page) => {
    await giveFile(page, 'large.hopscope.json', JSON.stringify({ hopscope: 1, name: 'Large', nodes }));
    await map(page).waitFor();
  });
  assert.ok((await panel(page).locator('.text-row').count()) < 300, 'only lines about those that are seen are drawn');
  await cursorAt(page, '"name": "host 1100');
  await panel(page).locator('.text-row.mine', { hasText: 'host 1100' }).waitFor();
  await page.keyboard.type('x');
  await state(page, IN_STEP).waitFor();
  await page.getByRole('button', { name: /^Undo: Change .*host 1100x, as text$/ }).waitFor();
  assert.deepEqual(problems, []);
  await context.close();
});

test('beyond the bound there is a sentence and a way out', async () => {
  const nodes = Array.from({ length: 40 }, (_, n) => ({ id: `h${n}`, kind: 'internet-host', name: 'x'.repeat(60_000) }));
  const { page, context, problems } = await open(browser, site.url);
  await giveFile(page, 'wide.hopscope.json', JSON.stringify({ hopscope: 1, name: 'Wide', nodes }));
  await map(page).waitFor();
  await page.keyboard.press('t');
  await state(page, /^The text of this document is 2\.3 MB; up to 2 MB are edited here\./).waitFor();
  assert.equal(await field(page).count(), 0);
  const download = page.waitForEvent('download');
  await panel(page).getByRole('button', { name: 'Save as a file' }).click();
  await download;
  // Once it fits, it is there.
  await node(page, 'h0').focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await field(page).waitFor();
  assert.match(await field(page).inputValue(), /"nodes": \[\]/);
  assert.deepEqual(problems, []);
  await context.close();
});

test('Enter begins the next line where the last one began', async () => {
  const { page, context } = await begin();
  await cursorAt(page, '"kind": "vpc",');
  await page.keyboard.press('Enter');
  await page.keyboard.type('"cidrs": ["10.9.0.0/16"],');
  await page.waitForFunction(() => document.querySelector('.text-field').value.includes('"kind": "vpc",\n      "cidrs": ["10.9.0.0/16"],'));
  await context.close();
});

test('text is only ever text', async () => {
  const { page, context, problems } = await begin({}, async (page) => {
    const name = '<img src=x onerror=alert(1)>"</textarea><script>alert(2)</script>';
    const document = { hopscope: 1, name, nodes: [{ id: name, kind: 'vpc', name }] };
    await giveFile(page, 'hostile.hopscope.json', JSON.stringify(document));
    await map(page).waitFor();
  });
  assert.match(await field(page).inputValue(), /<script>alert\(2\)/);
  assert.equal(await panel(page).locator('img, script').count(), 0);
  assert.deepEqual(problems, []);
  await context.close();
});

for (const [width, height] of [
  [1440, 900],
  [900, 700],
  [390, 800],
]) {
  for (const colorScheme of ['light', 'dark']) {
    test(`the text is accessible at ${width} px, ${colorScheme}`, async () => {
      const { page, context } = await open(browser, site.url, { width, height, colorScheme });
      await starter(page, TWO_ZONES);
      await page.getByRole('button', { name: 'Text', exact: true }).click();
      await cursorAt(page, '"hopscope": 1');
      await page.keyboard.type(' 2');
      await button(page, 'Go to the error').waitFor();
      assert.deepEqual(await violations(page), []);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing makes the page wider');
      if (width === 390) {
        const box = await panel(page).boundingBox();
        assert.ok(box.height > 700 && box.width > 380, 'a sheet over everything');
      }
      await context.close();
    });
  }
}

test('the edge is moved by keys and remembered', async () => {
  const { page, context } = await begin();
  const edge = page.getByRole('separator', { name: 'Width of the text' });
  const before = (await panel(page).boundingBox()).width;
  await edge.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction((width) => document.querySelector('.drawer-text').getBoundingClientRect().width > width, before + 20);
  const chosen = (await panel(page).boundingBox()).width;
  await autosaved(page);
  await page.reload();
  await map(page).waitFor();
  await page.keyboard.press('t');
  await field(page).waitFor();
  assert.equal((await panel(page).boundingBox()).width, chosen);
  await context.close();
});

test('an empty document has a text that makes a network', async () => {
  const { page, context, problems } = await begin({}, (page) => blank(page));
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText('{"hopscope": 1, "nodes": [{"id": "v", "kind": "vpc", "cidrs": ["10.0.0.0/16"]}]}');
  await node(page, 'v').waitFor();
  await page.getByRole('button', { name: /^Undo: Add VPC v, as text$/ }).waitFor();
  assert.deepEqual(problems, []);
  await context.close();
});
