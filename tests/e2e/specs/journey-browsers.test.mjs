// One journey through the whole product, the same in every engine: what is drawn, computed, kept and
// exported does not depend on the browser.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { BROWSERS } from '../lib/drivers/index.mjs';
import { serve } from '../lib/server.mjs';

const VPCS = fileURLToPath(new URL('../fixtures/account/eu-west-1/vpcs.json', import.meta.url));
/** Where a failed journey leaves its last picture. */
const RESULTS = fileURLToPath(new URL('../results/', import.meta.url));

let site;
before(async () => {
  site = await serve();
});
after(() => site?.close());

/** The acts of `edit`, as undo tells them, the last one first. */
const STEPS = [
  'Undo: Change callout "serves everybody"',
  'Undo: Change callout "serves the shop"',
  'Undo: Add callout',
  'Undo: Change VPC shop-main, as text',
  'Undo: Duplicate instance app-b-2',
  'Undo: Align 2 internet hosts at the top',
  'Undo: Move internet host update-server',
];

const UNDO = { css: '[aria-label^="Undo"]' };
const REDO = { css: '[aria-label^="Redo"]' };
const button = (name) => ({ role: 'button', name });
const onMap = (id) => ({ css: `.map [data-id="${id}"]` });

/** Waits until an element that fits `css` shows a text. */
const shows = (browser, css, text) =>
  browser.until(
    (css, text) => [...document.querySelectorAll(css)].some((element) => element.textContent.includes(text)),
    css,
    text,
  );
const heard = (browser, text) => shows(browser, '[aria-live=polite]', text);
const gone = (browser, css) => browser.until((css) => !document.querySelector(css), css);
const focus = (browser, css) => browser.evaluate((css) => document.querySelector(css)?.focus(), css);
const count = (browser, css) => browser.evaluate((css) => document.querySelectorAll(css).length, css);
const saved = (browser) => browser.until(() => document.querySelector('[data-saved]')?.dataset.saved === 'saved');

/** Runs a command of the palette by its name. */
async function command(browser, name) {
  await browser.press('Control+k');
  await browser.there({ css: 'dialog[open] [role=combobox]' });
  await browser.fill({ css: 'dialog[open] [role=combobox]' }, name);
  await browser.until(
    (name) => document.querySelector('dialog[open] [role=option][aria-selected=true]')?.textContent.includes(name),
    name,
  );
  await browser.press('Enter');
}

/** Types into whatever has the keyboard. */
async function type(browser, text) {
  for (const key of text) await browser.press(key);
}

/** Gives the keyboard to a component of the map and selects it. */
async function choose(browser, id) {
  await focus(browser, onMap(id).css);
  await browser.press(' ');
  await browser.there({ css: `${onMap(id).css}[aria-current=true]` });
}

/**
 * What the page offers as a file while `act` runs: a link to a blob that the page follows. It is not
 * followed here, since some browsers tell of downloads in ways that take room or the keyboard from the page.
 */
async function offered(browser, act) {
  await browser.evaluate(() => {
    window.offered = [];
    if (window.blobs) return;
    window.blobs = new Map();
    const { createObjectURL } = URL;
    URL.createObjectURL = (blob) => {
      const address = createObjectURL.call(URL, blob);
      window.blobs.set(address, blob);
      return address;
    };
    HTMLAnchorElement.prototype.click = function () {
      window.offered.push(window.blobs.get(this.href));
    };
  });
  await act();
  await browser.until(() => window.offered.length > 0);
  const address = await browser.evaluate(
    () =>
      new Promise((resolve) => {
        const reader = new FileReader();
        reader.onload = () => resolve(reader.result);
        reader.readAsDataURL(window.offered[0]);
      }),
  );
  return Buffer.from(address.slice(address.indexOf(',') + 1), 'base64');
}

const offeredText = async (browser, act) => (await offered(browser, act)).toString('utf8');

/** The document as the page saves it. */
const asSaved = (browser) => offeredText(browser, () => browser.press('Control+s'));

