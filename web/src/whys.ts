// Amounts in answers that are shown as the server tells them (parts/AnswerView.vue): which of them open an explanation of their own. The others
// stand in what is an explanation or a result already.
import type { AnyRow } from './cells'
import { account, bill, due, item, paid, type Question } from './why'

type Ask = (row: AnyRow, answer: AnyRow) => Question | null
/** "15 某某公司" of an answer is said by its number. */
const first = (said: unknown): string => String(said ?? '').split(' ')[0] ?? ''
const line: Ask = (row, answer) => paid(first(row.person ?? answer.person), row.run ?? answer.run, row.line)
const share: Ask = (row, answer) => bill(first(answer.person), row.month)

/** By operation, list and field. */
export const WHYS: Record<string, Ask> = {
    'person.payments.lines.due': line, 'person.payments.lines.withheld': line, 'person.payments.lines.paid': line,
    'payrun.lines.lines.amount': line, 'payrun.lines.lines.difference': line,
    'payrun.show.largest.amount': line, 'payrun.show.into_new.amount': line, 'payrun.show.moved.amount': line,
    'person.contributions.lines.own': share, 'person.contributions.lines.others': share, 'person.contributions.lines.base': share,
    'oneoff.show.items.amount': (row) => item(row), 'oneoff.show.items.remaining': (row) => item(row, 'remaining'),
    'oneoff.list.items.amount': (row) => item(row), 'oneoff.list.items.remaining': (row) => item(row, 'remaining'),
    'dues.show.dues.due': (row, answer) => due(first(answer.payer), row, 'due'), 'dues.show.dues.received': (row, answer) => due(first(answer.payer), row, 'received'),
    'dues.show.dues.open': (row, answer) => due(first(answer.payer), row), 'dues.case.items.amount': (row, answer) => due(first(answer.payer), row),
    'employer.statement.lines.more': (row, answer) => due(first(answer.payer), { month: row.month, fund: row.fund, charge: row.charge }, 'due'),
    'employer.statement.lines.less': (row, answer) => due(first(answer.payer), { month: row.month, fund: row.fund, charge: row.charge }),
    'employer.statement.funds.closing': (_, answer) => account(first(answer.payer)),
}

export function whyOf(operation: string | undefined, list: string, field: string, answer: AnyRow): ((row: AnyRow) => Question | null) | undefined {
    const ask = operation ? WHYS[`${operation}.${list}.${field}`] : undefined
    return ask ? (row) => ask(row, answer) : undefined
}
