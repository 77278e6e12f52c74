import { describe, expect, it } from 'vitest'
import { filledOf, givenOf, lacksOf, type FormField, type Need } from '../src/cases'

const field = (name: string, value = '', required = true): FormField => ({ field: name, kind: 'text', unit: '-', choices: [], required, known: false, value, source: value ? 'registry' : 'none', hint: '-', settled: '-' })
const need = (name: string, mode: string, code = 'missing', needed = 'yes'): Need => ({ paper: name, mode, days: 0, needed, when: '-', state: code, state_code: code, due: '-' })
const form = [field('wage'), field('month', '2026-11'), field('note', '', false)]
const needs = [need('card', 'required'), need('death', 'promise'), need('photo', 'supplement'), need('kin', 'promise', 'promised'), need('none', 'required', 'missing', 'no')]

describe('the form of a case', () => {
    it('sends nothing of what is known and unchanged', () => expect(givenOf(form, needs, filledOf(form, needs))).toEqual({ field: [], paper: [], promise: [] }))
    it('sends what was said, brought and promised', () =>
        expect(givenOf(form, needs, { values: [' 4500 ', '2026-12', ''], papers: ['brought', 'promised', '', 'brought', ''] })).toEqual({ field: ['wage=4500', 'month=2026-12'], paper: ['card', 'kin'], promise: ['death'] }))
    it('says what is lacking, but not what may come later or is not needed', () => {
        expect(lacksOf(form, needs, filledOf(form, needs))).toEqual(['wage', 'card', 'death'])
        expect(lacksOf(form, needs, { values: ['1', '2026-11', ''], papers: ['brought', 'promised', '', '', ''] })).toEqual([])
    })
})
