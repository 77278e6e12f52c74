// Views of a list: its filters under a name. The server keeps them for the user, so that they are there at another desk.

export type Says = Record<string, string | boolean>
export interface View { name: string; says: Record<string, string> }

/** As the server takes them: what is set, a line each; what is on or off says yes. */
export const filtersOf = (says: Says): string[] =>
    Object.entries(says).flatMap(([name, said]) => (said === '' || said === false ? [] : [`${name}=${said === true ? 'yes' : said.replaceAll('\n', ' ')}`]))

/** And back; a line without a name is passed over. */
export function saysOf(filters: readonly string[]): Record<string, string> {
    return Object.fromEntries(filters.flatMap((one) => {
        const at = one.indexOf('=')
        return at > 0 ? [[one.slice(0, at), one.slice(at + 1)]] : []
    }))
}

/** Onto the filters there are now: a filter that is gone is left out, one that is new is empty. */
export function lookBy(view: Record<string, string>, now: Says, isFlag: (name: string) => boolean): Says {
    return Object.fromEntries(Object.keys(now).map((name) => [name, isFlag(name) ? view[name] === 'yes' : view[name] ?? '']))
}

const isView = (one: unknown): one is { name: string; says: Says } => typeof one === 'object' && one !== null && typeof (one as View).name === 'string' && typeof (one as View).says === 'object' && (one as View).says !== null
    && Object.values((one as View).says).every((said) => typeof said === 'string' || typeof said === 'boolean')

/** Views that an earlier console kept in this browser, taken out of it once: they go to the server. */
export function takeOld(user: string, place: string): { name: string; filter: string[] }[] {
    const key = `doudi.views.${user}.${place}`
    try {
        const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
        localStorage.removeItem(key)
        return Array.isArray(kept) ? kept.filter(isView).map((one) => ({ name: one.name, filter: filtersOf(one.says) })) : []
    } catch {
        return []
    }
}
