// Which papers can be asked for about whom, and what else each is to be told.
export interface PaperKind { kind: string; shown: string; needs: string; self?: boolean }
export interface Needed { name: string; isRequired: boolean; type: 'date' | 'month' | 'number' | 'text' }

const TYPES: Record<string, Needed['type']> = { by: 'date', from: 'month', until: 'month', year: 'number' }

/** An insured person or an employer is offered what they may issue themselves. */
export const papersOf = <P extends PaperKind>(all: readonly P[], of: string, isOutside = false): P[] =>
    all.filter((one) => one.needs.split(' ').includes(`${of}!`) && (!isOutside || one.self === true))

/** Besides whom it is about. */
export function neededOf(needs: string, of: string): Needed[] {
    return needs.split(' ').filter((one) => one && one !== `${of}!`).map((one) => {
        const name = one.replace('!', '')
        return { name, isRequired: one.endsWith('!'), type: TYPES[name] ?? 'text' }
    })
}
