// Every dialog, found by doing everything that the menu and the command palette offer: one that is
// added later is checked without being listed here. Each is named, holds the keyboard, is free of
// findings of axe-core in both themes, and gives the keyboard back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { violations } from '../lib/axe.mjs';
import { launch, open } from '../lib/browser.mjs';
import { autosaved, button, nodes, starter } from '../lib/app.mjs';
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

/** Leave the document, or open a dialog of the browser itself. */
const ELSEWHERE = /^(Home|Open a file|Choose a folder)/;

const palette = (page) => page.getByRole('dialog', { name: 'Search and commands' });

async function openPalette(page) {
  await page.keyboard.press('Control+k');
  await palette(page).getByRole('option').first().waitFor();
}

/** What is offered, by the words a person reads. */
async function offered(page) {
  await button(page, 'Menu').click();
  const menu = page.getByRole('menu', { name: 'Menu' });
  const inMenu = await menu.locator('[role^=menuitem] > span').allInnerTexts();
  await page.keyboard.press('Escape');
  await openPalette(page);
  // The commands only: what is drawn, and what can be added, opens nothing.
  const inPalette = await palette(page).evaluate((dialog) => {
    let group = '';
    const found = [];
    for (const line of dialog.querySelectorAll('.choice-group, .choice')) {
      if (line.matches('.choice-group')) group = line.textContent;
      else if (group === 'Commands') found.push(line.querySelector('.choice-label').textContent);
    }
    return found;
  });
  await page.keyboard.press('Escape');
  await palette(page).waitFor({ state: 'detached' });
  return { inMenu, inPalette: [...new Set(inPalette)] };
}

/** The dialog that is open, if one is: the topmost. */
const dialogs = (page) => page.locator('dialog[open], [role=dialog]:visible');

async function check(page, what) {
  const dialog = dialogs(page).last();
  const name = await dialog.evaluate((element) => {
    const by = element.getAttribute('aria-labelledby');
    return element.getAttribute('aria-label') ?? (by && document.getElementById(by)?.textContent) ?? '';
  });
  assert.notEqual(name.trim(), '', `the dialog of "${what}" has a name`);
  assert.ok(await dialog.evaluate((element) => element.contains(document.activeElement)), `"${name}" has the keyboard`);
  // Full circle by Tab stays inside.
  for (let presses = 0; presses < 12; presses += 1) {
    await page.keyboard.press('Tab');
    const inside = await dialog.evaluate(
      (element) => element.contains(document.activeElement) || document.activeElement === document.body,
    );
    assert.ok(inside, `the keyboard left "${name}"`);
  }
  assert.deepEqual(await violations(page), [], name);
  return name;
}

for (const colorScheme of ['light', 'dark']) {
  test(`everything that opens is in order, ${colorScheme}`, async (t) => {
    const { page, context, problems } = await open(browser, site.url, { colorScheme, reducedMotion: 'reduce' });
    await starter(page, /^Two zones/);
    await autosaved(page);
    const address = page.url();
    const { inMenu, inPalette } = await offered(page);
    assert.ok(inMenu.length >= 7 && inPalette.length >= 15, `${inMenu}; ${inPalette}`);
    const seen = new Set();
    const acts = [
      ...inMenu.map((label) => ({
        label,
        act: async () => {
          await button(page, 'Menu').click();
          await page.getByRole('menu').locator('[role^=menuitem]').filter({ has: page.getByText(label, { exact: true }) }).click();
        },
      })),
      ...inPalette.map((label) => ({
        label,
        act: async () => {
          await openPalette(page);
          await palette(page).getByRole('combobox').fill(label);
          await palette(page).getByRole('option').filter({ has: page.getByText(label, { exact: true }) }).first().click();
          await palette(page).waitFor({ state: 'detached' });
        },
      })),
    ];
    for (const { label, act } of acts) {
      if (ELSEWHERE.test(label)) continue;
      await nodes(page, 'vpc').first().focus();
      await act();
      // What opens, opens with the next two frames.
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      if ((await dialogs(page).count()) > 0) {
        const name = await check(page, label);
        seen.add(name);
        await page.keyboard.press('Escape');
        await dialogs(page).first().waitFor({ state: 'detached' });
        assert.ok(await page.evaluate(() => document.activeElement?.isConnected), `"${name}" gives the keyboard back`);
      }
      await page.keyboard.press('Escape');
      // Back to the same ground for the next one.
      if (page.url() !== address || (await nodes(page, 'vpc').count()) === 0) {
        await page.goto(address);
        await page.reload();
        await nodes(page, 'vpc').first().waitFor();
      }
    }
    t.diagnostic([...seen].join(', '));
    for (const known of ['Settings', 'Keyboard shortcuts', 'History', 'Share', 'Export', 'Print sheet']) assert.ok(seen.has(known), `${known}: ${[...seen]}`);
    assert.deepEqual(problems, []);
    await context.close();
  });
}
