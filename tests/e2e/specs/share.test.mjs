// A whole document in a link: it opens elsewhere as it was, is only looked at until somebody keeps
// it, and nothing that arrives in one does harm.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { autosaved, button, flowLens, giveFile, heard, map, mapText, node, saved, starter } from '../lib/app.mjs';
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

const LINK = { name: 'Link to this document' };
const CORPUS = new URL('../../corpus/', import.meta.url);
const dialog = (page) => page.getByRole('dialog', { name: 'Share' });
const bar = (page) => page.getByRole('note').filter({ hasText: 'Shared copy' });

/** Opens the dialog and reads the link, with these boxes ticked or not. */
async function link(page, ticks = {}) {
  await button(page, 'Share').click();
  for (const [name, on] of Object.entries(ticks)) {
    await dialog(page).getByRole('checkbox', { name: new RegExp(name) }).setChecked(on);
  }
  const link = await dialog(page).getByRole('textbox', LINK).inputValue();
  await dialog(page).getByRole('button', { name: 'Close' }).click();
  return link;
}

/** Waits until the ladder is at a step. */
const atStep = (page, step) =>
  page.waitForFunction((step) => document.querySelector('.ladder [aria-current]')?.textContent.startsWith(step), `${step}`);

/** What the library of this profile holds. */
const library = (page) =>
  page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const asked = indexedDB.open('hopscope', 1);
        asked.onupgradeneeded = () => ['slots', 'index'].forEach((store) => asked.result.createObjectStore(store));
        asked.onerror = () => reject(asked.error);
        asked.onsuccess = () => {
          const keys = asked.result.transaction('index').objectStore('index').getAllKeys();
          keys.onsuccess = () => {
            asked.result.close();
            resolve(keys.result);
          };
        };
      }),
  );

test('a link opens in another profile: the same document, flow, step and selection', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await starter(page, /^Two zones/);
  await flowLens(page);
  await page.getByRole('button', { name: /^Denied.*A client tries SSH/ }).click();
  for (let step = 0; step < 3; step += 1) await button(page, 'Step forward').click();
  await node(page, 'web-a').focus();
  await page.keyboard.press('Space');
  const document = await saved(page);
  const told = await link(page, { 'selected component': true });
  assert.ok(told.length < 1200, `${told.length}`);
  await button(page, 'Share').click();
  await dialog(page).getByRole('textbox', LINK).waitFor();
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(problems, []);
  await context.close();

  const other = await open(browser, told);
  await map(other.page).waitFor();
  await bar(other.page).waitFor();
  await other.page.locator('[aria-current=true]', { hasText: /A client tries SSH/ }).waitFor();
  const slider = other.page.getByRole('slider', { name: 'Timeline' });
  await atStep(other.page, 3);
  assert.match(await slider.getAttribute('aria-valuetext'), /3/);
  assert.equal(await other.page.getByRole('textbox', { name: 'Name', exact: true }).inputValue(), 'web-a');
  assert.deepEqual(await saved(other.page), document);
  assert.deepEqual(await violations(other.page), []);
  assert.deepEqual(other.problems, []);
  await other.context.close();
});

test('a shared copy is only looked at, and nothing of it is stored', async () => {
  const { page, context } = await open(browser, site.url);
  await starter(page, /^Two zones/);
  const told = await link(page);
  await context.close();

  const other = await open(browser, told);
  const copy = other.page;
  await bar(copy).waitFor();
  const document = await saved(copy);
  const refused = copy.getByRole('status').filter({ hasText: 'nothing was changed' });
  // By keys on the map.
  await node(copy, 'web-a').focus();
  await copy.keyboard.press('Space');
  const withSelection = await mapText(copy);
  await copy.keyboard.press('Delete');
  await refused.waitFor();
  assert.equal(await mapText(copy), withSelection);
  for (const keys of ['Control+x', 'Control+d', 'Alt+ArrowRight', 'x', 'Control+z', 'Control+Shift+z']) await copy.keyboard.press(keys);
  assert.deepEqual(await saved(copy), document, 'keys');
  // By typing: fields show and do not take.
  const name = copy.getByRole('textbox', { name: 'Name', exact: true });
  await name.focus();
  await copy.keyboard.type('changed');
  assert.equal(await name.inputValue(), 'web-a');
  await copy.getByRole('textbox', { name: 'Document name' }).focus();
  await copy.keyboard.type('changed');
  assert.equal(await copy.getByRole('textbox', { name: 'Document name' }).inputValue(), document.name);
  // By dragging.
  const box = await node(copy, 'web-b').boundingBox();
  await copy.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await copy.mouse.down();
  await copy.mouse.move(box.x + 80, box.y + 90, { steps: 5 });
  await copy.mouse.up();
  assert.deepEqual(await saved(copy), document, 'dragging');
  // By pasting, the palette of commands, and flows.
  await copy.evaluate(() => {
    const data = new DataTransfer();
    data.setData('text/plain', '{"hopscope-clipboard":1,"nodes":[]}');
    document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }));
  });
  await flowLens(copy);
  await button(copy, 'New flow').click();
  await copy.getByRole('button', { name: /^Delete flow/ }).first().click();
  await button(copy, 'Swap ends').click();
  assert.deepEqual(await saved(copy), document, 'flows');
  // Playing and stepping go on.
  await button(copy, 'To the end').click();
  assert.match(await heard(copy), /./);
  assert.deepEqual(await library(copy), []);
  assert.deepEqual(other.problems, []);
  await other.context.close();
});

