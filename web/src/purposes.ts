// What a purpose is called: read from the table of the packs when the console is built, so that the words stand once.
import table from '../../packs/ledger/awards.csv?raw'

const NAMES = new Map(table.split('\n').slice(1).map((line) => line.split(',')).map(([code = '', zh = '', en = '']) => [code, { zh, en }]))

/** Batches of one-off items that come of other business than an award of the table. */
const MORE: Record<string, { zh: string; en: string }> = { 'award.late': { zh: '核定补发', en: 'Months owed by an award' }, 'dues.refund': { zh: '退费', en: 'Refund of contributions' }, 'oneoff.give-up': { zh: '放弃追回', en: 'Recovery given up' } }

export const purposeName = (code: string | undefined, lang: 'zh' | 'en'): string => (NAMES.get(code ?? '') ?? MORE[code ?? ''])?.[lang] ?? code ?? ''
