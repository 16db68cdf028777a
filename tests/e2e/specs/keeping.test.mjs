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

/** Storage that is full after a while: the document is there, further edits are not. */
const FULL_LATER = () => {
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...args) {
    if (window.full) throw new DOMException('full', 'QuotaExceededError');
    return put.apply(this, args);
  };
};

test('storage that fills up during work is told, asks before closing, and saves when there is room', async () => {
  const { page, context, problems } = await open(browser, site.url, { broken: FULL_LATER });
  await draw(page);
  await page.evaluate(() => (window.full = true));
  await page.getByRole('textbox', { name: 'Document name' }).fill('Too much');
  await page.getByRole('alert').filter({ hasText: /storage is full/ }).waitFor();
  await page.getByText('Not saved', { exact: true }).first().waitFor();
  const asked = page.waitForEvent('dialog');
  page.close({ runBeforeUnload: true });
  const question = await asked;
  assert.equal(question.type(), 'beforeunload');
  await question.dismiss();
  await page.evaluate(() => (window.full = false));
  await autosaved(page);
  await page.reload();
  await map(page).waitFor();
  assert.equal((await saved(page)).name, 'Too much');
  assert.deepEqual(problems, []);
  await context.close();
});

const named = (page) => page.getByRole('textbox', { name: 'Document name' });
const conflict = (page) => page.getByRole('alert').filter({ hasText: 'changed in another tab' });

/** Two tabs with the same document. */
async function twice(broken) {
  const first = await open(browser, site.url);
  await draw(first.page);
  const second = await open(browser, first.page.url(), { context: first.context, broken });
  await map(second.page).waitFor();
  return { one: first.page, two: second.page, context: first.context, problems: [...first.problems, ...second.problems] };
}

test('of two tabs, the one that is behind is told, and may load the other version', async () => {
  const { one, two, context, problems } = await twice();
  await named(one).fill('From one');
  await conflict(two).waitFor();
  await named(two).fill('From two');
  // Dismissed, nothing is overwritten, and the next edit asks again.
  await button(two, 'Dismiss').click();
  await named(two).fill('From two again');
  await conflict(two).waitFor();
  await two.getByText('Not saved', { exact: true }).first().waitFor();
  await button(two, 'Load the newer version').click();
  await conflict(two).waitFor({ state: 'detached' });
  assert.equal(await named(two).inputValue(), 'From one');
  await named(two).fill('From both');
  await autosaved(two);
  await one.reload();
  await map(one).waitFor();
  assert.equal(await named(one).inputValue(), 'From both');
  assert.deepEqual(problems, []);
  await context.close();
});

/** A tab that hears nothing of others, as one that was asleep. */
const DEAF = () => {
  delete window.BroadcastChannel;
  window.BroadcastChannel = class extends EventTarget {
    postMessage() {}
    close() {}
  };
};

test('a tab that heard nothing overwrites nothing, and keeps its own version as a copy', async () => {
  const { one, two, context, problems } = await twice(DEAF);
  const address = one.url();
  await named(one).fill('From one');
  await autosaved(one);
  await named(two).fill('From two');
  await conflict(two).waitFor();
  await button(two, 'Keep mine as a copy').click();
  await two.waitForURL((url) => String(url) !== address);
  await map(two).waitFor();
  await autosaved(two);
  assert.equal(await named(two).inputValue(), 'From two (copy)');
  await two.goto(address);
  await map(two).waitFor();
  assert.equal(await named(two).inputValue(), 'From one');
  await two.getByRole('link', { name: 'Home' }).click();
  await two.locator('.networks-row').nth(1).waitFor();
  assert.deepEqual((await two.locator('.networks-row a').allInnerTexts()).sort(), ['From one', 'From two (copy)']);
  assert.deepEqual(problems, []);
  await context.close();
});

test('two tabs that save at the same moment: one is stored, the other is told', async () => {
  const { one, two, context } = await twice(DEAF);
  await Promise.all([named(one).fill('From one'), named(two).fill('From two')]);
  // Whoever was second is told by storage itself.
  const behind = await Promise.race([conflict(one).waitFor().then(() => one), conflict(two).waitFor().then(() => two)]);
  const ahead = behind === one ? two : one;
  await autosaved(ahead);
  const winner = await named(ahead).inputValue();
  await behind.getByText('Not saved', { exact: true }).first().waitFor();
  const { page: third } = await open(browser, ahead.url(), { context });
  await map(third).waitFor();
  assert.equal(await named(third).inputValue(), winner);
  await context.close();
});

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
