import { describe, expect, it } from 'vitest'
import { age, amountsIn, citizen, count, dated, day, money, daysIn, month, parted, sum, toFen } from '../src/format'

describe('money is a string of decimals, and stays exact', () => {
    it.each([
        ['1048325.92', '1,048,325.92'], ['0.00', '0.00'], ['0', '0.00'], ['12.5', '12.50'], ['-3689.8', '−3,689.80'],
        ['999', '999.00'], ['1000', '1,000.00'], ['90071992547409931.07', '90,071,992,547,409,931.07'],
    ])('%s is shown as %s', (said, shown) => expect(money(said)).toBe(shown))
    it('nothing is a dash, not nought', () => {
        expect(money(null)).toBe('—')
        expect(money('')).toBe('—')
    })
    it('what is no amount is left as it is', () => expect(money('1,234')).toBe('1,234'))
    it('in a sentence amounts are grouped, and numbers of another kind are not', () => expect(amountsIn('SIM-1-15: 181414.04; 2130.00 yuan, 2026-11, v1.2345.67')).toBe('SIM-1-15: 181,414.04; 2,130.00 yuan, 2026-11, v1.2345.67'))
    it('adds where floats would not', () => {
        expect(sum(['0.10', '0.20'])).toBe('0.30')
        expect(sum(['90071992547409931.07', '0.01', null])).toBe('90071992547409931.08')
        expect(sum(['1.00', '-1.05'])).toBe('-0.05')
        expect(sum([])).toBe('0.00')
    })
    it('fen of an amount', () => expect(toFen('-12.3')).toBe(-1230n))
})

describe('numbers, days, citizen numbers', () => {
    it('counts have separators', () => expect(count(1234567)).toBe('1,234,567'))
    it('days are written as they are read', () => {
        expect(day('2025-06-09', 'zh')).toBe('2025年6月9日')
        expect(day('2025-06-09', 'en')).toBe('9 June 2025')
        expect(day('2025-06', 'zh')).toBe('2025-06')
        expect(day('', 'zh')).toBe('—')
    })
    it('moments lose their seconds, and what is no day stays', () => {
        expect(dated('2026-11-30 02:47:25', 'zh')).toBe('2026年11月30日 02:47')
        expect(dated('2026-11-30', 'en')).toBe('30 November 2026')
        expect(dated('2026-11', 'zh')).toBe('2026-11')
        expect(dated('SIM-2026-11-30', 'zh')).toBe('SIM-2026-11-30')
    })
    it('the parts of a record are written as people write them', () => {
        expect(parted('职工; 甲公司 (15); 申报 8890.00', 'zh')).toBe('职工 · 甲公司 (15) · 申报 8,890.00')
        expect(parted('实际缴费; 10 个月; 基数 1893.00 [2009-03, 2010-01)', 'zh')).toBe('实际缴费 · 10 个月 · 基数 1,893.00，2009-03起，2010-01前止')
        expect(parted('flexible; declared 4500.00 [2019-07-01, )', 'en')).toBe('flexible · declared 4,500.00, from 1 July 2019')
        expect(parted('paid; 1 months; base 4500.00 [2026-11, 2026-12)', 'en')).toBe('paid · 1 month · base 4,500.00, from 2026-11 until before 2026-12')
        expect(parted(undefined, 'en')).toBe('')
    })
    it('masked numbers keep their groups', () => expect(citizen('590121**********1X')).toBe('590121\u00a0********\u00a0**1X'))
    it('a birthday that is still to come is not counted', () => {
        expect(age('1966-06-06', '2026-06-05')).toBe(59)
        expect(age('1966-06-06', '2026-06-06')).toBe(60)
    })
})

describe('a month', () => {
    it.each([['2041-11', '2041年11月', 'November 2041'], ['2031-01', '2031年1月', 'January 2031']])('%s', (said, zh, en) => expect([month(said, 'zh'), month(said, 'en')]).toEqual([zh, en]))
    it('within a sentence, and a number that is none is left', () => expect([daysIn('生于 1965-08，2025-06-01 起', 'zh'), daysIn('born 1965-08, DD2-2025-061', 'en')]).toEqual(['生于 1965年8月，2025年6月1日 起', 'born August 1965, DD2-2025-061']))
    it('that is none is left', () => expect([month('', 'zh'), month('later', 'en')]).toEqual(['—', 'later']))
})
