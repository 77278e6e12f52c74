// What the calculators do with what the rules answered: sums over a life and where two of them cross. No figure of the law is here.
import { toFen } from './format'

export type Scheme = 'unit' | 'flexible' | 'resident'
/** One way to be insured, as the rules reckon it: what is paid in all, what is drawn a month, from which month of life on. */
export interface Choice { name: string; scheme: Scheme; facts: string[]; years: number; amount: string; paid: string; monthly: string; back: string; begins: number; draws: number; lacks: number }

/** Months of life on a day's month: '1981-11' on '2026-11' is 540. */
export const monthsOld = (born: string, on: string): number => Number(on.slice(0, 4)) * 12 + Number(on.slice(5, 7)) - Number(born.slice(0, 4)) * 12 - Number(born.slice(5, 7))

export function plain(fen: bigint): string {
    const digits = (fen < 0n ? -fen : fen).toString().padStart(3, '0')
    return `${fen < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** What has come in less what has gone out by a month of life, in fen. Payments are spread evenly over the years that are paid. */
export function net(one: Choice, month: number): bigint {
    const all = one.years * 12, paying = Math.max(0, Math.min(all, month - one.begins))
    const drawn = one.lacks > 0 ? 0 : Math.max(0, month - one.draws)
    return BigInt(drawn) * toFen(one.monthly) - (toFen(one.paid) * BigInt(paying)) / BigInt(Math.max(1, all))
}

const LAST = 110 * 12
/** The month of life from which on `more` has brought more than `less`, for good; null where it never does. */
export function crosses(more: Choice, less: Choice): number | null {
    const from = Math.max(more.draws, less.draws)
    for (let month = from; month <= LAST; month++) if (net(more, month) > net(less, month)) return toFen(more.monthly) >= toFen(less.monthly) ? month : null
    return null
}

/** The month of life by which all that was paid has come back; null where nothing is drawn. */
export function evenAt(one: Choice): number | null {
    if (one.lacks > 0 || toFen(one.monthly) <= 0n) return null
    return one.draws + Number(one.back)
}

/** What is paid a month, to the fen below. */
export const eachMonth = (one: Choice): string => plain(toFen(one.paid) / BigInt(Math.max(1, one.years * 12)))
