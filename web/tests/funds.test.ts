import { describe, expect, it } from 'vitest'
import { fundName } from '../src/funds'

describe('funds', () => {
    it('have their names from the table of the packs', () => {
        expect(fundName('employee_pension', 'zh')).toBe('企业职工基本养老保险基金')
        expect(fundName('employee_pension', 'en')).toBe('Employee pension fund')
    })
    it('what is no code of theirs stays', () => expect(fundName('政府', 'zh')).toBe('政府'))
})
