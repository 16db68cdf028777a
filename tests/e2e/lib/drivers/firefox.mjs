// Firefox through Puppeteer, which speaks WebDriver BiDi to it.
import puppeteer from 'puppeteer-core';
import { SLOW, pressed } from './common.mjs';

/** Starts Firefox with a page of its own profile. */
export async function firefox(executablePath) {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    defaultViewport: { width: 1440, height: 900 },
    extraPrefsFirefox: { 'ui.prefersReducedMotion': 0 },
  });
  const page = await browser.newPage();
  page.setDefaultTimeout(SLOW);
  const problems = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`exception: ${error.message}`));
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`${response.status()}: ${response.url()}`);
  });
  const quoted = (text) => JSON.stringify(text);
  const locate = ({ role, name, css }) =>
    page.waitForSelector(css ?? `::-p-aria([name=${quoted(name)}][role=${quoted(role)}])`, { visible: true });
  const chord = async (keys) => {
    const { modifiers, key } = pressed(keys);
    for (const modifier of modifiers) await page.keyboard.down(modifier);
    await page.keyboard.press(key);
    for (const modifier of modifiers.reverse()) await page.keyboard.up(modifier);
  };
  return {
    open: (url) => page.goto(url),
    reload: () => page.reload(),
    click: async (target) => (await locate(target)).click(),
    clickAt: (x, y) => page.mouse.click(x, y),
    fill: async (target, text) => {
      await (await locate(target)).focus();
      await chord('Control+a');
      await page.keyboard.type(text);
    },
    press: chord,
    give: async (css, path) => (await page.$(css)).uploadFile(path),
    text: async (target) => (await locate(target)).evaluate((element) => element.textContent),
    attribute: async (target, name) =>
      (await locate(target)).evaluate((element, name) => element.getAttribute(name), name),
    there: locate,
    evaluate: (fn, ...args) => page.evaluate(fn, ...args),
    until: (fn, ...args) => page.waitForFunction(fn, {}, ...args),
    problems: async () => problems,
    screenshot: (path) => page.screenshot({ path }),
    close: () => browser.close(),
  };
}