/** The document that a PNG carries: the text of its own chunk. */
function carried(png) {
  assert.deepEqual([...png.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const chunk = png.subarray(at + 4, at + 8 + length);
    if (chunk.toString('latin1', 0, 4) === 'iTXt') return chunk.toString('utf8', chunk.lastIndexOf(0) + 1);
    at += length + 12;
  }
  return assert.fail('the PNG carries no text');
}

/** What the journey exported, by browser. */
const exported = new Map();

for (const { name, start, missing } of BROWSERS) {
  test(`${name}: start, edit, send, export, share, keep, draw, import`, { skip: missing || false }, async (t) => {
    const browser = await start();
    t.after(() => browser.close());
    try {
      await journey(browser, name);
    } catch (error) {
      await mkdir(RESULTS, { recursive: true });
      await browser.screenshot(`${RESULTS}journey-${name}.png`).catch(() => {});
      throw error;
    }
    assert.deepEqual(await browser.problems(), []);
  });
}

async function journey(browser, name) {
  await begin(browser);
  await edit(browser);
  await settings(browser);
  await send(browser);
  exported.set(name, await pictures(browser));
  await share(browser);
  await keep(browser);
  await themes(browser);
  await draw(browser);
  await importDump(browser);
}

/** The start page, a starter, and a block that is changed in the inspector, undone and done again. */
async function begin(browser) {
  await browser.open(site.url);
  await browser.click({ css: '[data-starter="public-private"]' });
  await browser.there(onMap('public-a'));
  assert.equal(await count(browser, '.map [data-kind=subnet]'), 4);
  await choose(browser, 'public-a');
  await browser.fill({ role: 'textbox', name: 'IPv4 CIDR block' }, '10.0.64.0/20');
  await shows(browser, onMap('public-a').css, '10.0.64.0/20');
  await browser.press('Enter');
  await browser.click(UNDO);
  await shows(browser, onMap('public-a').css, '10.0.0.0/20');
  await browser.click(REDO);
  await shows(browser, onMap('public-a').css, '10.0.64.0/20');
}

/** Every way to edit, then all of it undone and done again. */
async function edit(browser) {
  const before = await asSaved(browser);

  // An address is found, and Enter goes to where it stands.
  await choose(browser, 'vpc-main');
  await browser.press('/');
  await browser.fill({ css: '.find-bar [role=combobox]' }, '10.0.16.10');
  await shows(browser, '.find-bar [role=option][aria-selected=true]', 'web-b');
  await browser.press('Enter');
  await gone(browser, '.find-bar');
  await browser.until(() => document.activeElement?.value === '10.0.16.10');

  // Two hosts: one is moved out of line, then both are aligned.
  await choose(browser, 'update-server');
  await browser.press('Alt+ArrowDown');
  await browser.press('Control+Shift+A');
  await shows(browser, '[role=toolbar][aria-label=Selection]', '2 selected');
  await browser.click(button('Align top'));
  await heard(browser, 'Align 2 internet hosts at the top');

  // The menu of a component.
  await choose(browser, 'app-b');
  await browser.press('Shift+F10');
  await browser.there({ css: '[role=menu]' });
  await browser.press('d');
  await browser.until(() => document.activeElement?.textContent.startsWith('Duplicate'));
  await browser.press('Enter');
  await browser.until(() => document.querySelectorAll('.map [data-kind=instance]').length === 5);

  // The text beside the map.
  await browser.press('t');
  await browser.until(() => document.activeElement?.matches('.text-field'));
  await browser.evaluate(() => {
    const field = document.activeElement;
    const at = field.value.indexOf('"name": "', field.value.indexOf('"id": "vpc-main"')) + '"name": "'.length;
    field.setSelectionRange(at, at);
  });
  await type(browser, 'shop-');
  await shows(browser, onMap('vpc-main').css, 'shop-main');
  await shows(browser, '.drawer-text', 'The map shows this text.');
  await browser.press('Escape');
  await browser.press('t');
  await gone(browser, '.drawer-text');

  // A note about a component, written and written again.
  const writing = { css: '.note-field' };
  await focus(browser, onMap('web-a').css);
  await browser.press('m');
  await browser.click(button('Callout'));
  await focus(browser, onMap('web-a').css);
  await browser.press('Enter');
  await browser.there(writing);
  await type(browser, 'serves the shop');
  await browser.press('Control+Enter');
  await shows(browser, '.map [data-kind=note]', 'serves the shop');
  await browser.until(() => document.activeElement?.dataset.kind === 'note');
  await browser.press('Enter');
  await browser.fill(writing, 'serves everybody');
  await browser.press('Control+Enter');
  await shows(browser, '.map [data-kind=note]', 'serves everybody');

  const after = await asSaved(browser);
  for (const step of STEPS) {
    assert.equal(await browser.attribute(UNDO, 'aria-label'), step);
    await browser.click(UNDO);
  }
  assert.equal(await asSaved(browser), before);
  for (let step = 0; step < STEPS.length; step += 1) await browser.click(REDO);
  assert.equal(await asSaved(browser), after);
}

async function settings(browser) {
  await browser.press('Control+,');
  await browser.there({ role: 'dialog', name: 'Settings' });
  await browser.click(button('Comfortable'));
  await browser.until(() => document.documentElement.dataset.density === 'comfortable');
  await browser.press('Escape');
  await gone(browser, 'dialog[open]');
}

/** A packet: verdict, ladder, steps, the end. */
async function send(browser) {
  await browser.click({ css: '.topbar .lens-switch .lens:nth-child(2)' });
  await shows(browser, '.dock-place', 'client → web-a TCP 443: allowed, there and back in 12 steps.');
  assert.equal(await count(browser, '.ladder .rung'), 12);
  const time = async () => Number(await browser.attribute({ css: '[role=slider]' }, 'aria-valuenow'));
  await browser.click(button('Step forward'));
  await browser.until(() => Number(document.querySelector('[role=slider]').getAttribute('aria-valuenow')) > 0);
  const stepped = await time();
  await browser.click(button('Play'));
  await browser.until((from) => Number(document.querySelector('[role=slider]').getAttribute('aria-valuenow')) > from, stepped);
  await browser.click(button('To the end'));
  await browser.until(() => document.querySelector('.rung.current')?.textContent.includes('The packet arrives.'));
}

/** The same document at the same moment, in every form that leaves the page. */
async function pictures(browser) {
  await browser.click({ role: 'tab', name: 'Sequence' });
  await browser.there(button('Download SVG'));
  const sequence = await offeredText(browser, () => browser.click(button('Download SVG')));
  const document = await asSaved(browser);
  assert.equal(JSON.parse(document).nodes.find((node) => node.id === 'public-a').cidr, '10.0.64.0/20');

  await command(browser, 'Export');
  await browser.there({ css: 'dialog[open] .export-preview img' });
  await browser.click({ css: 'dialog[open] input[name=export-colours]' });
  const saveSvg = () => offeredText(browser, () => browser.click(button('Save SVG')));
  const flow = await saveSvg();
  await browser.click({ css: 'dialog[open] input[name=export-what]' });
  await browser.until(() => document.querySelector('input[name=export-what]').checked);
  const map = await saveSvg();
  const png = await offered(browser, () => browser.click(button('Save PNG')));
  assert.deepEqual(JSON.parse(carried(png)), JSON.parse(document));
  await browser.press('Escape');
  await gone(browser, 'dialog[open]');
  for (const svg of [sequence, flow, map]) assert.match(svg, /^<svg[^]*<\/svg>\s*$/);
  for (const svg of [flow, map]) assert.doesNotMatch(svg, /var\(/, 'every colour is in the picture');
  assert.notEqual(flow, map);

  await command(browser, 'Print sheet');
  await browser.there({ css: '.print-view .sheet-map' });
  assert.equal(await count(browser, '.sheet-hop'), 12);
  await browser.press('Escape');
  await gone(browser, '.print-view');
  return { sequence, flow, map, document };
}

/** A link: only looked at, then made one's own. */
async function share(browser) {
  const document = await asSaved(browser);
  await browser.click(button('Share'));
  await browser.there({ css: 'dialog[open] .share-link' });
  const link = await browser.evaluate(() => document.querySelector('dialog[open] .share-link').value);
  await browser.press('Escape');
  await gone(browser, 'dialog[open]');
  await browser.open(link);
  await browser.there({ css: '.shared-bar' });
  await choose(browser, 'web-a');
  await browser.press('Delete');
  await shows(browser, '[role=status]', 'nothing was changed');
  assert.equal(await asSaved(browser), document);
  // The sentence itself offers the way out.
  await browser.click({ css: '.banner .button' });
  await gone(browser, '.shared-bar');
  await browser.until(() => location.hash.startsWith('#/d/'));
  assert.equal(await asSaved(browser), document);
  await choose(browser, 'web-a');
  await browser.press('Delete');
  await gone(browser, onMap('web-a').css);
  await browser.press('Control+z');
  await browser.there(onMap('web-a'));
}

/** Kept over a reload. */
async function keep(browser) {
  await saved(browser);
  await browser.reload();
  await browser.there(onMap('public-a'));
  await shows(browser, onMap('public-a').css, '10.0.64.0/20');
}

async function themes(browser) {
  const ground = () => browser.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await command(browser, 'Dark theme');
  await browser.until(() => document.documentElement.dataset.theme === 'dark');
  const dark = await ground();
  await command(browser, 'Light theme');
  await browser.until(() => document.documentElement.dataset.theme === 'light');
  assert.notEqual(await ground(), dark);
}

/** An empty canvas: placed by pointer and by keys, then connected. */
async function draw(browser) {
  await browser.click({ role: 'link', name: 'Home' });
  // The list of documents comes a moment later and moves what stands below it.
  await browser.there({ css: '.continue' });
  await browser.click({ css: '.begin-blank' });
  await browser.click(button('Place a VPC'));
  const [x, y] = await browser.evaluate(() => {
    const { left, top, width, height } = document.querySelector('#map').getBoundingClientRect();
    return [left + width / 2, top + height / 2];
  });
  await browser.clickAt(x, y);
  await browser.until(() => document.querySelectorAll('.map [data-kind=vpc]').length === 1);
  await command(browser, 'Add VPC');
  await gone(browser, 'dialog[open]');
  await browser.until(() => document.activeElement?.closest('.map, #map'));
  await browser.press('Enter');
  await browser.until(() => document.querySelectorAll('.map [data-kind=vpc]').length === 2);
  await browser.until(() => document.activeElement?.dataset.kind === 'vpc');
  await browser.press('c');
  await browser.there({ css: 'dialog[open] [role=option]' });
  await browser.press('Enter');
  await browser.there({ css: '.offer .primary' });
  await browser.press('Enter');
  await browser.there({ css: '.map [data-kind="vpc-peering-connection"]' });
}

/** A dump of an account, read by the worker. */
async function importDump(browser) {
  await browser.give('input[data-files="files"]', VPCS);
  await shows(browser, '[role=status]', 'Imported');
  assert.equal(await count(browser, '.map [data-kind=vpc]'), 1);
  await saved(browser);
}

test('the same document at the same moment is exported as the same bytes everywhere', (t) => {
  const [[first, reference], ...others] = exported;
  for (const [name, found] of others) {
    for (const form of Object.keys(reference)) {
      assert.equal(found[form], reference[form], `the ${form} of ${name} differs from ${first}'s`);
    }
  }
  const sizes = Object.entries(reference).map(([form, text]) => `${form} ${text.length}`);
  t.diagnostic(`characters: ${sizes.join(', ')}; the same in ${[...exported.keys()].join(', ')}`);
});
