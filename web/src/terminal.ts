// What the server says is said to whoever sits at a terminal too: a command that it names is, on a page, the button or the page that does the same.
import { i18n, type Lang } from './i18n'

/** Which page has what these commands do, where it is not called as they are. */
const PAGES: Record<string, string> = { indicator: 'goals', survey: 'household', project: 'register', behalf: 'roll', watch: 'alert', payrun: 'payment', month: 'dues', contribution: 'dues', certify: 'benefit', oneoff: 'benefit', revision: 'benefit', payer: 'account', packs: 'law', user: 'system', county: 'system', backup: 'system' }
const COMMAND = /doudi ([a-z]+) ([a-z]+(?:-[a-z]+)*)(?: --[a-z-]+)*/g

export function forPage(said: string, lang: string): string {
    return said.replace(COMMAND, (whole: string, room: string, verb: string) => {
        const word = [`do.${room}.${verb}`, `nav.${PAGES[room] ?? room}`].find((one) => i18n.global.te(one, lang as Lang))
        return word ? `“${i18n.global.t(word, {}, { locale: lang as Lang })}”` : whole
    }).replace(/(?<=[\u3400-\u9fff]) (?=“)|(?<=”) (?=[\u3400-\u9fff])/g, '')
}
