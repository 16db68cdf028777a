// The site loads from any folder, talks to nobody, and says so in its policy.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, open } from '../lib/browser.mjs';
import { serve } from '../lib/server.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

for (const base of ['/', '/some/folder/']) {
  test(`loads at ${base} without an error and without leaving the site`, async () => {
    const site = await serve(base);
    const { page, context, problems } = await open(browser, site.url);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    assert.match(await page.title(), /Hopscope/);
    assert.deepEqual(problems, []);
    await context.close();
    await site.close();
  });
}

test('the content security policy forbids connections elsewhere', async () => {
  const site = await serve();
  const { page, context } = await open(browser, site.url);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
  assert.match(policy, /default-src 'self'|default-src 'none'/);
  assert.match(policy, /connect-src 'self'|connect-src 'none'/);
  assert.doesNotMatch(policy, /script-src[^;]*'unsafe-inline'/);
  // The policy is not only written, it works.
  const refused = await page.evaluate(() => fetch('https://example.com/').then(() => false, () => true));
  assert.equal(refused, true);
  await context.close();
  await site.close();
});
