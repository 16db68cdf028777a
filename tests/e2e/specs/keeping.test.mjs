// Work survives: a reload, a killed tab, a second document; and an AWS account's dump opens.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { autosaved, blank, button, chooseFiles, map, placeOutside, saved } from '../lib/app.mjs';
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

/** Draws one VPC with subnets and waits until the page says that it is stored. */
async function draw(page) {
  await blank(page);
  await button(page, 'Place a VPC').click();
  await placeOutside(page);
  await button(page, '2 AZ, public + private').click();
  await autosaved(page);
}

test('a reload brings the network back as it was', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await draw(page);
  const before = await saved(page);
  assert.equal(before.nodes.filter((node) => node.kind === 'subnet').length, 4);
  await page.reload();
  await map(page).waitFor();
  assert.deepEqual(await saved(page), before);
  assert.deepEqual(problems, []);
  await context.close();
});

test('a killed tab loses nothing that was said to be saved', async () => {
  const { page, context } = await open(browser, site.url);
  await draw(page);
  const before = await saved(page);
  const address = page.url();
  const crashed = page.waitForEvent('crash');
  const tools = await context.newCDPSession(page);
  // The renderer dies without running anything; the command itself never answers.
  tools.send('Page.crash').catch(() => {});
  await crashed;
  const { page: again, problems } = await open(browser, site.url, { context });
  await again.goto(address);
  await map(again).waitFor();
  assert.deepEqual(await saved(again), before);
  assert.deepEqual(problems, []);
  await context.close();
});

/** Ways in which a browser keeps nothing, and what the page then says. */
const BROKEN = {
  'storage that is refused': [
    () => {
      IDBFactory.prototype.open = () => {
        throw new DOMException('refused', 'SecurityError');
      };
    },
    /does not let the page store anything.*Download/,
  ],
  'storage that is full': [
    () => {
      IDBObjectStore.prototype.put = () => {
        throw new DOMException('full', 'QuotaExceededError');
      };
    },
    /storage is full.*Download/,
  ],
};

for (const [name, [broken, sentence]] of Object.entries(BROKEN)) {
  test(`${name} is told, and the drawing goes on and can be downloaded`, async () => {
    const { page, context, problems } = await open(browser, site.url, { broken });
    await blank(page);
    await button(page, 'Place a VPC').click();
    await placeOutside(page);
    await page.getByRole('alert').filter({ hasText: sentence }).waitFor();
    await button(page, '2 AZ, public + private').click();
    const document = await saved(page);
    assert.equal(document.nodes.filter((node) => node.kind === 'subnet').length, 4);
    assert.deepEqual(problems, []);
    await context.close();
  });
}

test('an account dumped by the AWS CLI opens, and names what is not simulated', async () => {
  const { page, context, problems } = await open(browser, site.url);
  const folder = fileURLToPath(new URL('../fixtures/account/eu-west-1/', import.meta.url));
  await chooseFiles(page, readdirSync(folder).map((name) => folder + name));
  await map(page).waitFor();
  await page.getByText(/tgw-0bb1|Transit gateway/).first().waitFor();
  const document = await saved(page);
  const kinds = document.nodes.map((node) => node.kind);
  for (const kind of ['vpc', 'subnet', 'instance', 'nat-gateway', 'unmodelled']) assert.ok(kinds.includes(kind), kind);
  assert.ok(document.nodes.some((node) => node.id === 'i-0web' && node.name === 'shop-web'), 'ids and names are kept');
  assert.deepEqual(problems, []);
  await context.close();
});
