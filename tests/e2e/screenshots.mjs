// Photographs every screen in both themes at three widths, into `results/screens/`.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { launch, open } from './lib/browser.mjs';
import { SCREENS } from './lib/screens.mjs';
import { serve } from './lib/server.mjs';

const SIZES = [
  [1440, 900],
  [900, 800],
  [390, 844],
];
const folder = fileURLToPath(new URL('./results/screens/', import.meta.url));
await mkdir(folder, { recursive: true });

const only = process.argv[2];
const site = await serve();
const browser = await launch();
let failed = 0;
for (const { name, reach, wide } of SCREENS) {
  if (only && !name.includes(only)) continue;
  for (const [width, height] of SIZES) {
    if (wide && width < wide) continue;
    for (const colorScheme of ['light', 'dark']) {
      const { page, context, problems } = await open(browser, site.url, { width, height, colorScheme, reducedMotion: 'reduce' });
      const file = `${name}-${width}-${colorScheme}.png`;
      try {
        await page.getByRole('heading', { level: 1 }).first().waitFor();
        await reach(page);
        // Two frames: whatever the last act changed is on the screen.
        await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      } catch (error) {
        failed += 1;
        console.error(`${file}: ${String(error.message).split('\n')[0]}`);
      }
      for (const problem of problems) console.error(`${file}: ${problem}`);
      await page.screenshot({ path: folder + file });
      console.log(file);
      await context.close();
    }
  }
}
await browser.close();
await site.close();
process.exitCode = failed > 0 ? 1 : 0;
