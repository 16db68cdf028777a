// A packet is sent and denied; the reason leads to the rule; the rule is mended; it is allowed.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { button, flowLens, saved, starter } from '../lib/app.mjs';
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

test('from a denied packet to the rule that refuses it, and to an allowed one', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await starter(page, /^Two zones/);
  await flowLens(page);
  await button(page, 'New flow').click();
  for (const [end, value] of [['From', 'update-server'], ['To', 'web-b']]) {
    const field = page.getByRole('combobox', { name: end, exact: true });
    await field.fill(value);
    await field.press('Enter');
  }
  const port = page.getByRole('textbox', { name: 'Port', exact: true });
  await port.fill('8443');
  await port.press('Enter');

  const dock = page.getByRole('region', { name: 'Flow', exact: true });
  const verdict = (word) => dock.getByText(new RegExp(`update-server → web-b TCP 8443: ${word}`)).first();
  await verdict('denied at security group web').waitFor();

  await dock.getByRole('button', { name: 'Why?', exact: true }).first().click();
  const inspector = page.getByRole('complementary', { name: 'Inspector' });
  await inspector.getByText('sg-web').first().waitFor();
  await inspector.getByRole('button', { name: 'Add inbound rule' }).click();
  const cell = (column) => inspector.getByRole('combobox', { name: `Inbound rule 2 ${column}` });
  await cell('protocol').fill('tcp');
  await cell('ports').fill('8443');
  await cell('source').fill('198.51.100.80/32');

  // Nothing was confirmed yet: the verdict follows the typing.
  await verdict('allowed').waitFor();

  const document = await saved(page);
  const group = document.nodes.find((node) => node.id === 'sg-web');
  assert.equal(group.inbound.length, 2);
  assert.equal(group.inbound[1].peer, '198.51.100.80/32');
  const flow = document.flows.at(-1);
  assert.deepEqual([flow.from, flow.to, flow.port], ['update-server', 'web-b', 8443]);
  assert.deepEqual(problems, []);
  await context.close();
});
