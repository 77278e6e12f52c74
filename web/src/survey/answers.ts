// What a surveyor says, without a page around it: which question comes next, what fits, and sayings that the server merges in any order.
import { keyOfAct } from '../api/client'

export interface Choice { value: string; zh: string; en: string }
export interface Question {
    name: string; zh: string; en: string; kind: 'bool' | 'choice' | 'count' | 'money' | 'date' | 'text'; of: 'household' | 'person'
    needed: number; newcomer: number; open: number; least: number; most: number; choices: Choice[]; when: string; when_values: string[]; registry: string; role?: string
}
/** One choice of one person, as the server reckoned it before the copy was taken; money and ages are its, nothing is reckoned here. `why` instead of figures where it cannot be told. */
export interface Offer { scheme: string; choice: string; year: string; years: string; back_years: string; total: string; month: string; from: string; back: string; why_zh: string; why_en: string }
export interface Words { zh: string; en: string }
export interface Forecast { schemes: (Words & { scheme: string })[]; assumptions: Words[]; laws: string[]; why_zh: string; why_en: string }
export interface Member { subject: string; name: string; born: string; number: string; phone: string; enrolled: string; sex: number; offers?: Offer[] }
export interface Household { household: number; address: string; place: string; members: Member[]; said: { id: string; subject: string; question: string; value: string }[] }
export interface Saying { id: string; household: number; subject: string; question: string; value: string; seen: string; replaces: string[]; phone_ms: number; tried?: boolean }
export interface Copy { round: number; name: string; until: string; surveyor: string; day: string; form: { questions: Question[] }; forecast?: Forecast; households: Household[]; unsent: Saying[] }

/** What a question's answer is used for; a copy of before has its name instead. */
export const roleOf = (question: Question): string => question.role ?? question.name

/** Two halves of a random number: 32 hex digits. */
export const newId = (): string => (keyOfAct() + keyOfAct()).slice(0, 32)

const ofCell = (household: number, subject: string, question: string) => (one: { household?: number; subject: string; question: string }): boolean =>
    (one.household ?? household) === household && one.subject === subject && one.question === question

/** The last said here, else what stood when the copy was taken. */
export function answerOf(copy: Copy, home: Household, subject: string, question: string): string {
    const mine = copy.unsent.filter(ofCell(home.household, subject, question)).at(-1)
    return mine ? mine.value : home.said.find(ofCell(home.household, subject, question))?.value ?? ''
}

export function isAsked(copy: Copy, home: Household, subject: string, question: Question): boolean {
    if (!question.when) return true
    const above = copy.form.questions.find((one) => one.name === question.when)
    return question.when_values.includes(answerOf(copy, home, above?.of === 'household' ? 'h' : subject, question.when))
}

/** Those of the household and, by the server's marks, people who were found there. */
export function newcomers(copy: Copy, home: Household): string[] {
    const marks = [...home.said, ...copy.unsent.filter((one) => one.household === home.household)].map((one) => one.subject).filter((one) => one.startsWith('n'))
    return [...new Set(marks)]
}

export const isSurveyed = (copy: Copy, home: Household): boolean => {
    const outcome = copy.form.questions.find((one) => roleOf(one) === 'outcome')
    return outcome !== undefined && answerOf(copy, home, 'h', outcome.name) === outcome.choices[0]?.value
}

export interface Step { subject: string; question: Question }
export function stepsOf(copy: Copy, home: Household): Step[] {
    const all: Step[] = copy.form.questions.filter((one) => one.of === 'household').map((question) => ({ subject: 'h', question }))
    if (isSurveyed(copy, home))
        for (const subject of [...home.members.map((one) => one.subject), ...newcomers(copy, home)])
            for (const question of copy.form.questions) if (question.of === 'person' && (!question.newcomer || subject.startsWith('n'))) all.push({ subject, question })
    return all.filter((step) => isAsked(copy, home, step.subject, step.question))
}

