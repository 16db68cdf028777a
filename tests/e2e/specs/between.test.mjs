// Networks are joined, fail, and say what they know: by mouse and by keyboard.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { blank, button, giveFile, map, flowLens, node, nodes, placeOutside, saved, starter } from '../lib/app.mjs';
import { HYBRID } from '../lib/hybrid.mjs';
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

/** Chooses a component by its name in the command palette. */
async function find(page, name) {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search' }).fill(name);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

const inspector = (page) => page.getByRole('complementary', { name: 'Inspector' });
const rows = async (page) => {
  const table = page.getByRole('region', { name: 'Expectations' }).getByRole('row');
  return (await table.allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' ').trim());
};

test('a NAT gateway fails, its flows with it, and both come back', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await starter(page, /^Two zones/);
  await flowLens(page);
  const through = async () => (await rows(page)).find((row) => /app-a fetches updates through nat-a/.test(row));
  assert.match(await through(), /(?<!not )\bmet$/);

  await node(page, 'nat-a').click();
  await inspector(page).getByRole('button', { name: 'Fail NAT gateway nat-a' }).click();
  await node(page, 'nat-a').getByText('failed', { exact: true }).waitFor();
  await page.locator('[aria-live=polite]').filter({ hasText: /^Fail NAT gateway nat-a/ }).first().waitFor({ state: 'attached' });
  await page.waitForFunction(() => /app-a fetches updates through nat-a[^]*not met/.test(document.body.innerText));

  const now = page.getByRole('region', { name: 'Failed now' }).first();
  await now.getByRole('button', { name: 'Restore all' }).click();
  await now.waitFor({ state: 'detached' });
  assert.match(await through(), /(?<!not )\bmet$/);
  await page.keyboard.press('Control+z');
  await page.getByRole('region', { name: 'Failed now' }).first().waitFor();
  assert.deepEqual(problems, []);
  await context.close();
});

test('by keys alone: X takes what is selected out of service and puts it back', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await starter(page, /^Two zones/);
  await node(page, 'nat-b').focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('x');
  await node(page, 'nat-b').getByText('failed', { exact: true }).waitFor();
  await page.keyboard.press('x');
  await node(page, 'nat-b').getByText('failed', { exact: true }).waitFor({ state: 'detached' });
  const { nodes: all } = await saved(page);
  assert.equal(all.find((one) => one.id === 'nat-b').state, 'available');
  assert.deepEqual(problems, []);
  await context.close();
});

test('a line between two VPCs is a peering, and its routes lead over it', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await blank(page);
  await button(page, 'Place a VPC').click();
  await placeOutside(page);
  const place = async (name, kind) => {
    await page.keyboard.press('a');
    await page.getByRole('searchbox').fill(name);
    await page.locator(`[data-place="${kind}"]`).click();
  };
  await place('VPC', 'vpc');
  await nodes(page, 'region').first().click({ position: { x: 20, y: 12 } });
  await page.waitForFunction(() => document.querySelectorAll('.map [data-kind="vpc"]').length === 2);

  await page.keyboard.press('Escape');
  const [first, second] = await nodes(page, 'vpc').all();
  await first.focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('c');
  await page.getByRole('dialog').getByRole('combobox').fill('vpc');
  await page.keyboard.press('Enter');
  // What it would make is told; Enter accepts.
  await page.getByText(/^Peer VPC/).first().waitFor();
  await page.keyboard.press('Enter');
  await nodes(page, 'vpc-peering-connection').first().waitFor();
  const document = await saved(page);
  const peering = document.nodes.find((one) => one.kind === 'vpc-peering-connection');
  assert.deepEqual(
    [peering.requester, peering.accepter, peering.state],
    [await first.getAttribute('data-id'), await second.getAttribute('data-id'), 'active'],
  );
  // The card stands on the line between the two.
  const [a, b, pill] = await Promise.all(
    [first, second, nodes(page, 'vpc-peering-connection').first()].map((one) => one.locator('rect').first().boundingBox()),
  );
  assert.ok(a.x + a.width <= pill.x && pill.x + pill.width <= b.x, JSON.stringify([a, pill, b]));
  assert.deepEqual(problems, []);
  await context.close();
});

test('a router fails: its routes are withdrawn and every step says what stops it', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await giveFile(page, 'hybrid.hopscope.json', JSON.stringify(HYBRID));
  await map(page).waitFor();
  await node(page, 'vgw').click();
  await inspector(page).getByRole('tab', { name: 'Effective routes' }).click();
  const route = inspector(page).getByRole('row', { name: /192\.168\.10\.0\/24 vpn VPN \(BGP\)/ });
  await route.filter({ hasText: 'active' }).waitFor();

  await node(page, 'cgw').click();
  await inspector(page).getByRole('tab', { name: 'Properties' }).click();
  await inspector(page).getByRole('button', { name: 'Fail customer gateway router' }).click();
  await inspector(page).getByRole('tab', { name: 'Advertisements' }).click();
  const told = inspector(page).getByRole('region', { name: 'Routes and advertisements' });
  await told.getByText(/router announces to vgw/).waitFor();
  await told.getByText('✕ stopped: router is down').first().waitFor();

  await node(page, 'vgw').click();
  await inspector(page).getByRole('tab', { name: 'Effective routes' }).click();
  await route.filter({ hasText: 'withdrawn' }).waitFor();
  assert.deepEqual(problems, []);
  await context.close();
});

test('a route table shows its routes as they are', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await starter(page, /^Two zones/);
  await find(page, 'rtb-public');
  await inspector(page).getByRole('tab', { name: 'Effective routes' }).click();
  const table = inspector(page).getByRole('table', { name: 'rtb-public' });
  await table.getByRole('row', { name: /10\.0\.0\.0\/16 local local active/ }).waitFor();
  await table.getByRole('row', { name: /0\.0\.0\.0\/0 igw static active/ }).waitFor();
  assert.deepEqual(problems, []);
  await context.close();
});
