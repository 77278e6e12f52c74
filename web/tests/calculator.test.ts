import { describe, expect, it } from 'vitest'
import { crosses, eachMonth, evenAt, monthsOld, net, type Choice } from '../src/calculator'

// The pack's own example: fifteen years at 4,800 a month and at a tier of 2,000 a year.
const employee: Choice = { name: 'a', scheme: 'flexible', facts: [], years: 15, amount: '4800', paid: '172800.00', monthly: '1457.27', back: '119', begins: 540, draws: 720, lacks: 0 }
const resident: Choice = { ...employee, name: 'b', scheme: 'resident', amount: '2000', paid: '30000.00', monthly: '365.30', back: '83' }

describe('a life of paying and drawing', () => {
    it('counts months of life', () => expect([monthsOld('1981-11', '2026-11'), monthsOld('2004-02', '2026-11')]).toEqual([540, 273]))
    it('is paid in evenly and drawn from its month on', () => {
        expect(net(employee, 540)).toBe(0n)
        expect(net(employee, 630)).toBe(-8640000n)
        expect(net(employee, 720)).toBe(-17280000n)
        expect(net(employee, 721)).toBe(-17280000n + 145727n)
    })
    it('is even in the month the rules say, and not one before', () => {
        expect(evenAt(employee)).toBe(720 + 119)
        expect(net(employee, 720 + 118) < 0n).toBe(true)
        expect(net(employee, 720 + 119) >= 0n).toBe(true)
    })
    it('142,800 more paid and 1,091.97 a month more drawn cross in the 131st month', () => {
        expect(crosses(employee, resident)).toBe(720 + 131)
        expect(crosses(resident, employee)).toBeNull()
    })
    it('is never even where the years do not suffice', () => {
        const short = { ...employee, lacks: 24 }
        expect(evenAt(short)).toBeNull()
        expect(net(short, 900)).toBe(-17280000n)
    })
    it('says what a month costs', () => expect([eachMonth(employee), eachMonth(resident)]).toEqual(['960.00', '166.66']))
})
