// walk.mjs PROGRAM RESULTS [PART] - a real office, a real server, a real browser: the walks of a day, at a desk and on a telephone; and a
// program that knows only the server's document. A verdict a test is added to RESULTS. Nothing waits for a time: each step waits for
// what it expects to see. With PART only the walks whose name has it (most go on from what those before them did).
import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { chromium } from 'playwright-core'
import { book } from './book.mjs'
import { calls } from './calls.mjs'
import { cases } from './cases.mjs'
import { desk } from './desk.mjs'
import { drafts } from './drafts.mjs'
import { dockets } from './dockets.mjs'
import { english } from './english.mjs'
import { forms } from './forms.mjs'
import { goals } from './goals.mjs'
import { keys } from './keys.mjs'
import { ledger } from './ledger.mjs'
import { merge } from './merge.mjs'
import { MONTH, openOffice, password } from './office.mjs'
import { rolls } from './rolls.mjs'
import { survey } from './survey.mjs'
import { system } from './system.mjs'
import { why } from './why.mjs'

const [program, results] = process.argv.slice(2, 4).map((one) => resolve(one))
/** Walks whose names have one of these words; none given: all. */
const parts = process.argv.slice(4)
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const LIMIT = 60_000
let office, browser, base

// ---- a browser ----

const SIZES = { desk: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } }
const troubles = []

async function open(size, lang = 'zh') {
    const context = await browser.newContext({ viewport: SIZES[size], reducedMotion: 'reduce' })
    await context.addInitScript((said) => localStorage.getItem('doudi.lang') ?? localStorage.setItem('doudi.lang', said), lang)
    const page = await context.newPage()
    page.setDefaultTimeout(LIMIT)
    page.on('pageerror', (e) => troubles.push(`${page.url()}: ${e.message}`))
    page.on('console', (m) => { if (/Content Security Policy/.test(m.text())) troubles.push(m.text()) })
    return page
}

async function type(page, user, word) {
    await page.goto(base + '/login')
    await page.fill('input[name=user]', user)
    await page.fill('input[name=password]', word)
    await page.press('input[name=password]', 'Enter')
}

/** Logged in once a user: passwords may be tried five times a minute, and whoever comes back brings their cookie. */
const cookies = new Map()
async function enter(size, user, lang) {
    const page = await open(size, lang)
    if (cookies.has(user)) {
        await page.context().addCookies(cookies.get(user))
        await page.goto(base + '/')
    } else await type(page, user, password(user))
    await page.waitForSelector('#todo, [data-test=mine], [data-test=desk]')
    cookies.set(user, await page.context().cookies())
    return page
}

const settled = (page) => page.waitForFunction(() => !document.querySelector('main [role=status] .el-skeleton'), null)

