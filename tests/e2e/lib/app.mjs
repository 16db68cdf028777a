// What a person does with Hopscope, by the names a person reads or hears.
import { rmSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const button = (page, name) => page.getByRole('button', { name, exact: true });

/** From the start page to an empty canvas. */
export async function blank(page, act = () => page.getByRole('button', { name: /^Blank canvas/ }).click()) {
  await act();
  await map(page).waitFor();
}

/** From the start page into a starter. */
export async function starter(page, name) {
  await page.getByRole('button', { name }).click();
  await map(page).waitFor();
}

/** The map's region. */
export const map = (page) => page.getByRole('region', { name: 'Map' });

/** Opens files, as chosen in the file dialog. */
export async function chooseFiles(page, files) {
  const chooser = page.waitForEvent('filechooser');
  await button(page, 'Choose files').first().click();
  await (await chooser).setFiles(files);
}

/** The component with that id on the map. */
export const node = (page, id) => map(page).locator(`[data-id="${id}"]`);

/** Every component of a kind on the map, in reading order. */
export const nodes = (page, kind) => map(page).locator(`[data-kind="${kind}"]`);

/** The document as the page saves it, by its own shortcut. */
export async function saved(page) {
  const download = page.waitForEvent('download');
  await page.keyboard.press('Control+s');
  return JSON.parse(await readFile(await (await download).path(), 'utf8'));
}

/** Waits until a condition on the saved state word holds. */
export const autosaved = (page) => page.getByText('Saved', { exact: true }).first().waitFor();

/** The polite live region's text: what a screen reader last heard. */
export const heard = (page) => page.locator('[aria-live=polite]').first().textContent();

/** Files that were given stay until the end: a page reads them when it likes. */
let given;

/** Gives a file to the page's own file input, as the dialog does. */
export async function giveFile(page, name, content) {
  if (!given) {
    given = await mkdtemp(join(tmpdir(), 'hopscope-'));
    process.once('exit', () => rmSync(given, { recursive: true, force: true }));
  }
  const path = join(await mkdtemp(join(given, 'file-')), name);
  await writeFile(path, content);
  await page.locator('input[data-files="files"]').setInputFiles(path);
}

/** Everything on the map, as a screen reader would walk it. */
export const mapText = (page) => map(page).ariaSnapshot();

/** A message about a problem, as it is shown and announced. */
export const problem = (page, sentence) => page.getByRole('alert').filter({ hasText: sentence }).first();

/** Clicks the empty ground of the map. */
export async function placeOutside(page) {
  const box = await map(page).boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
}

/** Clicks inside a container, on its own ground: near its lower right corner. */
export async function placeIn(page, container) {
  const box = await container.boundingBox();
  await page.mouse.click(box.x + box.width - 12, box.y + box.height - 12);
}

/** Switches to the Flow lens. */
export async function flowLens(page) {
  await page.getByRole('group', { name: 'Lens' }).getByRole('button', { name: 'Flow' }).click();
  await page.getByRole('slider', { name: 'Timeline' }).waitFor();
}

/** The kind of the component that has the keyboard; waits for `kind` if one is given. */
export async function focused(page, kind) {
  const now = () => document.activeElement?.closest('[data-kind]')?.dataset.kind ?? document.activeElement?.tagName;
  if (kind) await page.waitForFunction((kind) => document.activeElement?.closest('[data-kind]')?.dataset.kind === kind, kind);
  return page.evaluate(now);
}
