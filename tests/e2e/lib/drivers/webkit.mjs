// WebKitGTK through WebKitWebDriver: the plain WebDriver protocol over HTTP, in a virtual screen.
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { SLOW, pressed } from './common.mjs';

/** How a reference to an element is marked in answers. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** Code points that WebDriver gives to keys without a character. */
const KEYS = {
  Backspace: '\uE003', Tab: '\uE004', Enter: '\uE007', Shift: '\uE008', Control: '\uE009', Alt: '\uE00A',
  Escape: '\uE00C', End: '\uE010', Home: '\uE011', ArrowLeft: '\uE012', ArrowUp: '\uE013',
  ArrowRight: '\uE014', ArrowDown: '\uE015', Insert: '\uE016', Delete: '\uE017', F2: '\uE032', F10: '\uE03A', Meta: '\uE03D',
};

/** What may have a role; the browser itself then says which one it has, and its name. */
const CANDIDATES = {
  button: 'button, summary, [role=button]',
  link: 'a[href]',
  textbox: 'input, textarea',
  combobox: 'select, [role=combobox]',
  searchbox: 'input[type=search]',
  checkbox: 'input[type=checkbox]',
  region: 'section, [role=region]',
  dialog: 'dialog[open], [role=dialog]',
};

/** Starts the virtual screen, the driver and the browser, with a page of its own. */
export async function webkit(binary) {
  const { screen, display } = await virtualScreen();
  const port = await freePort();
  const driver = spawn('WebKitWebDriver', ['--host=127.0.0.1', `--port=${port}`], {
    env: { ...process.env, DISPLAY: display, GDK_BACKEND: 'x11', GTK_A11Y: 'none', NO_AT_BRIDGE: '1', LIBGL_ALWAYS_SOFTWARE: '1' },
    stdio: 'ignore',
  });
  const stop = () => {
    driver.kill();
    screen.kill();
  };
  try {
    const call = caller(`http://127.0.0.1:${port}`);
    await answering(`http://127.0.0.1:${port}/status`);
    const { sessionId } = await call('POST', '/session', {
      capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': { binary, args: ['--automation'] } } },
    });
    const session = (method, path, body) => call(method, `/session/${sessionId}${path}`, body);
    await session('POST', '/timeouts', { script: SLOW, pageLoad: SLOW });
    await session('POST', '/window/rect', { x: 0, y: 0, width: 1440, height: 980 });
    return page(session, stop);
  } catch (error) {
    stop();
    throw error;
  }
}

