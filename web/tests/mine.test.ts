import { describe, expect, it } from 'vitest'
import { monthsPaid, paidBy } from '../src/mine'

describe('months paid', () => {
    it('counts a month once, whoever paid it, and draws each span', () => {
        const all = monthsPaid([{ what: '养老', from: '2024-01', until: '2025-01', says: '实际缴费; 甲; 12 个月' }, { what: '养老', from: '2024-11', until: '2025-03', says: '实际缴费; 乙' }, { what: '失业', from: '2024-07', says: '实际缴费', until: '' }], '2025-02-10')
        expect(all.map(({ scheme, months, from, until }) => [scheme, months, from, until])).toEqual([['养老', 14, '2024-01', '2025-02'], ['失业', 8, '2024-07', '2025-02']])
        expect(all[0]?.spans.map(({ left, width }) => [Math.round(left), Math.round(width)])).toEqual([[0, 86], [71, 29]])
    })
    it('draws nothing from nothing', () => expect(monthsPaid([], '2025-01-01')).toEqual([]))
})

describe('whether the employer paid', () => {
    it('is a month in which nothing billed is missing, and names the funds that are', () => {
        const said = paidBy([{ month: '2026-10', payer: '甲', fund: '养老', state_code: 'paid', own: '400.00', others: '800.00' }, { month: '2026-11', payer: '甲', fund: '养老', state_code: 'not_paid', own: '400.00', others: '800.00' },
            { month: '2026-11', payer: '甲', fund: '医疗', state_code: 'paid', own: '100.10', others: '0.20' }, { month: '2026-09', payer: '甲', fund: '养老', state_code: 'taken_off', own: '-400.00', others: '0.00' }])
        expect(said.map(({ month, isPaid, missing, own, others }) => [month, isPaid, missing, own, others])).toEqual([['2026-11', false, '养老', '500.10', '800.20'], ['2026-10', true, '', '400.00', '800.00'], ['2026-09', true, '', '-400.00', '0.00']])
    })
})
