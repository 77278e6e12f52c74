// Rows of standing books as a page needs them: a member a column, and a row's cells as the words that enter it again.
export interface DocketField { column: string; title: string; kind: string; choices: string[]; says: string[] }
export interface DocketRow { row: number; key: string; cells: { column: string; value: string }[] }
export type Cells = Record<string, string>

/** The cells stand in the order of the book's columns. */
export const cellsOf = (row: DocketRow, fields: readonly DocketField[]): Cells =>
    Object.fromEntries(fields.map((field, i) => [field.column, row.cells[i]?.value ?? '']))

/** A choice is read in the reader's language and kept by its word. */
export const wordsOf = (row: DocketRow, fields: readonly DocketField[]): Cells =>
    Object.fromEntries(fields.flatMap((field, i) => (field.kind === 'choice' ? [[field.column, field.says[field.choices.indexOf(row.cells[i]?.value ?? '')] ?? row.cells[i]?.value ?? '']] : [])))

/** What the form says: of a row that stands only what differs beside its keys, so that nobody else's change is overwritten. */
export const saidOf = (fields: readonly DocketField[], said: Cells, before: Cells | null): string[] =>
    fields.filter(({ column, kind }) => kind === 'key' || (said[column] ?? '').trim() !== (before?.[column] ?? ''))
        .map(({ column }) => `${column}=${(said[column] ?? '').trim()}`)

export const lacks = (fields: readonly DocketField[], said: Cells): boolean => fields.some(({ column, kind }) => kind === 'key' && !(said[column] ?? '').trim())

export const inputType = (kind: string): 'date' | 'text' => (['date', 'due', 'done'].includes(kind) ? 'date' : 'text')
