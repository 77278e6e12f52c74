// Views that were kept: filters of a list under a name.

export interface View { name: string; says: Record<string, string | boolean> }
const MOST = 20
const keyOf = (place: string): string => `doudi.views.${place}`

const isView = (one: unknown): one is View => typeof one === 'object' && one !== null && typeof (one as View).name === 'string' && typeof (one as View).says === 'object' && (one as View).says !== null
    && Object.values((one as View).says).every((said) => typeof said === 'string' || typeof said === 'boolean')

/** What somebody else wrote there, or an earlier console, is passed over. */
export function keptViews(place: string): View[] {
    try {
        const kept: unknown = JSON.parse(localStorage.getItem(keyOf(place)) ?? '[]')
        return Array.isArray(kept) ? kept.filter(isView).slice(0, MOST) : []
    } catch {
        return []
    }
}

/** In the order of their names; the oldest names go where there are too many. */
export function keepViews(place: string, views: readonly View[]): View[] {
    const kept = views.slice(-MOST).sort((a, b) => (a.name < b.name ? -1 : 1))
    try {
        localStorage.setItem(keyOf(place), JSON.stringify(kept))
    } catch { /* a browser that keeps nothing: they last until the page is left */ }
    return kept
}
