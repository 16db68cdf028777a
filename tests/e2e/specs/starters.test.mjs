// The starters keep their promises in the browser, and go on keeping watch while one edits.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { flowLens, starter } from '../lib/app.mjs';
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

const rows = async (page) => {
  const table = page.getByRole('region', { name: 'Expectations' }).getByRole('row');
  const texts = await table.filter({ has: page.getByRole('rowheader') }).allInnerTexts();
  return texts.map((text) => text.replaceAll(/\s+/g, ' ').trim());
};

/** A row that says "met", not one that says "not met". */
const MET = /(?<!not )\bmet$/;

const WHOLE = [
  /^Egress-only/,
  /^Two zones/,
  /^Dual stack/,
  /^IPv6-only/,
  /^VPC peering/,
  /^Hub with two/,
  /^Overlapping/,
  /^Inspection/,
  /^Static and BGP/,
  /^Direct Connect/,
  /^Enterprise hub/,
  /^Client VPN/,
  /^Gateway endpoint/,
  /^A request from Lisbon/,
  /^Two load balancers/,
  /^Names between/,
];

for (const name of WHOLE) {
  test(`every expectation of "${name.source.slice(1)}" is met`, async () => {
    const { page, context, problems } = await open(browser, site.url);
    await starter(page, name);
    await flowLens(page);
    const table = await rows(page);
    assert.ok(table.length >= 2, 'there is something to expect');
    for (const row of table) assert.match(row, MET, row);
    assert.deepEqual(problems, []);
    await context.close();
  });
}

test('the egress-only network lets replies in and strangers not, over IPv6', async () => {
  const { page, context } = await open(browser, site.url);
  await starter(page, /^Egress-only/);
  await flowLens(page);
  const table = await rows(page);
  assert.ok(table.some((row) => /Allowed.*Allowed/.test(row)), table.join('\n'));
  assert.ok(table.some((row) => /Denied.*Denied/.test(row)), table.join('\n'));
  await context.close();
});

test('the lost answers of one route table are mended by one click, and undone by one', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await starter(page, /^Hub with one/);
  await flowLens(page);
  const unmet = async () => (await rows(page)).filter((row) => !MET.test(row));
  assert.equal((await unmet()).length, 2);
  await page.getByRole('rowheader', { name: /VPC1 opens on-premises/ }).click();
  const words = 'Give VPN a route table of its own that knows the VPCs';
  const mend = page.getByRole('button', { name: words, exact: true });
  await mend.waitFor();
  const said = page.getByRole('list', { name: 'A way to mend it, tried out' }).getByRole('listitem').first();
  assert.match(await said.innerText(), /Then it is allowed\..*VPC2 opens on-premises.* allowed/s);
  await mend.click();
  await page.waitForFunction(() => document.querySelectorAll('.mends').length === 0);
  assert.deepEqual(await unmet(), []);
  await page.keyboard.press('Control+z');
  await mend.waitFor();
  assert.equal((await unmet()).length, 2);
  assert.deepEqual(problems, []);
  await context.close();
});
