import { afterEach, describe, expect, it, vi } from 'vitest'
import { stepAfter, STEPS } from '../src/api/acts'
import { bodyOf, call, configure, logIn, Refusal } from '../src/api/client'
import { READS } from '../src/api/operations'

const answer = (status: number, body: unknown) => vi.fn(async () => new Response(JSON.stringify(body), { status }))
const lost = vi.fn()
configure({ lang: () => 'zh', csrf: () => 'word', lost })
afterEach(() => {
    vi.unstubAllGlobals()
    lost.mockReset()
})

describe('the client', () => {
    it('leaves out what was left empty', () => expect(bodyOf({ a: '', b: undefined, c: 0, d: false, e: 'x' })).toBe('{"c":0,"e":"x"}'))
    it('keeps a number that was asked for out of the address', async () => {
        const fetch = answer(200, { id: 1 })
        vi.stubGlobal('fetch', fetch)
        await call('person.show', { who: '590121196606060010' })
        const [url, init] = fetch.mock.calls[0] as unknown as [string, RequestInit]
        expect(url).toBe('/v1/person/show')
        expect(init.body).toContain('590121196606060010')
        expect((init.headers as Headers).get('X-Doudi-CSRF')).toBe('word')
        expect((init.headers as Headers).get('Accept-Language')).toBe('zh')
    })
    it('says what was refused in both languages', async () => {
        vi.stubGlobal('fetch', answer(403, { error: { code: 'duty.not_held', message: 'no', message_zh: '不行' } }))
        const refused = await call('payrun.check', { run: 1 }).catch((e: unknown) => e)
        expect(refused).toBeInstanceOf(Refusal)
        expect((refused as Refusal).in('zh')).toBe('不行')
        expect((refused as Refusal).in('en')).toBe('no')
        expect(lost).not.toHaveBeenCalled()
    })
    it('tells when the session is over, and not when a password is wrong', async () => {
        vi.stubGlobal('fetch', answer(401, { error: { code: 'http.no_session', message: 'a', message_zh: 'b' } }))
        await expect(call('county.status', {})).rejects.toThrow()
        expect(lost).toHaveBeenCalledOnce()
        await expect(logIn('a', 'b')).rejects.toThrow()
        expect(lost).toHaveBeenCalledOnce()
    })
    it('a proxy’s page is no mystery', async () => {
        vi.stubGlobal('fetch', vi.fn(async () => new Response('<html>bad gateway</html>', { status: 502 })))
        await expect(call('county.status', {})).rejects.toMatchObject({ status: 502, code: 'web.unknown' })
    })
    it('a server out of reach is told kindly', async () => {
        vi.stubGlobal('fetch', vi.fn(async () => Promise.reject(new TypeError('down'))))
        await expect(call('county.status', {})).rejects.toMatchObject({ code: 'web.offline' })
    })
    it('knows which operations only read', () => {
        expect(READS.has('person.show')).toBe(true)
        expect(READS.has('payrun.send')).toBe(false)
    })
})

describe('the chain of a run', () => {
    it('goes from state to state, and ends', () => {
        expect(stepAfter('drafted')?.name).toBe('payrun.check')
        expect(stepAfter('closed')).toBeNull()
        expect(new Set(STEPS.flatMap((step) => step.from)).size).toBe(STEPS.flatMap((step) => step.from).length)
    })
})
