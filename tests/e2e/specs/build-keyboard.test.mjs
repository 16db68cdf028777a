// From a blank canvas to the classic two-zone network without touching the mouse.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { blank, focused, nodes, saved } from '../lib/app.mjs';
import { acts, launch, open, resetActs } from '../lib/browser.mjs';
import { serve } from '../lib/server.mjs';
import { assertTwoZoneNetwork } from '../lib/shape.mjs';

/** A key press is one, modifiers are free, a typed character is one. */
const MOST_KEYS = 45;

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

/** Opens "Add inside" on the focused component and takes the first suggestion. */
async function firstSuggestion(page, name) {
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('option', { name }).first().waitFor();
  assert.match(await dialog.getByRole('option', { selected: true }).innerText(), name);
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
}

/** Presses the arrow and waits until the keyboard is on another component. */
async function walkOn(page) {
  const here = await page.evaluate(() => document.activeElement?.dataset.id);
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction((here) => document.activeElement?.dataset.id !== here, here);
}

test('two zones, public and private, internet gateway, two NAT gateways, four instances', async (t) => {
  const { page, context, problems } = await open(browser, site.url);
  await page.getByRole('button', { name: /^Blank canvas/ }).focus();
  await blank(page, () => page.keyboard.press('Enter'));
  await resetActs(page);

  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.type('vpc');
  await page.getByRole('option', { name: /Add VPC/ }).first().waitFor();
  await page.keyboard.press('Enter');
  // The tool is in the hand and the map has the keyboard: Enter places.
  await page.waitForFunction(() => document.activeElement?.id === 'map');
  await page.keyboard.press('Enter');
  await focused(page, 'vpc');
  await firstSuggestion(page, /2 AZ, public \+ private/);
  await focused(page, 'vpc');
  await firstSuggestion(page, /Internet gateway \+ routes/);
  await focused(page, 'vpc');
  await firstSuggestion(page, /per AZ \+ routes/);
  await focused(page, 'vpc');

  for (let count = 1; count <= 4; count += 1) {
    // Walk on to the next subnet.
    do await walkOn(page);
    while ((await focused(page)) !== 'subnet');
    await firstSuggestion(page, /Add instance/);
    await nodes(page, 'instance').nth(count - 1).waitFor();
  }

  const { clicks, keys, typed } = await acts(page);
  assertTwoZoneNetwork(await saved(page));
  assert.equal(clicks, 0);
  assert.ok(keys <= MOST_KEYS, `${keys} keys: ${typed}`);
  t.diagnostic(`${keys} keys`);
  assert.deepEqual(problems, []);
  await context.close();
});
