// After the first visit everything works without a network; a newer release is offered between
// documents, and files of two releases never meet.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { autosaved, button, flowLens, giveFile, map, nodes, starter } from '../lib/app.mjs';
import { launch, open } from '../lib/browser.mjs';
import { serve } from '../lib/server.mjs';

const DIST = fileURLToPath(new URL('../../../dist/', import.meta.url));
const VPCS = fileURLToPath(new URL('../fixtures/account/eu-west-1/vpcs.json', import.meta.url));

/** Development builds keep nothing. */
const skip = /const RELEASE = '[0-9a-f]{16}'/.test(existsSync(`${DIST}worker.js`) ? readFileSync(`${DIST}worker.js`, 'utf8') : '')
  ? false
  : 'a development build: build with --release, or with HOPSCOPE_OFFLINE=1';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** Waits until a release is whole on the device and answers for the next page. */
async function kept(page) {
  await page.evaluate(() => {
    navigator.serviceWorker.ready.then(({ active }) => {
      const look = () => (window.kept = active.state === 'activated');
      active.addEventListener('statechange', look);
      look();
    });
  });
  await page.waitForFunction(() => window.kept);
}

/** The page's own release, as it was loaded. */
const release = (page) => page.evaluate(() => document.querySelector('script[data-release]').dataset.release);

const home = (page) => page.getByRole('heading', { level: 1, name: 'Hopscope' }).waitFor();

for (const base of ['/', '/some/folder/']) {
  test(`offline below ${base}: the start page, a starter, an open document, an import`, { skip }, async (t) => {
    const site = await serve(base);
    t.after(() => site.close());
    const { page, context, problems } = await open(browser, site.url, { offline: true });
    await home(page);
    await kept(page);
    await starter(page, /^Two zones/);
    await autosaved(page);
    const address = page.url();
    // Not only the network of the page: there is no server any more.
    await site.close();
    await context.setOffline(true);

    await page.reload();
    await map(page).waitFor();
    assert.equal(await nodes(page, 'subnet').count(), 4);
    await flowLens(page);
    await page.getByText(/client → web-a TCP 443: allowed/).first().waitFor();

    await page.goto(site.url);
    await home(page);
    await page.locator('.tile-picture svg').first().waitFor();
    // One that was never opened, and the program that reads dumps.
    await starter(page, /^Dual stack/);
    await giveFile(page, 'vpcs.json', readFileSync(VPCS));
    await page.getByRole('status').filter({ hasText: /^Imported/ }).waitFor();

    const other = await context.newPage();
    await other.goto(address);
    await map(other).waitFor();
    assert.equal(await nodes(other, 'subnet').count(), 4);
    assert.deepEqual(problems, []);
    await context.close();
  });
}

test('what is kept is the whole site and nothing else, and all of it is checked', { skip }, async () => {
  const worker = readFileSync(`${DIST}worker.js`, 'utf8');
  const files = JSON.parse(worker.match(/const FILES = (\{[\s\S]*?\});/)[1]);
  const there = readdirSync(DIST, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath ?? entry.path}/${entry.name}`.replace(DIST, '').replace(/^\/+/, ''))
    .filter((path) => path !== 'worker.js');
  assert.deepEqual(Object.keys(files).sort(), there.sort());
  for (const [path, integrity] of Object.entries(files)) {
    assert.equal(integrity, `sha256-${createHash('sha256').update(readFileSync(DIST + path)).digest('base64')}`, path);
  }
});

/** The site as another release of itself: another name, another program, other digests. */
function another(site, name) {
  const sha = (content) => createHash('sha256').update(content);
  const files = JSON.parse(readFileSync(`${DIST}worker.js`, 'utf8').match(/const FILES = (\{[\s\S]*?\});/)[1]);
  const change = (path, content) => {
    let text = content.toString();
    if (path === 'workbench.js') text = `globalThis.workbenchOf = '${name}';\n${text}`;
    else if (path === 'index.html') {
      const program = sha(change('workbench.js', readFileSync(`${DIST}workbench.js`))).digest('base64');
      text = text.replace(/data-release="[^"]*"/, `data-release="${name}"`);
      text = text.replace(/workbench\.js sha256-\S+/, () => `workbench.js sha256-${program}`);
    } else if (path === 'worker.js') {
      for (const changed of ['workbench.js', 'index.html']) {
        files[changed] = `sha256-${sha(change(changed, readFileSync(DIST + changed))).digest('base64')}`;
      }
      text = text.replace(/const RELEASE = '[^']*'/, `const RELEASE = '${name}'`);
      text = text.replace(/const FILES = \{[\s\S]*?\};/, () => `const FILES = ${JSON.stringify(files)};`);
    } else return content;
    return Buffer.from(text);
  };
  site.change(change);
}

const offer = (page) => page.getByRole('status').filter({ hasText: 'A new version of Hopscope is ready.' });

test('a newer release is offered on the start page, not in a document, and used when asked', { skip }, async (t) => {
  const site = await serve('/some/folder/');
  t.after(() => site.close());
  const { page, context, problems } = await open(browser, site.url, { offline: true });
  await home(page);
  await kept(page);
  await page.reload();
  await starter(page, /^Two zones/);
  await autosaved(page);
  const first = await release(page);

  another(site, 'second');
  await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
  await page.waitForFunction(() => window.hopscopeUpdate.ready);
  assert.equal(await offer(page).count(), 0, 'not in a document');
  // A reload is no consent either: the release stays whole.
  await page.reload();
  await map(page).waitFor();
  assert.equal(await release(page), first);
  assert.equal(await page.evaluate(() => globalThis.workbenchOf), undefined);

  await page.getByRole('link', { name: 'Home' }).click();
  await offer(page).waitFor();
  await offer(page).getByRole('button', { name: 'Use it now' }).click();
  await page.waitForFunction(() => document.querySelector('script[data-release]')?.dataset.release === 'second');
  await home(page);
  assert.equal(await offer(page).count(), 0);
  await page.locator('.continue').click();
  await map(page).waitFor();
  assert.equal(await page.evaluate(() => globalThis.workbenchOf), 'second');
  const caches = await page.evaluate(() => caches.keys());
  assert.equal(caches.length, 1, caches.join());
  assert.deepEqual(problems, []);
  await context.close();
});

test('while another tab works, the newer release waits, and says for what', { skip }, async (t) => {
  const site = await serve();
  t.after(() => site.close());
  const { page, context } = await open(browser, site.url, { offline: true });
  await home(page);
  await kept(page);
  await page.reload();
  await home(page);
  const first = await release(page);
  const { page: other } = await open(browser, `${site.url}#/new`, { context });
  await map(other).waitFor();

  another(site, 'second');
  await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
  await offer(page).waitFor();
  await button(page, 'Use it now').click();
  await page.getByText('It begins when the other tab with Hopscope is closed.').waitFor();
  assert.equal(await release(page), first);
  assert.equal(await release(other), first);

  await other.close();
  await button(page, 'Use it now').click();
  await page.waitForFunction(() => document.querySelector('script[data-release]')?.dataset.release === 'second');
  await context.close();
});

