// The settings: by keyboard, remembered, and honest about what they erase.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { autosaved, blank, button, giveFile, map, nodes, placeOutside, saved, starter } from '../lib/app.mjs';
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

const dialog = (page) => page.getByRole('dialog', { name: 'Settings' });
const root = (page, name) => page.evaluate((name) => document.documentElement.dataset[name] ?? null, name);

/** Opens the settings of an open document by their shortcut. */
async function settings(page) {
  await page.keyboard.press('Control+,');
  await dialog(page).waitFor();
}

async function close(page) {
  await page.keyboard.press('Escape');
  await dialog(page).waitFor({ state: 'detached' });
}

/** Draws a VPC, which is then stored. */
async function draw(page) {
  await blank(page);
  await button(page, 'Place a VPC').click();
  await placeOutside(page);
  await nodes(page, 'vpc').first().waitFor();
  await autosaved(page);
}

test('theme, motion and density are chosen, shown at once and remembered', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await starter(page, /^Two zones/);
  await button(page, 'Menu').click();
  await page.getByRole('menuitem', { name: /^Settings/ }).click();
  for (const [group, choice, name, word] of [
    ['Theme', 'Dark', 'theme', 'dark'],
    ['Motion', 'Off', 'motion', 'off'],
    ['Density', 'Comfortable', 'density', 'comfortable'],
  ]) {
    const button = dialog(page).getByRole('group', { name: group }).getByRole('button', { name: choice });
    await button.click();
    assert.equal(await button.getAttribute('aria-pressed'), 'true');
    assert.equal(await root(page, name), word);
  }
  await close(page);
  await page.reload();
  await map(page).waitFor();
  for (const [name, word] of [['theme', 'dark'], ['motion', 'off'], ['density', 'comfortable']]) {
    assert.equal(await root(page, name), word);
  }
  // Without motion, playing is stepping: the time stands where a step is decided.
  await page.getByRole('group', { name: 'Lens' }).first().getByRole('button', { name: 'Flow' }).click();
  const slider = page.getByRole('slider', { name: 'Timeline' });
  await slider.waitFor();
  const steps = [];
  // From before the first step to the first.
  await button(page, 'Play').click();
  for (let step = 0; step < 3; step += 1) {
    const before = await slider.getAttribute('aria-valuenow');
    await button(page, 'Play').click();
    await page.waitForFunction((before) => document.querySelector('[role=slider]').getAttribute('aria-valuenow') !== before, before);
    steps.push(await slider.getAttribute('aria-valuetext'));
    assert.equal(await button(page, 'Pause').count(), 0);
  }
  assert.equal(new Set(steps).size, 3, steps.join('; '));
  assert.deepEqual(problems, []);
  await context.close();
});

test('an action gets another key, a conflict is told, and everything goes back', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await starter(page, /^Two zones/);
  await settings(page);
  const key = (title) => dialog(page).getByRole('button', { name: new RegExp(`^(Change|Press).* (of|for) ${title}[,.]`) });
  await key('Outline').focus();
  const ask = async () => {
    await page.keyboard.press('Enter');
    await dialog(page).getByText('Press a key…').waitFor();
  };
  await ask();
  await dialog(page).getByText('Press the new key for Outline. Esc keeps the old one.').waitFor();
  await page.keyboard.press('f');
  await dialog(page).getByRole('alert').filter({ hasText: 'F is the key of "Fit everything"' }).waitFor();
  await ask();
  await page.keyboard.press('Escape');
  await dialog(page).getByText('Press a key…').waitFor({ state: 'detached' });
  assert.ok(await dialog(page).isVisible(), 'Escape ends the waiting, not the dialog');
  await ask();
  await page.keyboard.press('Alt+u');
  await dialog(page).getByText('Outline is now Alt U.').waitFor();
  await close(page);

  const outline = page.getByRole('tree', { name: 'Outline' });
  await page.keyboard.press('o');
  await page.keyboard.press('Alt+u');
  await outline.waitFor();
  // The sheet says it too, and it is remembered.
  await page.reload();
  await map(page).waitFor();
  await page.keyboard.press('?');
  const row = page.getByRole('dialog').locator('dl > div').filter({ hasText: 'Outline' });
  assert.match(await row.innerText(), /Alt U/);
  await page.getByRole('dialog').getByRole('button', { name: 'Change keys…' }).click();
  await dialog(page).getByRole('button', { name: 'Reset all shortcuts' }).click();
  await close(page);
  await page.keyboard.press('o');
  await outline.waitFor();
  assert.deepEqual(problems, []);
  await context.close();
});

