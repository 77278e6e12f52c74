import { expect, test } from 'vitest'
import { neededOf, papersOf } from '../src/papers'

const ALL = [{ kind: '参保证明', shown: '参保证明', needs: 'person!' }, { kind: '限期补缴通知书', shown: '', needs: 'employer! by!' }, { kind: '缴费凭证', shown: '', needs: 'person! from until' }]

test('a page offers the papers about its own subject', () => {
    expect(papersOf(ALL, 'person').map((one) => one.kind)).toEqual(['参保证明', '缴费凭证'])
    expect(papersOf(ALL, 'run')).toEqual([])
    expect(papersOf([...ALL, { kind: '参保登记表', shown: '', needs: 'employer!', self: true }], 'employer', true).map((one) => one.kind)).toEqual(['参保登记表'])
})

test('what else a paper is to be told: a day, months, and which of it must be', () => {
    expect(neededOf('employer! by!', 'employer')).toEqual([{ name: 'by', isRequired: true, type: 'date' }])
    expect(neededOf('person! from until', 'person').map((one) => [one.type, one.isRequired])).toEqual([['month', false], ['month', false]])
    expect(neededOf('', 'case')).toEqual([])
})
