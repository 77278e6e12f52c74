import { describe, expect, it } from 'vitest'
import fields from '../src/api/fields.json'
import en from '../src/words/en'
import zh from '../src/words/zh'

type Words = { [key: string]: string | Words }
const flat = (words: Words, at = ''): [string, string][] =>
    Object.entries(words).flatMap(([key, value]) => (typeof value === 'string' ? [[at + key, value] as [string, string]] : flat(value, `${at}${key}.`)))
const chinese = new Map(flat(zh)), english = new Map(flat(en))
const holes = (sentence: string): string[] => (sentence.match(/\{\w+\}/g) ?? []).sort()

describe('Chinese and English say the same things', () => {
    it('the same keys', () => expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort()))
    it.each([...chinese])('%s', (key, said) => {
        const other = english.get(key) ?? ''
        expect(other).not.toBe('')
        expect(said).not.toBe('')
        for (const form of other.split(' | ')) expect(holes(form)).toEqual(holes(said)) // one year | {n} years
        if (key !== 'me.language') expect(other).not.toMatch(/[\u4e00-\u9fff]/u)
    })
})

describe('what a form lets one choose has a name, and no code is read', () => {
    const offered = Object.entries(fields as unknown as Record<string, { takes?: { name: string; choices?: string[] }[] }>)
        .flatMap(([operation, { takes = [] }]) => takes.flatMap(({ name, choices = [] }) => choices.map((one) => [`${operation}.${name}`, one] as [string, string])))
    it('there are some', () => expect(offered.length).toBeGreaterThan(100))
    it.each(offered)('%s: %s', (_, one) => expect(chinese.has(`choice.${one}`)).toBe(true))
})
