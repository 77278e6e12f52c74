import { describe, expect, it } from 'vitest'
import { chartOf, factsOf, numberOf, overTime, recordWanted } from '../src/book'

const months = 'param 最低缴费月数 : months "least months"\n  law 社会保险法 第十六条\n  since 1997-07-16 = 180\n  since 2030-01-01 = 186\n'
const table = 'param 每组月数 : months by 类别 : 退休类别\n  law 办法\n  | since      | 男职工 | 女工人 |\n  | 2025-01-01 | 4 | 2 |\n  | 1978-06-02 | 60年 | 50年 |\n'

describe('a parameter over time', () => {
    it('is read from its lines', () => expect(overTime(months)).toEqual({ columns: [''], rows: [{ since: '1997-07-16', values: ['180'] }, { since: '2030-01-01', values: ['186'] }] }))
    it('is read from its table', () => expect(overTime(table)).toEqual({ columns: ['男职工', '女工人'], rows: [{ since: '2025-01-01', values: ['4', '2'] }, { since: '1978-06-02', values: ['60年', '50年'] }] }))
    it('is none where its table is by something else, or it is a rule', () => {
        expect(overTime('| 档次 | 补贴 |\n| 200 | 30 |')).toBeNull()
        expect(overTime('always = 300%')).toBeNull()
    })
    it('is drawn in the order of time where all are numbers', () => {
        expect(chartOf(overTime(table)!)).toEqual({ months: ['1978-06-02', '2025-01-01'], series: [{ name: '男职工', values: ['60', '4'] }, { name: '女工人', values: ['50', '2'] }] })
        expect(chartOf({ columns: [''], rows: [{ since: '2020', values: ['a + b'] }, { since: '2021', values: ['3'] }] })).toBeNull()
        expect(chartOf({ columns: [''], rows: [{ since: '2020', values: ['1'] }] })).toBeNull()
    })
    it('has the number of a value and not of a formula', () => {
        expect(['300%', '1,450.50元', '60年', '-2'].map(numberOf)).toEqual([300, 1450.5, 60, -2])
        expect(['2 * 3', '基数', ''].map(numberOf)).toEqual([NaN, NaN, NaN])
    })
})

describe('what a form says to the rules', () => {
    it('says what is filled in and nothing of what is not', () => expect(factsOf(['出生月', '人员类别', '工龄'], { 出生月: '1965-08', 人员类别: ' 男职工 ', 工龄: '' }, {})).toEqual(['出生月=1965-08', '人员类别=男职工']))
    it('says rows of a record, and none where all are empty', () => {
        expect(factsOf([], {}, { 缴费年度: [{ 年份: '2022', 缴费基数: '4500' }, { 年份: '' }, { 年份: '2023' }] })).toEqual(['缴费年度=[{年份:2022,缴费基数:4500},{年份:2023}]'])
        expect(factsOf([], {}, { 缴费年度: [{}] })).toEqual([])
    })
    it('knows which record a refusal asks rows of', () => {
        expect(recordWanted({ code: 'service.no_rows', en: 'The rows of 缴费年度 are needed and not given; write it as an empty list, [], when there are none.' })).toBe('缴费年度')
        expect(recordWanted({ code: 'policy.unknown_region', en: 'The rows of 缴费年度 are needed' })).toBe('')
    })
    it('lets no value end its row', () => expect(factsOf([], {}, { 记录: [{ 名称: '甲},{乙:丙' }] })).toEqual(['记录=[{名称:甲   乙 丙}]']))
})
