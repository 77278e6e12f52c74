// What a purpose is called: read from the table of the packs when the console is built, so that the words stand once.
import table from '../../packs/ledger/awards.csv?raw'

const NAMES = new Map(table.split('\n').slice(1).map((line) => line.split(',')).map(([code = '', zh = '', en = '']) => [code, { zh, en }]))

export const purposeName = (code: string | undefined, lang: 'zh' | 'en'): string => NAMES.get(code ?? '')?.[lang] ?? code ?? ''
