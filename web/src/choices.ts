// Fields of forms and filters that have a list to choose from: of the packs, of the office, or of the program. Whoever fills them in types no code.
import { call, type Name } from './api/client'
import { i18n } from './i18n'

export interface Choice { value: string; label: string }
const LISTS_OF_COUNTY = ['persons', 'employers', 'members', 'enrolments', 'spells', 'benefits', 'accounts', 'attributes']
const named = async (all: readonly string[]): Promise<Choice[]> => all.map((value) => ({ value, label: wordOf(value) }))
/** What a word of a list is called; one that has no name is told as it is. */
export const wordOf = (value: string): string => (i18n.global.te(`choice.${value}`) ? i18n.global.t(`choice.${value}`) : value)
/** Grants that the packs in force have, by name. */
const grants = async (): Promise<Choice[]> => ((await call('grant.kinds', {})).grants ?? []).map((one) => ({ value: one.grant, label: one.name }))

const LISTS: Partial<Record<Name, Record<string, () => Promise<Choice[]>>>> = {
    'certify.record': { kind: async () => ((await call('certify.kinds', {})).kinds ?? []).map((one) => ({ value: one.kind, label: one.says })) },
    'county.import': { what: () => named(LISTS_OF_COUNTY) },
    'county.export': { what: () => named(LISTS_OF_COUNTY) },
    'roll.receive': { roll: async () => ((await call('roll.list', {})).rolls ?? []).map((one) => ({ value: one.roll, label: one.department ? `${one.title} · ${one.department}` : one.title })) },
    'grant.list': { grant: grants },
    'grant.propose': { grant: grants },
    'payrun.waiting': { kind: async () => [...new Map(((await call('payrun.list', {})).runs ?? []).map((one) => [one.kind, { value: one.kind, label: one.kind_name || one.kind }])).values()] },
    'campaign.new': { group: async () => ((await call('register.list', {})).groups ?? []).map((one) => ({ value: one.group, label: one.title || one.group })) },
}

/** By field; a list that does not come leaves its field to be typed. */
export async function choicesOf(name: Name): Promise<Record<string, Choice[]>> {
    const made: Record<string, Choice[]> = {}
    for (const [field, ask] of Object.entries(LISTS[name] ?? {})) made[field] = await ask().catch(() => [])
    return Object.fromEntries(Object.entries(made).filter(([, list]) => list.length))
}
