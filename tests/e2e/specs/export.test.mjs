// What leaves the page: pictures that open again, one that plays, a sheet for paper, text.
import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, test } from 'node:test';
import { button, flowLens, map, node, problem, saved, starter } from '../lib/app.mjs';
import { violations } from '../lib/axe.mjs';
import { launch, open } from '../lib/browser.mjs';
import { serve } from '../lib/server.mjs';

let site;
let browser;
let folder;
before(async () => {
  site = await serve();
  browser = await launch();
  folder = await mkdtemp(join(tmpdir(), 'hopscope-'));
});
after(async () => {
  await browser?.close();
  await site?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

const dialog = (page) => page.getByRole('dialog', { name: 'Export' });
const preview = (page) => page.getByRole('img', { name: 'Preview of the picture' });

async function menu(page, item) {
  await button(page, 'Menu').click();
  await page.getByRole('menuitem', { name: item, exact: true }).click();
}

async function exporting(page) {
  await menu(page, 'Export');
  await preview(page).waitFor();
}

/** Saves by that button and keeps the file. */
async function save(page, name) {
  const download = page.waitForEvent('download');
  await dialog(page).getByRole('button', { name, exact: true }).click();
  const file = await download;
  const path = join(await mkdtemp(join(folder, 'file-')), file.suggestedFilename());
  await copyFile(await file.path(), path);
  return path;
}

/** Drops a file on the page. */
async function drop(page, path) {
  const bytes = [...(await readFile(path))];
  await page.evaluate(
    ([bytes, name]) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([new Uint8Array(bytes)], name));
      for (const kind of ['dragover', 'drop']) window.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
    },
    [bytes, path.split('/').pop()],
  );
}

test('PNG and SVG open again as the document they show', async (t) => {
  for (const name of ['Save PNG', 'Save SVG', 'Save animated SVG']) {
    await t.test(name, async () => {
      const { page, context, problems } = await open(browser, site.url);
      await starter(page, /^Two zones/);
      await flowLens(page);
      const document = await saved(page);
      await exporting(page);
      const path = await save(page, name);
      assert.match(path, /\/two-zones-public-and-private\.(animated\.)?(png|svg)$/);
      await page.keyboard.press('Escape');
      await page.goto(`${site.url}#/`);
      await button(page, 'Choose files').first().waitFor();
      await drop(page, path);
      await map(page).waitFor();
      assert.deepEqual(await saved(page), document);
      assert.deepEqual(problems, []);
      await context.close();
    });
  }
});

test('a picture without its source says so, and the open network stays', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await starter(page, /^Egress-only/);
  const document = await saved(page);
  for (const name of ['Save PNG', 'Save SVG']) {
    await exporting(page);
    await dialog(page).getByRole('checkbox', { name: /Put the document/ }).uncheck();
    const path = await save(page, name);
    await page.keyboard.press('Escape');
    await drop(page, path);
    await problem(page, /carries no document/).waitFor();
    await page.getByRole('button', { name: 'Dismiss' }).first().click();
    await problem(page, /carries no document/).waitFor({ state: 'detached' });
  }
  assert.deepEqual(await saved(page), document);
  assert.deepEqual(problems, []);
  await context.close();
});

test('a PNG is as large as was asked, in the colours that were asked', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await starter(page, /^Egress-only/);
  await exporting(page);
  assert.deepEqual(await violations(page), []);
  const pixels = async (path) => {
    const bytes = [...(await readFile(path))];
    return page.evaluate(async (bytes) => {
      const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: 'image/png' }));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const context = canvas.getContext('2d');
      context.drawImage(bitmap, 0, 0);
      return { width: bitmap.width, height: bitmap.height, corner: [...context.getImageData(2, 2, 1, 1).data] };
    }, bytes);
  };
  const found = [];
  for (const [scale, colours] of [['1×', 'Light'], ['2×', 'Light'], ['3×', 'Dark']]) {
    await dialog(page).getByRole('radio', { name: scale }).check();
    await dialog(page).getByRole('radio', { name: colours }).check();
    found.push(await pixels(await save(page, 'Save PNG')));
  }
  const [one, two, three] = found;
  assert.deepEqual([two.width, two.height], [one.width * 2, one.height * 2]);
  assert.deepEqual([three.width, three.height], [one.width * 3, one.height * 3]);
  assert.deepEqual(one.corner, [0xfb, 0xfa, 0xf7, 255]);
  assert.deepEqual(three.corner, [0x0e, 0x11, 0x16, 255]);
  assert.deepEqual(problems, []);
  await context.close();
});

