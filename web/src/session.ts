// Who acts, in which language, in which size. The token is in a cookie that no script can read.
import { reactive } from 'vue'
import { call, configure, logIn, logOut, whoAmI, type Who } from './api/client'
import { i18n, type Lang } from './i18n'
import * as vault from './survey/vault'
import { DOORS, type Door } from './work'

const kept = (key: string): string => {
    try {
        return localStorage.getItem('doudi.' + key) ?? ''
    } catch {
        return ''
    }
}
const keep = (key: string, value: string): void => {
    try {
        localStorage.setItem('doudi.' + key, value)
    } catch { /* a browser that keeps nothing: it lasts until the page is left */ }
}

export const session = reactive({
    who: null as Who | null,
    isRead: false,
    wasLost: false,
    csrf: '',
    lang: (kept('lang') || 'zh') as Lang,
    isLarge: kept('large') === 'yes',
    month: '',
})

configure({
    lang: () => session.lang,
    csrf: () => session.csrf,
    lost: () => {
        session.wasLost ||= session.who !== null // of several answers that were on their way the first knows it, and the others do not unsay it
        session.who = null
    },
})

export const may = (name: string): boolean => session.who?.operations.includes(name) ?? false

/** The doors that open to this user. */
export const doors = (): readonly Door[] => DOORS.filter((door) => (door.isOwn ? session.who?.[door.isOwn] !== undefined || (isOutside() && ownDoor() === door.to)
    : isOutside() ? door.isOpen === true : door.needs.length === 0 || door.needs.some(may)))

/** Whoever has no duty in the office, and sees their own record alone: an insured person, an employer's agent. */
const OUTSIDE = ['insured', 'employer']
export const isOutside = (): boolean => {
    const roles = (session.who?.roles ?? '').split(' ').filter(Boolean)
    return roles.length > 0 && roles.every((role) => OUTSIDE.includes(role))
}
export const ownDoor = (): string => (session.who?.roles.split(' ').includes('insured') ? '/mine' : '/desk')

export function speak(lang: Lang): void {
    session.lang = lang
    i18n.global.locale.value = lang
    document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en'
    keep('lang', lang)
}

export function enlarge(isLarge: boolean): void {
    session.isLarge = isLarge
    document.documentElement.classList.toggle('large', isLarge)
    keep('large', isLarge ? 'yes' : '')
}

/** Once, when the page opens: is somebody logged in already? */
export async function recall(): Promise<void> {
    if (session.isRead) return
    try {
        const who = await whoAmI()
        session.csrf = who.csrf ?? ''
        session.who = who
    } catch {
        session.who = null
    }
    session.isRead = true
}

let asking: Promise<string> | null = null

/** The month the office works on; empty for whom its figures are not. */
export async function openMonth(): Promise<string> {
    if (session.month || !may('county.status')) return session.month
    asking ??= call('county.status', {}).then((office) => office.settings?.find((one) => one.name === 'month.open')?.value ?? '').finally(() => (asking = null))
    session.month = await asking
    return session.month
}

export async function enter(user: string, password: string, code = ''): Promise<void> {
    const made = await logIn(user, password, code)
    session.csrf = made.csrf
    session.who = await whoAmI()
    session.wasLost = false
}

export async function leave(): Promise<void> {
    const copy = await vault.look('')
    if (copy?.unsent && !confirm(i18n.global.t('survey.leaveUnsent', { n: copy.unsent }))) return
    if (copy) await vault.wipe()
    await logOut().catch(() => undefined)
    session.csrf = ''
    session.month = ''
    session.wasLost = false
    session.who = null
}
