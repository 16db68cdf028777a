// What one step of panning, dragging and zooming costs on the main thread, and how long a drawing takes
// to stand there: Hopscope's own workbench beside React Flow, Cytoscape.js and maxGraph, in one run.
//
//   node run.mjs <folder of peers> <folder of the site> [sizes…]
//
// Every page draws the same nested network (workload.js; document.mjs is that network as a document). The
// peers' pages hold nothing but the canvas; Hopscope's is the workbench as people get it, opened cold at the
// address of a stored document. Rows of one run compare; rows of two do not.
import { createReadStream, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { document as hopscopeDocument } from './document.mjs';

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm', '.svg': 'image/svg+xml', '.json': 'application/json' };
const PATIENCE = 30_000;
const [peers, site, ...rest] = process.argv.slice(2);
const sizes = rest.length ? rest.map(Number) : [200, 1000, 5000, 10000];
const only = process.env.ONLY?.split(',');

/** Serves a folder; resolves to its address. */
const serve = (folder) =>
  new Promise((resolve) => {
    const server = createServer((request, response) => {
      const path = join(folder, decodeURIComponent(new URL(request.url, 'http://x').pathname));
      const file = existsSync(path) && statSync(path).isDirectory() ? join(path, 'index.html') : path;
      if (!existsSync(file)) return response.writeHead(404).end();
      response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'text/plain' });
      createReadStream(file).pipe(response);
    });
    server.unref();
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}`));
  });

/** A peer: its page as it is. */
const peer = (name, base, query = '') => ({
  name: name + (query ? ' (culling)' : ''),
  open: async (context, size) => {
    const page = await context.newPage();
    await page.goto(`${base}/${name}.html?n=${size}${query}`, { timeout: PATIENCE });
    return page;
  },
  ground: async () => ({ x: 4, y: 400 }),
  nodeAt: (page) => page.evaluate(() => window.__nodeAt('vpc0-s2-i7')),
});

/** Hopscope: the document is stored as any other, then its address is opened in a page without cache. */
const hopscope = (base) => ({
  name: 'hopscope',
  open: async (context, size) => {
    const folder = mkdtempSync(join(tmpdir(), 'hopscope-canvas-'));
    const file = join(folder, `benchmark-${size}.json`);
    writeFileSync(file, JSON.stringify(hopscopeDocument(size)));
    const before = await context.newPage();
    await before.goto(base);
    await before.locator('input[data-files="files"]').setInputFiles(file);
    await before.waitForFunction(() => /^#\/d\//.test(location.hash), null, { timeout: PATIENCE });
    await before.locator('[data-saved="saved"]').waitFor({ timeout: PATIENCE });
    const address = before.url();
    await before.close();
    rmSync(folder, { recursive: true });
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    await cdp.send('Network.clearBrowserCache');
    await page.addInitScript(() => {
      new PerformanceObserver((list, observer) => {
        if (!list.getEntriesByName('hopscope:map').length) return;
        observer.disconnect();
        requestAnimationFrame(() => requestAnimationFrame(() => (window.__ready = performance.now())));
      }).observe({ type: 'mark', buffered: true });
    });
    await page.goto(address, { timeout: PATIENCE });
    return page;
  },
  ground: async (page) => {
    const box = await page.locator('#map').boundingBox();
    return { x: box.x + 6, y: box.y + box.height / 2 };
  },
  // What is too small to be seen is gone to first, as a person would: by its name.
  nodeAt: async (page, close) => {
    const node = page.locator('#map [data-id="vpc0-s2-i7"]');
    if (close) {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('i-0-2-7');
      await page.getByRole('dialog').getByRole('option', { name: 'i-0-2-7' }).first().waitFor();
      await page.keyboard.press('Enter');
      await node.waitFor();
      await page.keyboard.press('Shift+Digit2');
      await page.waitForFunction(() => !document.querySelector('#map.moving'));
    }
    const there = (await node.count()) ? node : page.locator('#map [data-id="vpc0-s2"], #map [data-id="vpc0"]').last();
    const box = await there.boundingBox();
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  },
});

const metrics = async (cdp) => Object.fromEntries((await cdp.send('Performance.getMetrics')).metrics.map((m) => [m.name, m.value]));

/** Milliseconds of the main thread for each step, wall milliseconds for each step, frames per second. */
async function cost(page, cdp, act) {
  const before = await metrics(cdp);
  const start = performance.now();
  await page.evaluate(() => {
    window.__frames = 0;
    window.__run = true;
    const count = () => { window.__frames++; if (window.__run) requestAnimationFrame(count); };
    requestAnimationFrame(count);
  });
  const steps = await act();
  const frames = await page.evaluate(() => { window.__run = false; return window.__frames; });
  const wall = performance.now() - start;
  const after = await metrics(cdp);
  return { cpu: ((after.TaskDuration - before.TaskDuration) * 1000) / steps, wall: wall / steps, fps: (frames * 1000) / wall };
}

async function moves(page, from, dx, dy) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  for (let i = 1; i <= 40; i++) await page.mouse.move(from.x + i * dx, from.y + i * dy);
  await page.mouse.up();
  return 40;
}

async function zooms(page) {
  await page.mouse.move(640, 400);
  for (let i = 0; i < 20; i++) {
    const out = i < 10 ? -1 : 1;
    const own = await page.evaluate((d) => (window.__wheelZoom ? (window.__wheelZoom(d), true) : false), out);
    if (!own) await page.mouse.wheel(0, out * 120);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
  }
  return 20;
}

async function measure(browser, subject, size) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    const page = await subject.open(context, size);
    const cdp = await context.newCDPSession(page);
    await cdp.send('Performance.enable');
    await page.waitForFunction(() => window.__ready, null, { timeout: PATIENCE });
    const load = await page.evaluate(() => window.__ready);
    const heap = (await metrics(cdp)).JSHeapUsedSize / 1e6;
    const nodes = await page.evaluate(() => document.getElementsByTagName('*').length);
    const pan = await cost(page, cdp, async () => moves(page, await subject.ground(page), 5, 2));
    const at = await subject.nodeAt(page, false);
    const drag = await cost(page, cdp, () => moves(page, at, 3, 2));
    const zoom = await cost(page, cdp, () => zooms(page));
    const row = { load, heap, nodes, pan, drag, zoom };
    if (subject.name === 'hopscope') {
      const near = await subject.nodeAt(page, true);
      row.close = await cost(page, cdp, () => moves(page, near, 3, 2));
    }
    if (process.env.SHOT) await page.screenshot({ path: join(process.env.SHOT, `${subject.name}-${size}.png`) });
    return row;
  } finally {
    await context.close();
  }
}

const browser = await chromium.launch({
  executablePath: [process.env.CHROMIUM, '/usr/bin/chromium'].find((path) => path && existsSync(path)),
  args: FLAGS,
});
const [peerBase, siteBase] = await Promise.all([serve(peers), serve(site)]);
const subjects = [hopscope(`${siteBase}/`), peer('reactflow', peerBase), peer('reactflow', peerBase, '&cull=1'), peer('cytoscape', peerBase), peer('maxgraph', peerBase)].filter(
  (subject) => !only || only.some((name) => subject.name.startsWith(name)),
);
const results = {};
const cell = (value, digits = 1) => value.toFixed(digits).padStart(9);
console.log('Milliseconds of the main thread for each step; load is the time from navigation to the painted picture.\n');
console.log(`${'boxes'.padStart(6)}  ${'page'.padEnd(20)}${['load', 'pan', 'drag', 'zoom', 'elements', 'heap MB'].map((name) => name.padStart(9)).join('')}`);
for (const size of sizes) {
  for (const subject of subjects) {
    const label = `${String(size).padStart(6)}  ${subject.name.padEnd(20)}`;
    // A page that could not hold half as many is not asked to hold more.
    if (results[subject.name]?.failed) {
      console.log(`${label}   not asked: fewer were too many already`);
      continue;
    }
    try {
      const row = await measure(browser, subject, size);
      (results[size] ??= {})[subject.name] = row;
      // Whoever needs a tenth of a second for a step is left alone with more.
      if (Math.max(row.pan.cpu, row.drag.cpu, row.zoom.cpu) > 400 || row.pan.cpu > 100 && !subject.name.startsWith('reactflow')) {
        results[subject.name] = { failed: true };
      }
      const extra = row.close ? `   drag in close-up ${row.close.cpu.toFixed(1)}` : '';
      console.log(`${label}${cell(row.load, 0)}${cell(row.pan.cpu)}${cell(row.drag.cpu)}${cell(row.zoom.cpu)}${cell(row.nodes, 0)}${cell(row.heap, 0)}${extra}`);
    } catch (error) {
      if (process.env.DEBUG) console.error(error);
      results[subject.name] = { failed: true };
      console.log(`${label}  did not load or answer in ${PATIENCE / 1000} s (${String(error.message ?? error).split('\n')[0].slice(0, 70)})`);
    }
  }
}
await browser.close();

// The aims, against the better of React Flow's two ways of drawing.
let missed = 0;
console.log('\nAims (share of React Flow, which is better of its two ways)');
for (const size of sizes.filter((size) => size >= 1000)) {
  const own = results[size]?.hopscope;
  const flows = ['reactflow', 'reactflow (culling)'].map((name) => results[size]?.[name]).filter(Boolean);
  if (!own || !flows.length) continue;
  const share = size >= 5000 ? 0.1 : 0.5;
  const aim = (name, value, best, limit, ceiling = Infinity) => {
    const met = value <= best * limit && value <= ceiling;
    if (!met) missed += 1;
    console.log(`${String(size).padStart(6)}  ${name.padEnd(18)}${value.toFixed(1).padStart(8)} of ${best.toFixed(1).padStart(7)}  ${((value / best) * 100).toFixed(0).padStart(4)} %  aim ${(limit * 100).toFixed(0)} %  ${met ? 'met' : 'MISSED'}`);
  };
  const ceiling = size >= 5000 ? 16 : Infinity;
  for (const act of ['pan', 'drag', 'zoom']) aim(act, own[act].cpu, Math.min(...flows.map((row) => row[act].cpu)), share, ceiling);
  aim('drag in close-up', own.close.cpu, Math.min(...flows.map((row) => row.drag.cpu)), share, ceiling);
  aim('load', own.load, Math.min(...flows.map((row) => row.load)), 0.5);
}
if (missed) process.exitCode = 1;