test('the same document at the same moment is the same SVG, byte for byte', async () => {
  const pictures = [];
  for (const colorScheme of ['light', 'dark']) {
    const { page, context, problems } = await open(browser, site.url, { colorScheme, width: colorScheme === 'dark' ? 1100 : 1440 });
    await starter(page, /^Two zones/);
    await flowLens(page);
    for (let step = 0; step < 4; step += 1) await button(page, 'Step forward').click();
    await exporting(page);
    await dialog(page).getByRole('radio', { name: 'Light' }).check();
    pictures.push(await readFile(await save(page, 'Save SVG'), 'utf8'));
    if (pictures.length === 1) {
      await page.keyboard.press('Escape');
      await button(page, 'Step forward').click();
      await exporting(page);
      assert.notEqual(await readFile(await save(page, 'Save SVG'), 'utf8'), pictures[0], 'another moment is another picture');
    }
    assert.deepEqual(problems, []);
    await context.close();
  }
  const [first, second] = pictures;
  assert.equal(first, second);
  assert.ok(first.includes('>web-a</text>'), 'text is text');
  assert.ok(!/var\(|<script|href|url\(|foreignObject/.test(first), 'nothing is fetched, nothing runs, nothing needs variables');
});

test('a picture of the selection shows that part only', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await starter(page, /^Two zones/);
  await node(page, 'web-a').focus();
  await page.keyboard.press('Space');
  await exporting(page);
  await dialog(page).getByRole('radio', { name: 'What is selected' }).check();
  const svg = (await readFile(await save(page, 'Save SVG'), 'utf8')).replace(/<metadata.*<\/metadata>/s, '');
  assert.ok(svg.includes('>web-a</text>') && !svg.includes('>web-b</text>'));
  assert.deepEqual(problems, []);
  await context.close();
});

test('the animated SVG moves by itself, and stands still for who prefers that', async () => {
  const { page, context } = await open(browser, site.url);
  await starter(page, /^Two zones/);
  await flowLens(page);
  await exporting(page);
  const path = await save(page, 'Save animated SVG');
  await context.close();
  const look = async (reducedMotion) => {
    const context = await browser.newContext({ reducedMotion });
    const page = await context.newPage();
    await page.goto(pathToFileURL(path).href);
    const moving = await page.evaluate(() => document.getAnimations().filter((one) => one.playState === 'running').length);
    // Where the packet is at two moments, without waiting for them.
    const places = await page.evaluate(() => {
      const packet = document.querySelector('.disc').closest('svg > g');
      const at = (ms) => {
        for (const one of document.getAnimations()) one.currentTime = ms;
        return getComputedStyle(packet).transform;
      };
      return [at(0), at(1500)];
    });
    await context.close();
    return { moving, places };
  };
  const free = await look('no-preference');
  assert.ok(free.moving > 0);
  assert.notEqual(free.places[0], free.places[1]);
  const still = await look('reduce');
  assert.equal(still.moving, 0);
  assert.equal(still.places[0], still.places[1]);
});

test('the sheet for paper has every hop and what decided, on two pages at most', async (t) => {
  for (const name of [/^Two zones/, /^Hub with two/, /^Inspection with/]) {
    await t.test(`${name}`, async () => {
      const { page, context, problems } = await open(browser, site.url);
      await starter(page, name);
      await flowLens(page);
      const rungs = await page.locator('.ladder .rung-main').count();
      assert.ok(rungs > 3);
      await menu(page, 'Print sheet');
      const sheet = page.getByRole('dialog', { name: 'Print sheet' });
      await sheet.getByRole('img').first().waitFor();
      assert.equal(await sheet.locator('.sheet-hop').count(), rungs);
      assert.ok((await sheet.locator('table .decided').count()) > 0);
      assert.deepEqual(await violations(page), []);
      // The sheet is all there is on paper.
      await page.emulateMedia({ media: 'print' });
      assert.equal(await page.getByRole('banner').isVisible(), false);
      assert.equal(await sheet.locator('.sheet-map').isVisible(), true);
      await page.emulateMedia({ media: null });
      const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
      const pages = pdf.match(/\/Type\s*\/Page[^s]/g).length;
      assert.ok(pages <= 2, `${pages} pages`);
      await page.keyboard.press('Escape');
      await sheet.waitFor({ state: 'detached' });
      await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Menu');
      assert.deepEqual(problems, []);
      await context.close();
    });
  }
});

test('the trace is copied as text, as a Markdown table and as JSON', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await starter(page, /^Two zones/);
  await flowLens(page);
  await page.getByRole('tab', { name: 'Text', exact: true }).click();
  const copied = async (name) => {
    await page.evaluate(() => navigator.clipboard.writeText(''));
    await button(page, name).click();
    await page.waitForFunction(async () => (await navigator.clipboard.readText()) !== '');
    return page.evaluate(() => navigator.clipboard.readText());
  };
  assert.match(await copied('Copy text'), /1\. client sends/);
  assert.match(await copied('Copy as Markdown'), /\| ---: \|/);
  const trace = JSON.parse(await copied('Copy as JSON'));
  assert.equal(trace.verdict, 'allowed');
  assert.deepEqual(problems, []);
  await context.close();
});
