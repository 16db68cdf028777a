// A browser that is killed in the middle of work loses less than half a second of it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { blank, map } from '../lib/app.mjs';
import { FLAGS, PATIENCE, executable } from '../lib/browser.mjs';
import { serve } from '../lib/server.mjs';

/** Work that may be lost, in milliseconds. */
const MOST = 500;

let site;
let profile;
before(async () => {
  site = await serve();
});
after(() => site?.close());

/** Starts Chromium with a profile on disk, in a process group of its own. */
async function start() {
  const options = [...FLAGS, '--headless', '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'];
  const child = spawn(executable() ?? chromium.executablePath(), options, { detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  const address = await new Promise((resolve, reject) => {
    let said = '';
    child.once('error', reject);
    child.once('exit', () => reject(new Error(said)));
    child.stderr.on('data', (data) => {
      said += data;
      const [, found] = said.match(/DevTools listening on (\S+)/) ?? [];
      if (found) resolve(found);
    });
  });
  const browser = await chromium.connectOverCDP(address);
  const page = await browser.contexts()[0].newPage();
  page.setDefaultTimeout(PATIENCE);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  // Killed twice is killed once.
  const kill = () => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
    return ended;
  };
  return { page, kill };
}

for (const count of [9, 26, 47]) {
  test(`killed after ${count} edits`, async (t) => {
    profile = mkdtempSync(join(tmpdir(), 'hopscope-killed-'));
    const first = await start();
    let running = first;
    t.after(async () => {
      await running.kill();
      rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    });
    const { page } = first;
    await page.goto(site.url);
    await blank(page);
    const address = page.url();

    // Every edit with its time, told by the page itself at the moment it happens.
    const log = [];
    let killed;
    const enough = new Promise((resolve) => {
      page.exposeFunction('edited', (text, at) => {
        log.push({ text, at });
        if (log.length === count) {
          killed = Date.now();
          resolve(first.kill());
        }
      });
    });
    await page.evaluate(() =>
      document.addEventListener('input', (event) => window.edited(event.target.value, Date.now()), true),
    );
    const name = page.getByRole('textbox', { name: 'Document name' });
    await name.focus();
    // The rate of a person who types fast.
    const typing = page.keyboard.type('abcdefghijklmnopqrstuvwxyz'.repeat(4), { delay: 90 }).catch(() => {});
    await enough;
    await typing;

    running = await start();
    await running.page.goto(address);
    await map(running.page).waitFor();
    const found = await running.page.getByRole('textbox', { name: 'Document name' }).inputValue();
    const last = log.at(-1).text;
    assert.ok(last.startsWith(found), `"${found}" is no state that there was`);
    const lost = log.filter(({ text }) => text.length > found.length);
    const oldest = lost.length > 0 ? killed - lost[0].at : 0;
    t.diagnostic(`${lost.length} of ${log.length} edits lost, the oldest ${oldest} ms before the end`);
    assert.ok(oldest <= MOST, `work of ${oldest} ms is lost: ${lost.length} edits`);
  });
}
