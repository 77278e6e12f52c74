// Fields of forms that the packs have a list of: whoever fills them in chooses from what the server says, and types nothing.
import { call, type Name } from './api/client'

const LISTS: Partial<Record<Name, Record<string, () => Promise<string[]>>>> = {
    'certify.record': { kind: async () => ((await call('certify.kinds', {})).kinds ?? []).map((one) => one.kind) },
}

/** By field; a list that does not come leaves its field to be typed. */
export async function choicesOf(name: Name): Promise<Record<string, string[]>> {
    const made: Record<string, string[]> = {}
    for (const [field, ask] of Object.entries(LISTS[name] ?? {})) made[field] = await ask().catch(() => [])
    return Object.fromEntries(Object.entries(made).filter(([, list]) => list.length))
}
