// The browsers a journey runs in, behind one small interface, so that one script drives them all:
//
//   open(url), reload()          go somewhere
//   click(target)                a real pointer on the middle of it
//   clickAt(x, y)                a real pointer at a point of the window
//   fill(target, text)           replaces what a field holds, by keys
//   press('Control+z')           keys, to whatever has the keyboard
//   give(css, path)              a file to a file input
//   text(target), attribute(target, name), there(target)
//   evaluate(fn, ...args)        in the page
//   until(fn, ...args)           waits until it is true, looking once a frame
//   problems()                   errors so far; screenshot(path); close()
//
// A target is `{ role, name }`, by the names the browser itself tells assistive technology, or
// `{ css }`. Everything waits until its target is there.
import { existsSync, readdirSync } from 'node:fs';
import { chromium } from './chromium.mjs';
import { firefox } from './firefox.mjs';
import { webkit } from './webkit.mjs';

const found = (paths) => paths.find((path) => path && existsSync(path));

/** MiniBrowser lies in a folder named after the version of its interface; the newest is taken. */
function miniBrowser() {
  for (const root of ['/usr/lib', ...folders('/usr/lib')]) {
    for (const folder of folders(root, /^webkit2?gtk-/).reverse()) {
      if (existsSync(`${folder}/MiniBrowser`)) return `${folder}/MiniBrowser`;
    }
  }
  return undefined;
}

function folders(root, name = /-linux-gnu/) {
  try {
    return readdirSync(root).filter((entry) => name.test(entry)).sort().map((entry) => `${root}/${entry}`);
  } catch {
    return [];
  }
}

/** `name`, `start()`, and `missing`: a sentence where the browser is not on this machine. */
export const BROWSERS = [
  { name: 'Chromium', start: chromium },
  {
    name: 'Firefox',
    start: () => firefox(found([process.env.FIREFOX, '/usr/bin/firefox-esr', '/usr/bin/firefox'])),
    missing:
      !found([process.env.FIREFOX, '/usr/bin/firefox-esr', '/usr/bin/firefox']) &&
      'Firefox is missing: install firefox-esr, or set FIREFOX to its path',
  },
  {
    name: 'WebKitGTK',
    start: () => webkit(miniBrowser()),
    missing:
      !(found(['/usr/bin/WebKitWebDriver']) && found(['/usr/bin/Xvfb']) && miniBrowser()) &&
      'WebKitGTK is missing: install webkit2gtk-driver and xvfb',
  },
];
