import { expect, test } from 'vitest'
import { cellsOf, inputType, lacks, saidOf, type DocketField } from '../src/dockets'

const field = (column: string, kind: string): DocketField => ({ column, kind, title: column, choices: [], says: [] })
const FIELDS = [field('no', 'key'), field('from', 'text'), field('due', 'due')]

test('cells are named by the columns of the book, in their order', () => {
    expect(cellsOf({ row: 4, key: '7', cells: [{ column: '编号', value: '7' }, { column: '来自', value: '柳河镇' }] }, FIELDS)).toEqual({ no: '7', from: '柳河镇', due: '' })
})

test('of a row that stands its key and what was changed are said, so that nobody else’s change is undone', () => {
    const before = { no: '7', from: '柳河镇', due: '2026-11-20' }
    expect(saidOf(FIELDS, { ...before, due: ' 2026-11-30 ' }, before)).toEqual(['no=7', 'due=2026-11-30'])
    expect(saidOf(FIELDS, { ...before, from: '' }, before)).toEqual(['no=7', 'from='])
    expect(saidOf(FIELDS, { no: '8', from: '', due: '' }, null)).toEqual(['no=8'])
})

test('a row without its key is not kept, and days have a calendar', () => {
    expect(lacks(FIELDS, { no: ' ', from: 'x', due: '' })).toBe(true)
    expect(lacks(FIELDS, { no: '1', from: '', due: '' })).toBe(false)
    expect(['date', 'due', 'done', 'count', 'key'].map(inputType)).toEqual(['date', 'date', 'date', 'text', 'text'])
})
