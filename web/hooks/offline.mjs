// After a build: makes one style sheet of all, and writes down what belongs to the release, for `worker.js`, which keeps it on the
// device, and for `start.js`, which loads programs of this release only. Development builds have
// neither, so that the development server always shows what was built last.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const { TRUNK_STAGING_DIR: folder, TRUNK_PROFILE: profile, HOPSCOPE_OFFLINE: asked } = process.env;

if (profile === 'release' || asked) {
  const read = (path) => readFileSync(join(folder, path));
  const digest = (path) => `sha256-${createHash('sha256').update(read(path)).digest('base64')}`;
  const replaced = (path, from, to) => {
    const text = read(path).toString();
    const written = text.replace(from, () => to);
    if (written === text) throw new Error(`${path} does not contain ${from}`);
    writeFileSync(join(folder, path), written);
  };

  // One style sheet instead of many, and the script that fetches the programs before it: a page begins
  // sooner with three requests than with thirty.
  let page = read('index.html').toString();
  const sheets = [...page.matchAll(/<link [^>]*rel="?stylesheet"?[^>]*>/g)].map(([link]) => link);
  const sheetOf = (link) => link.match(/href="?\.\/([^" >]+)/)[1];
  const style = sheets.map((link) => read(sheetOf(link)).toString()).join('\n');
  const name = `styles-${createHash('sha256').update(style).digest('hex').slice(0, 16)}.css`;
  writeFileSync(join(folder, name), style);
  for (const link of sheets) {
    page = page.replace(link, '');
    rmSync(join(folder, sheetOf(link)));
  }
  const [script] = page.match(/<script [^>]*start\.js[^>]*><\/script>/);
  page = page.replace(script, '').replace('<title>', () => `${script}<link href=./${name} rel=stylesheet><title>`);
  writeFileSync(join(folder, 'index.html'), page);

  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length).replace(/^\/+/, ''))
    .filter((path) => path !== 'worker.js' && path !== 'index.html')
    .sort();
  const files = Object.fromEntries(paths.map((path) => [path, digest(path)]));
  const release = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16);

  // The files that keep their names from release to release, and are programs.
  const programs = ['workbench.js', 'workbench_bg.wasm'].map((path) => `${path} ${files[path]}`).join(' ');
  // A release is minified: without quotation marks where none are needed.
  replaced('index.html', /src="?\.\/start\.js"?(?=[ >])/, `src="./start.js" data-release="${release}" data-programs="${programs}"`);
  files['index.html'] = digest('index.html');

  replaced('worker.js', "const RELEASE = 'unbuilt';", `const RELEASE = '${release}';`);
  replaced('worker.js', 'const FILES = {};', `const FILES = ${JSON.stringify(files, null, 2)};`);
}
