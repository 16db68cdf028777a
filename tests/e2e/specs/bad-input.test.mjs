// Files that are not what they should be: one clear sentence, and the open network untouched.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { giveFile, mapText, problem, saved, starter } from '../lib/app.mjs';
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

const node = (more) => JSON.stringify({ hopscope: 1, nodes: [{ id: 'a', kind: 'vpc', ...more }] });

const CASES = [
  ['a file cut short', '{"hopscope":1,"nodes":[{"id":"a","kind":"vp', /not complete JSON.*line 1/],
  ['an empty file', '', /not complete JSON|empty/],
  ['JSON of something else', '{"dependencies":{}}', /not a Hopscope document|not.*AWS/],
  ['a list', '[1,2,3]', /list/],
  ['100,000 levels of nesting', '['.repeat(100_000), /not complete JSON|nest/],
  ['nesting inside a document', `{"hopscope":1,"nodes":${'['.repeat(100_000)}`, /not complete JSON|nest/],
  ['a newer version', '{"hopscope":99}', /version 99/],
  ['an unknown kind', '{"hopscope":1,"nodes":[{"id":"a","kind":"teapot"}]}', /teapot/],
  ['nodes of the wrong type', '{"hopscope":1,"nodes":{"a":1}}', /"nodes".*list/],
  ['a field of the wrong type', node({ cidrs: 7 }), /"a".*cidrs/],
  ['an id used twice', '{"hopscope":1,"nodes":[{"id":"a","kind":"region"},{"id":"a","kind":"region"}]}', /"a".*twice/],
  ['bytes that are no text', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), /UTF-8/],
  ['a file of 50 MB', Buffer.alloc(50 * 1024 * 1024, 0x20), /MB/],
];

test('every bad file is refused with a sentence, and the open network stays as it was', async (t) => {
  const { page, context, problems } = await open(browser, site.url);
  await starter(page, /^Egress-only/);
  const untouched = await saved(page);
  const shownBefore = await mapText(page);
  for (const [what, content, sentence] of CASES) {
    await t.test(what, async () => {
      await giveFile(page, 'broken.json', content);
      const shown = problem(page, sentence);
      await shown.waitFor();
      const text = (await shown.textContent()).replaceAll(/\s+/g, ' ');
      assert.ok(text.length < 400, `short enough to read: ${text}`);
      assert.equal(await mapText(page), shownBefore);
      await page.getByRole('button', { name: /^(Dismiss|Close)/ }).first().click();
      await shown.waitFor({ state: 'detached' });
    });
  }
  assert.deepEqual(await saved(page), untouched);
  assert.deepEqual(problems, []);
  await context.close();
});
