// Why this amount: what is asked is here, and one drawer for the whole house answers it (parts/WhyDrawer.vue).
import { ref } from 'vue'
import type { Name } from './api/client'
import { monthOf } from './format'

/** An operation that explains, with its arguments; or a rule of the policy book. */
export interface Question { name: Name; args: Record<string, unknown>; title?: string; decision?: string }
/** The questions that led here, the last one shown. */
export const asked = ref<Question[]>([])
export const ask = (question: Question | null, isFurther = false): void => { if (question) asked.value = isFurther ? [...asked.value, question] : [question] }

const number = (said: unknown): number => Number(said)
export const decision = (person: unknown, of: unknown): Question | null => (Number(of) > 0 ? { name: 'person.explain', args: { person: number(person), decision: number(of) }, decision: String(of) } : null)
export const bill = (person: unknown, month: unknown, more: Record<string, unknown> = {}): Question | null => (month ? { name: 'person.explain', args: { person: number(person), bill: month, ...more } } : null)
export const employerBill = (who: unknown, month: unknown): Question | null => (who && month ? { name: 'employer.explain', args: { who: String(who), bill: String(month) } } : null)
/** What is open of a payer, and what it is made of: every entry of its account. */
export const account = (payer: unknown): Question | null => (payer ? { name: 'employer.statement', args: { payer: String(payer) } } : null)
export const due = (payer: unknown, row: Record<string, unknown>, of?: 'open' | 'due' | 'received'): Question | null =>
    (payer && row.month && row.fund ? { name: 'dues.explain', args: { payer: String(payer), month: row.month, fund: row.fund, purpose: row.purpose, charge: row.charge, of } } : null)
export const paid = (person: unknown, run: unknown, line: unknown): Question | null => (Number(run) > 0 && Number(line) > 0 ? { name: 'person.paid', args: { who: String(person), run: number(run), line: number(line) } } : null)
/** What was credited to an account comes of the bills paid in that month; interest and what was drawn have no bill. */
export const credit = (who: string, row: Record<string, unknown>): Question | null => (['contribution', 'employer', 'subsidy', 'collective'].includes(String(row.kind_code))
    ? { name: 'person.contributions', args: { who, from: monthOf(row.day), until: monthOf(row.day) } } : null)
export const item = (row: Record<string, unknown>, of?: 'remaining'): Question | null => ({ name: 'oneoff.explain', args: { who: String(row.person), item: number(row.item), of } })
export const book = (fund: string, month: string, account: unknown, of: string): Question => ({ name: 'ledger.explain', args: { fund, month, account: number(account), of } })
export const statement = (fund: string, month: string, form: string, row: Record<string, unknown>, column: 'first' | 'second'): Question | null =>
    (row[column] === null ? null : { name: 'ledger.explain', args: { fund, month, form, line: number(row.line), column } })
/** A figure that an operation lists the parts of. */
export const listed = (name: Name, args: Record<string, unknown>, title?: string): Question => ({ name, args, title })

/** A part that is told further says by which operation, and with what: "person=12". */
export function furtherOf(part: { asks?: string; with?: string[] }): Question | null {
    if (!part.asks) return null
    const args = Object.fromEntries((part.with ?? []).map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)]))
    return { name: part.asks as Name, args, decision: typeof args.decision === 'string' ? args.decision : undefined }
}
