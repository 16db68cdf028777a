// What an audit of the page looks for, at the start page and in a document: the head, the manifest,
// images, the console, and interfaces that browsers are about to remove.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launch, open } from '../lib/browser.mjs';
import { map, starter } from '../lib/app.mjs';
import { serve } from '../lib/server.mjs';

test('head, images, console and interfaces are as an audit wants them', async (t) => {
  const site = await serve();
  t.after(() => site.close());
  const browser = await launch();
  t.after(() => browser.close());
  const { page, context, problems } = await open(browser, 'about:blank');
  const tools = await context.newCDPSession(page);
  const issues = [];
  tools.on('Audits.issueAdded', ({ issue }) => issues.push(`${issue.code} ${JSON.stringify(issue.details)}`));
  await tools.send('Audits.enable');
  await page.goto(site.url);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  const audit = () =>
    page.evaluate(() => ({
      title: document.title,
      lang: document.documentElement.lang,
      doctype: document.compatMode,
      charset: document.characterSet,
      description: document.querySelector('meta[name=description]')?.content ?? '',
      viewport: document.querySelector('meta[name=viewport]')?.content ?? '',
      theme: document.querySelectorAll('meta[name=theme-color]').length,
      manifest: document.querySelectorAll('link[rel=manifest]').length,
      unnamed: [...document.querySelectorAll('img:not([alt])')].map((image) => image.outerHTML),
      headings: document.querySelectorAll('h1').length,
      inline: [...document.scripts].filter((script) => !script.src).length,
      foreign: performance.getEntriesByType('resource').filter(({ name }) => !name.startsWith(location.origin) && !/^(data|blob):/.test(name)).map(({ name }) => name),
    }));
  for (const way of ['start page', 'document']) {
    if (way === 'document') await starter(page, /^Two zones/);
    const found = await audit();
    assert.match(found.title, /Hopscope/, way);
    assert.deepEqual([found.lang, found.doctype, found.charset], ['en', 'CSS1Compat', 'UTF-8'], way);
    assert.ok(found.description.length > 50 && found.description.length < 160, found.description);
    assert.match(found.viewport, /width=device-width/);
    assert.doesNotMatch(found.viewport, /user-scalable=no|maximum-scale/);
    assert.deepEqual([found.theme, found.manifest, found.headings, found.inline], [2, 1, 1, 0], way);
    assert.deepEqual([found.unnamed, found.foreign], [[], []], way);
  }
  assert.ok(await map(page).isVisible());
  assert.deepEqual(issues.filter((issue) => /Deprecation|ContentSecurityPolicy|MixedContent|QuirksMode/.test(issue)), []);
  assert.deepEqual(problems.filter((problem) => !problem.startsWith('leaves the site')), []);
});
