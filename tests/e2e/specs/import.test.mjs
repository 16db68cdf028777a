// Output of the AWS CLI becomes a network. The import is a program of its own, loaded when needed.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { autosaved, giveFile, map, nodes, problem } from '../lib/app.mjs';
import { launch, open } from '../lib/browser.mjs';
import { serve } from '../lib/server.mjs';

const ACCOUNT = fileURLToPath(new URL('../fixtures/account/', import.meta.url));
const VPCS = fileURLToPath(new URL('../fixtures/account/eu-west-1/vpcs.json', import.meta.url));

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** The importer's files that were asked for, in the context of a page. */
function watchImporter(context) {
  const asked = new Set();
  context.on('request', (request) => {
    const name = new URL(request.url()).pathname;
    if (/\/importer[^/]*$/.test(name)) asked.add(name);
  });
  return asked;
}

const giveFolder = (page, folder) => page.locator('input[data-files="folder"]').setInputFiles(folder);

/** A page in a context that is watched from its first request on. */
async function visit(site) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, serviceWorkers: 'block' });
  const asked = watchImporter(context);
  const { page, problems } = await open(browser, site.url, { context });
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  return { page, context, problems, asked };
}

for (const base of ['/', '/some/folder/']) {
  test(`a folder is imported at ${base}, and only then the importer is loaded`, async () => {
    const site = await serve(base);
    const { page, context, problems, asked } = await visit(site);
    await page.waitForLoadState('networkidle');
    assert.deepEqual([...asked], []);

    await giveFolder(page, ACCOUNT);
    await map(page).waitFor();
    const remark = page.getByRole('status').filter({ hasText: /^Imported \d+ components/ });
    await remark.waitFor();
    assert.match(await remark.textContent(), /Carrier gateway cagw-/);
    assert.equal(await nodes(page, 'transit-gateway').count(), 1);
    assert.equal(await nodes(page, 'vpc').count(), 1);
    assert.ok((await nodes(page, 'subnet').count()) >= 2);
    assert.equal(await page.getByText(/^Reading \d+ files/).count(), 0);
    await autosaved(page);
    const files = ['importer-start.js', 'importer.js', 'importer_bg.wasm'];
    assert.deepEqual([...asked].sort(), files.map((name) => base + name).sort());
    assert.deepEqual(problems, []);
    await context.close();
    await site.close();
  });
}

test('several imports, good and bad, one after another, by one importer', async () => {
  const site = await serve();
  const { page, context, problems } = await visit(site);
  const started = [];
  page.on('worker', (worker) => started.push(worker.url()));
  await giveFile(page, 'broken.json', '{"Vpcs": [');
  await problem(page, /broken\.json/).waitFor();

  await page.locator('input[data-files="files"]').setInputFiles(VPCS);
  await map(page).waitFor();
  assert.equal(await nodes(page, 'vpc').count(), 1);
  assert.equal(await nodes(page, 'subnet').count(), 0);
  assert.equal(await problem(page, /broken\.json/).count(), 0);

  await giveFolder(page, ACCOUNT);
  await nodes(page, 'subnet').first().waitFor();
  await page.getByRole('status').filter({ hasText: /^Imported/ }).waitFor();
  assert.deepEqual(started, [`${site.url}importer-start.js`]);
  assert.deepEqual(problems, []);
  await context.close();
  await site.close();
});

for (const missing of ['importer-start.js', 'importer.js', 'importer_bg.wasm']) {
  test(`without ${missing} there is a sentence, and choosing again is a way out`, async () => {
    const site = await serve();
    const { page, context } = await visit(site);
    const gone = `**/${missing}`;
    await context.route(gone, (route) => route.abort());
    await page.locator('input[data-files="files"]').setInputFiles(VPCS);
    const shown = problem(page, /did not load.*choose the files again/);
    await shown.waitFor();
    assert.equal(await page.getByText(/^Reading \d+ file/).count(), 0);

    await context.unroute(gone);
    const chooser = page.waitForEvent('filechooser');
    await shown.getByRole('button', { name: 'Choose files' }).click();
    await (await chooser).setFiles(VPCS);
    await map(page).waitFor();
    await page.getByRole('status').filter({ hasText: /^Imported/ }).waitFor();
    await context.close();
    await site.close();
  });
}

test('the page goes on while an import is under way', async () => {
  const site = await serve();
  const { page, context, problems } = await visit(site);
  let release;
  const held = new Promise((resolve) => {
    release = resolve;
  });
  await context.route('**/importer_bg.wasm', async (route) => {
    await held;
    await route.continue();
  });
  await giveFolder(page, ACCOUNT);
  await page.getByRole('status').filter({ hasText: /^Reading \d+ files/ }).waitFor();
  // Elsewhere on the page things still work.
  await page.getByRole('link', { name: 'Home' }).click();
  await page.getByRole('button', { name: /^Blank canvas/ }).click();
  await map(page).waitFor();
  assert.equal(await nodes(page, 'vpc').count(), 0);
  release();
  await page.getByRole('status').filter({ hasText: /^Imported/ }).waitFor();
  assert.equal(await nodes(page, 'vpc').count(), 1);
  assert.deepEqual(problems, []);
  await context.close();
  await site.close();
});
