// After a change of page the cursor is at its heading, which a screen reader then reads: the link that was pressed is gone, and whoever does not
// see the page would stand before its head again. A heading that comes with its data is waited for; a cursor that was put elsewhere meanwhile stays.
import type { Router } from 'vue-router'

const PATIENCE = 10000

/** Whether the cursor is where nobody put it since: nowhere, where it was, or on the page as a whole. */
const isFree = (was: Element | null): boolean => [null, document.body, was].includes(document.activeElement) || document.activeElement?.id === 'content'

function give(was: Element | null): boolean {
    const heading = document.querySelector<HTMLElement>('main h1')
    if (!heading) return false
    heading.tabIndex = -1
    heading.focus({ preventScroll: true })
    return isFree(was) || document.activeElement === heading
}

let stop = (): void => undefined

/** A heading may be another once the page's data are there: the cursor goes along. */
function follow(was: Element | null): void {
    stop()
    let isGiven = false
    const step = (): void => {
        if (document.activeElement?.matches('main h1')) isGiven = true
        else if (isGiven ? document.activeElement !== document.body : !isFree(was)) stop()
        else isGiven = give(was) || isGiven
    }
    const seen = new MutationObserver(step), late = setTimeout(() => stop(), PATIENCE)
    stop = () => { seen.disconnect(); clearTimeout(late) }
    seen.observe(document.querySelector('main') ?? document.body, { childList: true, subtree: true })
    step()
}

/** Not for the first page, which the browser announces, nor where a page stays and only its tab or filter changes. */
export function headFor(router: Router, settled: () => Promise<void>): void {
    router.afterEach((to, from) => {
        if (!from.matched.length || to.path === from.path) return
        const was = document.activeElement
        void settled().then(() => follow(was))
    })
}
