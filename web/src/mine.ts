// What an insured person asks of their own record, drawn from the lists the server gives: no amount is computed here.
import { sum } from './format'

export interface BillLine { month?: string; payer?: string; fund?: string; state_code?: string; own?: string; others?: string }
export interface MonthPaid { month: string; payers: string; isPaid: boolean; missing: string; own: string; others: string }

const once = (all: (string | undefined)[]): string[] => [...new Set(all.filter((one): one is string => Boolean(one)))]

/** Month by month, the newest first: whether all that was billed came in, and of which funds it did not. */
export function paidBy(lines: readonly BillLine[], mark = '、'): MonthPaid[] {
    return once(lines.map((line) => line.month)).sort().reverse().map((month) => {
        const mine = lines.filter((line) => line.month === month), missing = mine.filter((line) => line.state_code === 'not_paid')
        return { month, payers: once(mine.map((line) => line.payer)).join(mark), isPaid: missing.length === 0, missing: once(missing.map((line) => line.fund)).join(mark), own: sum(mine.map((line) => line.own)), others: sum(mine.map((line) => line.others)) }
    })
}

const at = (month: string): number => Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1
const named = (n: number): string => `${String(Math.floor(n / 12)).padStart(4, '0')}-${String(n % 12 + 1).padStart(2, '0')}`

export interface Spell { what?: string; says?: string; from?: string; until?: string }
export interface SchemeMonths { scheme: string; months: number; from: string; until: string; spans: { from: string; left: number; width: number; isDeemed: boolean }[] }

/** Months of each scheme, each month once whoever paid it; `until` of a spell is the first month that is no longer in it. */
export function monthsPaid(spells: readonly Spell[], today: string): SchemeMonths[] {
    const now = /^\d{4}-\d\d/.test(today) ? at(today) + 1 : 0
    const read = spells.filter((one) => /^\d{4}-\d\d/.test(one.from ?? '')).map((one) => ({ scheme: one.what ?? '', from: at(one.from ?? ''), until: one.until ? at(one.until) : now, isDeemed: /视同|deemed/.test(one.says ?? '') }))
    if (!read.length) return []
    const first = Math.min(...read.map((one) => one.from)), last = Math.max(...read.map((one) => one.until), first + 1)
    return once(read.map((one) => one.scheme)).map((scheme) => {
        const mine = read.filter((one) => one.scheme === scheme).sort((a, b) => a.from - b.from)
        const months = new Set<number>()
        for (const one of mine) for (let m = one.from; m < one.until; m++) months.add(m)
        const end = Math.max(...mine.map((one) => one.until))
        return { scheme, months: months.size, from: named(mine[0]?.from ?? first), until: named(end - 1),
            spans: mine.map((one) => ({ from: named(one.from) + (one.isDeemed ? 'd' : ''), left: 100 * (one.from - first) / (last - first), width: 100 * (one.until - one.from) / (last - first), isDeemed: one.isDeemed })) }
    })
}
