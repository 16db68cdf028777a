// The whole way without a pointer, which the page never gets to see: a network is built, connected
// and sent through, a refusal is read and mended, and the result leaves by link and as a picture.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { autosaved, focused, map, nodes, saved } from '../lib/app.mjs';
import { launch, open } from '../lib/browser.mjs';
import { assertNoPointer, command, findOnMap, hears, pick, tabTo, withoutPointer } from '../lib/keyboard.mjs';
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

/** What the dock says of the flow. */
const verdict = (page, sentence) => page.getByRole('region', { name: 'Flow', exact: true }).getByText(sentence).first().waitFor();

/** Adds inside what has the keyboard, chosen by typing. */
async function add(page, typed, name) {
  await page.keyboard.press('Enter');
  await pick(page, typed, name);
}

test('build, connect, send, read, mend, share and export with the keyboard alone', async (t) => {
  const { page, context, problems } = await open(browser, site.url, { broken: withoutPointer });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: /^Blank canvas/ }).waitFor();

  await t.test('a VPC, a subnet and an instance are built', async () => {
    await tabTo(page, /^Blank canvas/);
    await page.keyboard.press('Enter');
    await map(page).waitFor();
    await command(page, 'add vpc', /Add VPC/);
    await page.waitForFunction(() => document.activeElement?.id === 'map');
    await page.keyboard.press('Enter');
    await focused(page, 'vpc');
    await add(page, 'subnet', /^Subnet/);
    await focused(page, 'subnet');
    await add(page, '', /^Add instance/);
    await nodes(page, 'instance').first().waitFor();
  });

  await t.test('the subnet is connected to an internet gateway, and the instance gets an address', async () => {
    await page.keyboard.press('ArrowLeft');
    await focused(page, 'vpc');
    await add(page, 'internet gateway', /^Internet gateway/);
    await nodes(page, 'internet-gateway').first().waitFor();
    await findOnMap(page, 'private-a', 'subnet');
    await page.keyboard.press('c');
    await pick(page, 'igw', /^igw/);
    // What would be made is shown first; Enter accepts.
    await page.waitForFunction(() => document.activeElement?.classList.contains('primary'));
    await page.keyboard.press('Enter');
    await hears(page, /^Route subnet private-a to internet gateway igw$/);
    await findOnMap(page, 'app-a', 'instance');
    await add(page, '', /^Public IP/);
    const document = await saved(page);
    const subnet = document.nodes.find((node) => node.kind === 'subnet');
    const table = document.nodes.find((node) => node.id === subnet.route_table) ?? document.nodes.find((node) => node.main);
    const gateway = document.nodes.find((node) => node.kind === 'internet-gateway');
    assert.ok(table.routes.some((route) => route.destination === '0.0.0.0/0' && route.target === gateway.id));
    assert.ok(document.nodes.some((node) => node.kind === 'elastic-ip'));
  });

  await t.test('a packet is sent from the internet', async () => {
    await command(page, 'add internet host', /^Add internet host/i);
    await page.waitForFunction(() => document.activeElement?.id === 'map');
    await page.keyboard.press('Enter');
    await focused(page, 'internet-host');
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await tabTo(page, 'New flow');
    await page.keyboard.press('Enter');
    await tabTo(page, 'Port');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('8443');
    await page.keyboard.press('Enter');
    await hears(page, 'host → app-a TCP 8443: denied at security group default');
    // Stepping goes from rung to rung, and every rung is told.
    await tabTo(page, 'Timeline');
    const slider = page.getByRole('slider', { name: 'Timeline' });
    const told = [];
    for (let step = 0; step < 3; step += 1) {
      const before = await slider.getAttribute('aria-valuetext');
      await page.keyboard.press('ArrowRight');
      await page.waitForFunction((before) => document.querySelector('[role=slider]').getAttribute('aria-valuetext') !== before, before);
      told.push(await slider.getAttribute('aria-valuetext'));
    }
    assert.equal(new Set(told).size, 3, told.join('; '));
  });

  await t.test('the refusal is read and mended by the fix that is offered', async () => {
    await tabTo(page, 'Why?');
    await page.keyboard.press('Enter');
    // The reason is told, and the keyboard is where a rule is missing.
    await hears(page, /^Security group default has inbound rules, but none matches tcp 198\.51\.100\.80:50000 → 10\.0\.0\.10:8443/);
    await page.waitForFunction(() => document.activeElement?.textContent === 'Add inbound rule');
    const before = await saved(page);
    await tabTo(page, 'Allow tcp 8443 from 198.51.100.80/32 in default');
    await page.keyboard.press('Enter');
    await verdict(page, /host → app-a TCP 8443: allowed/);
    const rules = (document) => document.nodes.find((node) => node.kind === 'security-group').inbound;
    assert.equal(rules(await saved(page)).length, rules(before).length + 1);
    // One step, which can be taken back.
    await page.keyboard.press('Control+z');
    await verdict(page, /host → app-a TCP 8443: denied/);
    await page.keyboard.press('Control+y');
    await verdict(page, /host → app-a TCP 8443: allowed/);
  });

  await t.test('the link is copied, and opens as the same document', async () => {
    await autosaved(page);
    const document = await saved(page);
    await command(page, 'share', /^Share/);
    const dialog = page.getByRole('dialog', { name: 'Share' });
    await dialog.waitFor();
    await tabTo(page, 'Copy link');
    await page.keyboard.press('Enter');
    await dialog.getByRole('status').filter({ hasText: /Copied/ }).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    const other = await open(browser, await page.evaluate(() => navigator.clipboard.readText()), { broken: withoutPointer });
    await map(other.page).waitFor();
    assert.deepEqual(await saved(other.page), document);
    await tabTo(other.page, 'Make it mine');
    await other.page.keyboard.press('Enter');
    await other.page.waitForURL(/#\/d\//);
    await assertNoPointer(other.page);
    assert.deepEqual(other.problems, []);
    await other.context.close();
  });

  await t.test('the picture is saved as SVG', async () => {
    await command(page, 'export', /^Export/);
    await page.getByRole('img', { name: 'Preview of the picture' }).waitFor();
    await tabTo(page, 'Save SVG');
    const download = page.waitForEvent('download');
    await page.keyboard.press('Enter');
    const svg = await readFile(await (await download).path(), 'utf8');
    assert.match(svg, /^<svg[^]*>app-a<\/text>[^]*<\/svg>\s*$/);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  await assertNoPointer(page);
  assert.deepEqual(problems, []);
  await context.close();
});

test('the pointer is disabled indeed', async () => {
  const { page, context } = await open(browser, site.url, { broken: withoutPointer });
  const blank = page.getByRole('button', { name: /^Blank canvas/ });
  const box = await blank.boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await assert.rejects(assertNoPointer(page));
  assert.equal(await map(page).count(), 0);
  await context.close();
});
