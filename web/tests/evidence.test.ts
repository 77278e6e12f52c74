import { describe, expect, it } from 'vitest'
import levels from '../../src/linkage/level.c?raw'
import ready from '../../src/linkage/spec_ready.c?raw'
import { barOf, evidenceOf, keyInWords, sentenceOf, signed, wordsOf } from '../src/evidence'

const SAYS = 'prior -9.9033; name same +8.1371; id_number one-edit +11.2508; birth_date same +6.0017; house differs -0.8811; household -0.0412; rivals -2.1000; total +12.4640'

describe('what speaks for a pair', () => {
    it('adds up to the last place, each bar beginning where the one before ends', () => {
        const of = evidenceOf(SAYS)!
        expect(of.adds).toBe(true)
        expect(of.total).toBe(124640)
        of.terms.forEach((one, i) => expect(one.from).toBe(i ? of.terms[i - 1]!.to : 0))
        expect(of.terms.at(-1)!.to).toBe(of.total)
        expect(evidenceOf(SAYS.replace('8.1371', '8.1372'))!.adds).toBe(false)
    })
    it('tells nothing of a blind look, and nothing that is not understood', () => {
        for (const says of ['', undefined, null, 'total +1.0000', 'name same +8.1', 'name same +8.1371', 'prior minus; total +1.0000']) expect(evidenceOf(says)).toBeNull()
    })
    it('draws within the picture, from zero to the total at last', () => {
        const of = evidenceOf(SAYS)!
        for (const one of of.terms) {
            const bar = barOf(of, one.from, one.to)
            expect(bar.x).toBeGreaterThanOrEqual(0)
            expect(bar.x + bar.width).toBeLessThanOrEqual(100.5)
            expect(bar.width).toBeGreaterThan(0)
        }
        const zero = barOf(of, 0, 0).zero, last = barOf(of, 0, of.total)
        expect(last.x).toBeCloseTo(zero)
        expect(last.width).toBeCloseTo((124640 * 100) / (of.most - of.least))
    })
    it('is one sentence in either language, and knows the words of each field and level', () => {
        const of = evidenceOf(SAYS)!
        expect(sentenceOf(of, '0.999996', 'zh')).toBe('是同一人的可能性为 99.99%：支持的主要是身份证号差一处 +11.2508、姓名相同 +8.1371、出生日期相同 +6.0017；反对的主要是另有相近的人 −2.1000、住址不同 −0.8811；合计 +12.4640。')
        expect(sentenceOf(of, '0.999996', 'en')).toMatch(/^99\.99% likely to be one person\. Most speaks for it: identity number: one slip \+11\.2508, .*\. In all \+12\.4640\.$/)
        expect(sentenceOf(evidenceOf('prior +0.0500; total +0.0500')!, '0.5', 'zh')).toContain('没有明显支持的；没有明显反对的')
        expect(sentenceOf(of, '0.999996', 'en')).not.toMatch(/[一-鿿]/)
        for (const one of of.terms) expect(wordsOf(one, 'zh')).not.toMatch(/[a-z_]/)
        // Each level that the program can tell of a person in a Chinese roll has words here.
        for (const kind of ['CITIZEN', 'HAN_NAME', 'PLACE', 'DATE', 'PHONE', 'SEX']) {
            const words = new RegExp(`\\[LINKAGE_${kind}\\] = \\{ "missing", ([^}]*) \\}`).exec(levels)![1]!.split(', ').map((one) => one.replace(/"/g, ''))
            expect(words.length).toBeGreaterThan(1)
            for (const at of words) expect(wordsOf({ of: 'name', at, amount: 1, from: 0, to: 1 }, 'zh')).not.toMatch(/[a-z]/)
        }
        expect(signed(-5)).toBe('−0.0005')
    })
    it('tells each key of the ready Chinese roll in words, and leaves fields of a spec of one\'s own as they are', () => {
        const keys = [...ready.split('key national_id')[0]!.matchAll(/"key (.*)\\n"/g)].map((one) => one[1]!).filter((one) => !/credit_code|head|address/.test(one))
        expect(keys.length).toBeGreaterThan(9)
        for (const one of keys) expect(keyInWords(one, 'zh')).not.toMatch(/[a-z_(]/)
        expect(keyInWords('sound(name) + year(birth_date)', 'en')).toBe('name by sound + year of birthday')
        expect(keyInWords('sound(surname) + postcode', 'zh')).toBe('surname读音＋postcode')
    })
})
