// What the server says is said to whoever sits at a terminal too: a command that it names is, on a page, the button or the page that does the same.
import { i18n, type Lang } from './i18n'

/** Which page has what these commands do, where it is not called as they are. */
const PAGES: Record<string, string> = { indicator: 'goals', survey: 'household', project: 'register', behalf: 'roll', watch: 'alert', payrun: 'payment', month: 'dues', contribution: 'dues', certify: 'benefit', oneoff: 'benefit', revision: 'benefit', payer: 'account', packs: 'law', user: 'system', county: 'system', backup: 'system' }
/** Commands of one word, and those that are done elsewhere than the rest of their room. */
const OTHERS: Record<string, string> = { verify: 'tab.verify', packs: 'nav.policy', 'user.second': 'sys.me.title', 'user.second-take': 'sys.me.title', 'person.merges': 'nav.merge', 'docket.enter': 'docket.new' }
/** What no page does: it is said to whoever keeps the machine. */
const AT_MACHINE = new Set(['county.new'])
/** With what it is told: options and their values in capitals or before a bracket, a number, an object; and the steps that are named after it. */
const COMMAND = /`?\bdoudi ([a-z]+)(?: ([a-z]+(?:-[a-z]+)*))?((?: (?:--[a-z-]+(?: [A-Z]+(?![a-z]))?|[A-Z]{2,}|[0-9]+|(?:[a-z]+|\p{Script=Han}+)(?=[）)])|\p{Script=Han}+(?= \p{Script=Han})))*)`?((?:(?:、|, )(?!doudi)(?:[a-z]+ )?[a-z]+\b)*)/gu

export function forPage(said: string, lang: string): string {
    const has = (word: string | undefined): word is string => word !== undefined && i18n.global.te(word, lang as Lang)
    const named = (word: string): string => `“${i18n.global.t(word, {}, { locale: lang as Lang })}”`
    return said.replace(COMMAND, (whole: string, room: string, verb: string | undefined, told: string, more: string) => {
        if (AT_MACHINE.has(`${room}.${verb}`)) return whole
        const isAlone = room === 'verify' // what stands behind it is a word of the sentence
        const word = [told.includes('--refuse') ? 'do.refuse' : undefined, verb && !isAlone ? OTHERS[`${room}.${verb}`] : OTHERS[room], `do.${room}.${verb}`, `nav.${PAGES[room] ?? room}`].find(has)
        if (!word) return whole
        const then = more.replace(/(、|, )((?:[a-z]+ )?)([a-z]+)/g, (one: string, comma: string, of: string, step: string) => (has(`do.${of.trim() || room}.${step}`) ? `${comma}${named(`do.${of.trim() || room}.${step}`)}` : one))
        return `${named(word)}${isAlone && verb ? ` ${verb}` : ''}${then}`
    }).replace(/(?:--map |“列名与字段的对应” ?)(?:列名?=字段|COLUMN=FIELD)/g, () => i18n.global.t('act.mapping', {}, { locale: lang as Lang })).replace(/(?<=[\u3400-\u9fff]) (?=“)|(?<=”) (?=[\u3400-\u9fff])/g, '')
}
