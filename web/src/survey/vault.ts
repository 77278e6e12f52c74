// The survey's copy on a telephone, sealed by AES-GCM under a key that is made of a PIN and kept nowhere. It is two records of IndexedDB:
// what was taken along, which may be large and is sealed once, and what was said since, which is small and sealed with each answer.
// In the clear stand only when it expires, how many answers are unsent, and how often a wrong PIN was tried.
const NAME = 'doudi-survey', STORE = 'copy', ROUNDS = 600_000, TRIES_MAX = 10
export const PIN = /^\d{6,12}$/

interface Sealed { iv: Uint8Array; sealed: ArrayBuffer }
interface Marks { until: string; unsent: number; user: string }
/** A copy of before holds all in the first record, with its marks. */
interface Copy extends Sealed, Marks { salt: Uint8Array; tries: number }
type Said = Sealed & Marks
export interface Label { until: string; unsent: number; user: string; isExpired: boolean }

function database(): Promise<IDBDatabase> {
    return new Promise((done, fail) => {
        const asked = indexedDB.open(NAME, 1)
        asked.onupgradeneeded = () => asked.result.createObjectStore(STORE)
        asked.onsuccess = () => done(asked.result)
        asked.onerror = () => fail(asked.error ?? new Error(NAME))
    })
}

/** The last of what is asked for in one transaction: all of it is kept, or nothing. */
async function within<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    const db = await database()
    try {
        return await new Promise<T>((done, fail) => {
            const step = db.transaction(STORE, mode, { durability: 'strict' })
            const asked = act(step.objectStore(STORE))
            step.oncomplete = () => done(asked.result)
            step.onerror = step.onabort = () => fail(step.error ?? new Error(NAME))
        })
    } finally {
        db.close()
    }
}
const read = (): Promise<Copy | undefined> => within('readonly', (store) => store.get('copy') as IDBRequest<Copy | undefined>)
const readSaid = (): Promise<Said | undefined> => within('readonly', (store) => store.get('said') as IDBRequest<Said | undefined>)
const write = (copy: Copy): Promise<unknown> => within('readwrite', (store) => store.put(copy, 'copy'))

async function keyOf(pin: string, salt: Uint8Array): Promise<CryptoKey> {
    const word = await crypto.subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, ['deriveKey'])
    return crypto.subtle.deriveKey({ name: 'PBKDF2', salt: salt as BufferSource, iterations: ROUNDS, hash: 'SHA-256' }, word, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}

/** Of the copy that is open: held in memory alone, so that a page that is loaded anew asks for the PIN. */
let key: CryptoKey | null = null
let salt = new Uint8Array()

async function seal(content: unknown): Promise<Sealed> {
    if (!key) throw new Error('the copy is not open')
    const iv = crypto.getRandomValues(new Uint8Array(12))
    return { iv, sealed: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, new TextEncoder().encode(JSON.stringify(content))) }
}
/** What was said is sealed with every answer; what was taken along, only where `taken` is given. */
export interface Content { said: unknown; taken?: unknown }
async function put({ said, taken }: Content, marks: Marks): Promise<void> {
    const change = { ...(await seal(said)), ...marks }
    const whole = taken === undefined ? null : { ...(await seal(taken)), ...marks, salt, tries: 0 }
    await within('readwrite', (store) => {
        if (whole) store.put(whole, 'copy')
        return store.put(change, 'said')
    })
}
// One writing after another: the last to be asked for is the last to be kept.
let last: Promise<void> = Promise.resolve()
export function save(content: Content, marks: Marks): Promise<void> {
    last = last.catch(() => undefined).then(() => put(content, marks))
    return last
}

export async function make(pin: string, content: Required<Content>, marks: Marks): Promise<void> {
    salt = crypto.getRandomValues(new Uint8Array(16))
    key = await keyOf(pin, salt)
    await save(content, marks)
}

export async function look(today: string): Promise<Label | null> {
    const copy = await read().catch(() => undefined)
    if (!copy) return null
    const { until, unsent, user } = (await readSaid().catch(() => undefined)) ?? copy
    return { until, unsent, user, isExpired: until < today }
}

const opened = async (with_: CryptoKey, one: Sealed): Promise<unknown> =>
    JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: one.iv as BufferSource }, with_, one.sealed))) as unknown

/** Null for a wrong PIN; after ten of them there is no copy any more. `said` is not there in a copy of before. */
export async function open<T, S>(pin: string): Promise<{ taken: T; said: S | undefined } | null> {
    const copy = await read()
    if (!copy) return null
    const tried = await keyOf(pin, copy.salt)
    const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: copy.iv as BufferSource }, tried, copy.sealed).catch(() => null)
    if (!plain) {
        if (copy.tries + 1 >= TRIES_MAX) await wipe()
        else await write({ ...copy, tries: copy.tries + 1 })
        return null
    }
    const change = await readSaid()
    const said = change && ((await opened(tried, change)) as S)
    key = tried
    salt = copy.salt as Uint8Array<ArrayBuffer>
    if (copy.tries) await write({ ...copy, tries: 0 })
    return { taken: JSON.parse(new TextDecoder().decode(plain)) as T, said }
}

export async function wipe(): Promise<void> {
    key = null
    await last.catch(() => undefined)
    await new Promise<void>((done) => {
        const asked = indexedDB.deleteDatabase(NAME)
        asked.onsuccess = asked.onerror = asked.onblocked = () => done()
    })
}
