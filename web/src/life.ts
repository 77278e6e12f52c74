// A life of contributions from the facts of a record: whom one worked for and when, which months of which year were paid, what is missing
// between them. Nothing is decided here: what counts, a determination says.
import type { Spell } from './mine'

const at = (month: string): number => Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1
const named = (n: number): string => `${String(Math.floor(n / 12)).padStart(4, '0')}-${String(n % 12 + 1).padStart(2, '0')}`
const isMonth = (written?: string): boolean => /^\d{4}-\d\d/.test(written ?? '')

export interface Stretch { from: string; until: string; who: string; employer: number; schemes: string[]; base: string; months: number; isDeemed: boolean; isGap: boolean }
interface Read { scheme: string; from: number; until: number; who: string; employer: number; base: string; isDeemed: boolean }

/** What a spell says: kind; employer (number); months; base. In either language the employer ends with its number, the base with an amount. */
function read(spells: readonly Spell[], today: string): Read[] {
    const now = isMonth(today) ? at(today) + 1 : 0
    return spells.filter((one) => isMonth(one.from)).map((one) => {
        const parts = (one.says ?? '').split('; '), who = parts.find((part) => /\(\d+\)$/.test(part)) ?? ''
        return { scheme: one.what ?? '', from: at(one.from ?? ''), until: isMonth(one.until) ? at(one.until ?? '') : now, who: who.replace(/ \(\d+\)$/, ''), employer: Number(/\((\d+)\)$/.exec(who)?.[1] ?? 0),
            base: /(-?\d+\.\d\d)$/.exec(parts[parts.length - 1] ?? '')?.[1] ?? '', isDeemed: /视同|deemed/.test(parts[0] ?? '') }
    }).filter((one) => one.until > one.from)
}

/** Spells of one employer that touch are one stretch, whichever schemes they were paid to; between stretches stands what was not paid. The oldest first; `until` is the last month of it. */
export function stretches(spells: readonly Spell[], today: string): Stretch[] {
    const all = read(spells, today).sort((a, b) => a.from - b.from || b.until - a.until)
    const made: (Read & { schemes: string[] })[] = []
    for (const one of all) {
        const same = made.find((it) => it.employer === one.employer && it.who === one.who && it.isDeemed === one.isDeemed && one.from <= it.until && one.until >= it.from && (one.employer !== 0 || it.scheme === one.scheme))
        if (!same) { made.push({ ...one, schemes: [one.scheme] }); continue }
        if (!same.schemes.includes(one.scheme)) same.schemes.push(one.scheme)
        same.until = Math.max(same.until, one.until)
        if (!same.base) same.base = one.base
    }
    const list: Stretch[] = []
    let reached = made[0]?.from ?? 0
    for (const one of made.sort((a, b) => a.from - b.from)) {
        if (one.from > reached) list.push({ from: named(reached), until: named(one.from - 1), who: '', employer: 0, schemes: [], base: '', months: one.from - reached, isDeemed: false, isGap: true })
        list.push({ from: named(one.from), until: named(one.until - 1), who: one.who, employer: one.employer, schemes: one.schemes, base: one.base, months: one.until - one.from, isDeemed: one.isDeemed, isGap: false })
        reached = Math.max(reached, one.until)
    }
    return list
}

export interface Lane { scheme: string; months: number; spans: { left: number; width: number; says: string; isDeemed: boolean }[] }
export interface Lanes { from: number; until: number; ticks: { year: number; left: number }[]; lanes: Lane[] }

/** Years on one axis, a lane a scheme. */
export function lanesOf(spells: readonly Spell[], today: string): Lanes {
    const all = read(spells, today)
    if (!all.length) return { from: 0, until: 0, ticks: [], lanes: [] }
    const from = Math.floor(Math.min(...all.map((one) => one.from)) / 12), until = Math.ceil(Math.max(...all.map((one) => one.until)) / 12), wide = (until - from) * 12
    const left = (month: number): number => 100 * (month - from * 12) / wide
    const step = Math.max(1, Math.ceil((until - from) / 8))
    const lanes = [...new Set(all.map((one) => one.scheme))].map((scheme) => {
        const mine = all.filter((one) => one.scheme === scheme), months = new Set<number>()
        for (const one of mine) for (let m = one.from; m < one.until; m++) months.add(m)
        return { scheme, months: months.size, spans: mine.map((one) => ({ left: left(one.from), width: left(one.until) - left(one.from), says: `${named(one.from)} – ${named(one.until - 1)} ${one.who}`.trim(), isDeemed: one.isDeemed })) }
    })
    return { from, until, lanes, ticks: Array.from({ length: Math.floor((until - from) / step) }, (_, i) => ({ year: from + i * step, left: left((from + i * step) * 12) })) }
}

/** Months paid in each year to the schemes of one kind, each month once. */
export function monthsByYear(spells: readonly Spell[], today: string, isOf: (scheme: string) => boolean): { years: string[]; schemes: string[]; values: string[][] } {
    const all = read(spells, today).filter((one) => isOf(one.scheme))
    if (!all.length) return { years: [], schemes: [], values: [] }
    const first = Math.floor(Math.min(...all.map((one) => one.from)) / 12), last = Math.floor((Math.max(...all.map((one) => one.until)) - 1) / 12)
    const schemes = [...new Set(all.map((one) => one.scheme))], taken = new Set<number>()
    const values = schemes.map((scheme) => {
        const paid = Array<number>(last - first + 1).fill(0)
        for (const one of all) if (one.scheme === scheme)
            for (let m = one.from; m < one.until; m++) if (!taken.has(m)) { taken.add(m); paid[Math.floor(m / 12) - first]!++ }
        return paid.map(String)
    })
    return { years: Array.from({ length: last - first + 1 }, (_, i) => String(first + i)), schemes, values }
}