test('make it mine stores a document of its own, and back leads to the copy', async () => {
  const { page, context } = await open(browser, site.url);
  await starter(page, /^Egress-only/);
  const document = await saved(page);
  const told = await link(page);
  await context.close();

  const other = await open(browser, told);
  await bar(other.page).getByRole('button', { name: 'Make it mine' }).click();
  await other.page.waitForURL(/#\/d\//);
  await map(other.page).waitFor();
  await bar(other.page).waitFor({ state: 'detached' });
  await autosaved(other.page);
  assert.deepEqual(await saved(other.page), document);
  assert.equal((await library(other.page)).length, 1);
  await other.page.getByRole('textbox', { name: 'Document name' }).fill('Mine');
  await autosaved(other.page);
  await other.page.goBack();
  await bar(other.page).waitFor();
  assert.equal((await saved(other.page)).name, document.name);
  await other.page.goForward();
  await other.page.getByRole('heading', { name: 'Mine' }).waitFor({ state: 'attached' });
  assert.deepEqual(other.problems, []);
  await other.context.close();
});

test('the way from one link to the next, to a document and home', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await starter(page, /^Egress-only/);
  const first = await link(page);
  await page.goto(`${site.url}#/`);
  await starter(page, /^Two zones/);
  await autosaved(page);
  const address = page.url();
  const second = await link(page);
  const go = (to) => page.evaluate((to) => (location.hash = new URL(to).hash), to);
  const titled = (name) => page.getByRole('heading', { level: 1, name }).waitFor({ state: 'attached' });
  await go(first);
  await titled(/^Egress-only/);
  await bar(page).waitFor();
  await go(second);
  await titled(/^Two zones/);
  await bar(page).waitFor();
  await page.goBack();
  await titled(/^Egress-only/);
  await page.goBack();
  await titled(/^Two zones/);
  await bar(page).waitFor({ state: 'detached' });
  assert.equal(page.url(), address);
  // A link to a step of what is open changes what is shown, not what is stored.
  await page.goto(`${address}&f=client-web&n=4&s=web-a`);
  await atStep(page, 4);
  assert.equal((await library(page)).length, 2);
  assert.deepEqual(problems, []);
  await context.close();
});

test('read-only: no copy is offered', async () => {
  const { page, context } = await open(browser, site.url);
  await starter(page, /^Egress-only/);
  const told = await link(page, { 'Read-only': true });
  await context.close();
  const other = await open(browser, told);
  await other.page.getByRole('note').filter({ hasText: 'Shared to look at' }).waitFor();
  assert.equal(await button(other.page, 'Make it mine').count(), 0);
  assert.deepEqual(other.problems, []);
  await other.context.close();
});

test('copying puts the link on the clipboard and says so', async () => {
  const { page, context } = await open(browser, site.url);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await starter(page, /^Egress-only/);
  await button(page, 'Share').click();
  await button(page, 'Copy link').click();
  await dialog(page).getByRole('status').filter({ hasText: /Copied/ }).waitFor();
  const told = await dialog(page).getByRole('textbox', LINK).inputValue();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), told);
  await dialog(page).getByText(`${told.length.toLocaleString('en')} characters`).waitFor();
  await context.close();
});

test('sharing, keeping and exporting by the keyboard alone', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await starter(page, /^Egress-only/);
  const command = async (page, words) => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').waitFor();
    await page.keyboard.type(words);
    await page.getByRole('option', { name: words }).first().waitFor();
    await page.keyboard.press('Enter');
  };
  const tabTo = async (page, name) => {
    for (let presses = 0; presses < 40; presses += 1) {
      if ((await page.evaluate(() => document.activeElement?.textContent)) === name) return;
      await page.keyboard.press('Tab');
    }
    assert.fail(`${name} is out of reach`);
  };
  await command(page, 'Share');
  await dialog(page).waitFor();
  await tabTo(page, 'Copy link');
  await page.keyboard.press('Enter');
  await dialog(page).getByRole('status').filter({ hasText: /Copied/ }).waitFor();
  await page.keyboard.press('Escape');
  await dialog(page).waitFor({ state: 'detached' });
  await page.goto(await page.evaluate(() => navigator.clipboard.readText()));
  await bar(page).waitFor();
  await tabTo(page, 'Make it mine');
  await page.keyboard.press('Enter');
  await page.waitForURL(/#\/d\//);
  await bar(page).waitFor({ state: 'detached' });
  await command(page, 'Export');
  await page.getByRole('img', { name: 'Preview of the picture' }).waitFor();
  await tabTo(page, 'Save SVG');
  const download = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  assert.match((await download).suggestedFilename(), /\.svg$/);
  assert.deepEqual(problems, []);
  await context.close();
});