/** The interface of drivers over one session. */
function page(session, stop) {
  const run = (script, args = []) => session('POST', '/execute/sync', { script, args });
  const until = async (fn, ...args) => {
    const script = `const [args, done] = arguments;
      const check = async () => ((await (${fn})(...args)) ? done(true) : requestAnimationFrame(check));
      check();`;
    await session('POST', '/execute/async', { script, args: [args] });
  };
  const all = (css) => session('POST', '/elements', { using: 'css selector', value: css });
  /** Those that take room on the page: what does not has no name for assistive technology either. */
  const shown = (css) =>
    run(
      `return [...document.querySelectorAll(arguments[0])].filter((element) => {
        const { width, height } = element.getBoundingClientRect();
        return width > 0 && height > 0;
      });`,
      [css],
    );
  const path = (element) => `/element/${element[ELEMENT]}`;
  const named = async (element, role, name) =>
    (await session('GET', `${path(element)}/computedlabel`)) === name &&
    (await session('GET', `${path(element)}/computedrole`)) === role;
  /** The first element that fits and is shown; none if there is none now. */
  const look = async ({ role, name, css }) => {
    for (const element of await shown(css ?? CANDIDATES[role] ?? `[role=${role}]`)) {
      if (css !== undefined) return element;
      // The page may draw itself anew while it is looked through: the next look finds what is there.
      if (await named(element, role, name).catch(() => false)) return element;
    }
    return undefined;
  };
  const locate = async (target) => {
    const end = performance.now() + SLOW;
    for (;;) {
      const element = await look(target);
      if (element) return element;
      if (performance.now() > end) throw new Error(`not there: ${JSON.stringify(target)}`);
      // Looks again after the next change of the page, or when it has had time for one.
      const script = `const done = arguments[0]; const seen = new MutationObserver(finish);
        const late = setTimeout(finish, 500);
        function finish() { seen.disconnect(); clearTimeout(late); done(null); }
        seen.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });`;
      await session('POST', '/execute/async', { script, args: [] });
    }
  };
  const keys = (actions) => session('POST', '/actions', { actions: [{ type: 'key', id: 'keys', actions }] });
  const press = (chord) => {
    const { modifiers, key } = pressed(chord);
    const all = [...modifiers, key].map((name) => KEYS[name] ?? name);
    return keys([
      ...all.map((value) => ({ type: 'keyDown', value })),
      ...all.reverse().map((value) => ({ type: 'keyUp', value })),
    ]);
  };
  const point = (x, y, origin = 'viewport') => {
    const actions = [
      { type: 'pointerMove', x: Math.round(x), y: Math.round(y), origin, duration: 0 },
      { type: 'pointerDown', button: 0 },
      { type: 'pointerUp', button: 0 },
    ];
    return session('POST', '/actions', { actions: [{ type: 'pointer', id: 'mouse', actions }] });
  };
  // Plain WebDriver tells nothing of the console: the page itself collects what it can.
  const watch = () =>
    run(`if (window.__problems) return;
      window.__problems = [];
      addEventListener('error', (event) => __problems.push('exception: ' + event.message));
      addEventListener('unhandledrejection', (event) => __problems.push('rejection: ' + event.reason));
      addEventListener('securitypolicyviolation', (event) => __problems.push('policy: ' + event.violatedDirective));
      const error = console.error;
      console.error = (...words) => { __problems.push('console: ' + words.join(' ')); error.apply(console, words); };`);
  const collected = () => run('return (window.__problems ?? []).splice(0);');
  const problems = [];
  const go = async (method, path, body) => {
    problems.push(...(await collected()));
    await session(method, path, body);
    await watch();
  };
  return {
    open: (url) => go('POST', '/url', { url }),
    reload: () => go('POST', '/refresh', {}),
    click: async (target) => session('POST', `${path(await locate(target))}/click`, {}),
    clickAt: point,
    fill: async (target, text) => {
      await run('arguments[0].focus(); arguments[0].select?.();', [await locate(target)]);
      await keys([...text].flatMap((value) => [{ type: 'keyDown', value }, { type: 'keyUp', value }]));
    },
    press,
    give: async (css, file) => {
      const [input] = await all(css);
      await session('POST', `${path(input)}/value`, { text: file });
    },
    text: async (target) => run('return arguments[0].textContent;', [await locate(target)]),
    attribute: async (target, name) =>
      run('return arguments[0].getAttribute(arguments[1]);', [await locate(target), name]),
    there: locate,
    evaluate: (fn, ...args) =>
      session('POST', '/execute/async', {
        script: `const [args, done] = arguments; Promise.resolve((${fn})(...args)).then((value) => done(value ?? null));`,
        args: [args],
      }),
    until,
    problems: async () => [...problems, ...(await collected())],
    screenshot: async (file) => writeFile(file, Buffer.from(await session('GET', '/screenshot'), 'base64')),
    close: async () => {
      await session('DELETE', '').catch(() => {});
      stop();
    },
  };
}

/** Sends WebDriver commands. */
function caller(base) {
  return async (method, path, body) => {
    const response = await fetch(base + path, { method, body: body && JSON.stringify(body) });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${value?.error}: ${value?.message}`);
    return value;
  };
}

/** Waits until a server of this machine answers. */
async function answering(url) {
  const end = performance.now() + SLOW;
  while (!(await fetch(url).then(() => true, () => false))) {
    if (performance.now() > end) throw new Error(`nothing answers at ${url}`);
    await new Promise((resume) => setImmediate(resume));
  }
}

/** A free port of this machine. */
const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

/** A virtual screen of its own; tells its number on the third stream. */
function virtualScreen() {
  const arguments_ = ['-displayfd', '3', '-screen', '0', '1600x1100x24', '-nolisten', 'tcp'];
  const screen = spawn('Xvfb', arguments_, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  return new Promise((resolve, reject) => {
    screen.once('error', reject);
    screen.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
    screen.stdio[3].once('data', (number) => resolve({ screen, display: `:${String(number).trim()}` }));
  });
}
