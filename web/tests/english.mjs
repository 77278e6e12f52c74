// english.mjs - every page and tab, by the role whose it is, read in both languages at once: in English nothing is Chinese but names, places,
// quoted law and what was typed, all marked as Chinese, and none of it a word that the office has in English; in Chinese nothing is
// English but what is called so in Chinese, and no machine's code.
import { readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { furnish } from './furnish.mjs'
import { USERS, openOffice, password, root } from './office.mjs'

const OTHERS = { tess: 'clerk', una: 'insured', sue: 'surveyor' }

/** What each role sees besides its doors, and what is pressed there before one reads. */
const press = (selector) => async (page) => { await page.locator(selector).first().click() }
const records = ({ retired }) => [
    ['', '/login'], ['', '/verify'], ['', '/calculator', press('[data-test=compare]')], ['', '/policy'], ['', '/policy?name=' + encodeURIComponent('最低缴费月数')], ['', '/policy?pack=' + encodeURIComponent('退休年龄')],
    ['clara', '/person/700'], ['clara', `/person/${retired}`], ['clara', '/person/15'],
    ['clara', `/person/${retired}`, press('[data-test=why-amount]')], ['clara', `/person/${retired}`, press('[data-test=acts] button')], ['clara', `/person/${retired}`, press('[data-test^=paper]')],
    ['clara', '/employer/15'], ['clara', '/employer/15', press('.why')],
    ['clara', '/case/new'], ['clara', '/case/new?who=700', press('[data-type="缴费基数申报"]')], ['clara', '/case/new?who=700', press('[data-type="低保申请"]')], ...[1, 2, 3, 4, 5, 6].map((number) => ['clara', `/case/${number}`]),
    ['clara', '/merge', async (page) => { await page.fill('[name=first]', '700'); await page.fill('[name=second]', '701'); await page.click('[data-test=compare]') }], ['clara', '/payment/1'], ['rob', '/payment/2', press('[data-test=act]')], ['clara', '/alert', press('[data-test=open]')],
    ['clara', '/dues', press('[data-test^=make-]')], ['clara', '/import', press('[data-test="make-county.import"]')], ['rita', '/system', press('[data-test^=make-]')],
    ['clara', '/household?tab=surveyProgress&round=1'], ['clara', '/roll?tab=rollLines&receipt=1'], ['clara', '/roll?tab=rollDifferences&receipt=2'], ['clara', '/campaign?tab=campaignTargets&campaign=' + encodeURIComponent('进园区')],
]
/** Whose doors are opened, in this order: a page is read once, by the first whose it is; a home by each. */
const ROLES = ['clara', 'audrey', 'lea', 'rita', 'olga', 'pat', 'kay', 'abby', 'carl', 'sue', 'tess', 'emma', 'ivy', 'una', 'rob', 'hana', 'kim', 'kurt']

/** Words for which packs have an English of their own: whoever reads English never meets them in Chinese. */
function wordsOf(folder, found = new Set()) {
    for (const one of readdirSync(folder, { withFileTypes: true }))
        if (one.isDirectory()) wordsOf(join(folder, one.name), found)
        else if (one.name.endsWith('.md'))
            for (const line of readFileSync(join(folder, one.name), 'utf8').split('\n'))
                if (/^enum /.test(line)) for (const [, word] of line.matchAll(/([\u4e00-\u9fff]{2,})\s+"[^"]*[A-Za-z]/g)) found.add(word)
    return found
}

/** English that is said in Chinese too: formats, programs, keys, units, and what the office's users and files are called. */
const CALLED = ['CSV', 'Excel', 'PDF', 'JPEG', 'PNG', 'OFD', 'JSON', 'XML', 'API', 'PostgreSQL', 'SQLite', 'English', 'Ctrl', 'Alt', 'Enter', 'Esc', 'Tab', 'Doudi', 'TLS', 'SM', 'UTF', 'GBK', 'KB', 'MB', 'GB', 'KiB', 'MiB', 'GiB', 'ID', 'ISO', 'DIP', 'DD', 'SIM', ...Object.keys(USERS), ...Object.keys(OTHERS), 'nora']

/** In the page: what is read, with where. Given back at once, so that a page is one call. */
const reading = ({ words, called, isKeeper }) => {
    const isZh = document.documentElement.lang.startsWith('zh'), HAN = /[\u3400-\u9fff]/, known = new Set(words), allowed = new Set(called), said = []
    const isSeen = (box) => box.getClientRects().length > 0 || box.closest('select')?.getClientRects().length > 0
    /** Rules and their reasons quote the law and its formulas as they are written; a code in `code` is shown as a code, for whoever asks the office's help by it. */
    const RULE = '[data-quoted], .tree, .formula, .lawtext, [data-test=text], [data-test=tests], [data-test=proofs], [data-test=pack], pre, code, kbd'
    const judge = (text, box, isWritten) => {
        if (!text.trim() || !box || box.closest('script, style, [data-test=language], .el-skeleton, .chart') || !isSeen(box)) return
        const short = text.trim().replace(/\s+/g, ' ').slice(0, 80)
        if (!isZh) {
            if (!HAN.test(text)) return
            if (isWritten && !box.closest('[lang^=zh]')) said.push(`Chinese: ${short}`)
            if (!box.closest(RULE)) for (const one of text.split(/[;,；、，()（）\s·:：=]+/)) if (known.has(one)) said.push(`has an English: ${one} in ${short}`)
            return
        }
        if (box.closest(RULE)) return
        // Addresses, files, digests, one's own references and codes of papers are no words.
        const bare = text.replace(/https?:\S+|[^\s“”「」]+\.(?:md|csv|xlsx|pdf|json|db|png|txt)(?::\d+)?|\b[A-Z]{1,4}-\d+\b|[\w-]+\/[\w./-]+|\b[0-9a-f]{8,}|\b[0-9a-f]{4}(?:-[0-9a-f]{4})+\b/g, ' ')
        if (/\bdoudi [a-z]/.test(text) && !isKeeper) said.push(`a terminal's words: ${short}`)
        for (const [code] of isKeeper ? [] : bare.matchAll(/\b[a-z][a-z0-9]*(?:[._-][a-z0-9]+)+\b/g)) said.push(`a code: ${code} in ${short}`)
        for (const [word] of isKeeper ? [] : bare.matchAll(/[A-Za-z]{2,}/g)) if (!allowed.has(word)) said.push(`English: ${word} in ${short}`)
    }
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) judge(walker.currentNode.data, walker.currentNode.parentElement, true)
    // An attribute has one language: names in it are not marked, and heard in the page's.
    for (const name of ['placeholder', 'title', 'aria-label']) for (const box of document.querySelectorAll(`[${name}]`)) judge(box.getAttribute(name), box, false)
    return [...new Set(said)]
}

