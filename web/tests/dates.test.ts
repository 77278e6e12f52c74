import { describe, expect, it } from 'vitest'
import { readDate } from '../src/dates'

describe('a day or month as it is typed', () => {
    it('is read in either language', () => {
        for (const typed of ['2026-11-29', '2026-11-29 ', '20261129', '2026/11/29', '2026.11.29', '2026年11月29日', '2026年11月29', '２０２６－１１－２９', '29 November 2026', '29 Nov 2026', 'Nov 29, 2026']) expect([typed, readDate(typed, false)]).toEqual([typed, '2026-11-29'])
        expect(readDate('2026-6-9', false)).toBe('2026-06-09')
        for (const typed of ['2026-11', '202611', '2026/11', '2026年11月', 'November 2026', 'nov 2026']) expect([typed, readDate(typed, true)]).toEqual([typed, '2026-11'])
    })
    it('is none where there is no such day, where it is not whole, or where it could be read two ways', () => {
        for (const typed of ['', '2026-1', '2026-11-', '2026-11-31', '2026-13-01', '2025-02-29', '2026-00-10', '03/04/2026', '29/11/2026', '0026-11-29', '今天', '29 Foo 2026', '2026-11-29x']) expect([typed, readDate(typed, false)]).toEqual([typed, null])
        expect(readDate('2024-02-29', false)).toBe('2024-02-29')
        for (const typed of ['2026', '2026-13', '2026-11-29', '11/2026']) expect([typed, readDate(typed, true)]).toEqual([typed, null])
    })
})
