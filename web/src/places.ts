// What townships and villages are called (`place.list`): a list, a filter and a way to a page show the name of what the server says in digits;
// where digits are typed, the names stand beside them.
import { reactive } from 'vue'
import { call } from './api/client'

const names = reactive(new Map<string, string>())
const KEYS = new Set(['town', 'village', 'place', 'region'])

/** For whoever may ask; nobody's names are left behind when they go. */
export async function learnPlaces(mayAsk: boolean): Promise<void> {
    names.clear()
    if (!mayAsk) return
    try {
        for (const one of (await call('place.list', {})).places ?? []) names.set(one.place, one.name)
    } catch { /* digits say it as well */ }
}
export const placeChoices = (): [code: string, name: string][] => [...names]
export const isPlace = (key: string): boolean => KEYS.has(key)

/** The name; of a village that has none its township's, and the digits; else as it is. */
export function placeName(code: unknown): string {
    const said = String(code ?? ''), name = names.get(said)
    if (name || !/^\d{12}$/.test(said)) return name ?? said
    const town = names.get(said.slice(0, 9))
    return town ? `${town} ${said}` : said
}
