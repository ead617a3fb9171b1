// The console without a network: its page and its files, nothing else. A node serves it as /sw.js; build/worker.js puts the
// names in.
//
// The page comes from the network whenever that answers, so a reload always brings the newest version; only when it does
// not, the kept one is shown. Files have names that change with their content, so what is kept is right. Everything else,
// the whole API, goes its way untouched. A new version takes over at once and tells the pages, which offer a reload; the
// version before is kept for those that are still open and have not loaded all their parts.

const FILES = ["FILES"];
const PAGE = "PAGE"; // the script that the page of this version names
const FAMILY = "carillon-console-";
const KEPT = `${FAMILY}VERSION`;
const PATIENCE = 4_000; // ms for the network's page, when there is another one

async function keep() {
  const cache = await caches.open(KEPT);
  try {
    await cache.addAll(FILES);
    const page = await fetch("/", { cache: "no-cache" });
    // While nodes are replaced, another one may have answered: then it is tried again with the next look for an update.
    if (!page.ok || !(await page.clone().text()).includes(PAGE)) throw new Error("the page is of another version");
    await cache.put("/", page);
  } catch (cause) {
    await caches.delete(KEPT);
    throw cause;
  }
  await self.skipWaiting();
}

async function takeOver() {
  const others = (await caches.keys()).filter(name => name.startsWith(FAMILY) && name !== KEPT);
  for (const name of others.slice(0, -1)) await caches.delete(name);
  await self.clients.claim();
  for (const client of await self.clients.matchAll()) client.postMessage({ kept: PAGE });
}

async function page(request) {
  const kept = await caches.match("/", { cacheName: KEPT });
  if (!kept) return fetch(request);
  const late = new Promise(done => setTimeout(done, PATIENCE));
  const answer = await Promise.race([fetch(request).catch(() => undefined), late]);
  return answer && answer.status < 500 ? answer : kept;
}

async function file(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

self.addEventListener("install", event => event.waitUntil(keep()));
self.addEventListener("activate", event => event.waitUntil(takeOver()));
self.addEventListener("fetch", event => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate" && pathname === "/") event.respondWith(page(request));
  else if (pathname.startsWith("/assets/")) event.respondWith(file(request));
});
