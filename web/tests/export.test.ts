import { describe, expect, it } from 'vitest'
import { cellText, csv, xlsx } from '../src/export'

describe('a list as a file', () => {
    it('what a spreadsheet would run is text', () => {
        expect(cellText('=1+1')).toBe("'=1+1")
        expect(cellText('@SUM(A1)')).toBe("'@SUM(A1)")
        expect(cellText('+1+1')).toBe("'+1+1")
        expect(cellText('-12.50')).toBe('-12.50')
        expect(cellText(null)).toBe('')
    })
    it('CSV begins with its mark, and quotes what must be', () => expect(csv(['名称', 'b'], [['a,b', 'say "x"'], ['=x', '1.00']])).toBe('\ufeff名称,b\r\n"a,b","say ""x"""\r\n\'=x,1.00\r\n'))
    it('XLSX is an archive whose numbers are numbers and whose long numbers stay whole', () => {
        const said = new TextDecoder().decode(xlsx(['金额', '账号'], [['12.50', '6222021234567890123']]))
        expect(said.startsWith('PK\u0003\u0004')).toBe(true)
        expect(said).toContain('<v>12.50</v>')
        expect(said).toContain('<t xml:space="preserve">6222021234567890123</t>')
    })
})
