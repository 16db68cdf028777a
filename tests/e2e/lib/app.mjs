// What a person does with Hopscope, by the names a person reads or hears.
import { readFile } from 'node:fs/promises';

export const button = (page, name) => page.getByRole('button', { name, exact: true });

/** From the start page to an empty canvas. */
export async function blank(page) {
  await page.getByRole('button', { name: /^Blank canvas/ }).click();
  await map(page).waitFor();
}

/** From the start page into a starter. */
export async function starter(page, name) {
  await page.getByRole('button', { name }).click();
  await map(page).waitFor();
}

/** The map's region. */
export const map = (page) => page.getByRole('region', { name: 'Map' });

/** Opens a file of the test, as chosen in the file dialog. */
export async function openFile(page, name, content) {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: /^Open a file/ }).click();
  await (await chooser).setFiles({ name, mimeType: 'application/json', buffer: Buffer.from(content) });
}

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

/** Drops files anywhere on the page. */
export async function dropFiles(page, files) {
  // Through a real file input, so that large contents do not travel as text.
  await page.evaluate(() => {
    const input = Object.assign(document.createElement('input'), { type: 'file', multiple: true, id: 'test-files', hidden: true });
    document.body.append(input);
  });
  const buffers = files.map(({ name, content }) => ({ name, mimeType: 'application/json', buffer: Buffer.from(content) }));
  await page.locator('#test-files').setInputFiles(buffers);
  await page.evaluate(() => {
    const input = document.querySelector('#test-files');
    const data = new DataTransfer();
    for (const file of input.files) data.items.add(file);
    input.remove();
    for (const type of ['dragenter', 'dragover', 'drop']) {
      const event = new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data });
      (document.elementFromPoint(innerWidth / 2, innerHeight / 2) ?? document.body).dispatchEvent(event);
    }
  });
}

/** A message about a problem, as it is shown and announced. */
export const problem = (page, sentence) => page.getByRole('alert').filter({ hasText: sentence }).first();
