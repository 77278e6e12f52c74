// Days and months as people type them, in either language: as the office writes them (2026-11-29), without the strokes, with points or slants, and in words.
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const two = (n: number): string => String(n).padStart(2, '0')

/** Full-width figures, which a Chinese keyboard gives, are figures. */
const plain = (typed: string): string => typed.replace(/[\uff10-\uff19]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0)).replace(/[\uff0d\u2013\u2014]/g, '-').replace(/\uff0f/g, '/').trim().toLowerCase()

function parts(typed: string, isMonth: boolean): [number, number, number] | null {
    const said = plain(typed)
    const day = isMonth ? '' : '[-./年月 ]+(\\d{1,2}) ?(?:日|号)?'
    const figures = new RegExp(`^(\\d{4})[-./年 ]+(\\d{1,2})${isMonth ? ' ?月?' : `${day}`}$`).exec(said) ?? new RegExp(`^(\\d{4})(\\d\\d)${isMonth ? '' : '(\\d\\d)'}$`).exec(said)
    if (figures) return [Number(figures[1]), Number(figures[2]), Number(figures[3] ?? 1)]
    // In words, the month's name says which figure is which: 29 November 2026, Nov 29, 2026, November 2026.
    const words = isMonth ? /^()([a-z]{3,9})\.? (\d{4})$/.exec(said) : /^(\d{1,2}) ([a-z]{3,9})\.?,? (\d{4})$/.exec(said)
    const american = !words && !isMonth ? /^([a-z]{3,9})\.? (\d{1,2}),? (\d{4})$/.exec(said) : null
    const [dayOf, name, year] = words ? [words[1], words[2], words[3]] : american ? [american[2], american[1], american[3]] : []
    const month = MONTHS.indexOf(name?.slice(0, 3) ?? '') + 1
    return month && year ? [Number(year), month, Number(dayOf || 1)] : null
}

/** "2026-11-29" or, of a month, "2026-11"; null where it is none. What could be read two ways (03/04/2026) is none. */
export function readDate(typed: string, isMonth: boolean): string | null {
    const [year, month, day] = parts(typed, isMonth) ?? [0, 0, 0]
    if (year < 1800 || month < 1 || month > 12 || day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return null
    return isMonth ? `${year}-${two(month)}` : `${year}-${two(month)}-${two(day)}`
}
