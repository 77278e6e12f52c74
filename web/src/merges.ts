// Two records that may be of one person, while somebody chooses: what both speak of is chosen by numbers, which several rows may share.
export interface Line { choice: string; what: string; kept: string; given: string; becomes: string; becomes_code: string }
export type Choice = 'keep' | 'take' | 'both'

/** The numbers there are to choose, in order, and whether both may stand. */
export function choicesOf(rows: readonly Line[]): { number: string; mayBoth: boolean }[] {
    const numbers = [...new Set(rows.map((row) => row.choice).filter(Boolean))]
    return numbers.map((number) => ({ number, mayBoth: rows.filter((row) => row.choice === number).every((row) => row.becomes_code === 'choose_both') }))
}

/** As the operation takes them: "1,3" for each way. */
export function saidOf(chosen: Readonly<Record<string, Choice | undefined>>): Partial<Record<Choice, string>> {
    const said: Partial<Record<Choice, string>> = {}
    for (const way of ['keep', 'take', 'both'] as const) {
        const numbers = Object.keys(chosen).filter((number) => chosen[number] === way).sort((a, b) => Number(a) - Number(b))
        if (numbers.length) said[way] = numbers.join(',')
    }
    return said
}

/** "1=keep 3=take", as it was proposed. */
export const chosenOf = (choices: string): Record<string, Choice> =>
    Object.fromEntries(choices.split(' ').filter(Boolean).map((one) => one.split('=') as [string, Choice]))

/** Whether the row is the first of its number: the others follow it. */
export const isFirst = (rows: readonly Line[], at: number): boolean => rows.findIndex((row) => row.choice === rows[at]?.choice) === at