test('a document too long for a link is offered as a file', async () => {
  const { page, context, problems } = await open(browser, site.url);
  // Names that do not repeat cannot be packed.
  let seed = 7;
  const noise = () => Array.from({ length: 24 }, () => ((seed = (seed * 48271) % 2147483647) % 36).toString(36)).join('');
  const nodes = [{ id: 'vpc', kind: 'vpc', name: 'wide', cidrs: ['10.0.0.0/16'] }];
  for (let n = 0; n < 500; n += 1) nodes.push({ id: noise(), kind: 'security-group', parent: 'vpc', name: noise() });
  await giveFile(page, 'wide.hopscope.json', JSON.stringify({ hopscope: 1, name: 'Wide', nodes, flows: [] }));
  await map(page).waitFor();
  await button(page, 'Share').click();
  await dialog(page).getByRole('status').filter({ hasText: /as a file instead/ }).waitFor();
  assert.equal(await dialog(page).getByRole('textbox', LINK).count(), 0);
  const download = page.waitForEvent('download');
  await dialog(page).getByRole('button', { name: 'Save as a file' }).click();
  assert.equal((await download).suggestedFilename(), 'wide.hopscope.json');
  assert.deepEqual(problems, []);
  await context.close();
});

test('links that are no good are told in a sentence, and what was open stays', async (t) => {
  const { page, context, problems } = await open(browser, site.url);
  await starter(page, /^Egress-only/);
  await autosaved(page);
  const address = page.url();
  const document = await saved(page);
  const SENTENCES = {
    'refused-cut-short': /cut short/,
    'refused-one-letter-changed': /damaged/,
    'refused-version-2': /newer Hopscope/,
    'refused-bomb-of-20-mb': /more than a link may hold/,
    'refused-deep-nesting': /cannot be opened|more than/,
  };
  for (const name of readdirSync(new URL('hostile/', CORPUS)).filter((name) => name.startsWith('refused-'))) {
    await t.test(name, async () => {
      const fragment = readFileSync(fileURLToPath(new URL(`hostile/${name}`, CORPUS)), 'latin1').trim();
      await page.evaluate((to) => (location.hash = to), fragment);
      const sentence = page.getByRole('alert').filter({ hasText: SENTENCES[name.replace('.link', '')] ?? /link|document/ });
      await sentence.first().waitFor();
      assert.ok((await sentence.first().textContent()).length < 400);
      await page.goBack();
      await map(page).waitFor();
      assert.equal(page.url(), address);
    });
  }
  // Ten megabytes are more than some browsers take as an address.
  await page.evaluate(() => (location.hash = `v1=${'A'.repeat(1_500_000)}`));
  await page.getByRole('alert').filter({ hasText: /more than a link may hold/ }).waitFor();
  await page.goBack();
  await map(page).waitFor();
  assert.deepEqual(await saved(page), document);
  assert.deepEqual(problems, []);
  await context.close();
});

test('a hostile link is shown as mere text: no script, no request, no freeze', async (t) => {
  for (const name of readdirSync(new URL('hostile/', CORPUS)).filter((name) => name.startsWith('shown-'))) {
    await t.test(name, async () => {
      const fragment = readFileSync(fileURLToPath(new URL(`hostile/${name}`, CORPUS)), 'utf8').trim();
      const { page, context, problems } = await open(browser, `${site.url}#${fragment}`);
      page.on('dialog', () => problems.push('a script ran'));
      await bar(page).waitFor();
      await page.keyboard.press('o');
      await page.getByRole('tree', { name: 'Outline' }).waitFor();
      await button(page, 'Share').click();
      await dialog(page).getByRole('textbox', LINK).waitFor();
      await page.keyboard.press('Escape');
      await button(page, 'Menu').click();
      await page.getByRole('menuitem', { name: 'Export', exact: true }).click();
      await page.getByRole('img', { name: 'Preview of the picture' }).waitFor();
      await page.keyboard.press('Escape');
      assert.equal(await page.locator('#workbench script, #workbench a[href^="javascript:"]').count(), 0);
      assert.equal(await page.locator('#workbench img').count(), 0);
      assert.deepEqual(problems, []);
      await context.close();
    });
  }
});
