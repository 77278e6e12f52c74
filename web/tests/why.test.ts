// Every amount of the console opens its explanation, or it is said here or beside it why it has none.
import { describe, expect, it } from 'vitest'
import { isMoney, type Field, type Form } from '../src/api/fields'
import fields from '../src/api/fields.json'
import { account, credit, due, furtherOf, paid } from '../src/why'
import { WHYS } from '../src/whys'
import { WORKS } from '../src/work'

const forms = fields as unknown as Record<string, Form>
const texts = import.meta.glob<string>(['../src/pages/*.vue', '../src/parts/*.vue'], { query: '?raw', import: 'default', eager: true })
const sources = Object.entries(texts).map(([path, text]) => ({ name: path.replace(/.*\//, ''), text }))

/** Amounts that are written into a sentence, or are the explanation itself. */
const SAID: Record<string, string> = {
    'SurveyPage.vue': 'a forecast taken along to where there is no network: nobody can be asked there, and the page tells its law and what it assumes',
    'AwardPage.vue': 'the sum of a list, in the sentence above it and in the one that is signed',
    'CalculatorPage.vue': 'the answer in words: the table below it opens its figures',
    'CaseForm.vue': 'what was filled into the form and is settled',
    'CasePage.vue': 'what was filled into the form of the case',
    'PersonPage.vue': 'an award in the line of a life: the list of awards opens it',
    'LifeLine.vue': 'months of the line of a life: the list of bills opens them',
    'FindBox.vue': 'what is found, in the words of the line that leads to it',
    'HomePage.vue': 'what waits, in the words of the link that leads to it',
    'PayrunPage.vue': 'the sentence that is confirmed before a signature',
    'DeskPage.vue': 'the bill, which unfolds its parts in the page',
    'WhyDrawer.vue': 'the explanation itself',
    'AnswerView.vue': 'single amounts of an answer: an explanation or the result of a step',
    'Yuan.vue': 'the common part for an amount outside a list',
}
/** The object that a place in a source stands in: from its brace to its brace. */
function objectAt(text: string, at: number): string {
    let from = at, until = at
    for (let depth = 0; from >= 0; from--) {
        if (text[from] === '}') depth++
        else if (text[from] === '{' && depth-- === 0) break
    }
    for (let depth = 0; until < text.length; until++) {
        if (text[until] === '{') depth++
        else if (text[until] === '}' && depth-- === 0) break
    }
    return text.slice(from, until + 1)
}
const places = (text: string, what: RegExp): number[] => [...text.matchAll(what)].map((one) => one.index)

describe('why this amount', () => {
    it('of every list: the column opens an explanation or says why there is none', () => {
        const columns = sources.flatMap(({ name, text }) => places(text, /isMoney: true/g).map((at) => `${name} ${objectAt(text, at)}`))
        expect(columns.length).toBeGreaterThan(40)
        expect(columns.filter((one) => !/\bwhy(Not)?: /.test(one))).toEqual([])
    })
    it('outside a list: as the common part, or in a sentence that is named here', () => {
        const alone = sources.flatMap(({ name, text }) => [...text.matchAll(/<Yuan\b[^>]*(?:=>[^>]*)*>/g)].map(([said]) => `${name} ${said}`))
        expect(alone.length).toBeGreaterThan(15)
        expect(alone.filter((one) => !/ :why="| why-not="/.test(one))).toEqual([])
        const words = sources.filter(({ text }) => /\bmoney\(/.test(text)).map(({ name }) => name)
        expect(words.filter((name) => !(name in SAID))).toEqual([])
        expect(Object.keys(SAID).filter((name) => !words.includes(name))).toEqual([])
    })
    it('of every list that the server describes', () => {
        const lacking = WORKS.flatMap(({ tabs }) => tabs).flatMap((tab) => {
            const rows: Field[] = forms[tab.list]!.answers.find((one) => one.name === tab.rows)?.of ?? []
            return rows.filter((one) => isMoney(one) && !tab.hidden?.includes(one.name) && !tab.why?.[one.name]).map((one) => `${tab.key}.${one.name}`)
        })
        expect(lacking).toEqual([])
    })
    it('names only what there is', () => {
        const gone = Object.keys(WHYS).filter((key) => {
            const [room, act, list, field] = key.split('.')
            return !forms[`${room}.${act}`]?.answers.find((one) => one.name === list)?.of?.some((one) => one.name === field)
        })
        expect(gone).toEqual([])
    })
    it('asks with what a row knows, and nothing of a row that knows too little', () => {
        expect(paid('644 王兰萍'.split(' ')[0], '2', 1)).toEqual({ name: 'person.paid', args: { who: '644', run: 2, line: 1 } })
        expect(paid(644, 2, null)).toBeNull()
        expect(due('15', { month: '2026-11', fund: '企业养老', charge: '保费' }, 'due')?.args).toEqual({ payer: '15', month: '2026-11', fund: '企业养老', charge: '保费', purpose: undefined, of: 'due' })
        expect(due('15', { month: '', fund: '' })).toBeNull()
        expect(account(0)).toBeNull()
        expect(furtherOf({ asks: 'person.explain', with: ['person=644', 'decision=7'] })).toEqual({ name: 'person.explain', args: { person: '644', decision: '7' }, decision: '7' })
        expect(furtherOf({})).toBeNull()
        expect(credit('7', { day: '2026-11-25', kind_code: 'contribution' })?.args).toEqual({ who: '7', from: '2026-11', until: '2026-11' })
        expect(credit('7', { day: '2026-12-31', kind_code: 'interest' })).toBeNull()
    })
})
