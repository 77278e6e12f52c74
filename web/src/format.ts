// How figures are shown: amounts are decimal strings and stay so; no float ever touches a fen.

/** "1234567.8" is "1,234,567.80". Null and "" are a dash: nothing is not nought. */
export function money(amount: string | null | undefined): string {
    if (amount === null || amount === undefined || amount === '') return '—'
    const found = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(amount)
    if (!found) return amount
    return (found[1] ? '−' : '') + grouped(found[2] ?? '') + '.' + (found[3] ?? '').padEnd(2, '0')
}

/** A whole number with separators. */
export function count(n: number | string | null | undefined): string {
    if (n === null || n === undefined || n === '') return '—'
    const digits = String(n)
    return digits.startsWith('-') ? '−' + grouped(digits.slice(1)) : grouped(digits)
}

function grouped(digits: string): string {
    return digits.replace(/\B(?=(\d{3})+$)/g, ',')
}

/** Adds decimal strings in fen, exactly. */
export function sum(amounts: readonly (string | null | undefined)[]): string {
    let fen = 0n
    for (const amount of amounts) fen += toFen(amount)
    const sign = fen < 0n ? '-' : ''
    const whole = (fen < 0n ? -fen : fen).toString().padStart(3, '0')
    return `${sign}${whole.slice(0, -2)}.${whole.slice(-2)}`
}

export function toFen(amount: string | null | undefined): bigint {
    const found = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(amount ?? '')
    if (!found) return 0n
    const fen = BigInt(found[2] ?? '0') * 100n + BigInt((found[3] ?? '').padEnd(2, '0') || '0')
    return found[1] ? -fen : fen
}

/** 2025-06-09 is 2025年6月9日 or 9 June 2025; a month stays 2025-06. */
export function day(written: string | null | undefined, lang: string): string {
    const found = /^(\d{4})-(\d\d)-(\d\d)/.exec(written ?? '')
    if (!found) return written || '—'
    if (lang === 'zh') return `${Number(found[1])}年${Number(found[2])}月${Number(found[3])}日`
    const months = 'January February March April May June July August September October November December'.split(' ')
    return `${Number(found[3])} ${months[Number(found[2]) - 1]} ${found[1]}`
}

/** 2041-11 is 2041年11月 or November 2041. */
export function month(written: string | null | undefined, lang: string): string {
    const found = /^(\d{4})-(\d\d)$/.exec(written ?? '')
    return found ? day(`${found[0]}-01`, lang).replace(/1日$|^1 /, '') : written || '—'
}

/** 2026-11-30 02:47:25 is 2026年11月30日 02:47; nobody signs by the second. */
export function moment(written: string | null | undefined, lang: string): string {
    const found = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)/.exec(written ?? '')
    return found ? `${day(found[1], lang)} ${found[2]}` : day(written, lang)
}

/** Within a sentence each day and month as people write it: a hyphen would be broken at the end of a line. */
export const daysIn = (text: string, lang: string): string => text.replace(/(?<![\d-])\d{4}-(0[1-9]|1[0-2])(-\d\d)?(?![\d-])/g, (one) => (one.length > 7 ? day(one, lang) : month(one, lang)))

/** A whole day or moment as people write it; whatever else is written stays. */
export const dated = (written: string, lang: string): string => (/^\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d)?(Z|\.\d+)?)?$/.test(written) ? moment(written, lang) : written)

/** Amounts in a sentence of the server, as people write them. */
export const amountsIn = (words: string): string => words.replace(/(?<![\d.,])\d{4,}\.\d\d(?!\d)/g, (one) => money(one))

/** What the register says of one in parts, each as people write it: a number in groups, a day, an amount, from when until when. */
export function parted(says: string | undefined, lang: string): string {
    const span = (_: string, from: string, until: string): string => (lang === 'zh' ? `，${dated(from, lang)}起${until ? `，${dated(until, lang)}前止` : ''}` : `, from ${dated(from, lang)}${until ? ` until before ${dated(until, lang)}` : ''}`)
    const part = (one: string): string => citizen(dated(one, lang)).replace(/^1 months\b/, '1 month').replace(/ ?\[([\d-]+), ?([\d-]*)\)$/, span).replace(/(^|\s)(\d+\.\d\d)(?=$|[，,])/, (_, before: string, amount: string) => before + money(amount))
    return (says ?? '').split('; ').map(part).join(' · ')
}

/** The month of a day. */
export const monthOf = (written: unknown): string => String(written ?? '').slice(0, 7)

/** A citizen number in groups of 6, 8 and 4, whether or not it is masked; no line breaks within it. */
export function citizen(number: string): string {
    return number.length === 18 ? `${number.slice(0, 6)}\u00a0${number.slice(6, 14)}\u00a0${number.slice(14)}` : number
}

/** The years since a day of birth, on another day. */
export function age(born: string, on: string): number {
    const years = Number(on.slice(0, 4)) - Number(born.slice(0, 4))
    return on.slice(5, 10) < born.slice(5, 10) ? years - 1 : years
}