test('with single keys off, no character acts, and chords still do', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await starter(page, /^Two zones/);
  await autosaved(page);
  await settings(page);
  await dialog(page).getByRole('checkbox', { name: 'Single-key shortcuts' }).uncheck();
  await close(page);
  await page.locator('#map').focus();
  const before = await page.locator('.workbench').ariaSnapshot();
  for (let code = 33; code < 127; code += 1) await page.keyboard.press(String.fromCharCode(code));
  assert.equal(await page.locator('.workbench').ariaSnapshot(), before);
  await nodes(page, 'vpc').first().focus();
  const focused = await page.locator('.workbench').ariaSnapshot();
  for (let code = 33; code < 127; code += 1) await page.keyboard.press(String.fromCharCode(code));
  assert.equal(await page.locator('.workbench').ariaSnapshot(), focused);
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').waitFor();
  assert.deepEqual(problems, []);
  await context.close();
});

test('all documents go into one file and come back beside those that are here', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await starter(page, /^Two zones/);
  await autosaved(page);
  await page.getByRole('link', { name: 'Home' }).click();
  await draw(page);
  await page.getByRole('textbox', { name: 'Document name' }).fill('Mine');
  await page.keyboard.press('Enter');
  await autosaved(page);
  const mine = await saved(page);
  await settings(page);
  await dialog(page).getByText(/^2 documents, .* used of /).waitFor();
  const download = page.waitForEvent('download');
  await button(page, 'Export all documents').click();
  await dialog(page).getByText('Exported 2 documents.').waitFor();
  const file = await readFile(await (await download).path(), 'utf8');
  await close(page);

  // Here everything is there already.
  await giveFile(page, 'hopscope-documents.json', file);
  await page.getByRole('status').filter({ hasText: 'Imported no documents. 2 were here already.' }).waitFor();
  assert.deepEqual(problems, []);
  await context.close();

  // Elsewhere nothing is.
  const other = await open(browser, site.url);
  await giveFile(other.page, 'hopscope-documents.json', file);
  await other.page.getByRole('status').filter({ hasText: 'Imported 2 documents.' }).waitFor();
  await other.page.locator('.networks').getByRole('link', { name: 'Mine' }).click();
  await map(other.page).waitFor();
  assert.deepEqual(await saved(other.page), mine);
  // A file that lies about itself changes nothing.
  await giveFile(other.page, 'x.json', '{"hopscope_documents":9}');
  await other.page.getByRole('alert').filter({ hasText: 'newer Hopscope' }).waitFor();
  assert.deepEqual(other.problems, []);
  await other.context.close();
});

test('erasing names what goes, can be left, and leaves nothing', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await draw(page);
  await page.getByRole('textbox', { name: 'Document name' }).fill('Doomed');
  await page.keyboard.press('Enter');
  await autosaved(page);
  await settings(page);
  await dialog(page).getByRole('group', { name: 'Theme' }).getByRole('button', { name: 'Dark' }).click();
  await button(page, 'Erase everything…').click();
  const group = dialog(page).getByRole('group', { name: 'Erase everything on this device?' });
  await group.getByText('This removes 1 document and your settings').waitFor();
  await group.getByRole('listitem').filter({ hasText: 'Doomed' }).waitFor();
  await page.waitForFunction(() => document.activeElement?.classList.contains('keep'));
  await page.keyboard.press('Enter');
  await group.waitFor({ state: 'detached' });
  await button(page, 'Erase everything…').click();
  await group.getByRole('button', { name: 'Erase everything', exact: true }).click();
  await page.getByText('Networks you draw are kept', { exact: false }).or(page.locator('#home-library + div + .hint')).first().waitFor();
  assert.equal(await root(page, 'theme'), null);
  assert.equal(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('hopscope.')).length), 0);
  assert.equal(await page.locator('.networks li').count(), 0);
  assert.deepEqual(problems, []);
  await context.close();
});

