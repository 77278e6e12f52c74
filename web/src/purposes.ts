// What a purpose is called: read from the table of the packs when the console is built, so that the words stand once.
import table from '../../packs/ledger/awards.csv?raw'
import grants from '../../packs/ledger/grants.csv?raw'

const rowsOf = (csv: string): string[][] => csv.split('\n').slice(1).map((line) => line.split(','))
const NAMES = new Map(rowsOf(table).map(([code = '', zh = '', en = '']) => [code, { zh, en }]))
/** "grant.stay_job/2025": a grant of a year. */
const GRANTS = new Map(rowsOf(grants).map(([code = '', zh = '', en = '']) => [`grant.${code}`, { zh, en }]))

/** Batches of one-off items that come of other business than an award of the table. */
const MORE: Record<string, { zh: string; en: string }> = { 'award.late': { zh: '核定补发', en: 'Months owed by an award' }, 'dues.refund': { zh: '退费', en: 'Refund of contributions' }, 'oneoff.give-up': { zh: '放弃追回', en: 'Recovery given up' }, 'oneoff.never-came': { zh: '还款未到账', en: 'Repayment that never came' } }

export function purposeName(code: string | undefined, lang: 'zh' | 'en'): string {
    const [what = '', year] = (code ?? '').split('/')
    const grant = GRANTS.get(what)?.[lang]
    return grant ? `${grant}${year ? ` ${year}` : ''}` : (NAMES.get(code ?? '') ?? MORE[code ?? ''])?.[lang] ?? code ?? ''
}