export type State = 'new' | 'part' | 'done'
export function stateOf(copy: Copy, home: Household): State {
    const outcome = copy.form.questions.find((one) => roleOf(one) === 'outcome')
    if (!outcome || !answerOf(copy, home, 'h', outcome.name)) return 'new'
    return stepsOf(copy, home).some((step) => step.question.needed && !answerOf(copy, home, step.subject, step.question.name)) ? 'part' : 'done'
}

/** As the server holds to it; empty takes back what was said. */
export function fits(question: Question, value: string): boolean {
    if (value === '') return true
    switch (question.kind) {
    case 'bool': return value === 'true' || value === 'false'
    case 'choice': return question.choices.some((one) => one.value === value)
    case 'count': return /^\d{1,15}$/.test(value) && Number(value) >= question.least && Number(value) <= question.most
    case 'money': return /^\d{1,13}(\.\d{1,2})?$/.test(value) && Math.round(Number(value) * 100) >= question.least && Math.round(Number(value) * 100) <= question.most
    case 'date': return /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value)) && new Date(value).toISOString().startsWith(value)
    default: return value.trim() === value && new TextEncoder().encode(value).length <= 600
    }
}

/** What the registry said of it when the copy was taken: with it the server tells a change by the survey from one meanwhile. */
function seenOf(home: Household, subject: string, question: Question): string {
    if (question.registry === 'address') return home.address
    return question.registry === 'phone' ? home.members.find((one) => one.subject === subject)?.phone ?? '' : ''
}

/** One that may have reached the server already is not changed: another is said in view of it. */
export function say(copy: Copy, home: Household, subject: string, question: Question, value: string, now: number): void {
    if (answerOf(copy, home, subject, question.name) === value) return
    const mine = copy.unsent.filter(ofCell(home.household, subject, question.name)).at(-1)
    if (mine && !mine.tried) {
        mine.value = value
        mine.phone_ms = now
        return
    }
    const replaces = mine ? [mine.id] : home.said.filter(ofCell(home.household, subject, question.name)).map((one) => one.id)
    copy.unsent.push({ id: newId(), household: home.household, subject, question: question.name, value, seen: seenOf(home, subject, question), replaces, phone_ms: now })
}

export const PIECE = 400
/** The next piece to send; from now on it is not changed. */
export function nextPiece(copy: Copy): Saying[] {
    const piece = copy.unsent.slice(0, PIECE)
    for (const one of piece) one.tried = true
    return piece
}
export const pieceText = (copy: Copy, piece: readonly Saying[]): string =>
    JSON.stringify({ round: copy.name, said: piece.map(({ tried: _, ...one }) => one) })
/** The server has them. */
export function sent(copy: Copy, piece: readonly Saying[]): void {
    const ids = new Set(piece.map((one) => one.id))
    for (const one of piece) {
        const home = copy.households.find((each) => each.household === one.household)
        if (!home) continue
        home.said = home.said.filter((each) => !one.replaces.includes(each.id))
        home.said.push({ id: one.id, subject: one.subject, question: one.question, value: one.value })
    }
    copy.unsent = copy.unsent.filter((one) => !ids.has(one.id))
}

/** The choices of a person by scheme, as they were taken along; none of a newcomer. */
export function offersOf(copy: Copy, home: Household, subject: string): { words: Words; offers: Offer[] }[] {
    const all = home.members.find((one) => one.subject === subject)?.offers ?? []
    return (copy.forecast?.schemes ?? []).map((words) => ({ words, offers: all.filter((one) => one.scheme === words.scheme) })).filter((one) => one.offers.length > 0)
}

/** The copy is good until a week after the round ends, and for two weeks at most. */
export function goodUntil(day: string, until: string): string {
    const plus = (from: string, days: number): string => new Date(Date.parse(from) + days * 86_400_000).toISOString().slice(0, 10)
    const [two, after] = [plus(day, 14), plus(until, 7)]
    return two < after ? two : after
}

/** The day by this telephone: it decides nothing but when a copy has expired. */
export function today(): string {
    const now = new Date()
    return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, '0')}-${String(now.getDate()).padStart(2, '0')}`
}
