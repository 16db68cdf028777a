// Starts the program. A file of its own because the content security policy forbids inline scripts.
(() => {
  const { js, wasm } = document.currentScript.dataset;
  // Before the first paint, so that a chosen theme does not flash.
  try {
    const theme = localStorage.getItem('hopscope.theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  } catch {
    // Storage may be refused; the system's theme is used then.
  }
  const failed = () => {
    const place = document.getElementById('start');
    if (!place) return;
    place.textContent = 'Hopscope did not load. Check your connection and reload the page; it needs a browser with WebAssembly.';
    place.setAttribute('role', 'alert');
    place.hidden = false;
  };
  const absolute = (path) => new URL(path, document.baseURI).href;
  import(absolute(js))
    .then((program) => program.default({ module_or_path: absolute(wasm) }))
    .catch((error) => {
      console.error(error);
      failed();
    });
})();
