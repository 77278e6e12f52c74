import { describe, expect, it } from 'vitest'
import { filtersOf, lookBy, saysOf } from '../src/views'

describe('a view', () => {
    it('keeps what is set and nothing else, a line each', () => {
        expect(filtersOf({ payer: '15', all: true, on: '', late: false, note: 'a\nb=c' })).toEqual(['payer=15', 'all=yes', 'note=a b=c'])
        expect(filtersOf({ payer: '', all: false })).toEqual([])
    })
    it('comes back as it was, whatever a value has in it', () => {
        expect(saysOf(['payer=15', 'note=a b=c', '=x', 'none', 'empty='])).toEqual({ payer: '15', note: 'a b=c', empty: '' })
    })
    it('is laid on the filters there are now', () => {
        const flags = (name: string): boolean => name === 'all'
        expect(lookBy({ payer: '15', all: 'yes', gone: '1' }, { payer: '', all: false, fresh: 'x' }, flags)).toEqual({ payer: '15', all: true, fresh: '' })
        expect(lookBy({}, { payer: '7', all: true }, flags)).toEqual({ payer: '', all: false })
    })
})
