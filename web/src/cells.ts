// What a cell of a list says: the same on the screen, in what is searched and in a file. A cell that a page writes itself (a slot) is read
// from what it writes, whether or not its row is on the screen.
import { Comment, isVNode, type Slots } from 'vue'
import type { Cell } from './export'
import { amountsIn, count, dated, money } from './format'
import { i18n } from './i18n'
import { isPlace, placeName } from './places'
import { session } from './session'
import type { Question } from './why'

export type AnyRow = Record<string, unknown>
/** `isNamed`: names, places, quoted law or what was typed, in whatever language; `isOurs`: never, whatever the key says; `isQuoted`: as a department or a person wrote it, also where the office has a word of its own. `why`: the explanation a figure opens; `whyNot`: why an amount has none, for whoever reads the page's source. */
export interface Column { key: string; head: string; isMoney?: boolean; isRight?: boolean; isNamed?: boolean; isOurs?: boolean; isQuoted?: boolean; why?: (row: AnyRow) => Question | null; whyNot?: string }

/** So many rows are seen at a glance; a list of more is found in and sorted. */
export const FEW = 5
/** Where views of a list are kept that has no name of its own: its page and its columns. */
export const placeOfList = (path: string | undefined, columns: readonly Column[]): string =>
    `${String(path ?? '').replace(/[^a-zA-Z0-9]+/g, '')}.${columns.map((one) => one.key).join('-')}`.replace(/[^a-zA-Z0-9._-]/g, '').slice(0, 60)

export const isNothing = (value: unknown): boolean => value === null || value === undefined || value === '' || value === '-'
/** Nobody, and no case, has number 0: there is none. */
export const isNobody = (key: string, value: unknown): boolean => value === 0 && ['person', 'case', 'subject'].includes(key)
/** What roles are called, one or several; what is no role of ours stays as it is. */
export function rolesSaid(value: unknown): string {
    const all = String(value ?? '').split(' ').filter(Boolean)
    return all.every((one) => i18n.global.te(`role.${one}`)) ? all.map((one) => i18n.global.t(`role.${one}`)).join(session.lang === 'zh' ? '、' : ', ') : String(value)
}
export const isRole = (key: string): boolean => key === 'role' || key === 'roles'
/** Nobody reads 64 signs; the file has them all. */
export const isDigest = (value: unknown): boolean => typeof value === 'string' && /^([0-9a-f]{64}){1,2}$/.test(value)
export const cellOf = (row: object, key: string): unknown => (row as AnyRow)[key]

/** Of which facts something was told, `单位注销日=?; 本月已有账单=true`, as people write it; what is written otherwise stays. */
export function factsSaid(says: string, yes: (is: boolean) => string): string {
    const facts = says.split('; '), isZh = session.lang === 'zh'
    const said = (value: string): string => (value === '?' ? i18n.global.t('book.unknown') : value === 'true' || value === 'false' ? yes(value === 'true') : amountsIn(dated(value, session.lang)))
    if (!facts.every((one) => /^[^=]+=[^=]+$/.test(one))) return says
    return facts.map((one) => `${one.slice(0, one.indexOf('='))}${isZh ? '：' : ': '}${said(one.slice(one.indexOf('=') + 1))}`).join(isZh ? '；' : '; ')
}

export function shownOf(row: object, column: Column, yes: (is: boolean) => string): string {
    const value = cellOf(row, column.key)
    if (isNothing(value) || isNobody(column.key, value)) return '—'
    if (isRole(column.key)) return rolesSaid(value)
    if (column.isMoney) return money(value as string | null)
    if (column.isRight && typeof value === 'number') return count(value)
    if (typeof value === 'boolean' || ['true', 'false', 'yes', 'no'].includes(String(value))) return yes(['true', 'yes'].includes(String(value)))
    if (isDigest(value)) return `${String(value).slice(0, 12)}…`
    if (column.key === 'facts') return factsSaid(String(value), yes)
    if (column.key === 'reference') return amountsIn(String(value))
    return isPlace(column.key) ? placeName(value) : dated(String(value), session.lang)
}

/** The words of what was rendered, without a page to put it on. */
export function textOf(node: unknown): string {
    if (node === null || node === undefined || typeof node === 'boolean') return ''
    if (typeof node === 'string' || typeof node === 'number') return String(node)
    if (Array.isArray(node)) return node.map(textOf).join('')
    if (!isVNode(node) || node.type === Comment) return ''
    const inner: unknown = node.children
    if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return textOf(inner)
    const slot = (inner as Slots).default
    return slot ? textOf(slot()) : ''
}

const tidy = (said: string): string => said.replace(/\s+/g, ' ').trim().replace(/^—$/, '')

/** Figures as they are, everything else as it reads. */
export const cellsOf = (rows: readonly object[], columns: readonly Column[], slots: Slots, yes: (is: boolean) => string): Cell[][] => rows.map((row) => columns.flatMap((column): Cell[] => {
    if (!column.head) return []
    const value = cellOf(row, column.key), slot = slots[column.key]
    const isDay = !slot && /^\d{4}-\d\d-\d\d/.test(String(value)) // a file keeps days as machines sort them
    if (column.isMoney || column.isRight || isDigest(value) || isDay) return [isNothing(value) ? '' : (value as Cell)]
    return [tidy(slot ? textOf(slot({ row })) : shownOf(row, column, yes))]
}))
export const numericOf = (columns: readonly Column[]): boolean[] => columns.filter((one) => one.head).map((one) => Boolean(one.isMoney || one.isRight))

/** Rows that show `said`, then by `sort` ("amount", "-amount"; what is empty last): as the server does it over all of a list. */
export function lookOver<Row extends object>(rows: readonly Row[], columns: readonly Column[], slots: Slots, yes: (is: boolean) => string, said: string, sort: string): Row[] {
    const sought = said.trim().toLowerCase(), isFalling = sort.startsWith('-'), key = isFalling ? sort.slice(1) : sort
    const shows = (row: Row): boolean => columns.some((column) => String(cellOf(row, column.key) ?? '').toLowerCase().includes(sought) || (isPlace(column.key) && placeName(cellOf(row, column.key)).toLowerCase().includes(sought)) || (slots[column.key] !== undefined && textOf(slots[column.key]!({ row })).toLowerCase().includes(sought)))
    const found = sought ? rows.filter(shows) : [...rows]
    if (!key) return found
    const number = (value: unknown): number => (/^-?\d+(\.\d+)?%?$/.test(String(value)) ? parseFloat(String(value)) : NaN)
    return found.sort((one, other) => {
        const a = cellOf(one, key), b = cellOf(other, key)
        if (isNothing(a) || isNothing(b)) return Number(isNothing(a)) - Number(isNothing(b))
        const x = number(a), y = number(b), way = !isNaN(x) && !isNaN(y) ? x - y : !isNaN(x) ? -1 : !isNaN(y) ? 1 : String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0
        return isFalling ? -way : way
    })
}
