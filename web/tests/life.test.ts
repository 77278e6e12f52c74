import { describe, expect, it } from 'vitest'
import { lanesOf, monthsByYear, stretches } from '../src/life'

const SPELLS = [
    { what: '养老', from: '2002-11', until: '2010-05', says: '实际缴费; 盛丰物流 (29); 90 个月; 基数 3124.00' }, { what: '养老', from: '1999-09', until: '2002-11', says: '实际缴费; 兴美装饰 (15); 38 个月; 基数 1230.00' },
    { what: '医疗', from: '2001-01', until: '2002-11', says: '实际缴费; 兴美装饰 (15); 22 个月' }, { what: '养老', from: '2010-10', until: '', says: 'paid; Xingmei (15); 80 months; base 6108.00' },
    { what: '养老', from: '1995-01', until: '1999-09', says: '视同缴费; 56 个月' },
]

describe('a life of contributions', () => {
    it('is whom one worked for, in order, with what was not paid between', () => {
        const all = stretches(SPELLS, '2011-01-20')
        expect(all.map(({ from, until, who, months, isGap, isDeemed }) => [from, until, who, months, isGap, isDeemed])).toEqual([['1995-01', '1999-08', '', 56, false, true], ['1999-09', '2002-10', '兴美装饰', 38, false, false],
            ['2002-11', '2010-04', '盛丰物流', 90, false, false], ['2010-05', '2010-09', '', 5, true, false], ['2010-10', '2011-01', 'Xingmei', 4, false, false]])
        expect(all[1]).toMatchObject({ employer: 15, schemes: ['养老', '医疗'], base: '1230.00' })
    })
    it('has a lane a scheme on one axis of years', () => {
        const { from, until, lanes, ticks } = lanesOf(SPELLS, '2011-01-20')
        expect([from, until, ticks[0]?.year, lanes.map((one) => [one.scheme, one.months])]).toEqual([1995, 2012, 1995, [['养老', 188], ['医疗', 22]]])
        expect(lanes.every((lane) => lane.spans.every((one) => one.left >= 0 && one.left + one.width <= 100.001))).toBe(true)
    })
    it('counts each month of a year once, though two schemes have it', () => {
        const { years, values } = monthsByYear([...SPELLS, { what: '居民养老', from: '2010-01', until: '2011-01', says: '实际缴费' }], '2011-01-20', (scheme) => /养老/.test(scheme))
        expect(years.length).toBe(17)
        expect(values.map((one) => Number(one[years.indexOf('2010')]))).toEqual([7, 5])
        for (let i = 0; i < years.length; i++) expect(values.reduce((all, one) => all + Number(one[i]), 0)).toBeLessThanOrEqual(12)
    })
    it('nothing is drawn from nothing', () => {
        expect([stretches([], '2026-01-01'), lanesOf([], '2026-01-01').lanes, monthsByYear([], '2026-01-01', () => true).years]).toEqual([[], [], []])
    })
})
