// What the server says of its operations' fields, in both languages; read once somebody opens a form or a list made of them.
import { i18n, type Lang } from '../i18n'
import type { Name } from './client'
import { READS } from './operations'

export interface Field {
    name: string; kind: string; says?: [string, string]; isList?: boolean; isRequired?: boolean; choices?: string[]; of?: Field[]
}
export interface Form { says: [string, string]; law: string; needs: string; takes: Field[]; answers: Field[] }

let all: Promise<Record<string, Form>> | null = null

export async function formOf(name: Name): Promise<Form> {
    all ??= import('./fields.json').then((one) => one.default as unknown as Record<string, Form>)
    const form = (await all)[name]
    if (!form) throw new Error(`no operation ${name}`)
    return form
}

/** A step that the server can do to its end and keep nothing of: it hands out no file that must be there, and no word that opens something; what is drawn by lot is not tried. */
export const canRehearse = (name: Name, form: Form): boolean => !READS.has(name)
    && !form.takes.some((one) => one.kind === 'file-name' && one.isRequired) && !form.answers.some((one) => one.name === 'once' || one.name === 'secret' || one.name === 'seed')

export const upper = (said: string): string => said.slice(0, 1).toUpperCase() + said.slice(1)

/** As a label: what is meant for a terminal (its commands, `--words`, what stands in brackets) is left out. */
export function labelOf(field: Field, lang: string): string {
    const own = i18n.global.t(`field.${field.name}`), isNamed = own !== `field.${field.name}`
    const told = lang === 'zh' ? field.says?.[1] : field.says?.[0]
    // What begins with the words one may choose is no name of the field.
    const said = told && !(isNamed && field.choices) ? told : isNamed ? own : field.name.replaceAll('_', ' ').replaceAll('-', ' ')
    const short = said.replace(/[（(][^（()）]*(doudi|--|默认|default)[^（()）]*[)）]/g, '').replace(/[:：;；].*$/, '').replace(/[,，][^,，]*--[^,，]*$/, '').trim()
    return upper(short || field.name)
}

const t = (word: string, lang: string): string => i18n.global.t(word, {}, { locale: lang as Lang })

/** The rest of what is said: shown as a hint under the field. */
export function hintOf(field: Field, lang: string): string {
    // Choices that have words of their own say it themselves.
    if (field.choices?.every((one) => i18n.global.te(`choice.${one}`))) return ''
    const said = (lang === 'zh' ? field.says?.[1] : field.says?.[0]) ?? ''
    const rest = said.replace(/[（(][^（()）]*(doudi|--)[^（()）]*[)）]/g, '')
        .replace(/ ?county export --what ([a-z]+)(?: (?=的))?/, (_, what: string) => `${lang === 'zh' ? '' : ' '}“${t('nav.import', lang)} · ${t('do.county.export', lang)}” (${t(`choice.${what}`, lang)})`)
    return rest.length > labelOf(field, lang).length + 2 ? upper(rest) : ''
}

const YUAN = /yuan|amount|（元）|金额/
const OWN = new Set(['total', 'paid', 'refused', 'returned', 'risk', 'remaining', 'settled', 'arrears', 'recovery', 'pay', 'recover'])
/** An amount: a decimal string that is said to be in yuan. */
export const isMoney = (field: Field, value?: unknown): boolean =>
    field.kind === 'string' && !field.isList && (YUAN.test((field.says ?? []).join(' ')) || OWN.has(field.name)) && (value === undefined || value === null || /^-?\d+\.\d\d$/.test(String(value)))
/** A column all of whose cells are amounts, whatever is said of it. */
export function isMoneyIn(rows: readonly Record<string, unknown>[], name: string): boolean {
    const given = rows.map((row) => row[name]).filter((one) => one !== null && one !== undefined && one !== '' && one !== '-')
    return given.length > 0 && given.every((one) => /^-?\d+\.\d\d$/.test(String(one)))
}
/** A column all of whose cells are shares of a hundred. */
export function isShareIn(rows: readonly Record<string, unknown>[], name: string): boolean {
    const given = rows.map((row) => row[name]).filter((one) => one !== null && one !== undefined && one !== '' && one !== '-')
    return given.length > 0 && given.every((one) => /^-?\d+(\.\d+)?%$/.test(String(one)))
}
/** Whole numbers that name something and are no count. */
export const NUMBERS: ReadonlySet<string> = new Set(['person', 'alert', 'run', 'batch', 'case', 'change', 'decision', 'subject', 'item', 'id', 'receipt', 'line', 'employer', 'year'])