/** Nothing is asked of the server any more, and what came stands there. */
async function still(page, waiting) {
    for (let quiet = 0; quiet < 2;) {
        await page.evaluate(() => new Promise((next) => requestAnimationFrame(() => setTimeout(next, 10))))
        quiet = waiting.count > 0 ? 0 : quiet + 1
    }
}

/** Each place is opened once, read in the language that is on, and in the other. */
async function readAs(browser, office, who, { words, seen, bad }) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', timezoneId: 'Asia/Shanghai' })
    const page = await context.newPage(), waiting = { count: 0 }
    page.setDefaultTimeout(60_000)
    page.on('request', () => waiting.count++)
    for (const end of ['requestfinished', 'requestfailed']) page.on(end, () => waiting.count--)
    const rest = () => still(page, waiting)
    const read = async (at) => {
        for (let turn = 0; turn < 2; turn++) {
            if (turn) {
                await page.evaluate(() => document.querySelector('[data-test=language]').click())
                await rest()
            }
            const isKeeper = who === 'olga' || at.startsWith('/health')
            const lang = await page.evaluate(() => document.documentElement.lang.slice(0, 2))
            for (const one of await page.evaluate(reading, { words, called: CALLED, isKeeper })) bad.push(`${lang} ${who || 'anybody'} ${decodeURIComponent(at)} ${one}`)
        }
    }
    const ask = async () => {
        const slow = page.locator('main [data-test=ask]').filter({ hasText: /./ })
        if (await page.locator('form [data-test=ask]').count() === 0 && await slow.count()) { await slow.first().click(); await rest() }
    }
    /** Between doors the page stands, as for whoever presses them; what is pressed on begins with a page of its own. */
    let isPressed = false
    const visit = async (path, act) => {
        if (act || isPressed) await page.goto(office.base + path)
        else await page.evaluate((to) => { history.pushState({}, '', to); dispatchEvent(new PopStateEvent('popstate', { state: {} })) }, path)
        isPressed = Boolean(act)
        await rest()
        if (act) {
            try { await act(page) } catch (e) { return void bad.push(`${who} ${path}: ${String(e).split('\n')[0]}`) }
            await rest()
            return read(`${path} …`)
        }
        await ask()
        await read(path)
        const tabs = page.locator('main [role=tab]')
        for (let i = 1, count = await tabs.count(); i < count; i++) {
            await tabs.nth(i).click()
            await rest()
            await ask()
            await read(`${path} [${await tabs.nth(i).innerText()}]`)
        }
    }
    await page.goto(office.base + '/login')
    if (who) {
        await page.fill('input[name=user]', who)
        await page.fill('input[name=password]', password(who))
        await page.press('input[name=password]', 'Enter')
        await page.waitForSelector('nav.rail')
        await rest()
        const doors = await page.locator('nav.rail a').evaluateAll((all) => all.map((a) => a.getAttribute('href')))
        for (const path of new Set([...doors, '/me'])) {
            if (path !== '/' && seen.has(path)) continue
            seen.add(path)
            await visit(path)
        }
    }
    for (const [whose, path, act] of records(office)) if (whose === who) await visit(path, act)
    await context.close()
}

/** Two browsers at a time: a page waits for its server more than it works. */
export async function readAll(browser, office) {
    const bad = [], seen = new Set(), words = [...wordsOf(join(root, 'packs'))], left = ['', ...ROLES]
    const one = async () => { for (let who = left.shift(); who !== undefined; who = left.shift()) await readAs(browser, office, who, { words, seen, bad }) }
    await Promise.all([one(), one()])
    if (seen.size < 30) bad.push(`only ${seen.size} doors were opened`)
    return bad
}

export const english = ({ browser }) => [
    ['every page and tab of every role is read in English without Chinese but names, places, quoted law and what was typed, and in Chinese without English words and codes [L12]', async () => {
        const program = resolve(process.argv[2]), office = await openOffice(program, OTHERS)
        try {
            await furnish(office, program)
            const bad = await readAll(browser(), office)
            if (bad.length) throw new Error(`${bad.length}:\n    ${bad.slice(0, 60).join('\n    ')}`)
        } finally {
            office.close()
        }
    }],
]
