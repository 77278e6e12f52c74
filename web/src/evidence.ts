// What speaks for and against two records being one person's, as the server tells it: "prior -9.9033; name same +8.1371; ...; total +12.0451".
// The terms are ten thousandths and are added as whole numbers, so that what is drawn adds up to the last place.
export type Lang = 'zh' | 'en'
export interface Term { of: string; at: string; amount: number; from: number; to: number }
export interface Evidence { terms: Term[]; total: number; adds: boolean; least: number; most: number }

const UNIT = 10000
const FIELDS: Record<string, readonly [string, string]> = {
    name: ['姓名', 'name'], sex: ['性别', 'sex'], id_number: ['身份证号', 'identity number'], birth_date: ['出生日期', 'birthday'],
    village: ['村（社区）', 'village'], house: ['住址', 'house'], phone: ['电话', 'telephone'],
}
const LEVELS: Record<string, readonly [string, string]> = {
    same: ['相同', 'the same'], 'same-unfit': ['相同，但与本行生日性别不符', 'the same, but against the birthday or sex of its row'], 'one-edit': ['差一处', 'one slip'],
    'two-edits': ['差两处', 'two slips'], differs: ['不同', 'differs'], 'two-people': ['各自有效而不同', 'both well made, and different'], alike: ['同音或形近', 'sounds or looks alike'],
    'moved-or-cut': ['字序调换或缺字', 'characters moved or left out'], 'one-given': ['名有一字相同', 'one character of the given name'], surname: ['仅姓相同', 'surname alone'],
    given: ['仅名相同', 'given name alone'], near: ['相近', 'near'], 'part-or-number': ['部分相同', 'a part, or its number'], 'one-slip': ['差一位或月日互换', 'one digit, or day and month exchanged'],
    'day-off': ['日不同', 'another day'], 'part-off': ['年或月不同', 'another year or month'], 'two-digits': ['差两位', 'two digits'], beginning: ['开头相同', 'begins the same'],
}
const OTHERS: Record<string, readonly [string, string]> = {
    prior: ['起点：任取两条记录', 'to begin with: any two records'], household: ['可能是同户的另一人', 'may be another of the household'], rivals: ['另有相近的人', 'others are as near'],
    duplicate: ['同一人的另一条记录更像', 'another record of the same person is nearer'], cluster: ['同组其他记录', 'the other records of the group'], caution: ['从严：错认重于漏认', 'caution: a false link weighs more than a missed one'],
}

/** "+8.1371" in ten thousandths. */
function amountOf(word: string): number {
    const parts = /^([+-])(\d+)\.(\d{4})$/.exec(word)
    return parts ? (parts[1] === '-' ? -1 : 1) * (Number(parts[2]) * UNIT + Number(parts[3])) : NaN
}

/** null: nothing is told (a blind look), or it is not understood. */
export function evidenceOf(says: unknown): Evidence | null {
    const terms: Term[] = []
    let sum = 0, total = NaN
    for (const one of String(says ?? '').split('; ').filter(Boolean)) {
        const words = one.split(' '), amount = amountOf(words.at(-1)!)
        if (Number.isNaN(amount)) return null
        if (words[0] === 'total') total = amount
        else terms.push({ of: words[0]!, at: words.length > 2 ? words[1]! : '', amount, from: sum, to: (sum += amount) })
    }
    if (!terms.length || Number.isNaN(total)) return null
    const ends = terms.flatMap((one) => [one.from, one.to])
    return { terms, total, adds: sum === total, least: Math.min(...ends), most: Math.max(...ends) }
}

export const signed = (amount: number): string => `${amount < 0 ? '−' : '+'}${(Math.abs(amount) / UNIT).toFixed(4)}`

/** What a term is of, in words. */
export function wordsOf(term: Term, lang: Lang): string {
    const at = lang === 'zh' ? 0 : 1
    if (!term.at) return OTHERS[term.of]?.[at] ?? term.of
    return `${FIELDS[term.of]?.[at] ?? term.of}${lang === 'zh' ? '' : ': '}${LEVELS[term.at]?.[at] ?? term.at}`
}

/** What a key takes of a field. */
const TAKEN: Record<string, readonly [string, string]> = {
    sound: ['{}读音', '{} by sound'], look: ['{}字形', '{} by looks'], first: ['{}首字', 'first of {}'], rest: ['{}去首字', '{} without its first'], nick: ['{}昵称', '{} by nickname'],
    year: ['{}的年', 'year of {}'], monthday: ['{}的月日', 'month and day of {}'], first4: ['{}前四位', 'first four of {}'], last4: ['{}后四位', 'last four of {}'],
}
/** A key of blocks, as "sound(name) + birth_date", in words; what a spec of one's own calls its fields stays as it is. */
export function keyInWords(key: string, lang: Lang): string {
    const at = lang === 'zh' ? 0 : 1, field = (of: string): string => FIELDS[of]?.[at] ?? of
    return key.split(' + ').map((part) => {
        const [, take, of] = /^(\w+)\((\w+)\)$/.exec(part) ?? []
        return take && of && TAKEN[take] ? TAKEN[take][at].replace('{}', field(of)) : field(part)
    }).join(lang === 'zh' ? '＋' : ' + ')
}

/** One sentence: how likely, what speaks most for it and what against. */
export function sentenceOf(of: Evidence, probability: unknown, lang: Lang): string {
    const told = of.terms.filter((one) => one.of !== 'prior' && Math.abs(one.amount) >= UNIT / 10)
    const list = (all: Term[]): string => all.map((one) => `${wordsOf(one, lang)} ${signed(one.amount)}`).join(lang === 'zh' ? '、' : ', ')
    const pro = told.filter((one) => one.amount > 0).sort((a, b) => b.amount - a.amount).slice(0, 3), con = told.filter((one) => one.amount < 0).sort((a, b) => a.amount - b.amount).slice(0, 3)
    const percent = `${Math.floor(Number(probability) * 10000) / 100}%`
    if (lang === 'zh')
        return `是同一人的可能性为 ${percent}：${pro.length ? `支持的主要是${list(pro)}` : '没有明显支持的'}；${con.length ? `反对的主要是${list(con)}` : '没有明显反对的'}；合计 ${signed(of.total)}。`
    return `${percent} likely to be one person. ${pro.length ? `Most speaks for it: ${list(pro)}` : 'Nothing much speaks for it'}. ${con.length ? `Against it: ${list(con)}` : 'Nothing much against it'}. In all ${signed(of.total)}.`
}

/** Where a bar begins and how long it is, of a hundred; never so short that it cannot be seen. */
export function barOf(of: Evidence, from: number, to: number): { x: number; width: number; zero: number } {
    const least = Math.min(of.least, 0), span = Math.max(of.most, 0) - least || 1
    const at = (value: number): number => ((value - least) * 100) / span
    return { x: Math.min(at(from), at(to)), width: Math.max(Math.abs(at(to) - at(from)), 0.4), zero: at(0) }
}
