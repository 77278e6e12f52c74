// The form of a case while somebody fills it in: what is typed is kept by place and not by name, so that a change of language loses
// nothing; what is sent is only what differs from what the office has.
export interface FormField { field: string; kind: string; unit: string; choices: { value: string; says: string }[]; required: boolean; known: boolean; value: string; source: string; hint: string; settled: string }
export interface Need { paper: string; mode: string; days: number; needed: string; when: string; state: string; state_code: string; due: string }
export interface Filled { values: string[]; papers: string[] }

/** As the office has it: a paper that came is no longer asked. */
export const filledOf = (form: readonly FormField[], needs: readonly Need[]): Filled => ({ values: form.map((one) => one.value), papers: needs.map(() => '') })

/** A paper that is here, and of which nothing more is asked. */
export const isThere = (need: Need): boolean => ['brought', 'shared', 'kept'].includes(need.state_code)

/** What an operation takes: field, paper, promise. */
export function givenOf(form: readonly FormField[], needs: readonly Need[], filled: Filled): { field: string[]; paper: string[]; promise: string[] } {
    const field = form.flatMap((one, i) => {
        const said = (filled.values[i] ?? '').trim()
        return said && said !== one.value ? [`${one.field}=${said}`] : []
    })
    const chosen = (how: string): string[] => needs.flatMap((one, i) => (filled.papers[i] === how ? [one.paper] : []))
    return { field, paper: chosen('brought'), promise: chosen('promised') }
}

/** What cannot be done without: fields that must be filled and are not, papers that must come now. */
export const lacksOf = (form: readonly FormField[], needs: readonly Need[], filled: Filled): string[] => [
    ...form.flatMap((one, i) => (one.required && !(filled.values[i] ?? '').trim() ? [one.field] : [])),
    ...needs.flatMap((one, i) => (one.needed === 'yes' && one.mode !== 'supplement' && !isThere(one) && one.state_code !== 'promised' && !filled.papers[i] ? [one.paper] : [])),
]
