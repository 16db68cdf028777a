// A person without a pointer: Tab, arrows, letters and Enter, and nothing else.
import assert from 'node:assert/strict';

/** More stops than any screen has. */
const MOST_TABS = 120;

/**
 * In the page, before it runs: no event of a pointer reaches it, and every one is written down. A
 * click that Enter or Space makes has no pointer behind it and passes.
 */
export function withoutPointer() {
  const seen = [];
  Object.defineProperty(window, '__pointer', { value: seen });
  const swallow = (event) => {
    if (/click$/.test(event.type) && event.detail === 0) return;
    seen.push(event.type);
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const kinds = ['pointer', 'mouse'].flatMap((kind) => ['down', 'up', 'move', 'over', 'out', 'enter', 'leave'].map((what) => kind + what));
  for (const type of [...kinds, 'click', 'dblclick', 'auxclick', 'touchstart', 'touchmove', 'touchend', 'wheel', 'dragstart', 'drop']) {
    window.addEventListener(type, swallow, { capture: true, passive: false });
  }
}

/** Fails if anything of a pointer happened since the page was opened. */
export async function assertNoPointer(page) {
  assert.deepEqual(await page.evaluate(() => window.__pointer), []);
}

/** What has the keyboard, by what it is called. */
export const here = (page) =>
  page.evaluate(() => {
    const on = document.activeElement;
    return (on?.getAttribute('aria-label') ?? on?.labels?.[0]?.textContent ?? on?.textContent ?? '').replaceAll(/\s+/g, ' ').trim();
  });

/** Tabs on until what has the keyboard is called that; fails when it is out of reach. */
export async function tabTo(page, name, keys = 'Tab') {
  const passed = new Set();
  for (let presses = 0; presses < MOST_TABS; presses += 1) {
    const on = await here(page);
    if (name instanceof RegExp ? name.test(on) : on === name) return;
    passed.add(on.slice(0, 40));
    await page.keyboard.press(keys);
  }
  assert.fail(`${name} is out of reach: ${[...passed].join(' > ')}`);
}

/** Chooses from a list by typing: waits until what is wanted is the one that Enter takes. */
export async function pick(page, typed, name) {
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('option').first().waitFor();
  await page.keyboard.type(typed);
  await dialog.getByRole('option', { name, selected: true }).waitFor();
  await page.keyboard.press('Enter');
}

/** A command of the palette. */
export async function command(page, typed, name) {
  await page.keyboard.press('Control+k');
  await pick(page, typed, name);
}

/** Waits until a screen reader was told. */
export const hears = (page, sentence) => page.locator('[aria-live=polite]').first().filter({ hasText: sentence }).waitFor();

/** Goes to something on the map by its name. */
export async function findOnMap(page, name, kind) {
  await page.keyboard.press('/');
  const find = page.getByRole('search', { name: 'Find on the map' });
  await find.waitFor();
  await page.keyboard.press('Control+a');
  await page.keyboard.type(name);
  await find.getByRole('option', { name, selected: true }).waitFor();
  await page.keyboard.press('Enter');
  await find.waitFor({ state: 'detached' });
  await page.waitForFunction((kind) => document.activeElement?.dataset.kind === kind, kind);
}
