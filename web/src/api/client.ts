// The one way to the server. Which operations there are, and what they take, is operations.ts.
import { forPage } from '../terminal'
import { READS, type Operations } from './operations'

export type Name = keyof Operations
export type Takes<N extends Name> = Operations[N]['takes']
export type Answers<N extends Name> = Operations[N]['answers'] & { notes?: string[]; downloads?: Download[]; has_failures?: boolean }
export interface Download { argument: string; name: string; href: string }

/** What the server refused, in both languages, and with a code that does not change. */
export class Refusal extends Error {
    constructor(readonly status: number, readonly code: string, readonly en: string, readonly zh: string) {
        super(en)
    }
    in(lang: string): string {
        return forPage(lang === 'zh' ? this.zh : this.en, lang)
    }
}

const OFFLINE = new Refusal(0, 'web.offline',
    'The server cannot be reached. Nothing was lost; try again in a moment.', '连接不上服务器。已录入的内容没有丢失，请稍候再试。')

interface Settings { lang: () => string; csrf: () => string; lost: () => void }
const settings: Settings = { lang: () => 'zh', csrf: () => '', lost: () => undefined }

/** Said once, by session.ts. */
export function configure(given: Partial<Settings>): void {
    Object.assign(settings, given)
}

async function read(response: Response): Promise<unknown> {
    const text = await response.text()
    if (response.ok) return text ? JSON.parse(text) : null
    let error: { code?: string; message?: string; message_zh?: string } = {}
    try {
        error = (JSON.parse(text) as { error: typeof error }).error
    } catch { /* a proxy's own page */ }
    const said = error.message ?? `The server answered ${response.status}.`
    throw new Refusal(response.status, error.code ?? 'web.unknown', said, error.message_zh ?? `服务器返回 ${response.status}。`)
}

async function ask(path: string, init: RequestInit, lang?: string, count?: (rows: number) => void): Promise<unknown> {
    const headers = new Headers(init.headers)
    headers.set('Accept-Language', lang ?? settings.lang())
    if (settings.csrf()) headers.set('X-Doudi-CSRF', settings.csrf())
    const response = await fetch(path, { ...init, headers, credentials: 'same-origin' }).catch(() => {
        throw OFFLINE
    })
    const total = response.headers.get('X-Total-Count')
    if (response.ok && total !== null) count?.(Number(total))
    return read(response)
}

/** The body of a request: what was left empty is left out. */
export function bodyOf(args: Record<string, unknown>): string {
    const given = Object.entries(args).filter(([, value]) => value !== undefined && value !== '' && value !== null && value !== false)
    return JSON.stringify(Object.fromEntries(given))
}

/** `of`, `find` and `sort` go over all rows of that list before the page is cut; `count` is told how many they are. */
export interface CallOptions { lang?: string; page?: number; pageSize?: number; of?: string; find?: string; sort?: string; count?: (rows: number) => void; key?: string; isRehearsal?: boolean }

/** What the door itself reads beside the operation's arguments: in the body too, since who is looked for stands in no address. */
export function pagingOf({ page, pageSize, of, find, sort }: CallOptions): Record<string, unknown> {
    return { ...(pageSize ? { page: page ?? 1, page_size: pageSize } : {}), page_of: of, page_find: find, page_sort: sort }
}

/** Names one press of a button, so that the same press twice is one act. */
export const keyOfAct = (): string => Array.from(crypto.getRandomValues(new Uint8Array(12)), (one) => one.toString(16).padStart(2, '0')).join('')

/** Reads travel in a body too: a citizen's number shall stand in no address. */
export async function call<N extends Name>(name: N, args: Takes<N>, options: CallOptions = {}): Promise<Answers<N>> {
    const headers: Record<string, string> = { 'Content-Type': 'application/json' }
    if (options.key && !options.isRehearsal && !READS.has(name)) headers['Idempotency-Key'] = options.key
    const init = { method: 'POST', headers, body: bodyOf({ ...(args as Record<string, unknown>), ...pagingOf(options) }) }
    try {
        return (await ask(`/v1/${name.replaceAll('.', '/')}${options.isRehearsal ? '?rehearse=yes' : ''}`, init, options.lang, options.count)) as Answers<N>
    } catch (e) {
        if (e instanceof Refusal && (e.status === 401 || e.code === 'http.csrf') && name !== 'user.passwd' && !e.code.startsWith('second.')) settings.lost()
        throw e
    }
}

export interface Session { token: string; csrf: string; user: string }
export interface Who { user: string; name: string; roles: string; operations: string[]; csrf?: string; person?: number; employer?: number; region?: string; has_second?: boolean; needs_second?: boolean }

/** `code` is of the user's second factor, where they have one. */
export async function logIn(user: string, password: string, code = ''): Promise<Session> {
    const body = JSON.stringify({ user, password, cookie: true, ...(code ? { code } : {}) })
    return (await ask('/v1/session', { method: 'POST', body, headers: { 'Content-Type': 'application/json' } })) as Session
}

export async function whoAmI(): Promise<Who> {
    return (await ask('/v1/session', { method: 'GET' })) as Who
}

export async function logOut(): Promise<void> {
    await ask('/v1/session', { method: 'DELETE' })
}

/** `code` is of the user's second factor, where they have one. */
export async function changePassword(user: string, old: string, next: string, code = ''): Promise<void> {
    const body = JSON.stringify({ user, secrets: [old, next, ...(code ? [code] : [])] })
    await ask('/v1/user/passwd', { method: 'POST', body, headers: { 'Content-Type': 'application/json' } })
}

export interface OwnSession { session: string; address: string; began_seconds_ago: number; seen_seconds_ago: number; is_this: boolean }
export interface OwnSessions { idle_seconds: number; longest_seconds: number; sessions: OwnSession[] }
export async function ownSessions(): Promise<OwnSessions> {
    return (await ask('/v1/sessions', { method: 'GET' })) as OwnSessions
}
export async function endSession(one: string): Promise<void> {
    await ask(`/v1/sessions/${encodeURIComponent(one)}`, { method: 'DELETE' })
}

/** Sends a file; its id is what an operation takes. */
export async function upload(file: File): Promise<string> {
    const answer = await ask(`/v1/uploads?name=${encodeURIComponent(file.name)}`, { method: 'POST', body: file })
    return (answer as { upload: string }).upload
}
