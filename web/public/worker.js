// Keeps one whole release on the device, so that Hopscope opens without a network. The build fills in
// what belongs to the release (web/hooks/offline.mjs); a changed release is a changed worker, which the
// browser installs beside this one. It takes over when no page of this release is open any more, or
// when the only open page asks for it: so pages of one release never meet files of another.
const RELEASE = 'unbuilt';
/** Every file of the release by its path, with the digest of its content. */
const FILES = {};

const SCOPE = registration.scope;
// Other sites of the same origin have caches of their own.
const OURS = `hopscope ${SCOPE} `;
const CACHE = OURS + RELEASE;
const PAGE = 'index.html';

const address = (path) => new URL(path, SCOPE).href;

/** The path of a file of the release that a request asks for; none if it asks for something else. */
function wanted(request) {
  if (request.method !== 'GET' || !request.url.startsWith(SCOPE)) return undefined;
  const { pathname } = new URL(request.url);
  const path = decodeURIComponent(pathname.slice(new URL(SCOPE).pathname.length)) || PAGE;
  return Object.hasOwn(FILES, path) ? path : undefined;
}

addEventListener('install', (event) => {
  const keep = async () => {
    const cache = await caches.open(CACHE);
    await Promise.all(
      Object.entries(FILES).map(async ([path, integrity]) => {
        // A file of another release, met while a site is being replaced, fails here: tried again later.
        const response = await fetch(address(path), { integrity, cache: 'no-cache' });
        if (!response.ok) throw new Error(`${path}: ${response.status}`);
        await cache.put(address(path), response);
      }),
    );
  };
  event.waitUntil(keep());
});

addEventListener('activate', (event) => {
  const tidy = async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
  };
  event.waitUntil(tidy());
});

addEventListener('fetch', (event) => {
  const path = wanted(event.request);
  if (path === undefined) return;
  const answer = async () => {
    const cache = await caches.open(CACHE);
    return (await cache.match(address(path))) ?? fetch(event.request);
  };
  event.respondWith(answer());
});

// A page asks to use this release now. The answer is how many other pages are open: with any, it waits.
addEventListener('message', (event) => {
  if (event.data !== 'use') return;
  const take = async () => {
    const pages = await clients.matchAll({ type: 'window', includeUncontrolled: true });
    const others = pages.filter(({ id, url }) => id !== event.source.id && url.startsWith(SCOPE)).length;
    event.ports[0].postMessage(others);
    if (others === 0) await skipWaiting();
  };
  event.waitUntil(take());
});
