// Bundles the peers' pages into a folder: `node build.mjs <folder>`.
import { mkdirSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const out = process.argv[2];
mkdirSync(out, { recursive: true });
for (const [name, entry] of [['reactflow', 'reactflow.jsx'], ['cytoscape', 'cytoscape.js'], ['maxgraph', 'maxgraph.js']]) {
  await esbuild.build({
    entryPoints: [join(here, 'peers', entry)],
    bundle: true,
    minify: true,
    define: { 'process.env.NODE_ENV': '"production"' },
    loader: { '.gif': 'dataurl' },
    outfile: join(out, `${name}.js`),
  });
  const css = existsSync(join(out, `${name}.css`)) ? `<link rel=stylesheet href=${name}.css>` : '';
  const style = 'body{margin:0}#root{width:100vw;height:100vh;overflow:hidden}';
  writeFileSync(
    join(out, `${name}.html`),
    `<!doctype html><meta charset=utf-8><style>${style}</style>${css}<div id=root></div><script src=${name}.js></script>`,
  );
}
