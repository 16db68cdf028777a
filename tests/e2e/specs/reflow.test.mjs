// Every screen at 320 pixels, at 200 % zoom, in forced colours, with room for fingers.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { violations } from '../lib/axe.mjs';
import { launch, open } from '../lib/browser.mjs';
import { SCREENS } from '../lib/screens.mjs';
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

/** The least side of what can be pressed, in pixels. */
const TARGET = 32;

/** The same of what is pressed again and again while something plays, where fingers press. */
const PLAYER_TARGET = 44;

/** In the page: what leaves the window sideways and cannot be scrolled to, and whether the page itself scrolls. */
function outside() {
  const width = document.documentElement.clientWidth;
  const found = [];
  if (document.documentElement.scrollWidth > width + 1) found.push(`the page is ${document.documentElement.scrollWidth} wide`);
  const modal = document.querySelector('dialog[open]');
  for (const element of (modal ?? document).querySelectorAll('button, a[href], input, select, textarea, [role=tab], [role=option], [role=treeitem], summary')) {
    if (element.closest('svg.map, .floats, .visually-hidden, [aria-hidden=true]')) continue;
    const { left, right, width: own, height } = element.getBoundingClientRect();
    if (own === 0 || height === 0 || getComputedStyle(element).visibility === 'hidden') continue;
    if (left >= -1 && right <= width + 1) continue;
    // Something that scrolls sideways by itself shows it.
    let up = element.parentElement;
    while (up && !(up.scrollWidth > up.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(up).overflowX))) up = up.parentElement;
    if (!up) found.push(`${element.tagName} "${(element.ariaLabel ?? element.textContent ?? '').trim().slice(0, 40)}" at ${Math.round(left)} to ${Math.round(right)}`);
  }
  return found;
}

/** In the page: targets that are too small, by the rule of WCAG 2.5.8 with a larger number. */
function small(least) {
  const found = [];
  const modal = document.querySelector('dialog[open]');
  for (const element of (modal ?? document).querySelectorAll('button, a[href], input, select, summary, [role=tab], [role=option], [role=treeitem], [role=slider]')) {
    // What stands on the map moves and scales with it; files come through their buttons.
    if (element.closest('svg, .visually-hidden, .skip, [aria-hidden=true]') || element.type === 'file') continue;
    // A link in a sentence is as high as its line.
    if (element.tagName === 'A' && getComputedStyle(element).display === 'inline') continue;
    // A label around a box belongs to the box.
    const target = /checkbox|radio/.test(element.type ?? '') ? (element.closest('label') ?? element) : element;
    const { width, height } = target.getBoundingClientRect();
    if (width === 0 || height === 0 || getComputedStyle(element).visibility === 'hidden') continue;
    if (Math.min(width, height) >= least - 0.5) continue;
    const name = (element.ariaLabel ?? element.textContent ?? '').trim().slice(0, 40);
    found.push(`${element.tagName}.${element.className} "${name}" ${Math.round(width)}×${Math.round(height)}`);
  }
  return [...new Set(found)];
}

/**
 * In the page: of the buttons with these names, those that a finger misses half a target beside their
 * middle, in the outermost whole pixel. By what is hit, since a target may be larger than what is drawn.
 */
function missed([names, least]) {
  const found = [];
  const first = (middle) => Math.ceil(middle - least / 2);
  const last = (middle) => Math.floor(middle + least / 2) - 1;
  for (const name of names) {
    const button = [...document.querySelectorAll('button')].find((button) => (button.ariaLabel ?? button.textContent.trim()) === name);
    if (!button) {
      found.push(`${name} is not there`);
      continue;
    }
    const { left, top, width, height } = button.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    for (const [side, atX, atY] of [['left', first(x), y], ['right', last(x), y], ['top', x, first(y)], ['bottom', x, last(y)]]) {
      const hit = document.elementFromPoint(atX, atY);
      if (!button.contains(hit)) found.push(`${name} (${Math.round(width)}×${Math.round(height)}) is missed on its ${side}: ${hit?.className}`);
    }
  }
  return found;
}

const reached = async (name, reach, options, look) => {
  const { page, context, problems } = await open(browser, site.url, { reducedMotion: 'reduce', ...options });
  try {
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await reach(page);
    await look(page);
    assert.deepEqual(problems, []);
  } finally {
    await context.close();
  }
};

for (const { name, reach, wide } of SCREENS) {
  // 1280 pixels at 200 % are 640; a screen that needs a wider window has another way at 320.
  for (const [what, width, height] of [['320 pixels', 320, 640], ['200 % zoom', 640, 400]]) {
    if (wide && width < wide) continue;
    test(`${name} at ${what}`, () =>
      reached(name, reach, { width, height }, async (page) => assert.deepEqual(await page.evaluate(outside), [])));
  }
  test(`${name}: targets of at least ${TARGET} pixels`, () =>
    reached(name, reach, {}, async (page) => assert.deepEqual(await page.evaluate(small, TARGET), [])));
  test(`${name} in forced colours`, () =>
    reached(name, reach, { forcedColors: 'active' }, async (page) => assert.deepEqual(await violations(page), [])));
}

/** Screens that play, with the buttons that play and step. */
const PLAYERS = [
  ['flow', ['Step back', 'Play', 'Step forward']],
  ['flow-end', ['Step back', 'Play', 'Step forward']],
  ['flow-sequence', ['Step back', 'Play', 'Step forward']],
  ['setup-sequence', ['Previous message', 'Next message']],
];

for (const [name, buttons] of PLAYERS) {
  const { reach, wide } = SCREENS.find((screen) => screen.name === name);
  for (const [width, height] of [[320, 640], [390, 844], [820, 1180], [1180, 820]]) {
    if (wide && width < wide) continue;
    test(`${name}: playing and stepping by finger at ${width} × ${height}`, () =>
      reached(name, reach, { width, height, touch: true }, async (page) =>
        assert.deepEqual(await page.evaluate(missed, [buttons, PLAYER_TARGET]), []),
      ));
  }
}
