// The request from Lisbon, end to end: one change moves the leg that it concerns, and no other.
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

const dock = (page) => page.getByRole('region', { name: 'Flow', exact: true });
const inspector = (page) => page.getByRole('complementary', { name: 'Inspector' });

/** Waits for the verdict of the request. */
const verdict = (page, word) =>
  dock(page)
    .getByText(new RegExp(`laptop in Lisbon → https://app\\.example\\.com/api/users: ${word}`))
    .first()
    .waitFor();

/** The rungs of a leg, one line each, without their numbers. */
const leg = async (page, name) => {
  const rungs = await page.locator('.ladder').getByRole('region', { name, exact: true }).locator('.rung-main').allInnerTexts();
  return rungs.map((text) => text.replaceAll(/\s+/g, ' ').replace(/^\d+ /, '').trim());
};

/** Selects a component by the command palette. */
const choose = async (page, name) => {
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').fill(name);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
};

/** The request as it stands after the starter was opened. */
const begin = async () => {
  const opened = await open(browser, site.url);
  await starter(opened.page, /^A request from Lisbon/);
  await flowLens(opened.page);
  await verdict(opened.page, 'allowed');
  return opened;
};

/** Where two lists of rungs part. */
const parting = (before, now) => before.findIndex((line, index) => line !== now[index]);

test('the story plays from the name to the answer', async () => {
  const { page, context, problems } = await begin();
  const lookup = await leg(page, 'Name lookup');
  assert.match(lookup[0], /app\.example\.com A\?/);
  assert.ok(lookup.some((line) => line.includes('referral to com')), lookup.join('\n'));
  assert.match(lookup.at(-1), /203\.0\.113\.150/);
  const forward = await leg(page, 'Forward');
  const order = [/Edge location Lisbon/, /TLS CloudFront/, /web ACL/i, /Internet gateway/, /TLS alb/i, /tg-api|api-[12]/].map((what) =>
    forward.findIndex((line) => what.test(line)),
  );
  assert.ok(order.every((at, index) => at >= 0 && (index === 0 || at > order[index - 1])), `${order}: ${forward.join('\n')}`);
  assert.ok((await leg(page, 'Return')).length > 4);

  await page.getByRole('slider', { name: 'Timeline' }).press('End');
  const slider = page.getByRole('slider', { name: 'Timeline' });
  assert.equal(await slider.getAttribute('aria-valuenow'), await slider.getAttribute('aria-valuemax'));
  assert.equal(await page.evaluate(() => document.scrollingElement.scrollTop), 0, 'the page itself stays where it is');
  assert.deepEqual(problems, []);
  await context.close();
});

test('a rule of the web ACL stops the request at the web ACL, and nothing before it moves', async () => {
  const { page, context } = await begin();
  const [lookup, forward] = [await leg(page, 'Name lookup'), await leg(page, 'Forward')];
  await choose(page, 'AWS WAF');
  await inspector(page).getByRole('textbox', { name: 'Row 1 value' }).fill('/api');
  await verdict(page, 'denied at AWS WAF web ACL');
  assert.deepEqual(await leg(page, 'Name lookup'), lookup);
  const now = await leg(page, 'Forward');
  assert.match(now[parting(forward, now)], /web ACL/i);
  await inspector(page).getByRole('combobox', { name: 'Row 1 action' }).selectOption('count');
  await verdict(page, 'allowed');
  await context.close();
});

test('a certificate with another name stops the request where TLS ends', async () => {
  const { page, context } = await begin();
  const [lookup, forward] = [await leg(page, 'Name lookup'), await leg(page, 'Forward')];
  await choose(page, 'app.example.com (CloudFront)');
  const name = inspector(page).getByRole('textbox', { name: 'Row 1 text' });
  await name.fill('shop.example.com');
  await name.press('Enter');
  await verdict(page, 'denied');
  assert.deepEqual(await leg(page, 'Name lookup'), lookup);
  const now = await leg(page, 'Forward');
  assert.match(now[parting(forward, now)], /TLS CloudFront.*denied/);
  await context.close();
});

test('an unhealthy target sends the request to the other one, and changes nothing before the choice', async () => {
  const { page, context } = await begin();
  const [lookup, forward] = [await leg(page, 'Name lookup'), await leg(page, 'Forward')];
  const chosen = forward.at(-1).includes('api-1') ? 1 : 2;
  await choose(page, 'tg-api');
  await inspector(page).getByRole('combobox', { name: `Row ${chosen} health` }).selectOption('unhealthy');
  const other = `api-${3 - chosen}`;
  await page.locator('.ladder').getByRole('region', { name: 'Forward', exact: true }).getByText(other).last().waitFor();
  await verdict(page, 'allowed');
  assert.deepEqual(await leg(page, 'Name lookup'), lookup);
  const now = await leg(page, 'Forward');
  const at = parting(forward, now);
  assert.ok(at > forward.findIndex((line) => /TLS alb/i.test(line)), now[at]);
  assert.ok(now.at(-1).includes(other), now.at(-1));
  await context.close();
});
