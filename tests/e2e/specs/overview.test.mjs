// The overview map: there while something is out of sight, moved by pointer and keys, and free of charge.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { button, map, starter } from '../lib/app.mjs';
import { violations } from '../lib/axe.mjs';
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

const TWO_ZONES = /^Two zones/;
const overview = (page) => page.getByRole('application', { name: 'Overview map' });
const SHAPES = '.map > g';

/** Where the map's group stands on the screen, once it has come to rest: left, top, scale. */
const view = async (page) => {
  await page.waitForFunction(() => !document.querySelector('.map').style.transform);
  return page.locator(SHAPES).evaluate((group) => group.getAttribute('transform').match(/-?[\d.]+/g).map(Number));
};
/** Where the frame stands in the drawing: left, top, width, height. */
const frame = (page) =>
  page.locator('.overview-frame').evaluate((frame) => frame.getAttribute('transform').match(/-?[\d.]+/g).map(Number));

const begin = async (options = {}) => {
  const opened = await open(browser, site.url, options);
  await starter(opened.page, TWO_ZONES);
  return opened;
};

/** Zooms in until something is out of sight. */
const closer = async (page) => {
  for (let n = 0; n < 5; n += 1) await button(page, 'Zoom in').click();
  await overview(page).waitFor();
};

test('it is there while something is out of sight, and tells what is seen', async () => {
  const { page, context, problems } = await begin();
  assert.equal(await overview(page).isVisible(), false, 'everything is shown');
  await closer(page);
  const [[x, y, k], [left, top, width, height]] = [await view(page), await frame(page)];
  const box = await map(page).boundingBox();
  for (const [found, wanted] of [
    [left, -x / k],
    [top, -y / k],
    [width, box.width / k],
    [height, box.height / k],
  ]) {
    assert.ok(Math.abs(found - wanted) < 2, `${found} and ${wanted}`);
  }
  assert.ok((await page.locator('.overview-map path').count()) <= 4, 'one path for each sort of box');
  await page.keyboard.press('f');
  await overview(page).waitFor({ state: 'hidden' });
  assert.deepEqual(problems, []);
  await context.close();
});

test('a click goes there, a drag moves the frame', async () => {
  const { page, context, problems } = await begin();
  await closer(page);
  const corner = await overview(page).boundingBox();
  const before = await frame(page);
  await page.mouse.click(corner.x + 20, corner.y + 20);
  const clicked = await frame(page);
  assert.ok(clicked[0] < before[0], `${clicked} is to the left of ${before}`);
  const at = await page.locator('.overview-frame').boundingBox();
  await page.mouse.move(at.x + at.width / 2 + 5, at.y + at.height / 2 + 5);
  await page.mouse.down();
  assert.deepEqual(await frame(page), clicked, 'nothing jumps');
  await page.mouse.move(at.x + at.width / 2 + 35, at.y + at.height / 2 + 25, { steps: 5 });
  await page.mouse.up();
  const dragged = await frame(page);
  assert.ok(dragged[0] > clicked[0] && dragged[1] > clicked[1], `${dragged} and ${clicked}`);
  // The map itself was neither panned nor clicked by that.
  assert.equal(await page.locator('.map [aria-current="true"]').count(), 0);
  await page.mouse.move(corner.x + 100, corner.y + 60);
  assert.deepEqual(await frame(page), dragged);
  assert.deepEqual(problems, []);
  await context.close();
});

test('keys move what is shown and zoom', async () => {
  const { page, context, problems } = await begin();
  await closer(page);
  await overview(page).focus();
  const before = await frame(page);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowUp');
  const moved = await frame(page);
  assert.ok(moved[0] < before[0] && moved[1] < before[1]);
  await page.keyboard.press('+');
  assert.ok((await frame(page))[2] < moved[2], 'less is shown');
  await page.keyboard.press('-');
  await page.keyboard.press('Home');
  // It holds the keyboard, so it stays until that goes elsewhere.
  assert.equal(await overview(page).isVisible(), true);
  await button(page, 'Zoom in').focus();
  await overview(page).waitFor({ state: 'hidden' });
  assert.deepEqual(problems, []);
  await context.close();
});

test('it is collapsed and that is remembered', async () => {
  const { page, context } = await begin();
  await closer(page);
  await button(page, 'Hide overview map').click();
  await overview(page).waitFor({ state: 'detached' });
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'Show overview map');
  await page.getByText('Saved', { exact: true }).first().waitFor();
  await page.reload();
  await map(page).waitFor();
  for (let n = 0; n < 5; n += 1) await button(page, 'Zoom in').click();
  await button(page, 'Show overview map').click();
  await overview(page).waitFor();
  await context.close();
});

test('a pan step changes one attribute of it and renders nothing', async () => {
  const { page, context } = await begin();
  await closer(page);
  await page.evaluate(() => {
    window.__changes = [];
    const seen = new MutationObserver((list) =>
      list.forEach((it) => window.__changes.push(`${it.target.getAttribute?.('class')} ${it.attributeName ?? it.type}`)),
    );
    seen.observe(document.querySelector('.overview'), { subtree: true, childList: true, attributes: true, characterData: true });
  });
  const box = await map(page).boundingBox();
  await page.mouse.move(box.x + 30, box.y + 30);
  for (let n = 0; n < 6; n += 1) await page.mouse.wheel(10, 10);
  await page.waitForFunction(() => window.__changes.length > 0);
  const changes = await page.evaluate(() => [...new Set(window.__changes)]);
  assert.deepEqual(changes, ['overview-frame transform']);
  await context.close();
});

test('a narrow page has no room for it', async () => {
  const { page, context } = await begin({ width: 800, height: 800 });
  for (let n = 0; n < 5; n += 1) await button(page, 'Zoom in').click();
  assert.equal(await overview(page).isVisible(), false);
  await context.close();
});

for (const [width, height] of [
  [1440, 900],
  [900, 700],
]) {
  for (const colorScheme of ['light', 'dark']) {
    test(`the overview is accessible at ${width} px, ${colorScheme}`, async () => {
      const { page, context } = await begin({ width, height, colorScheme });
      await closer(page);
      assert.deepEqual(await violations(page), []);
      const [corner, zoom] = [await overview(page).boundingBox(), await page.getByRole('group', { name: 'Zoom' }).boundingBox()];
      assert.ok(zoom.x + zoom.width < corner.x, 'beside the zoom bar');
      await context.close();
    });
  }
}
