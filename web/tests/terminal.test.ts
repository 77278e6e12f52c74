import { describe, expect, it } from 'vitest'
import { Refusal } from '../src/api/client'
import { forPage } from '../src/terminal'

describe('what is said to a terminal', () => {
    it('names the button that does the same', () => {
        expect(forPage('Nothing was computed for any month; doudi indicator run --month computes it.', 'en')).toBe('Nothing was computed for any month; “Compute the month” computes it.')
        expect(forPage('尚未计算；请先用 doudi indicator run --month 计算。', 'zh')).toBe('尚未计算；请先用“计算本月”计算。')
    })
    it('names the page where no button is called so', () => {
        expect(forPage('没有扩面行动 甲；用 doudi campaign list 查看。', 'zh')).toBe('没有扩面行动 甲；用“扩面行动”查看。')
        expect(forPage('There is no campaign A; doudi campaign list shows those there are.', 'en')).toBe('There is no campaign A; “Campaigns” shows those there are.')
        expect(forPage('receive the rolls of the month first (doudi roll list)', 'en')).toBe('receive the rolls of the month first (“Rolls”)')
    })
    it('leaves what it does not know as it is', () => expect(forPage('run doudi elsewhere now --soon, or doudi-backup.timer', 'en')).toBe('run doudi elsewhere now --soon, or doudi-backup.timer'))
    it('is how a refusal is read on a page', () => expect(new Refusal(404, 'x', 'doudi docket list tells', '见 doudi docket list').in('zh')).toBe('见“台账”'))
})
