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

const button = (name) => ({ role: 'button', name });
const onMap = (id) => ({ css: `.map [data-id="${id}"]` });

/** Waits until an element that fits `css` shows a text. */
const shows = (browser, css, text) =>
  browser.until(
    (css, text) => [...document.querySelectorAll(css)].some((element) => element.textContent.includes(text)),
    css,
    text,
  );
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

/** What the page offers as a file while `act` runs, as text: every download is made of a blob. */
async function offered(browser, act) {
  await browser.evaluate(() => {
    window.offered = [];
    window.makeAddress ??= URL.createObjectURL;
    URL.createObjectURL = (blob) => {
      window.offered.push(blob);
      return window.makeAddress.call(URL, blob);
    };
  });
  await act();
  await browser.until(() => window.offered.length > 0);
  return browser.evaluate(() => window.offered[0].text());
}

/** What the journey exported, by browser. */
const exported = new Map();

for (const { name, start, missing } of BROWSERS) {
  test(`${name}: start, build, send, keep, import`, { skip: missing || false }, async (t) => {
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
  // The start page and a starter.
  await browser.open(site.url);
  await browser.click({ css: '[data-starter="public-private"]' });
  await browser.there(onMap('public-a'));
  assert.equal(await count(browser, '.map [data-kind=subnet]'), 4);

  // A component is chosen and its block changed in the inspector; undone and done again.
  await focus(browser, onMap('public-a').css);
  await browser.press(' ');
  const cidr = { role: 'textbox', name: 'IPv4 CIDR block' };
  await browser.fill(cidr, '10.0.64.0/20');
  await shows(browser, onMap('public-a').css, '10.0.64.0/20');
  await browser.press('Enter');
  await browser.click({ css: '[aria-label^="Undo"]' });
  await shows(browser, onMap('public-a').css, '10.0.0.0/20');
  await browser.click({ css: '[aria-label^="Redo"]' });
  await shows(browser, onMap('public-a').css, '10.0.64.0/20');

  // A packet: verdict, ladder, steps, the end.
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

  // The same document at the same moment, exported.
  await browser.click({ role: 'tab', name: 'Sequence' });
  await browser.there(button('Download SVG'));
  const svg = await offered(browser, () => browser.click(button('Download SVG')));
  assert.match(svg, /^<svg[\s\S]*<\/svg>\s*$/);
  const document_ = await offered(browser, () => browser.press('Control+s'));
  assert.equal(JSON.parse(document_).nodes.find((node) => node.id === 'public-a').cidr, '10.0.64.0/20');
  exported.set(name, { svg, document: document_ });

  // Kept over a reload.
  await saved(browser);
  await browser.reload();
  await browser.there(onMap('public-a'));
  await shows(browser, onMap('public-a').css, '10.0.64.0/20');

  // Another theme.
  const ground = () => browser.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await command(browser, 'Dark theme');
  await browser.until(() => document.documentElement.dataset.theme === 'dark');
  const dark = await ground();
  await command(browser, 'Light theme');
  await browser.until(() => document.documentElement.dataset.theme === 'light');
  assert.notEqual(await ground(), dark);

  // An empty canvas: placed by pointer and by keys, then connected.
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

  // A dump of an account, read by the worker.
  await browser.give('input[data-files="files"]', VPCS);
  await shows(browser, '[role=status]', 'Imported');
  assert.equal(await count(browser, '.map [data-kind=vpc]'), 1);
  await saved(browser);
}

test('the same document at the same moment is exported as the same bytes everywhere', (t) => {
  const [[first, reference], ...others] = exported;
  for (const [name, found] of others) {
    assert.equal(found.svg, reference.svg, `the picture of ${name} differs from ${first}'s`);
    assert.equal(found.document, reference.document, `the document of ${name} differs from ${first}'s`);
  }
  t.diagnostic(`${reference.svg.length} characters, the same in ${[...exported.keys()].join(', ')}`);
});
