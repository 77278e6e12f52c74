import { describe, expect, it } from 'vitest'
import { pageOf, todosOf } from '../src/todo'

describe('what waits', () => {
    it('a command leads to its page, with its options or without', () => {
        expect(pageOf('doudi award list --state reviewed')).toBe('/award?state=reviewed')
        expect(pageOf('doudi award list --month 2026-11')).toBe('/award?state=proposed')
        expect(pageOf('doudi something new')).toBe('/more')
    })
    it('is said with its count and whose duty it is; what is told elsewhere is not said twice', () => {
        const waits = [{ what: '待审批的用户变更', duty: '用户与权限审批', command: 'doudi user changes', count: 2 }, { what: '待复核的支付批次', duty: '支付复核', command: 'doudi payrun list', count: 1 }]
        expect(todosOf(waits, String, ['doudi payrun list'])).toEqual([{ text: '待审批的用户变更 · 2', hint: '用户与权限审批', to: '/system?tab=userChanges' }])
    })
})
