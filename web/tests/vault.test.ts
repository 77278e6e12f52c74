import { beforeEach, describe, expect, it } from 'vitest'
import * as vault from '../src/survey/vault'

/** As much of a browser's store as the vault asks for: one store, transactions that end behind their last request. */
const rows = new Map<string, Record<string, unknown>>()
function fakeStore(): unknown {
    const later = (act: () => void): void => void setTimeout(act, 0)
    const request = (result?: unknown): Record<string, unknown> => ({ result })
    const store = {
        get: (key: string) => request(rows.get(key)),
        put: (value: Record<string, unknown>, key: string) => request(rows.set(key, value) && key),
    }
    const db = { close: () => undefined, createObjectStore: () => store, transaction: () => { const step: Record<string, unknown> = { objectStore: () => store }; later(() => (step.oncomplete as () => void)()); return step } }
    return {
        open: () => { const asked = request(db); later(() => (asked.onsuccess as () => void)()); return asked },
        deleteDatabase: () => { rows.clear(); const asked = request(); later(() => (asked.onsuccess as () => void)()); return asked },
    }
}

const marks = (unsent: number) => ({ until: '2026-12-31', unsent, user: 'tess' })
const taken = { name: '年度入户', households: [{ household: 5, address: '城关镇一号', said: [] as string[] }], unsent: [] as string[] }
const PIN = '246813', MINUTE = 60_000
const sealed = (key: string): ArrayBuffer => rows.get(key)!.sealed as ArrayBuffer

describe('the copy on a telephone', () => {
    beforeEach(() => {
        rows.clear()
        Object.assign(globalThis, { indexedDB: fakeStore() })
    })
    it('is sealed once; an answer seals what was said alone, and both are there when it is opened', async () => {
        await vault.make(PIN, { taken, said: [] }, marks(0))
        const before = sealed('copy')
        await vault.save({ said: ['90000'] }, marks(1))
        expect(sealed('copy')).toBe(before)
        expect(sealed('said').byteLength).toBeLessThan(before.byteLength)
        for (const key of ['copy', 'said']) expect(new TextDecoder().decode(sealed(key))).not.toMatch(/90000|城关镇|年度入户/)
        expect(await vault.look('2026-11-29')).toEqual({ ...marks(1), isExpired: false })
        expect(await vault.look('2027-01-01')).toMatchObject({ isExpired: true })
        expect(await vault.open(PIN)).toEqual({ taken, said: ['90000'] })
        // What the server has is taken over into what was taken along, and off what was said, in one.
        const merged = { ...taken, households: [{ ...taken.households[0]!, said: ['90000'] }] }
        await vault.save({ said: [], taken: merged }, marks(0))
        expect(sealed('copy')).not.toBe(before)
        expect(await vault.open(PIN)).toEqual({ taken: merged, said: [] })
        await vault.wipe()
        expect(await vault.look('2026-11-29')).toBeNull()
        await expect(vault.save({ said: ['late'] }, marks(1))).rejects.toThrow('not open')
        expect(rows.size).toBe(0)
    }, MINUTE)
    it('opens to its PIN alone, and counts the wrong ones without touching what was said', async () => {
        await vault.make(PIN, { taken, said: ['a'] }, marks(1))
        const before = sealed('said')
        expect(await vault.open('111111')).toBeNull()
        expect(rows.get('copy')).toMatchObject({ tries: 1 })
        expect(sealed('said')).toBe(before)
        expect(await vault.open(PIN)).toEqual({ taken, said: ['a'] })
        expect(rows.get('copy')).toMatchObject({ tries: 0 })
    }, MINUTE)
    it('of before, with all in one record, opens with its answers and goes on', async () => {
        await vault.make(PIN, { taken: { ...taken, unsent: ['old'] }, said: [] }, marks(1))
        rows.delete('said') // as it was kept before: answers within, marks beside
        expect(await vault.look('2026-11-29')).toMatchObject({ unsent: 1 })
        const found = await vault.open<typeof taken, string[]>(PIN)
        expect(found).toEqual({ taken: { ...taken, unsent: ['old'] }, said: undefined })
        await vault.save({ said: [...(found!.said ?? found!.taken.unsent), 'new'] }, marks(2))
        expect((await vault.open<typeof taken, string[]>(PIN))!.said).toEqual(['old', 'new'])
    }, MINUTE)
})
