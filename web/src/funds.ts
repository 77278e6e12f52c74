// What a fund is called: read from the table of the packs when the console is built, so that the words stand once.
import table from '../../packs/ledger/funds.csv?raw'

const NAMES = new Map(table.split('\n').slice(1).map((line) => line.split(',')).map(([, code = '', , zh = '', en = '']) => [code, { zh, en }]))

/** A name as it is; a code by its name. */
export const fundName = (code: string | undefined, lang: 'zh' | 'en'): string => NAMES.get(code ?? '')?.[lang] || code || ''
