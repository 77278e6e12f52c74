import { describe, expect, it } from 'vitest'
import { linesOf, typedOf } from '../src/drafts'

describe('a draft', () => {
    it('comes back as it was typed, lines and equal signs too, and leaves out what is empty', () => {
        const typed = { v0: '2026-12-01', v1: '', note: 'a=b\nsecond line' }
        const lines = linesOf(typed, '2.1')
        expect(lines).toEqual(['#=2.1', 'v0=2026-12-01', 'note=a=b\nsecond line'])
        expect(typedOf(lines, '2.1')).toEqual({ v0: '2026-12-01', note: 'a=b\nsecond line' })
    })
    it('is none of a form that has other fields meanwhile, nor where nothing was typed', () => {
        expect(typedOf(linesOf({ v0: 'x' }, '2.1'), '3.1')).toBeNull()
        expect(typedOf(['#=2.1'], '2.1')).toBeNull()
        expect(typedOf([], '2.1')).toBeNull()
    })
})
