// A list as a file. What a spreadsheet would take for a formula is text; XLSX is written here, so that no library is needed.

export type Cell = string | number | null | undefined

/** An amount stays a number; anything else that begins like a formula gets a mark that makes it text. */
export function cellText(value: Cell): string {
    const said = value === null || value === undefined ? '' : String(value)
    return /^[=+\-@\t\r]/.test(said) && !/^-?\d+(\.\d+)?$/.test(said) ? `'${said}` : said
}

const quoted = (said: string): string => (/[",\r\n]/.test(said) ? `"${said.replaceAll('"', '""')}"` : said)

/** With a mark of its encoding in front: Excel then reads Chinese. */
export const csv = (heads: readonly string[], rows: readonly (readonly Cell[])[]): string =>
    '\ufeff' + [heads, ...rows].map((row) => row.map((one) => quoted(cellText(one))).join(',')).join('\r\n') + '\r\n'

const TABLE = Array.from({ length: 256 }, (_, n) => {
    let c = n
    for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
    return c >>> 0
})
function crc32(bytes: Uint8Array): number {
    let c = 0xffffffff
    for (const byte of bytes) c = (TABLE[(c ^ byte) & 255] ?? 0) ^ (c >>> 8)
    return (c ^ 0xffffffff) >>> 0
}

function zip(files: readonly (readonly [string, string])[]): Uint8Array {
    const encoder = new TextEncoder()
    const parts: Uint8Array[] = [], central: Uint8Array[] = []
    let at = 0
    const numbers = (...all: [number, 2 | 4][]): Uint8Array => {
        const view = new DataView(new ArrayBuffer(all.reduce((sum, [, size]) => sum + size, 0)))
        let place = 0
        for (const [value, size] of all) {
            if (size === 2) view.setUint16(place, value, true)
            else view.setUint32(place, value, true)
            place += size
        }
        return new Uint8Array(view.buffer)
    }
    for (const [name, said] of files) {
        const title = encoder.encode(name), bytes = encoder.encode(said)
        const facts: [number, 2 | 4][] = [[20, 2], [0x800, 2], [0, 2], [0, 2], [33, 2], [crc32(bytes), 4], [bytes.length, 4], [bytes.length, 4], [title.length, 2], [0, 2]]
        parts.push(numbers([0x04034b50, 4], ...facts), title, bytes)
        central.push(numbers([0x02014b50, 4], [20, 2], ...facts, [0, 2], [0, 2], [0, 2], [0, 4], [at, 4]), title)
        at += 30 + title.length + bytes.length
    }
    const size = central.reduce((sum, one) => sum + one.length, 0)
    const all = [...parts, ...central, numbers([0x06054b50, 4], [0, 2], [0, 2], [files.length, 2], [files.length, 2], [size, 4], [at, 4], [0, 2])]
    const out = new Uint8Array(all.reduce((sum, one) => sum + one.length, 0))
    let place = 0
    for (const one of all) {
        out.set(one, place)
        place += one.length
    }
    return out
}

const xml = (said: string): string => said.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '')

/** `numeric`: which columns hold figures; without it what looks like one is one. */
export function xlsx(heads: readonly string[], rows: readonly (readonly Cell[])[], numeric?: readonly boolean[]): Uint8Array {
    const cell = (value: Cell, column: number, isHead: boolean): string => {
        const said = value === null || value === undefined ? '' : String(value)
        // A number of more than fifteen digits (an account, a citizen) would lose its last ones.
        const isFigure = !isHead && (numeric?.[column] ?? true)
        return isFigure && /^-?\d{1,13}(\.\d{1,2})?$/.test(said) && !/^0\d/.test(said) ? `<c><v>${said}</v></c>` : `<c t="inlineStr"><is><t xml:space="preserve">${xml(said)}</t></is></c>`
    }
    const sheet = [heads, ...rows].map((row, i) => `<row>${row.map((one, k) => cell(one, k, i === 0)).join('')}</row>`).join('')
    const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>', office = 'http://schemas.openxmlformats.org', main = `${office}/spreadsheetml/2006/main`
    return zip([
        ['[Content_Types].xml', `${head}<Types xmlns="${office}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`],
        ['_rels/.rels', `${head}<Relationships xmlns="${office}/package/2006/relationships"><Relationship Id="r1" Type="${office}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`],
        ['xl/workbook.xml', `${head}<workbook xmlns="${main}" xmlns:r="${office}/officeDocument/2006/relationships"><sheets><sheet name="Doudi" sheetId="1" r:id="r1"/></sheets></workbook>`],
        ['xl/_rels/workbook.xml.rels', `${head}<Relationships xmlns="${office}/package/2006/relationships"><Relationship Id="r1" Type="${office}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`],
        ['xl/worksheets/sheet1.xml', `${head}<worksheet xmlns="${main}"><sheetData>${sheet}</sheetData></worksheet>`],
    ])
}

export function save(name: string, content: string | Uint8Array, type: string): void {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([content as BlobPart], { type }))
    link.download = name
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
