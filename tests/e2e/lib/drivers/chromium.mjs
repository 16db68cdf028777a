// Chromium through Playwright, as every other spec drives it.
import { PATIENCE, launch, open } from '../browser.mjs';

/** Starts Chromium with a page of its own profile. */
export async function chromium() {
  const browser = await launch();
  const { page, problems } = await open(browser, 'about:blank');
  const locate = ({ role, name, css }) => (css ? page.locator(css) : page.getByRole(role, { name, exact: true })).first();
  const quick = { timeout: PATIENCE };
  // Playwright passes one argument; as a function, not a text, it needs no leave of the page's policy.
  const spread = (fn) => new Function('args', `return (${fn})(...args);`);
  return {
    open: (url) => page.goto(url),
    reload: () => page.reload(),
    click: (target) => locate(target).click(quick),
    clickAt: (x, y) => page.mouse.click(x, y),
    fill: (target, text) => locate(target).fill(text, quick),
    press: (keys) => page.keyboard.press(keys),
    give: (css, path) => page.locator(css).setInputFiles(path),
    text: (target) => locate(target).textContent(quick),
    attribute: (target, name) => locate(target).getAttribute(name, quick),
    there: (target) => locate(target).waitFor(quick),
    evaluate: (fn, ...args) => page.evaluate(spread(fn), args),
    until: (fn, ...args) => page.waitForFunction(spread(fn), args, quick),
    // The page's own site is only known once it is opened, so nothing leaves `about:blank`'s.
    problems: async () => problems.filter((problem) => !problem.startsWith('leaves the site')),
    screenshot: (path) => page.screenshot({ path }),
    close: () => browser.close(),
  };
}
