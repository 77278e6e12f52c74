import { h } from 'vue'
import { describe, expect, it } from 'vitest'
import { bodyOf, pagingOf } from '../src/api/client'
import { cellsOf, lookOver, numericOf, placeOfList, shownOf, textOf, type Column } from '../src/cells'
import { Refusal } from '../src/api/client'
import { isWithoutPacks } from '../src/load'
import { xlsx } from '../src/export'

const yes = (is: boolean): string => (is ? '是' : '否')
const columns: Column[] = [{ key: '_open', head: '' }, { key: 'name', head: '姓名' }, { key: 'state', head: '状态' }, { key: 'amount', head: '金额', isMoney: true }, { key: 'is_new', head: '新' }, { key: 'account', head: '账号' }]
const rows = [
    { name: '张三', state: 'paid', amount: '1234.50', is_new: true, account: '622202123456' },
    { name: '=李四', state: 'open', amount: '-5.00', is_new: false, account: '' },
    { name: '王五', state: 'open', amount: null, is_new: false, account: '-' },
]
const Link = { props: ['to'], render: () => null }
const slots = {
    name: ({ row }: { row: { name: string } }) => [h(Link, { to: '/' }, { default: () => [row.name] }), h('span', [' ', h('b', '女')])],
    state: ({ row }: { row: { state: string } }) => [row.state === 'paid' ? h('span', { class: 'chip' }, '已付') : null],
} as never

describe('what a cell says', () => {
    it('is read from what a page writes, with or without a page', () => {
        expect(textOf([null, false, 'a', 1, h('i', ['b', h('u', 'c')]), h(Link, { to: '/' }, { default: () => 'd' })])).toBe('a1bcd')
        expect(cellsOf(rows, columns, slots, yes)).toEqual([['张三 女', '已付', '1234.50', '是', '622202123456'], ['=李四 女', '', '-5.00', '否', ''], ['王五 女', '', '', '否', '']])
    })
    it('has a place for its views by page and columns, and says yes in the language of the reader', () => {
        expect(placeOfList('/employer/:id', columns)).toBe('employerid._open-name-state-amount-is_new-account')
        expect(placeOfList(undefined, Array.from({ length: 40 }, () => columns[1]!)).length).toBe(60)
        expect(shownOf({ state: 'yes' }, columns[2]!, yes)).toBe('是')
        expect(shownOf({ state: 'no' }, columns[2]!, yes)).toBe('否')
    })
    it('tells facts as people write them, and leaves what is written otherwise', () => {
        const facts = { key: 'facts', head: '' }
        expect(shownOf({ facts: '单位注销日=?; 拖欠金额=12345.60; 本月已有账单=true' }, facts, yes)).toBe('单位注销日：不知道；拖欠金额：12,345.60；本月已有账单：是')
        expect(shownOf({ facts: '两次 a=b=c; 一句话' }, facts, yes)).toBe('两次 a=b=c; 一句话')
    })
    it('tells a server without packs from what is not there', () => {
        expect([null, new Refusal(404, 'case.none', '', ''), new Refusal(404, 'service.no_packs', '', ''), new Refusal(404, 'service.no_ledger_tables', '', '')].map(isWithoutPacks)).toEqual([false, false, true, true])
    })
    it('in a file only figures are numbers', () => {
        const said = new TextDecoder().decode(xlsx(['12', '金额'], [['622202123456', '1234.50']], [false, true]))
        expect(said).toContain('<t xml:space="preserve">622202123456</t>')
        expect(said).toContain('<t xml:space="preserve">12</t>')
        expect(said).toContain('<v>1234.50</v>')
        expect(numericOf(columns)).toEqual([false, false, true, false, false])
    })
    it('is found by its words and sorted by its figures, what is empty last', () => {
        const names = (said: string, sort: string): string[] => lookOver(rows, columns, slots, yes, said, sort).map((row) => row.name)
        expect(names('已付', '')).toEqual(['张三'])
        expect(names('OPEN', '')).toEqual(['=李四', '王五'])
        expect(names('', 'amount')).toEqual(['=李四', '张三', '王五'])
        expect(names('', '-amount')).toEqual(['张三', '=李四', '王五'])
        expect(names('nobody', '')).toEqual([])
    })
    it('and the server is asked for a page in the body, where no address tells whom one looks for', () => {
        expect(bodyOf({ person: 7, ...pagingOf({ page: 2, pageSize: 50, of: 'rows', find: '张&三', sort: '-amount' }) })).toBe('{"person":7,"page":2,"page_size":50,"page_of":"rows","page_find":"张&三","page_sort":"-amount"}')
        expect(bodyOf({ page: 3, ...pagingOf({ key: 'x' }) })).toBe('{"page":3}')
    })
})
