// One Chromium per spec file; one page with a clean profile per test.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

/** What Chromium is started with. */
export const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** How long a test waits for anything, in milliseconds. */
export const PATIENCE = 10_000;

/** The Chromium of `CHROMIUM`, or Debian's; without, the one Playwright keeps. */
export const executable = () => [process.env.CHROMIUM, '/usr/bin/chromium'].find((path) => path && existsSync(path));

/** Starts Chromium. */
export const launch = () => chromium.launch({ executablePath: executable(), args: FLAGS });

/**
 * A page of its own profile. Collects what must not happen: errors on the console, uncaught
 * exceptions, failed requests, and requests to anybody but the site itself.
 */
export async function open(browser, url, options = {}) {
  const { width = 1440, height = 900, colorScheme = 'light', reducedMotion = 'no-preference', context: given } = options;
  // What keeps a release on the device loads all of it: only where that is tested.
  const serviceWorkers = options.offline ? 'allow' : 'block';
  const context =
    given ??
    (await browser.newContext({
      viewport: { width, height },
      colorScheme,
      reducedMotion,
      forcedColors: options.forcedColors ?? 'none',
      // Fingers instead of a mouse: a coarse pointer that cannot hover.
      hasTouch: options.touch ?? false,
      isMobile: options.touch ?? false,
      acceptDownloads: true,
      serviceWorkers,
    }));
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const problems = [];
  const origin = new URL(url).origin;
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`exception: ${error.message}`));
  page.on('requestfailed', (request) => {
    // A page that is left stops loading its pictures: nothing failed.
    const left = request.failure()?.errorText === 'net::ERR_ABORTED' && new URL(request.url()).pathname.endsWith('.svg');
    if (!left) problems.push(`failed: ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`${response.status()}: ${response.url()}`);
  });
  page.on('request', (request) => {
    const { protocol, origin: to } = new URL(request.url());
    if (protocol !== 'data:' && protocol !== 'blob:' && to !== origin) problems.push(`leaves the site: ${request.url()}`);
  });
  await page.addInitScript(countActs);
  // What a test breaks on purpose, before the page runs.
  if (options.broken) await page.addInitScript(options.broken);
  await page.goto(url);
  return { page, context, problems };
}

// Runs in the page. One click is one pointer down and up in one place; a drag counts as two; a
// key is a key press that is not a mere modifier and not a repetition.
function countActs() {
  const acts = { clicks: 0, keys: 0, typed: '' };
  let down = null;
  Object.defineProperty(window, '__acts', { value: acts });
  window.addEventListener('pointerdown', (event) => (down = [event.clientX, event.clientY]), true);
  window.addEventListener(
    'pointerup',
    (event) => {
      if (!down) return;
      const dragged = Math.hypot(event.clientX - down[0], event.clientY - down[1]) > 6;
      acts.clicks += dragged ? 2 : 1;
      down = null;
    },
    true,
  );
  window.addEventListener(
    'keydown',
    (event) => {
      if (event.repeat || ['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) return;
      acts.keys += 1;
      acts.typed += event.key.length === 1 ? event.key : `<${event.key}>`;
    },
    true,
  );
}

/** `{ clicks, keys, typed }` since the page was opened or since the last `resetActs`. */
export const acts = (page) => page.evaluate(() => ({ ...window.__acts }));

/** Starts counting again. */
export const resetActs = (page) => page.evaluate(() => Object.assign(window.__acts, { clicks: 0, keys: 0, typed: '' }));
