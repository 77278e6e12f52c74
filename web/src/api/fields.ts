// What the server says of its operations' fields, in both languages; read once somebody opens a form or a list made of them.
import { i18n } from '../i18n'
import type { Name } from './client'

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

const upper = (said: string): string => said.slice(0, 1).toUpperCase() + said.slice(1)

/** As a label: what is meant for a terminal (its commands, `--words`, what stands in brackets) is left out. */
export function labelOf(field: Field, lang: string): string {
    const own = i18n.global.t(`field.${field.name}`), isNamed = own !== `field.${field.name}`
    const told = lang === 'zh' ? field.says?.[1] : field.says?.[0]
    // What begins with the words one may choose is no name of the field.
    const said = told && !(isNamed && field.choices) ? told : isNamed ? own : field.name.replaceAll('_', ' ').replaceAll('-', ' ')
    const short = said.replace(/[（(][^（()）]*(doudi|--|默认|default)[^（()）]*[)）]/g, '').replace(/[:：;；].*$/, '').trim()
    return upper(short || field.name)
}

/** The rest of what is said: shown as a hint under the field. */
export function hintOf(field: Field, lang: string): string {
    // Choices that have words of their own say it themselves.
    if (field.choices?.every((one) => i18n.global.te(`choice.${one}`))) return ''
    const said = (lang === 'zh' ? field.says?.[1] : field.says?.[0]) ?? ''
    const rest = said.replace(/[（(][^（()）]*(doudi|--)[^（()）]*[)）]/g, '')
    return rest.length > labelOf(field, lang).length + 2 ? upper(rest) : ''
}

const YUAN = /yuan|amount|（元）|金额/
const OWN = new Set(['total', 'paid', 'refused', 'returned', 'risk', 'remaining', 'settled', 'arrears', 'recovery', 'pay', 'recover'])
/** An amount: a decimal string that is said to be in yuan. */
export const isMoney = (field: Field, value?: unknown): boolean =>
    field.kind === 'string' && !field.isList && (YUAN.test((field.says ?? []).join(' ')) || OWN.has(field.name)) && (value === undefined || value === null || /^-?\d+\.\d\d$/.test(String(value)))
