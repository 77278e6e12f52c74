// The text of a parameter as figures over time: what stands in the pack, read for a table and a chart; nothing is decided by it.
export interface Over { columns: string[]; rows: { since: string; values: string[] }[] }

const cut = (line: string): string[] => line.trim().replace(/^\||\|$/g, '').split('|').map((one) => one.trim())
const DAY = /^\d{4}(-\d\d){0,2}$/

/** From `since DAY = VALUE` lines, or from a table whose first column is since or a year; null where it is neither. */
export function overTime(source: string): Over | null {
    const lines = source.split('\n').map((line) => line.trim())
    const said = lines.flatMap((line) => {
        const found = /^since (\d{4}-\d\d-\d\d)(?: to \d{4}-\d\d-\d\d)? = (.+)$/.exec(line)
        return found ? [{ since: found[1] ?? '', values: [found[2] ?? ''] }] : []
    })
    if (said.length) return { columns: [''], rows: said }
    const table = lines.filter((line) => line.startsWith('|')).map(cut)
    const [head, ...rest] = table
    const rows = rest.filter((row) => DAY.test(row[0] ?? '')).map(([since = '', ...values]) => ({ since, values }))
    if (!head || !rows.length || rows.length < rest.length) return null
    return { columns: head.slice(1), rows }
}

/** The number in a value, for an axis: "300%", "60年", "1,450元". NaN where it is none. */
export function numberOf(value: string): number {
    const found = /^(-?[\d,]+(?:\.\d+)?)\s*(%|[^\d\s().*/+-]*)$/.exec(value.trim())
    return found ? Number((found[1] ?? '').replaceAll(',', '')) : NaN
}

const dayOf = (since: string): string => (since.length === 4 ? `${since}-01-01` : since.length === 7 ? `${since}-01` : since)

/** Steps: a value stands until the next one; null where there is no series of numbers to draw. */
export function chartOf(over: Over): { months: string[]; series: { name: string; values: string[] }[] } | null {
    const rows = [...over.rows].sort((a, b) => (dayOf(a.since) < dayOf(b.since) ? -1 : 1))
    if (rows.length < 2) return null
    const series = over.columns.map((name, k) => ({ name, values: rows.map((row) => String(numberOf(row.values[k] ?? ''))) })).filter((one) => one.values.every((value) => value !== 'NaN'))
    return series.length ? { months: rows.map((row) => row.since), series } : null
}

/** Rows of a record, as a form holds them. */
export type Rows = Record<string, Record<string, string>[]>

const plain = (value: string | undefined): string => (value ?? '').trim()
/** What was filled in, as an operation takes it: `name=value`, and a record's rows as `record=[{field:value,…}]`. What is empty is unknown and not said. */
export function factsOf(names: string[], values: Record<string, string>, records: Rows): string[] {
    const singles = names.filter((name) => plain(values[name])).map((name) => `${name}=${plain(values[name])}`)
    const lists = Object.entries(records).flatMap(([record, rows]) => {
        const said = rows.map((row) => Object.entries(row).filter(([, value]) => plain(value)).map(([field, value]) => `${field}:${plain(value).replace(/[,{}[\]:]/g, ' ')}`)).filter((row) => row.length)
        return said.length ? [`${record}=[${said.map((row) => `{${row.join(',')}}`).join(',')}]`] : []
    })
    return [...singles, ...lists]
}

/** The record whose rows a refusal asks for; empty where it is about something else. */
export const recordWanted = (e: { code: string; en: string }): string => (e.code === 'service.no_rows' ? /^The rows of (\S+) are needed/.exec(e.en)?.[1] ?? '' : '')