test('a page of one release does not run the workbench of another', { skip }, async (t) => {
  const site = await serve();
  t.after(() => site.close());
  const context = await browser.newContext({ serviceWorkers: 'block' });
  // The site is replaced between the page and the program that it loads later.
  let replaced = () => {};
  const asked = new Promise((resolve) => {
    replaced = resolve;
  });
  await context.route('**/workbench*', async (route) => {
    if (route.request().resourceType() === 'stylesheet') return route.continue();
    await asked;
    await route.continue();
  });
  const { page } = await open(browser, site.url, { context });
  await home(page);
  another(site, 'second');
  replaced();
  await page.getByRole('button', { name: /^Blank canvas/ }).click();
  await page.getByRole('alert').filter({ hasText: 'reload the page' }).waitFor();
  assert.equal(await map(page).count(), 0);
  await page.reload();
  await map(page).waitFor();
  assert.equal(await page.evaluate(() => globalThis.workbenchOf), 'second');
  await context.close();
});

test('it can be installed, and opens files that are opened with it', async (t) => {
  const site = await serve('/some/folder/');
  t.after(() => site.close());
  const broken = () => {
    const setConsumer = (consume) => {
      window.launched = (name, text) => consume({ files: [{ getFile: async () => new File([text], name) }] });
    };
    Object.defineProperty(window, 'launchQueue', { value: { setConsumer } });
  };
  const { page, context, problems } = await open(browser, site.url, { broken });
  await home(page);
  const address = await page.locator('link[rel=manifest]').evaluate((link) => link.href);
  assert.equal(address, `${site.url}manifest.webmanifest`);
  const manifest = await page.evaluate(async (address) => (await fetch(address)).json(), address);
  assert.equal(new URL(manifest.start_url, address).href, site.url);
  assert.equal(new URL(manifest.scope, address).href, site.url);
  for (const { src, sizes, type } of manifest.icons) {
    const size = await page.evaluate(async (src) => {
      const image = new Image();
      image.src = src;
      await image.decode();
      return `${image.naturalWidth}x${image.naturalHeight}`;
    }, new URL(src, address).href);
    assert.deepEqual([size, type], [sizes, 'image/png'], src);
  }
  // The browser's own opinion.
  const tools = await context.newCDPSession(page);
  const { errors } = await tools.send('Page.getAppManifest');
  assert.deepEqual(errors, []);

  const document = { hopscope: 1, name: 'Opened', nodes: [{ id: 'vpc', kind: 'vpc', name: 'opened', cidrs: ['10.9.0.0/16'] }] };
  await page.evaluate(([name, text]) => window.launched(name, text), ['opened.hopscope.json', JSON.stringify(document)]);
  await map(page).locator('[data-id="vpc"]').waitFor();
  assert.deepEqual(problems, []);
  await context.close();
});
