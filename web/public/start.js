// Starts the programs: the start page, and the workbench when a document is opened. A file of its own
// because the content security policy forbids inline scripts.
(() => {
  // The last two are there in releases only: see web/hooks/offline.mjs.
  const { js, wasm, release, programs: digests = '' } = document.currentScript.dataset;
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
  // These files keep their names from release to release, so copies that the browser has are checked
  // with the server first, and a release loads its own only.
  const current = (path) => {
    const [, integrity = ''] = digests.match(new RegExp(`(?:^| )${path} (\\S+)`)) ?? [];
    return fetch(absolute(path), { cache: 'no-cache', integrity });
  };
  // The script stands at the head of the page: what it draws on comes a moment later.
  const parsed = document.readyState === 'loading' ? new Promise((done) => addEventListener('DOMContentLoaded', done, { once: true })) : undefined;
  const programs = {
    home: async () => {
      const program = fetch(absolute(wasm));
      const [{ default: begin }] = await Promise.all([import(absolute(js)), parsed]);
      await begin({ module_or_path: program });
    },
    workbench: async () => {
      // Compiled while it arrives, and while the script is read.
      const program = current('workbench_bg.wasm').then((response) => WebAssembly.compileStreaming(response));
      const script = current('workbench.js').then(() => import(absolute('workbench.js')));
      const [module, { default: begin }] = await Promise.all([program, script, parsed]);
      await begin({ module_or_path: module });
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
  const needed = () => (/^#\/(d|s)\/|^#\/(new|open)$|^#v\d+=/.test(location.hash) ? 'workbench' : 'home');
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
  // Files that were opened with the installed program, as if they had been dropped: `home::TAKEN`.
  window.launchQueue?.setConsumer(async ({ files }) => {
    if (!files?.length) return;
    window.hopscopeTaken = await Promise.all([...files].map((file) => file.getFile()));
    location.hash = '#/open';
  });

  // ---- without a network, and new releases ----

  // The start page shows that a newer release is ready, and calls `use`: web/src/release.rs.
  const update = { ready: false, use: undefined };
  window.hopscopeUpdate = update;
  const offer = (worker) => {
    update.ready = true;
    // How many other pages are open. With none, this one is loaded anew from the newer release.
    update.use = () =>
      new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = ({ data: others }) => resolve(others);
        navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
        worker.postMessage('use', [port2]);
      });
    dispatchEvent(new Event('hopscope-update'));
  };
  const HOUR = 3_600_000;
  const watch = (registration) => {
    const installing = (worker) =>
      worker?.addEventListener('statechange', () => {
        // The first release of all is no update.
        if (worker.state === 'installed' && registration.active) offer(worker);
      });
    if (registration.waiting && registration.active) offer(registration.waiting);
    installing(registration.installing);
    registration.addEventListener('updatefound', () => installing(registration.installing));
    // Browsers look for a newer worker when a page is loaded; a page that stays open asks between documents.
    let looked = Date.now();
    addEventListener('hashchange', () => {
      if (needed() !== 'home' || Date.now() - looked < HOUR) return;
      looked = Date.now();
      registration.update().catch(() => {});
    });
  };
  const stay = () => {
    const container = navigator.serviceWorker;
    if (!container) return;
    if (release) container.register(absolute('worker.js')).then(watch).catch((error) => console.warn(error));
    // A worker of a release that was served from here before would hide what was built since.
    else container.getRegistration(document.baseURI).then((old) => old?.unregister(), () => {});
  };

  addEventListener('hashchange', show);
  show().then(() => {
    // Whoever looks at the start page opens something soon. A failure is told when it matters.
    const saving = navigator.connection?.saveData;
    const idle = window.requestIdleCallback ?? ((run) => setTimeout(run, 500));
    if (saving) return;
    idle(async () => {
      await Promise.all(['workbench', 'home'].map((name) => start(name).catch(() => {})));
      stay();
    });
  });
})();
