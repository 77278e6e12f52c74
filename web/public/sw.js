// sw.js - lets the survey's page open without network: it keeps the console's own files, and never an answer of the server.
const CACHE = 'doudi-survey-1'

self.addEventListener('install', (event) => event.waitUntil(caches.open(CACHE).then((cache) => cache.add('/')).then(() => self.skipWaiting())))
self.addEventListener('activate', (event) => event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name)
    await self.clients.claim()
})()))

/** The page names the files it is made of; those of an older console go. */
async function keep(files) {
    const cache = await caches.open(CACHE)
    for (const one of await cache.keys()) {
        const { pathname } = new URL(one.url)
        if (pathname.startsWith('/assets/') && !files.includes(pathname)) await cache.delete(one)
    }
    for (const file of ['/', ...files]) if (file === '/' || !(await cache.match(file))) await cache.add(file)
}
self.addEventListener('message', (event) => {
    if (!Array.isArray(event.data?.keep)) return
    const files = event.data.keep.filter((one) => typeof one === 'string' && /^\/(assets\/[\w.-]+|icon\.svg)$/.test(one))
    event.waitUntil(keep(files).then(() => event.ports[0]?.postMessage('kept'), () => event.ports[0]?.postMessage('failed')))
})

self.addEventListener('fetch', (event) => {
    const { pathname, origin } = new URL(event.request.url)
    if (event.request.method !== 'GET' || origin !== self.location.origin || pathname.startsWith('/v1/') || pathname === '/metrics') return
    if (event.request.mode === 'navigate') event.respondWith(fetch(event.request).catch(() => caches.match('/')))
    else if (pathname.startsWith('/assets/')) event.respondWith(caches.match(event.request).then((found) => found ?? fetch(event.request)))
    else event.respondWith(fetch(event.request).catch(() => caches.match(event.request).then((found) => found ?? Response.error())))
})
