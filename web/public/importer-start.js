// Starts the import in its worker: `new Worker('importer-start.js')`. The page hears `ready` from
// the program itself, or `failed` from here.
(async () => {
  // These files keep their names from release to release and belong together, so a copy that the
  // browser has is checked with the server first.
  const current = async (name) => (await fetch(name, { cache: 'no-cache' })).arrayBuffer();
  const [wasm] = await Promise.all([current('importer_bg.wasm'), current('importer.js')]);
  importScripts('importer.js');
  await wasm_bindgen({ module_or_path: wasm });
})().catch((error) => {
  console.error(error);
  postMessage('failed');
});
