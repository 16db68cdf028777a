// From a blank canvas to the classic two-zone network, by mouse, without typing.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { blank, button, nodes, placeIn, placeOutside, saved } from '../lib/app.mjs';
import { acts, launch, open, resetActs } from '../lib/browser.mjs';
import { serve } from '../lib/server.mjs';
import { assertTwoZoneNetwork } from '../lib/shape.mjs';

/** By the counting rule: down and up is one, a drag is two, hovering is free. */
const MOST_CLICKS = 10;

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

test('two zones, public and private, internet gateway, two NAT gateways, four instances', async (t) => {
  const { page, context, problems } = await open(browser, site.url);
  await blank(page);
  await resetActs(page);

  await button(page, 'Place a VPC').click();
  await placeOutside(page);
  for (const chip of [/^2 AZ, public/, /^Internet gateway \+ routes/, /per AZ \+ routes/]) {
    await page.getByRole('button', { name: chip }).click();
  }
  await page.getByRole('toolbar', { name: 'Tools' }).getByRole('button', { name: 'Compute' }).click();
  for (const subnet of await nodes(page, 'subnet').all()) await placeIn(page, subnet);

  const { clicks, keys, typed } = await acts(page);
  assertTwoZoneNetwork(await saved(page));
  assert.equal(keys, 0, `typed ${typed}`);
  assert.ok(clicks <= MOST_CLICKS, `${clicks} clicks`);
  t.diagnostic(`${clicks} clicks`);
  assert.deepEqual(problems, []);
  await context.close();
});
