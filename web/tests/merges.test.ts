import { describe, expect, it } from 'vitest'
import { choicesOf, chosenOf, isFirst, saidOf, type Line } from '../src/merges'

const row = (choice: string, becomes_code: string): Line => ({ choice, what: '', kept: '', given: '', becomes: '', becomes_code })
const rows = [row('', 'alike'), row('1', 'choose'), row('2', 'choose_both'), row('', 'moves'), row('2', 'choose_both'), row('3', 'choose_both'), row('3', 'choose')]

describe('the choices of a merge', () => {
    it('are its numbers; both may stand only where each row of the number lets them', () => {
        expect(choicesOf(rows)).toEqual([{ number: '1', mayBoth: false }, { number: '2', mayBoth: true }, { number: '3', mayBoth: false }])
    })
    it('are said in order, and what is not chosen is not said', () => {
        expect(saidOf({ 10: 'keep', 2: 'keep', 1: 'take', 3: undefined })).toEqual({ keep: '2,10', take: '1' })
        expect(saidOf({})).toEqual({})
    })
    it('are read back from what was proposed', () => expect(chosenOf('1=keep 12=both')).toEqual({ 1: 'keep', 12: 'both' }))
    it('are asked once a number', () => expect(rows.map((_, i) => isFirst(rows, i))).toEqual([true, true, true, false, false, true, false]))
})
