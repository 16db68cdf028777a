// Sequence diagrams: the shared playhead, set-ups, and comparing with a diagram of one's own.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { button, flowLens, giveFile, map, node } from '../lib/app.mjs';
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

const shared = (name) => readFile(new URL(`../../sequences/${name}`, import.meta.url), 'utf8');
const messages = (page) => page.getByRole('list', { name: 'Messages, in order' }).getByRole('button');
const current = (page) => page.locator('.sequence-row[aria-current]');

async function opened(page, name) {
  await giveFile(page, 'given.hopscope.json', await shared(name));
  await map(page).waitFor();
}

test('a flow is a sequence at the same playhead as map and ladder', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await opened(page, 'site-to-site-vpn.json');
  await flowLens(page);
  await page.getByRole('tab', { name: 'Sequence', exact: true }).click();
  const all = messages(page);
  await all.first().waitFor();
  assert.ok((await all.count()) >= 6);
  const slider = page.getByRole('slider', { name: 'Timeline' });
  const before = await slider.getAttribute('aria-valuenow');
  await all.nth(3).click();
  await page.waitForFunction((before) => document.querySelector('[role=slider]')?.getAttribute('aria-valuenow') !== before, before);
  assert.equal(await current(page).getAttribute('data-message'), '3');
  await page.keyboard.press('ArrowDown');
  await page.locator('.sequence-row[aria-current][data-message="4"]').waitFor();
  await page.keyboard.press('Home');
  await page.locator('.sequence-row[aria-current][data-message="0"]').waitFor();
  assert.match(await current(page).locator('.visually-hidden').textContent(), /^Message 1 of \d+\. .+ to .+: /);
  assert.deepEqual(problems, []);
  await context.close();
});

test('a VPN connection shows how it comes up, and what a failed tunnel changes', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await opened(page, 'site-to-site-vpn.json');
  await node(page, 'vpn').focus();
  await page.keyboard.press('Space');
  await button(page, 'Show set-up sequence').click();
  await messages(page).first().waitFor();
  assert.equal(await page.locator('.sequence-row.refused').count(), 0);
  await button(page, 'Next message').click();
  await page.locator('.sequence-row[aria-current][data-message="1"]').waitFor();

  await page.getByText('Compare with PlantUML').click();
  await page.getByRole('textbox', { name: /^A PlantUML sequence diagram/ }).fill(await shared('site-to-site-vpn.puml'));
  const compared = page.getByRole('list', { name: 'Compared' }).getByRole('listitem');
  await compared.first().waitFor();
  assert.equal(await compared.count(), 12);
  assert.equal(await compared.filter({ hasText: 'is as in the model' }).count(), 11);

  await page.getByRole('button', { name: /^Fail tunnel 1 of/ }).first().click();
  await page.locator('.sequence-row.refused').first().waitFor();
  await compared.filter({ hasText: 'is refused in this network' }).first().waitFor();
  await button(page, 'Show the flow').click();
  await page.getByRole('slider', { name: 'Timeline' }).waitFor();
  assert.deepEqual(problems, []);
  await context.close();
});

test('the picture is saved as SVG', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await opened(page, 'client-vpn-wrong-certificate.json');
  await node(page, 'laptop').focus();
  await page.keyboard.press('Space');
  await button(page, 'Show set-up sequence').click();
  const download = page.waitForEvent('download');
  await button(page, 'Download SVG').click();
  const file = await download;
  assert.equal(file.suggestedFilename(), 'sequence.svg');
  const svg = await readFile(await file.path(), 'utf8');
  assert.match(svg, /^<svg [^]*laptop does not authenticate to endpoint/);
  assert.deepEqual(problems, []);
  await context.close();
});
