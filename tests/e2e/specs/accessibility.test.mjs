// axe-core finds nothing on any screen, in either theme.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { violations } from '../lib/axe.mjs';
import { launch, open } from '../lib/browser.mjs';
import { SCREENS } from '../lib/screens.mjs';
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

for (const { name, reach } of SCREENS) {
  for (const colorScheme of ['light', 'dark']) {
    test(`${name}, ${colorScheme}`, async () => {
      // Without motion, so that no colour is measured half-way through a fade.
      const { page, context, problems } = await open(browser, site.url, { colorScheme, reducedMotion: 'reduce' });
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      await reach(page);
      assert.deepEqual(await violations(page), []);
      assert.deepEqual(problems, []);
      await context.close();
    });
  }
}
