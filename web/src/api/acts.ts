// The steps of a payment run: from which state, by which operation, whose they are.
import type { Name } from './client'

export interface Step { key: string; name: Name; from: readonly string[]; role: string; needs?: 'out' | 'answer' | 'statement' }

/** `from` is the state's code. */
export const STEPS: readonly Step[] = [
    { key: 'check', name: 'payrun.check', from: ['drafted'], role: 'reviewer' },
    { key: 'section', name: 'payrun.sign-section', from: ['checked'], role: 'head' },
    { key: 'leader', name: 'payrun.sign-leader', from: ['section_signed'], role: 'leader' },
    { key: 'authorise', name: 'payrun.authorise', from: ['leader_signed'], role: 'accountant' },
    { key: 'send', name: 'payrun.send', from: ['authorised'], role: 'cashier', needs: 'out' },
    { key: 'book', name: 'payrun.book', from: ['sent', 'unanswered'], role: 'accountant', needs: 'answer' },
    { key: 'reconcile', name: 'payrun.reconcile', from: ['booked'], role: 'reviewer', needs: 'statement' },
    { key: 'close', name: 'payrun.close', from: ['reconciled'], role: 'head' },
]

export const stepAfter = (state: string): Step | null => STEPS.find((step) => step.from.includes(state)) ?? null