/** Nothing that keeps a person out, and nothing wider than the screen. */
async function fine(page) {
    await settled(page)
    await page.evaluate(axe)
    const bad = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }).then((all) =>
        all.violations.filter((one) => ['serious', 'critical'].includes(one.impact)).map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 200)}`)))
    if (bad.length) throw new Error(`${page.url()}: ${bad.join('; ')}`)
    // Tabs measure themselves a moment after they stand there.
    await page.waitForFunction(() => document.documentElement.scrollWidth <= innerWidth).catch(async () => {
        throw new Error(`${page.url()} is ${await page.evaluate(() => document.documentElement.scrollWidth)} px wide`)
    })
}

const sees = async (page, selector, pattern) => {
    const said = await page.locator(selector).first().innerText()
    if (!pattern.test(said)) throw new Error(`${selector} says ${said}, not ${pattern}`)
}

/** The step that waits for this user, taken on the run's page. */
async function sign(login, state) {
    const page = await enter('desk', login)
    await page.click('[data-test=todo] a[href="/payment/1"]')
    await page.click('[data-test=act]')
    await page.click('[data-test=confirm]')
    await page.waitForFunction((said) => document.querySelector('[data-test=state]')?.textContent.includes(said), state)
    await page.context().close()
}

// ---- the walks ----

const tests = []
const test = (name, run) => tests.push([name, run])

test('a wrong password is refused kindly, in the language of the reader', async () => {
    const page = await open('phone', 'en')
    await type(page, 'rob', 'not rob')
    await sees(page, '[data-test=error]', /wrong/)
    await page.click('[data-test=language]')
    await page.waitForFunction(() => document.querySelector('[data-test=error]').textContent.includes('不正确'))
    await fine(page)
    await page.context().close()
})

test('who has a one-time password sets their own first', async () => {
    const page = await open('desk')
    await type(page, 'fay', office.once.fay)
    await page.waitForSelector('[data-test=must-change]')
    await page.fill('input[name=next]', password('fay'))
    await page.fill('input[name=again]', 'another')
    await page.click('[data-test=enter]')
    await sees(page, '[data-test=error]', /不一致/)
    await page.fill('input[name=again]', password('fay'))
    await page.click('[data-test=enter]')
    await page.waitForSelector('#todo')
    await page.click('[data-test=out]')
    await page.waitForSelector('input[name=user]')
    await page.goto(base + '/ledger')
    await page.waitForSelector('input[name=user]')
    await page.context().close()
})

for (const size of ['desk', 'phone'])
    test(`a clerk finds a person, reads the record, and asks why this amount (${size})`, async () => {
        const page = await enter(size, 'clara')
        await fine(page)
        const who = /^award\.retirement,(\d+)/m.exec(readFileSync(join(office.place, 'awards.csv'), 'utf8'))[1]
        await page.goto(base + '/person')
        await page.fill('input[name=who]', who)
        await page.press('input[name=who]', 'Enter')
        await page.waitForSelector('[data-test=person]')
        await sees(page, '[data-test=person]', /\*{6}/)
        await page.waitForSelector('.chart canvas')
        await fine(page)
        await page.locator('[data-test=why-amount]').first().click()
        await page.waitForSelector('.tree')
        await sees(page, '.el-drawer', /社会保险法/)
        await fine(page)
        await page.context().close()
    })

test('what is not in the register is told with a way on, and a telephone shows each page whole', async () => {
    const page = await enter('phone', 'clara', 'en')
    await page.goto(base + '/person')
    await page.fill('input[name=who]', '没有此人')
    await page.press('input[name=who]', 'Enter')
    await page.waitForSelector('[role=alert]')
    for (const [path, there] of [['/employer/15', '[data-test=employer]'], ['/payment', '.empty'], ['/award', '[data-test=count]'], ['/ledger', '[data-test=balanced]'], ['/policy', '[data-test=search]'],
        ['/alert', '[data-test=open]'], ['/dues?tab=bills', '[data-test=work] table'], ['/benefit', '[data-test=work] table'], ['/import', '[data-test="make-county.import"]'], ['/law', '[data-test=work] table'], ['/more', '.doors a']]) {
        await page.goto(base + path)
        await page.waitForSelector(there)
        await fine(page)
    }
    if (await page.locator('.rail a:visible').count() > 5) throw new Error('the bar of a telephone has more than five doors')
    await page.getByRole('button', { name: 'Large type' }).click()
    await fine(page)
    await page.context().close()
})

test('a reviewer reviews the awards, a section head approves, and a clerk is offered neither', async () => {
    const clerk = await enter('desk', 'clara')
    await clerk.goto(base + '/award')
    await clerk.waitForSelector('[data-test=count]')
    if (await clerk.locator('[data-test=sign]').count()) throw new Error('a clerk is offered the review')
    await clerk.context().close()
    for (const [login, to] of [['rob', '/award?state=proposed'], ['hana', '/award?state=reviewed']]) {
        const page = await enter('desk', login)
        await page.click(`[data-test=todo] a[href="${to}"]`)
        await page.click('[data-test=sign]')
        await page.click('[data-test=confirm]')
        await page.waitForSelector('.el-message--success')
        await page.waitForSelector('[role=tabpanel] .empty')
        await fine(page)
        await page.context().close()
    }
})

test('a payment run is checked and signed by three people, and nobody signs for another', async () => {
    const made = await fetch(`${base}/v1/payrun/draft`, { method: 'POST', body: JSON.stringify({ month: MONTH, kind: 'pension', payer: '6200001' }), headers: { Authorization: `Bearer ${await office.token('clara')}`, 'Content-Type': 'application/json' } })
    if (made.status !== 200) throw new Error(await made.text())
    const cashier = await enter('phone', 'carl')
    await cashier.goto(base + '/payment/1')
    await sees(cashier, '[data-test=cannot]', /复核员/)
    await fine(cashier)
    await cashier.context().close()
    await sign('rob', '已复核')
    await sign('hana', '股室负责人已签')
    await sign('lea', '分管领导已签')
    const page = await enter('desk', 'clara')
    await page.goto(base + '/payment')
    await page.click('table a[href="/payment/1"]')
    await page.waitForFunction(() => document.querySelectorAll('[data-test=chain] li').length === 5)
    await fine(page)
    await page.context().close()
})

test('anybody tries a rule of the law without logging in', async () => {
    const page = await open('desk')
    await page.goto(base + '/policy?name=' + encodeURIComponent('退休年龄.法定退休月'))
    await sees(page, '[data-test=text]', /var 法定退休月/)
    await page.waitForSelector('select[name=人员类别]')
    await page.selectOption('select[name=region]', '中国')
    await page.waitForSelector('input[name=出生月]')
    await page.selectOption('select[name=人员类别]', '男职工')
    await page.fill('input[name=出生月]', '1965-08')
    await page.click('[data-test=calc]')
    await sees(page, '[data-test=result]', /2025-10/)
    await fine(page)
    // what a reason rests on leads to its rule; a test of it, with what came; a proof, with whom it holds of
    await page.locator('[data-test=result] a.rule', { hasText: '延迟月数' }).first().click()
    await page.waitForFunction(() => document.querySelector('[data-test=text] h2')?.textContent.includes('延迟月数'))
    await page.click('[data-test=tab-tests]')
    await sees(page, '[data-test=tests]', /通过/)
    await page.click('[data-test=tab-proofs]')
    await sees(page, '[data-test=proofs]', /已证明/)
    await fine(page)
    // 4,800 a month for 20 years at 20 %, of which 8 % to the account: 230,400 paid; at 63 1,280.00 and 92,160 / 117 = 787.69 a month
    await page.goto(base + '/calculator')
    await sees(page, '[data-test=retires]', /2044年11月/)
    await page.fill('[name=born]', '1995-03')
    await page.waitForFunction(() => /2058年3月/.test(document.querySelector('[data-test=retires]')?.innerText ?? ''))
    await sees(page, '[data-test=retires]', /2058年3月[^]*63 岁[^]*20 年/)
    await page.fill('[name=base]', '4800')
    await page.fill('[name=years]', '20')
    await page.click('main details summary')
    await page.fill('[name=benefitBase]', '8000')
    await page.click('[data-test=compare]')
    await sees(page, '[data-test=choices] table', /960\.00[^]*230,400\.00[^]*2,067\.69/)
    await sees(page, '[data-test=choices] .reasons', /为什么参保[^]*960\.00[^]*230,400\.00[^]*2,067\.69[^]*选职工还是居民/)
    await sees(page, 'main', /还差 60 个月/) // five years less would not do
    await fine(page)
    await page.locator('[data-test=why-monthly]').first().click()
    await page.waitForSelector('.tree')
    await page.context().close()
})

test('what a visitor reads in English holds no Chinese but what is marked as Chinese', async () => {
    const page = await open('phone')
    await page.goto(base + '/login')
    if ((await page.locator('[data-test=language]').innerText()) === 'English') await page.click('[data-test=language]')
    const bad = []
    for (const [path, there, act] of [['/login', 'form', null], ['/verify', 'form', null], ['/calculator', '[data-test=retires]', '[data-test=compare]']]) {
        await page.goto(base + path)
        await page.waitForSelector(there)
        if (act) await page.click(act)
        if (act) await page.waitForSelector('[data-test=choices] table')
        // The button that leads back is in the language it leads to.
        bad.push(...await page.evaluate((at) => {
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = []
            while (walker.nextNode()) if (/[\u4e00-\u9fff]/.test(walker.currentNode.data) && !walker.currentNode.parentElement.closest('[lang^=zh], [data-test=language], script')) found.push(`${at}: ${walker.currentNode.data.trim().slice(0, 60)}`)
            return found
        }, path))
        await fine(page)
    }
    if (bad.length) throw new Error(bad.join('\n    '))
    await page.context().close()
})

test('the bank pays, its answers are sent in, and the person sees the payment', async () => {
    const day = `${MONTH}-15`, folder = join(office.place, 'bank')
    mkdirSync(join(folder, 'in'), { recursive: true })
    office.as('abby', 'payrun', 'authorise', '1', '--day', day)
    office.as('carl', 'payrun', 'send', '1', '--out', 'bank/in/P1-1.csv', '--day', day)
    execFileSync(program, ['bank', 'run', '--books', 'books', '--inbox', 'in', '--outbox', 'out', '--account', '6200001', '--opening', '500000000', '--day', day, '--reject', '5', '--seed', '7'], { cwd: folder, stdio: 'ignore' })
    const headers = { Authorization: `Bearer ${await office.token('abby')}` }
    const sent = await fetch(`${base}/v1/uploads?name=answer.csv`, { method: 'POST', headers, body: readFileSync(join(folder, 'out/HP-P1-1.csv')) })
    const booked = await fetch(`${base}/v1/payrun/book`, { method: 'POST', headers: { ...headers, 'Content-Type': 'application/json' }, body: JSON.stringify({ run: 1, answer: [(await sent.json()).upload], day: `${MONTH}-16` }) })
    if (booked.status !== 200) throw new Error(await booked.text())
    const page = await enter('phone', 'clara')
    await page.goto(base + '/payment/1')
    await page.waitForFunction(() => document.querySelector('[data-test=state]')?.textContent.includes('已回盘入账'))
    await page.selectOption('section[aria-labelledby=lines] .bar select >> nth=1', 'paid')
    const paid = page.locator('section[aria-labelledby=lines] table a').first()
    await page.waitForFunction(() => /已付/.test(document.querySelector('section[aria-labelledby=lines] table')?.textContent ?? ''))
    await paid.click()
    await sees(page, '[data-test=payments]', new RegExp(`${MONTH}[^]*已付`))
    await fine(page)
    await page.context().close()
})

for (const [name, run] of cases({ enter, fine, sees })) test(name, () => run(office))

test('a clerk works on an alert; a duty taken away meanwhile is refused in words, and nothing is changed', async () => {
    const page = await enter('desk', 'fay')
    await page.goto(base + '/alert')
    await page.locator('[data-test=open]').first().click()
    await page.click('[data-test="step-alert.work"]')
    await page.fill('[name=why]', '已联系本人')
    await page.click('[data-test=do]')
    await page.waitForSelector('[data-test=answer]')
    await fine(page)
    await page.click('[data-test=close]')
    await page.click('[data-test="step-alert.close"]')
    await page.selectOption('[data-test=act-dialog] select[name=how]', 'false')
    await page.fill('[name=why]', '同名')
    office.as('rita', 'user', 'revoke', 'fay', '--roles', 'clerk')
    const before = office.state()
    await page.click('[data-test=do]')
    await sees(page, '[data-test=refused]', /岗位/)
    if (office.state() !== before) throw new Error('something was changed')
    await page.context().close()
})

/** Each page's own walks, a file each. */
const WALKS = [
    keys,
    desk,
    drafts,
    merge,
    book,
    goals,
    dockets,
    rolls,
    survey,
    system,
    ledger,
    forms,
    why,
    english,
]
for (const walk of WALKS) for (const [name, run] of walk({ open, type, enter, fine, sees, browser: () => browser })) test(name, () => run(office))

test('the server hands out only the files of the console, kept apart from other sites', async () => {
    const door = await fetch(base + '/')
    if (!/script-src|default-src 'self'/.test(door.headers.get('content-security-policy')) || /unsafe/.test(door.headers.get('content-security-policy'))) throw new Error('the policy is loose')
    const script = /src="(\/assets\/[^"]+)"/.exec(await door.text())[1]
    const asset = await fetch(base + script)
    if (!/immutable/.test(asset.headers.get('cache-control')) || !/javascript/.test(asset.headers.get('content-type'))) throw new Error('an asset is not kept')
    for (const path of ['/assets/none.js', '/%2e%2e/county.db', '/assets/..%2f..%2fcounty.db'])
        if ((await fetch(base + path)).status !== 404) throw new Error(`${path} is answered`)
    if ((await fetch(base + '/person/1')).headers.get('content-type') !== 'text/html; charset=utf-8') throw new Error('a page has no door')
})

for (const [name, run] of calls) test(name, () => run(office))

test('what was typed as a page is shown as the words it is [N6]', async () => {
    const typed = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
    const made = await fetch(`${base}/v1/case/open`, { method: 'POST', body: JSON.stringify({ type: '投诉举报', who: '700', key: typed, note: typed, agent: typed, field: [`事由=${typed}`] }),
        headers: { Authorization: `Bearer ${await office.token('clara')}`, 'Content-Type': 'application/json' } })
    const number = (await made.json()).case
    const page = await enter('desk', 'clara')
    page.on('dialog', (one) => troubles.push(`a dialog: ${one.message()}`))
    for (const [path, there] of [[`/case/${number}`, '[data-test=values]'], ['/case', 'table'], ['/', '#todo'], ['/person/700', '[data-test=person]']]) {
        await page.goto(base + path)
        await page.waitForSelector(there)
        if (path.startsWith('/case/')) await sees(page, '[data-test=values]', /<img src=x/)
        if (/^[12]$/.test(await page.title()) || await page.locator('img[src=x]').count()) throw new Error(`${path} took it for a page`)
    }
    await page.context().close()
})

// What nobody waits for and goes wrong is a trouble of the test in which it does; the others go on.
process.on('unhandledRejection', (e) => troubles.push(`nobody waited: ${String(e?.message ?? e).split('\n')[0]}`))
let failed = 0
const verdict = (good, name) => {
    if (!good) failed++
    if (results) appendFileSync(results, `${good ? 'pass' : 'fail'}\tweb/walk\t${name}\n`)
    console.log(`${good ? 'ok' : 'not ok'} - ${name}`)
}
try {
    office = await openOffice(program)
    base = office.base
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: process.getuid() === 0 ? ['--no-sandbox'] : [] })
    for (const [name, run] of tests.filter(([name]) => !parts.length || parts.some((part) => name.includes(part)))) {
        const before = troubles.length
        try {
            await run()
            if (troubles.length > before) throw new Error(troubles.slice(before).join('; '))
            verdict(true, name)
        } catch (e) {
            verdict(false, name)
            console.log(`    ${e.stack ?? e}`)
        }
    }
} catch (e) {
    verdict(false, 'the office is made and served')
    console.log(e.stack ?? e, e.stderr ?? '')
} finally {
    await browser?.close()
    office?.close()
}
process.exit(failed ? 1 : 0)
