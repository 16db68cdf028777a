// After a build: writes down what belongs to the release, for `worker.js`, which keeps it on the
// device, and for `start.js`, which loads programs of this release only. Development builds have
// neither, so that the development server always shows what was built last.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const { TRUNK_STAGING_DIR: folder, TRUNK_PROFILE: profile, HOPSCOPE_OFFLINE: asked } = process.env;

if (profile === 'release' || asked) {
  const read = (path) => readFileSync(join(folder, path));
  const digest = (path) => `sha256-${createHash('sha256').update(read(path)).digest('base64')}`;
  const replaced = (path, from, to) => {
    const text = read(path).toString();
    const made = text.replace(from, () => to);
    if (made === text) throw new Error(`${path} does not contain ${from}`);
    writeFileSync(join(folder, path), made);
  };

  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length).replace(/^\/+/, ''))
    .filter((path) => path !== 'worker.js' && path !== 'index.html')
    .sort();
  const files = Object.fromEntries(paths.map((path) => [path, digest(path)]));
  const release = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16);

  // The files that keep their names from release to release, and are programs.
  const programs = ['workbench.js', 'workbench_bg.wasm'].map((path) => `${path} ${files[path]}`).join(' ');
  // Release builds leave out quotes that HTML does not need.
  replaced('index.html', /\bsrc="?\.\/start\.js"?(?=[\s>])/, `src="./start.js" data-release="${release}" data-programs="${programs}"`);
  files['index.html'] = digest('index.html');

  replaced('worker.js', "const RELEASE = 'unbuilt';", `const RELEASE = '${release}';`);
  replaced('worker.js', 'const FILES = {};', `const FILES = ${JSON.stringify(files, null, 2)};`);
}
