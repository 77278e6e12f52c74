import { describe, expect, it } from 'vitest'
import { answerOf, fits, goodUntil, newcomers, newId, offersOf, roleOf, nextPiece, pieceText, say, sent, stateOf, stepsOf, type Copy, type Question } from '../src/survey/answers'

const question = (name: string, more: Partial<Question> = {}): Question => ({ name, zh: name, en: name, kind: 'text', of: 'person', needed: 0, newcomer: 0, open: 0, least: 0, most: 100000, choices: [], when: '', when_values: [], registry: '', ...more })
const outcome = question('outcome', { kind: 'choice', of: 'household', needed: 1, choices: ['met', 'away'].map((value) => ({ value, zh: value, en: value })) })
const phone = question('phone', { registry: 'phone', when: 'stays', when_values: ['here'] })
const stays = question('stays', { needed: 1 })
const name = question('name', { newcomer: 1, needed: 1 })
const people = question('people', { kind: 'count', of: 'household', needed: 1, when: 'outcome', when_values: ['met'] })
const fresh = (): Copy => ({ round: 1, name: 'r', until: '2026-12-31', surveyor: 'tess', day: '2026-11-29', form: { questions: [outcome, people, name, stays, phone] }, unsent: [],
    households: [{ household: 5, address: 'road', place: '1', members: [{ subject: 'p7', name: 'A', born: '', number: '', phone: '138****', enrolled: '', sex: 1 }], said: [] }] })

describe('questions', () => {
    it('are asked where the answers above say so, and of newcomers only what is theirs', () => {
        const copy = fresh(), home = copy.households[0]!
        expect(stepsOf(copy, home).map((one) => one.question.name)).toEqual(['outcome'])
        expect(stateOf(copy, home)).toBe('new')
        say(copy, home, 'h', outcome, 'away', 1)
        expect(stateOf(copy, home)).toBe('done')
        say(copy, home, 'h', outcome, 'met', 2)
        expect(stepsOf(copy, home).map((one) => one.question.name)).toEqual(['outcome', 'people', 'stays'])
        say(copy, home, 'p7', stays, 'here', 3)
        const mark = 'n' + newId()
        say(copy, home, mark, name, 'B', 4)
        expect(newcomers(copy, home)).toEqual([mark])
        expect(stepsOf(copy, home).map((one) => one.subject + one.question.name)).toEqual(['houtcome', 'hpeople', 'p7stays', 'p7phone', mark + 'name', mark + 'stays'])
        expect(stateOf(copy, home)).toBe('part')
    })
    it.each([['bool', 'true', true], ['bool', 'yes', false], ['count', '12', true], ['count', '1.5', false], ['count', '100001', false], ['money', '999.99', true], ['money', '1000.01', false],
        ['date', '2024-02-29', true], ['date', '2025-02-29', false], ['text', ' a', false], ['choice', 'x', false], ['date', '', true]] as const)('%s %s: %s', (kind, value, good) =>
        expect(fits(question('q', { kind }), value)).toBe(good))
})

describe('sayings', () => {
    it('are changed until they may have been sent, and then said in view of', () => {
        const copy = fresh(), home = copy.households[0]!
        home.said.push({ id: 'a'.repeat(32), subject: 'p7', question: 'phone', value: '1' }, { id: 'b'.repeat(32), subject: 'p7', question: 'phone', value: '2' })
        say(copy, home, 'p7', phone, '3', 1)
        say(copy, home, 'p7', phone, '4', 2)
        expect(copy.unsent).toHaveLength(1)
        expect(copy.unsent[0]).toMatchObject({ value: '4', seen: '138****', replaces: ['a'.repeat(32), 'b'.repeat(32)] })
        const piece = nextPiece(copy)
        say(copy, home, 'p7', phone, '5', 3)
        expect(copy.unsent.map((one) => one.value)).toEqual(['4', '5'])
        expect(copy.unsent[1]!.replaces).toEqual([piece[0]!.id])
        expect(JSON.parse(pieceText(copy, piece)).said[0]).not.toHaveProperty('tried')
        sent(copy, piece)
        expect(copy.unsent.map((one) => one.value)).toEqual(['5'])
        expect(home.said.map((one) => one.value)).toEqual(['4'])
        expect(answerOf(copy, home, 'p7', 'phone')).toBe('5')
    })
    it('have ids of 32 hex digits', () => expect(newId()).toMatch(/^[0-9a-f]{32}$/))
})

describe('what somebody would pay and get', () => {
    const offer = (scheme: string, choice: string) => ({ scheme, choice, year: '200.00', years: '15', back_years: '0', total: '3000.00', month: '204.82', from: '720', back: '15', why_zh: '', why_en: '' })
    it('is shown by scheme in the order of the table, of them alone, and of nobody new', () => {
        const copy = fresh(), home = copy.households[0]!
        expect(offersOf(copy, home, 'p7')).toEqual([])
        copy.forecast = { schemes: ['resident', 'flexible', 'other'].map((scheme) => ({ scheme, zh: scheme, en: scheme })), assumptions: [], laws: [], why_zh: '', why_en: '' }
        home.members[0]!.offers = [offer('flexible', '60%'), offer('resident', '200'), offer('resident', '500')]
        expect(offersOf(copy, home, 'p7').map((one) => [one.words.en, one.offers.map((each) => each.choice)])).toEqual([['resident', ['200', '500']], ['flexible', ['60%']]])
        expect(offersOf(copy, home, 'n' + newId())).toEqual([])
    })
    it('stands beside the question that is used for it, whatever its name; in a copy of before, by its name', () =>
        expect([question('hope', { role: 'wish' }), question('wish')].map(roleOf)).toEqual(['wish', 'wish']))
})

describe('a copy', () => {
    it('is good for two weeks, or a week past the end of the round', () => {
        expect(goodUntil('2026-11-29', '2026-12-31')).toBe('2026-12-13')
        expect(goodUntil('2026-11-29', '2026-11-30')).toBe('2026-12-07')
    })
})
