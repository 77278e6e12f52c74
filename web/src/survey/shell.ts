// The files this page is made of are kept by a service worker, so that it opens without network.
export async function keepShell(): Promise<boolean> {
    if (!('serviceWorker' in navigator)) return false
    try {
        await navigator.serviceWorker.register('/sw.js')
        const worker = (await navigator.serviceWorker.ready).active
        if (!worker) return false
        const named = [...document.querySelectorAll<HTMLScriptElement | HTMLLinkElement>('script[src], link[href]')].map((one) => ('src' in one ? one.src : one.href))
        const loaded = performance.getEntriesByType('resource').map((one) => one.name)
        const files = [...new Set([...named, ...loaded])].map((one) => new URL(one, location.href)).filter((one) => one.origin === location.origin).map((one) => one.pathname)
        return await new Promise<boolean>((done) => {
            const { port1, port2 } = new MessageChannel()
            port1.onmessage = (event) => done(event.data === 'kept')
            worker.postMessage({ keep: files.filter((one) => one.startsWith('/assets/') || one === '/icon.svg') }, [port2])
        })
    } catch {
        return false
    }
}
