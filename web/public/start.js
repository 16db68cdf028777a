// Starts the programs: the start page, and the workbench when a document is opened. A file of its own
// because the content security policy forbids inline scripts.
(() => {
  const { js, wasm } = document.currentScript.dataset;
  // Before the first paint, so that nothing flashes. As web/src/preferences.rs writes them.
  const preferences = { theme: ['light', 'dark'], motion: ['on', 'off'], density: ['comfortable'] };
  try {
    for (const [name, known] of Object.entries(preferences)) {
      const word = localStorage.getItem(`hopscope.${name}`);
      if (known.includes(word)) document.documentElement.dataset[name] = word;
    }
  } catch {
    // Storage may be refused; everything is as by default then.
  }
  const absolute = (path) => new URL(path, document.baseURI).href;
  const say = (sentence, role) => {
    const place = document.getElementById('start');
    if (!place) return;
    place.textContent = sentence;
    place.setAttribute('role', role);
    place.hidden = !sentence;
  };
  const programs = {
    home: async () => (await import(absolute(js))).default({ module_or_path: absolute(wasm) }),
    // Its files keep their names from release to release and belong together, so copies that the
    // browser has are checked with the server first.
    workbench: async () => {
      const [script, bytes] = ['workbench.js', 'workbench_bg.wasm'].map(absolute);
      const [, program] = await Promise.all([fetch(script, { cache: 'no-cache' }), fetch(bytes, { cache: 'no-cache' })]);
      await (await import(script)).default({ module_or_path: program });
    },
  };
  const started = {};
  const start = (name) =>
    (started[name] ??= programs[name]().catch((error) => {
      console.error(error);
      // Asked for again, it is tried again.
      delete started[name];
      throw error;
    }));
  // As `Route` in web/src/route.rs.
  const needed = () => (/^#\/(d|s)\/|^#\/(new|open)$/.test(location.hash) ? 'workbench' : 'home');
  const show = async () => {
    const name = needed();
    const slow = setTimeout(() => say('Opening…', 'status'), 300);
    try {
      await start(name);
      if (name === needed()) say('', 'status');
    } catch {
      say(
        'Hopscope did not load. Check your connection and reload the page; it needs a browser with WebAssembly.',
        'alert',
      );
    } finally {
      clearTimeout(slow);
    }
  };
  addEventListener('hashchange', show);
  show().then(() => {
    // Whoever looks at the start page opens something soon. A failure is told when it matters.
    const saving = navigator.connection?.saveData;
    const idle = window.requestIdleCallback ?? ((run) => setTimeout(run, 500));
    if (!saving) idle(() => ['workbench', 'home'].forEach((name) => start(name).catch(() => {})));
  });
})();