const GARBAGE = { keys: ['{"V":', '[[[', '{"V":{"a":1},"Ctrl K":"Tab"}'], theme: ['purple'], motion: ['7'], density: ['<b>'], 'single-keys': ['?'] };

test('garbage in storage is as if nothing was chosen', async () => {
  for (let round = 0; round < 3; round += 1) {
    const lines = Object.entries(GARBAGE).map(([name, texts]) => [`hopscope.${name}`, texts[round % texts.length]]);
    const broken = `for (const [name, text] of ${JSON.stringify(lines)}) localStorage.setItem(name, text);`;
    const { page, context, problems } = await open(browser, site.url, { broken });
    await starter(page, /^Two zones/);
    assert.deepEqual([await root(page, 'theme'), await root(page, 'motion'), await root(page, 'density')], [null, null, null]);
    await page.keyboard.press('o');
    await page.getByRole('tree', { name: 'Outline' }).waitFor();
    await settings(page);
    assert.ok(await dialog(page).getByRole('button', { name: 'Reset all shortcuts' }).isDisabled());
    assert.deepEqual(problems, []);
    await context.close();
  }
});

test('where storage is refused, choices last as long as the page', async () => {
  const broken = () => {
    Object.defineProperty(window, 'localStorage', {
      get() {
        throw new DOMException('refused', 'SecurityError');
      },
    });
    IDBFactory.prototype.open = () => {
      throw new DOMException('refused', 'SecurityError');
    };
  };
  const { page, context, problems } = await open(browser, site.url, { broken });
  await blank(page);
  await settings(page);
  await dialog(page).getByText(/does not let the page store anything/).waitFor();
  await dialog(page).getByRole('group', { name: 'Theme' }).getByRole('button', { name: 'Dark' }).click();
  await dialog(page).getByRole('checkbox', { name: 'Single-key shortcuts' }).uncheck();
  await close(page);
  assert.equal(await root(page, 'theme'), 'dark');
  await settings(page);
  assert.equal(await dialog(page).getByRole('checkbox', { name: 'Single-key shortcuts' }).isChecked(), false);
  const pressed = dialog(page).getByRole('group', { name: 'Theme' }).getByRole('button', { name: 'Dark' });
  assert.equal(await pressed.getAttribute('aria-pressed'), 'true');
  assert.deepEqual(problems, []);
  await context.close();
});

test('the browser is asked to keep the data after the first edit, and once', async () => {
  const broken = () => {
    window.asked = 0;
    StorageManager.prototype.persist = async () => {
      window.asked += 1;
      return true;
    };
  };
  const { page, context } = await open(browser, site.url, { broken });
  await blank(page);
  await autosaved(page);
  assert.equal(await page.evaluate(() => window.asked), 0);
  await button(page, 'Place a VPC').click();
  await placeOutside(page);
  await page.waitForFunction(() => window.asked === 1);
  await button(page, '2 AZ, public + private').click();
  await autosaved(page);
  await page.reload();
  await map(page).waitFor();
  await page.getByRole('textbox', { name: 'Document name' }).fill('Again');
  await autosaved(page);
  assert.equal(await page.evaluate(() => window.asked), 0);
  await context.close();
});

test('the settings are on the start page too', async () => {
  const { page, context, problems } = await open(browser, site.url);
  await button(page, 'Settings').click();
  await dialog(page).getByText('No documents').waitFor();
  await dialog(page).getByRole('group', { name: 'Theme' }).getByRole('button', { name: 'Dark' }).click();
  await close(page);
  const shown = page.getByRole('group', { name: 'Theme' }).getByRole('button', { name: 'Dark' });
  assert.equal(await shown.getAttribute('aria-pressed'), 'true');
  assert.deepEqual(problems, []);
  await context.close();
});
