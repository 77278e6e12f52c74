// looks.mjs PROGRAM FOLDER [WORD...] - every page, tab and main dialog of the console as pictures to be looked at: each role, at a desk and
// on a telephone, in both languages, in large type and for the printer, with data and without, and when something is wrong.
// A sheet a page is put into FOLDER: desk and telephone beside each other. WORDs: only the looks whose name has one of them.
// `DOUDI_LOOKS=URL` looks at an office that stands already (`looks.mjs PROGRAM --stand` lets one stand, and prints its URL).
// What no picture shows is told in words: text that is wider than its box, names of words that were never given, machine forms.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { chromium } from 'playwright-core'
import { furnish } from './furnish.mjs'
import { openOffice, password, root, SEALED } from './office.mjs'
import { totp } from './system.mjs'

const [program, folder, ...words] = process.argv.slice(2)
const WAYS = [
    { key: 'desk-zh', width: 1440, height: 900, lang: 'zh' }, { key: 'phone-zh', width: 390, height: 844, lang: 'zh' },
    { key: 'desk-en', width: 1440, height: 900, lang: 'en' }, { key: 'phone-en', width: 390, height: 844, lang: 'en' },
    { key: 'desk-large', width: 1440, height: 900, lang: 'zh', isLarge: true }, { key: 'phone-large', width: 390, height: 844, lang: 'zh', isLarge: true },
    { key: 'desk-large-en', width: 1440, height: 900, lang: 'en', isLarge: true }, { key: 'phone-large-en', width: 390, height: 844, lang: 'en', isLarge: true },
    { key: 'print', width: 794, height: 1123, lang: 'zh', isPrint: true }, { key: 'print-en', width: 794, height: 1123, lang: 'en', isPrint: true },
]
/** A desk and a telephone of one kind stand on one sheet: zh, en, large, large-en, print, print-en. */
const kindOf = (key) => key.replace(/^(desk|phone)-/, '')
/** A long page is seen to its end: what is higher than one sheet goes on on the next. */
const TALL = 15000, DESK = 2000, PHONE = 1100

/** What lies below: of a long page the first of these alone. */
const only = (part) => async (page) => { await page.waitForSelector(part); await page.evaluate((part) => { for (const one of document.querySelectorAll('main > section, main > div > section')) one.style.display = one.matches(part) || one.querySelector(part) ? '' : 'none' }, part) }
const issue = async (page) => { await page.click('[data-test=print-view]'); await page.waitForSelector('[data-test=issued] a'); return page.locator('[data-test=issued] a').first().getAttribute('href') }
const doors = (role, ...names) => names.map((name) => [name, role, `/${name}`])
const click = (selector) => async (page) => { await page.locator(selector).first().click() }
const type = (selector, words) => async (page) => { await page.fill(selector, words); await page.press(selector, 'Enter') }
const find = (words, after = '[data-test=hit]') => async (page) => { await page.fill('input[name=find]', words); await page.waitForSelector(after) }
const why = (within) => async (page) => { await page.locator(`${within} .why`).first().click(); await page.waitForSelector('[data-test=why]') }
const person = (who) => `/person/${who}`
const steps = (...all) => async (page) => { for (const one of all) { await one(page); await settled(page) } }
const take = async (page) => { await page.fill('[name=pin]', '246813'); await page.fill('[name=again]', '246813'); await page.locator('[data-test=take]').first().click(); await page.waitForSelector('[data-test=homes]') }
const visit = (nth) => steps(take, async (page) => { await page.context().setOffline(true); await page.locator('[data-test=homes] button').nth(nth).click(); await page.waitForSelector('[data-test=question], [data-test=through]') })
const set = async (page, name, value) => { const one = page.locator(`.el-dialog [name="${name}"]`).first(); if (!(await one.isVisible())) await page.locator('.el-dialog summary').first().click(); await ((await one.evaluate((it) => it.tagName)) === 'SELECT' ? one.selectOption(value) : one.fill(value)) }
/** Two rolls are linked and what was learned is drawn, beside itself and what people decided: in a window high enough for all of it. */
const drawn = async (page) => {
    await page.click('[data-test="make-link.people"]')
    await page.setInputFiles('.el-dialog [name=files]', ['cn_a.csv', 'cn_b.csv'].map((one) => join(root, 'tests/cli/data/link', one)))
    for (const [name, value] of [['spec', 'cn-person'], ['out', 'pairs.csv'], ['keep', 'model.txt']]) await set(page, name, value)
    await page.click('[data-test=do]')
    await page.waitForSelector('[data-test=answer] a[download]')
    const file = async (name) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(await page.evaluate((href) => fetch(href).then((one) => one.text()), await page.locator('[data-test=answer] a[download]').filter({ hasText: name }).getAttribute('href'))) })
    const model = await file('model.txt'), pairs = await file('pairs.csv')
    await page.click('[data-test=close]')
    await page.click('[data-test="make-link.model"]')
    await set(page, 'spec', 'cn-person')
    const labels = readFileSync(join(root, 'tests/cli/data/link/cn_truth.csv'), 'utf8').trim().split('\n').map((one, i) => `${one},${i ? 1 : 'match'}`).join('\n')
    for (const [name, what] of [['model', model], ['before', model], ['pairs', pairs], ['labels', { name: 'labels.csv', mimeType: 'text/csv', buffer: Buffer.from(labels) }]]) await page.setInputFiles(`.el-dialog [name=${name}]`, what)
    await page.click('[data-test=do]')
    await page.waitForSelector('[data-test=model] .chart canvas')
    await page.setViewportSize({ width: page.viewportSize().width, height: 3600 })
}
const pair = steps(click('[data-test=ask]'), click('[data-test=work] [data-test=open]'), async (page) => { await page.waitForSelector('[data-test=evidence]') })
const whole = (path) => async (page) => { await page.goto(base + path); await settled(page) }

/** name, who, where, what is done there before one looks. */
const looks = () => [
    ...[['login', '/login'], ['calculator', '/calculator'], ['policy', '/policy'], ['verify', '/verify']].map(([name, path]) => [`open-${name}`, '', path]),
    ['open-calculator-curve', '', '/calculator', click('[data-test=compare]')],
    ['open-policy-result', '', '/policy', async (page) => { await page.fill('[name=words]', '最低缴费月数'); await page.click('[data-test=search]'); await page.locator('[data-test=found] a').first().click(); await page.waitForSelector('[data-test=text]') }],
    ['login-wrong', '', '/login', async (page) => { await page.fill('input[name=user]', 'nobody'); await page.fill('input[name=password]', 'wrong'); await page.press('input[name=password]', 'Enter'); await page.waitForSelector('[data-test=error]') }],
    ['login-lost', '', '/ledger'],
    ...['clara', 'rob', 'hana', 'lea', 'abby', 'carl', 'audrey', 'tess', 'kay', 'pat', 'rita', 'kurt', 'olga', 'emma', 'ivy', 'una'].map((who) => [`home-${who}`, who, '/']),
    ['person', 'clara', '/person'],
    ['person-hits', 'clara', '/person', async (page) => { await page.fill('input[name=who]', '王'); await page.press('input[name=who]', 'Enter'); await page.waitForSelector('[data-test=hits]') }],
    ['person-none', 'clara', '/person', async (page) => { await page.fill('input[name=who]', '没有此人'); await page.press('input[name=who]', 'Enter'); await page.waitForSelector('[role=alert]') }],
    ['person-worker', 'clara', person(700)], ['person-retired', 'clara', person(retired)], ['person-other-kind', 'clara', person(15)], ['person-gone', 'clara', person(99999999)],
    ['person-why', 'clara', person(retired), async (page) => { await page.locator('[data-test=benefits] [data-test=why-amount], section[aria-labelledby=benefits] [data-test=why-amount]').first().click(); await page.waitForSelector('.tree') }],
    ['person-act', 'clara', person(retired), click('[data-test=acts] button')],
    ['find', 'clara', '/ledger', async (page) => { await page.fill('input[name=find]', '王'); await page.waitForSelector('[data-test=hit]') }],
    ['employer', 'clara', '/employer'], ['employer-one', 'clara', '/employer/15'],
    ['employer-why', 'clara', '/employer/15', async (page) => { const why = page.locator('.why'); if (await why.count()) await why.first().click() }],
    ['case', 'clara', '/case'], ['case-new', 'clara', '/case/new'],
    ['case-form', 'clara', '/case/new?who=700', async (page) => { await page.click('[data-type="缴费基数申报"]'); await page.waitForSelector('[name=field-0]') }],
    ['case-retire', 'clara', `/case/new?who=${retired}`, async (page) => { await page.locator('[data-type*="退休"]').first().click() }],
    ['case-one', 'clara', '/case/1'], ['case-act', 'clara', '/case/1', async (page) => { await page.locator('[data-test=main]').first().click() }], ['case-gone', 'clara', '/case/999'],
    ['audit-sample', 'audrey', '/audit', steps(click('[data-test=sample]'), async (page) => { await page.fill('[data-test=act-dialog] input[name=month]', SEALED); await page.click('[data-test=do]'); await page.waitForSelector('[data-test=answer]'); await page.setViewportSize({ width: page.viewportSize().width, height: 2600 }) })],
    ['case-again', 'clara', `/case/new?who=${retired}`, async (page) => { await page.click('[data-type="职工退休申领"]'); await page.waitForSelector('[data-test=open]'); await page.locator('[data-test=open]').click() }],
    ...[2, 3, 4, 5, 6].map((n) => [`case-one-${n}`, 'clara', `/case/${n}`]), ['case-ask', 'clara', '/case/3', click('[data-test="do-case.ask"]')], ['case-rob', 'rob', '/case/1'], ['case-settled', 'rob', '/case/7', click('[data-test=main]')],
    ['merge', 'clara', '/merge'], ['merge-row', 'clara', '/merge', async (page) => { await page.locator('[data-test=compare-row]').first().click(); await page.waitForSelector('[data-test=pair]') }], ['merge-pair', 'clara', '/merge', async (page) => { await page.fill('main input >> nth=0', '700'); await page.fill('main input >> nth=1', '701'); await page.click('[data-test=compare]'); await page.waitForSelector('[data-test=pair]') }],
    // The insured and an employer's agent, who see nothing of the office.
    ['mine', 'ivy', '/mine'], ['mine-why', 'ivy', '/mine', why('[data-test=paid]')], ['mine-unbound', 'una', '/mine'], ['mine-more', 'ivy', '/more'], ['mine-account', 'ivy', '/me'], ['mine-denied', 'ivy', '/person/701'],
    ['desk', 'emma', '/desk'], ['desk-why', 'emma', '/desk', why('[data-test=desk]')], ['desk-bill', 'emma', '/desk', async (page) => { await page.locator('input[name=month]').first().fill('2026-11'); await settled(page); await page.click('[data-test=why-bill]') }],
    ['desk-tried', 'emma', '/desk', async (page) => { await page.setInputFiles('input[type=file]', { name: '增减.csv', mimeType: 'text/csv', buffer: Buffer.from('证件号码,姓名,申报,日期,申报工资\n11010519491231002X,张三,增,2026-12-01,5300.00\n不是号码,李四,减,2026-12-01,\n') }); await page.click('[data-test=try]') }],
    // What the box at the top finds, or not.
    ['find-case', 'clara', '/', find('1')], ['find-rule', 'clara', '/', find('退休')], ['find-page', 'clara', '/', find('jf')], ['find-none', 'clara', '/', find('没有这样的', '[data-test=no-hit]')], ['find-english', 'clara', '/', find('award')],
    ['person-paid-why', 'clara', person(700), why('[data-test=payments]')], ['person-bill-why', 'clara', person(700), why('[aria-labelledby=contributions]')],
    ['employer-hits', 'clara', '/employer', type('input[name=who]', '示例')], ['employer-none', 'clara', '/employer', type('input[name=who]', '没有此单位')], ['employer-gone', 'clara', '/employer/99999999'],
    ['dues-owed', 'clara', '/dues?tab=owed&payer=15'],
    ['benefit-make', 'clara', '/benefit', click('[data-test^=make-]')], ['account-make', 'kay', '/account', click('[data-test^=make-]')], ['account-open', 'kay', '/account', click('[data-test=open]')],
    ['docket-new', 'clara', '/docket', click('[data-test=docket-new]')], ['docket-file', 'clara', '/docket', click('[data-test=docket-file]')],
    ['payrun-why', 'clara', '/payment/1', why('[aria-labelledby=lines]')], ['payment-make', 'clara', '/payment', click('[data-test^=make-]')],
    ['paper-made', 'clara', person(retired), async (page) => { await page.click('[data-test=print-view]'); await page.waitForSelector('[data-test=issued] a') }],
    ['paper-page', 'clara', person(retired), async (page) => { await page.click('[data-test=print-view]'); const made = await page.locator('[data-test=issued] a').first().getAttribute('href'); await page.goto(`data:text/html;charset=utf-8,${encodeURIComponent(await page.evaluate((href) => fetch(href).then((one) => one.text()), made))}`) }],
    ['session-lost', 'clara', '/payment', async (page) => { await page.context().clearCookies(); await page.evaluate(() => document.querySelector('.rail a[href="/case"]').click()); await page.waitForSelector('input[name=user]') }],
    ['login-once', '', '/login', async (page) => { await page.fill('input[name=user]', 'fay'); await page.fill('input[name=password]', process.env.DOUDI_LOOKS_ONCE ?? office.once.fay); await page.press('input[name=password]', 'Enter'); await page.waitForSelector('input[name=next]') }],
    ['login-empty', '', '/login', click('[data-test=enter]')],
    ['award-head', 'hana', '/award'], ['payment', 'clara', '/payment'], ['payrun', 'clara', '/payment/1'], ['payrun-2', 'rob', '/payment/2'],
    ['payrun-sign', 'rob', '/payment/2', click('[data-test=act]')], ['payrun-gone', 'clara', '/payment/999'],
    ...doors('clara', 'docket', 'dues', 'benefit', 'account', 'alert', 'roll', 'register', 'campaign', 'grant', 'ledger', 'goals', 'award', 'law', 'import', 'more'),
    ['alert-one', 'clara', '/alert', click('[data-test=open]')], ['dues-make', 'clara', '/dues', click('[data-test^=make-]')],
    ['import-make', 'clara', '/import', click('[data-test="make-county.import"]')],
    ['account-kay', 'kay', '/account'], ['law-pat', 'pat', '/law'], ['law-lea', 'lea', '/law'], ['system-rita', 'rita', '/system'], ['system-olga', 'olga', '/system'], ['system-audrey', 'audrey', '/system'],
    ['system-make', 'rita', '/system', click('[data-test^=make-]')],
    ['me', 'clara', '/me'], ['policy', 'clara', '/policy'], ['calculator', 'clara', '/calculator'],
    ['denied-payment', 'rita', '/payment/1'], ['denied-person', 'kurt', '/person/700'], ['denied-ledger', 'rita', '/ledger'],
    ['tess-other', 'tess', person(700)],
    ['address-none', 'clara', '/no-such-page'],
    ['wait', 'clara', '/ledger', (page) => page.route('**/v1/**', () => undefined).then(() => page.goto(base + '/payment', { waitUntil: 'commit' })).then(() => page.waitForSelector('header'))],
    ['down', 'clara', '/payment', (page) => page.route('**/v1/**', (route) => route.abort()).then(() => page.locator('.rail a[href="/ledger"]').first().dispatchEvent('click')).then(() => settled(page))],
    ['broken', 'clara', '/payment', (page) => page.route('**/v1/ledger/**', (route) => route.fulfill({ status: 500, contentType: 'application/json', body: '{"error":{"code":"internal","message":"The server failed.","message_zh":"服务器出错。"}}' })).then(() => page.locator('.rail a[href="/ledger"]').first().dispatchEvent('click')).then(() => settled(page))],
    ['duties', 'lea', '/duties'], ['audit', 'audrey', '/audit'], ['health', 'olga', '/health'], ['calendar', 'clara', '/calendar'], ['household', 'clara', '/household'], ['survey', 'clara', '/survey'],
    ['wait-open', 'clara', '/ledger', (page) => page.route('**/v1/**', () => undefined).then(() => page.goto(base + '/ledger', { waitUntil: 'commit' })).then(() => page.waitForSelector('main .el-skeleton'))],
    ['date-open', 'clara', '/dues?tab=owed', async (page) => { await page.locator('[data-test=calendar-of]').first().click(); await page.waitForSelector('[data-test=calendar-panel]') }],
    ['date-dialog', 'clara', '/campaign', steps(click('[data-test="make-campaign.new"]'), async (page) => { await page.locator('.el-dialog summary').click().catch(() => undefined); await page.locator('.el-dialog [data-test=calendar-of]').first().click(); await page.waitForSelector('[data-test=calendar-panel]') })],
    ['import-refused', 'clara', '/import', steps(click('[data-test="make-county.import"]'), async (page) => {
        await page.locator('.el-dialog [name=what]').evaluate((one) => one.tagName) === 'SELECT' ? await page.selectOption('.el-dialog [name=what]', 'persons') : await page.fill('.el-dialog [name=what]', 'persons')
        await page.setInputFiles('.el-dialog [name=file]', { name: '人员.csv', mimeType: 'text/csv', buffer: Buffer.from('姓名,证件号码\n张三,11010519491231002X\n李四,110105194912310021\n,110105\n') })
        await page.click('[data-test=dry]')
        await page.waitForSelector('[data-test=answer], [data-test=refused]')
    })],
    ['import-unread', 'clara', '/import', steps(click('[data-test="make-county.import"]'), async (page) => {
        await page.locator('.el-dialog [name=what]').evaluate((one) => one.tagName) === 'SELECT' ? await page.selectOption('.el-dialog [name=what]', 'persons') : await page.fill('.el-dialog [name=what]', 'persons')
        await page.setInputFiles('.el-dialog [name=file]', { name: '照片.png', mimeType: 'image/png', buffer: Buffer.from([137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13]) })
        await page.click('[data-test=dry]')
        await page.waitForSelector('[data-test=answer], [data-test=refused]')
    })],
    ['import-lacks', 'clara', '/import', steps(click('[data-test="make-county.import"]'), async (page) => {
        await page.locator('.el-dialog [name=what]').evaluate((one) => one.tagName) === 'SELECT' ? await page.selectOption('.el-dialog [name=what]', 'persons') : await page.fill('.el-dialog [name=what]', 'persons')
        await page.setInputFiles('.el-dialog [name=file]', { name: '人员.csv', mimeType: 'text/csv', buffer: Buffer.from('称呼,号\n张三,11010519491231002X\n') })
        await page.click('[data-test=dry]')
        await page.waitForSelector('[data-test=answer], [data-test=refused]')
    })],
    ['second-held', 'kurt', '/me', async (page) => { // taken at the first look; each of them shows how another would be taken in its place
        await page.click('[data-test=begin-second]')
        await page.waitForSelector('[data-test=secret]')
        if (await page.locator('input[name=current]').count()) return
        await page.fill('input[name=code]', totp(await page.locator('[data-test=secret]').innerText()))
        await page.click('[data-test=take-second]')
        await page.waitForSelector('[data-test=second-state].good')
        await page.click('[data-test=begin-second]')
        await page.waitForSelector('input[name=current]')
    }],
    ['second', 'rita', '/me', async (page) => { await page.locator('[data-test=second] button, main button.el-button').first().click() }],
    // Tabs that ask for something first, with it; dialogs in which one chooses.
    ...[['rollLines', '/roll', 'receipt=1'], ['rollDifferences', '/roll', 'receipt=1'], ['surveyProgress', '/household', 'round=1'], ['surveyConflicts', '/household', 'round=1'], ['surveyResults', '/household', 'round=1'], ['surveyNewcomers', '/household', 'round=1'],
        ['campaignTargets', '/campaign', `campaign=${encodeURIComponent('进园区')}`]].map(([tab, door, more]) => [`tab-${tab}`, 'clara', `${door}?tab=${tab}&${more}`, settled]),
    ['roll-make', 'clara', '/roll', click('[data-test="make-roll.receive"]')], ['campaign-make', 'clara', '/campaign', click('[data-test="make-campaign.new"]')],
    ['project-one', 'clara', '/register?tab=projects', click('[data-test=open]')], ['conflict-one', 'clara', '/household?tab=surveyConflicts&round=1', click('[data-test=open]')],
    ['joint', 'lea', '/system?tab=userChanges', async (page) => { await page.locator('[data-test=open]').last().click() }], ['user-one', 'audrey', '/system', click('[data-test=open]')],
    ['goals-town', 'clara', '/goals', click('[data-test^=place-]')], ['goals-village', 'clara', '/goals', steps(click('[data-test^=place-]'), click('[data-test=ranks] [data-test^=place-]'))],
    ['policy-known', 'clara', `/policy?name=${encodeURIComponent('法定退休月')}&tab=try`, steps(async (page) => { if (!(await page.locator('[data-test=known]').count())) await page.click('[data-test=tab-try]'); await page.fill('input[name=who]', '702') }, click('[data-test=known]'), async (page) => { await page.waitForSelector('[data-test=taken]'); await page.click('[data-test=calc]'); await page.waitForSelector('[data-test=result]') })],
    ['policy-try', '', `/policy?name=${encodeURIComponent('法定退休月')}`, settled], ['policy-pack', '', `/policy?pack=${encodeURIComponent('退休年龄')}`, settled],
    ['policy-differ', '', '/policy', async (page) => { await page.locator('[data-test=differ] button').last().click(); await page.waitForSelector('[data-test=differ] table, [data-test=differ] .empty') }],
    ['verify-wrong', '', '/verify', async (page) => { await page.locator('main input').fill('DD2-17-0000'); await page.locator('main .el-button').click(); await page.waitForSelector('main [role=alert], main [role=status]') }],
    ['survey-round', 'clara', '/survey', take], ['survey-home', 'clara', '/survey', visit(2)],
    // On the telephone: the first question of a house, the one after it, a question about one of its people.
    ...[['survey-question', steps(visit(4))], ['survey-next', steps(visit(5), click('[data-value="已调查"]'), click('[data-test=next]'))], ['survey-wrong', steps(visit(6), click('[data-value="已调查"]'), click('[data-test=next]'), click('[data-test=next]'))]].map(([name, before]) => [name, 'clara', '/survey', before]),
    ['policy-rule', 'clara', '/policy?name=' + encodeURIComponent('最低缴费月数')],
    ['paper', 'clara', person(retired), async (page) => { await page.locator('[data-test^=paper]').first().click() }],
    // The lower half of long pages, and what asks for something before it answers.
    ['vouchers-all', 'clara', '/ledger', click('[data-test=tab-vouchers]')], ['vouchers-found', 'clara', '/ledger', steps(click('[data-test=tab-vouchers]'), async (page) => { await page.fill('[data-test=seek] [name=amount]', '814005.60') }, click('[data-test=find]'), click('[data-test=save-csv]'))],
    ['verify-genuine', 'clara', person(retired), async (page) => { const code = await page.evaluate((href) => fetch(href).then((one) => one.text()).then((one) => /DD2-[\w-]+/.exec(one)?.[0]), await issue(page)); await page.goto(`${base}/verify?code=${encodeURIComponent(code)}`); await page.waitForSelector('[data-test=genuine]') }],
    ...['tests', 'proofs', 'uses'].map((tab) => [`rule-${tab}`, '', `/policy?name=${encodeURIComponent('法定退休月')}`, steps(click(`[data-test=tab-${tab}]`), only(`[data-test=tab-${tab}]`))]),
    ...['tests', 'proofs'].map((tab) => [`pack-${tab}`, '', `/policy?pack=${encodeURIComponent('退休年龄')}`, steps(click(`[data-test=tab-${tab}]`), async (page) => { await page.waitForFunction(() => !document.querySelector('main .el-skeleton'), null, { timeout: 60_000 }) })]),
    ['regions-differ', '', '/policy', steps(click('[data-test=diff]'), only('[data-test=differ]'))],
    ['goals-ranks', 'lea', '/goals', steps(click('[data-test^=indicator-]'), only('[data-test=ranks]'))], ['goals-assess', 'lea', '/goals', only('[data-test=assess]')], ['goals-why', 'lea', '/goals', steps(click('[data-test^=indicator-]'), only('[data-test=goal-why]'))],
    // A pair that no number settled, with what speaks for it, and the step that proposes it; a step whose row is known by codes alone.
    ['pair', 'clara', '/roll?tab=rollMatch&receipt=14', pair], ['pair-step', 'clara', '/roll?tab=rollMatch&receipt=14', steps(pair, click('[data-test="step-roll.decide"]'))],
    ['conflict-step', 'clara', '/household?tab=surveyConflicts&round=1', steps(click('[data-test=open]'), click('[data-test="step-survey.decide"]'))],
    // The second page of long lists.
    ...[['alert', 'clara', '/alert'], ['payrun', 'clara', '/payment/1'], ['employer', 'clara', '/employer/15']].map(([name, who, path]) => [`${name}-second`, who, path, click('[data-test=next]')]),
    ['award-second', 'hana', '/award', steps(click('main [role=tab] >> nth=2'), click('[data-test=next]'))], ['audit-further', 'audrey', '/audit', click('[data-test=more]')],
    ['link-model', 'clara', '/roll?tab=rollMatch', drawn],
    ['six', 'lea', '/', only('[data-test=six]')],
    ...[['registerGroups', '/register', ''], ['registerTowns', '/register', ''], ['registerExcluded', '/register', ''], ['held', '/alert', '']].map(([tab, door]) => [`tab-${tab}`, 'clara', `${door}?tab=${tab}`, settled]),
    ['verified', 'audrey', '/system?tab=verify', async (page) => { await page.click('[data-test=ask]'); await page.waitForFunction(() => !document.querySelector('[data-test=ask], main .el-skeleton'), null, { timeout: 60_000 }) }],
    // An office on its first day.
    ...['clara', 'rob', 'lea', 'audrey', 'olga', 'pat'].map((who) => [`bare-home-${who}`, who, '/']),
    ...['person', 'employer', 'case', 'dues', 'benefit', 'account', 'award', 'payment', 'ledger', 'alert', 'roll', 'register', 'campaign', 'household', 'docket', 'goals', 'law', 'merge', 'calendar', 'import'].map((door) => [`bare-${door}`, 'clara', `/${door}`]),
    // A server that was given no packs: every read is refused so.
    ...['clara', 'lea'].map((who) => [`packless-${who}`, who, '/ledger', (page) => page.route(/\/v1\/(todo|county|overview|indicator|month|case|place)\//, (route) => route.fulfill({ status: 404, contentType: 'application/json', body: '{"error":{"code":"service.no_packs","message":"No packs were found; name their folder with --packs or in DOUDI_PACKS. Looked in: packs.","message_zh":"没有找到政策包；请用 --packs 或环境变量 DOUDI_PACKS 指定目录。已查找：packs。"}}' })).then(() => page.locator('.rail a[href="/"]').first().dispatchEvent('click')).then(() => settled(page))]),
    ['bare-find', 'clara', '/', find('王', '[data-test=no-hit]')], ['bare-grant', 'clara', '/grant'], ['bare-duties', 'lea', '/duties'], ['bare-audit', 'audrey', '/audit'], ['bare-health', 'olga', '/health'], ['bare-system', 'rita', '/system'],
    ['keys', 'clara', '/', async (page) => { await page.waitForSelector('#todo'); await page.keyboard.press('?') }],
]

let base = process.env.DOUDI_LOOKS ?? '', retired = 0, office = null, bare = null
const settled = async (page) => {
    await page.waitForLoadState('networkidle').catch(() => undefined)
    await page.waitForFunction(() => !document.querySelector('main [role=status] .el-skeleton'), null, { timeout: 8000 }).catch(() => undefined)
    await page.waitForTimeout(150) // a chart draws itself after its data
}

/** Text cut off, words never given, machine forms: a person would stumble over them, and no axe finds them. */
const stumbles = (page) => page.evaluate(() => {
    const said = []
    const wide = document.documentElement.scrollWidth - innerWidth
    if (wide > 0) said.push(`the page is ${wide} px too wide`)
    const seen = (one) => one.getClientRects().length > 0 && !one.closest('.el-skeleton, pre, code, textarea, .chart, [aria-hidden=true]')
    const walker = document.createTreeWalker(document.querySelector('#app') ?? document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const text = node.textContent.trim(), box = node.parentElement
        if (!text || !box || !seen(box)) continue
        if (/\b(undefined|NaN|\[object|null)\b/.test(text)) said.push(`says ${text.slice(0, 60)}`)
        if (/^[a-z]+\.[a-zA-Z_.-]+$/.test(text) && !box.closest('.soft') && !/\.(md|csv|xlsx|json|db)$/.test(text)) said.push(`code ${text}`)
        if (/^[a-z]+(_[a-z]+)+$/.test(text)) said.push(`code ${text}`)
        if (/\d{4}-\d\d-\d\d(T|$)/.test(text)) said.push(`day ${text.slice(0, 40)}`)
        if (document.documentElement.lang === 'en' && /[\u4e00-\u9fff]{2,}/.test(text) && !box.closest('[lang^=zh]')) said.push(`Chinese ${text.slice(0, 40)}`)
        const style = getComputedStyle(box)
        if (box.scrollWidth > box.clientWidth + 1 && style.overflowX === 'hidden' && style.display !== 'inline' && box.clientWidth > 1) said.push(`cut ${text.slice(0, 40)}`)
    }
    // More rows than one sees at a glance are found in, sorted and taken away; where a bar above keeps views, it finds and sorts.
    for (const one of document.querySelectorAll('table.list:not(.side)')) {
        const rows = one.querySelectorAll('tbody > tr').length, box = one.closest('.scroll') ?? one
        if (rows <= 5 || !one.getClientRects().length) continue
        let bar = box.previousElementSibling
        while (bar && !bar.matches('.tools')) bar = bar.previousElementSibling
        const lacks = [['a filter', '[data-test=filter], [data-test=find-in]'], ['an order', 'select[name=sort]'], ['Excel', '[aria-label^=Excel]']].filter(([what, part]) => !bar?.querySelector(part) && (what === 'Excel' || !document.querySelector('main .bar:not(.tools) .views'))).map(([what]) => what)
        if (lacks.length) said.push(`list ${one.getAttribute('aria-label')} of ${rows} lacks ${lacks.join(', ')}`)
    }
    for (const one of document.querySelectorAll('.scroll')) if (one.scrollWidth > one.clientWidth + 1) said.push(`table ${one.getAttribute('aria-label') ?? ''} is ${one.scrollWidth} of ${one.clientWidth}`)
    return [...new Set(said)].slice(0, 14)
})

const kept = join(folder === '--stand' ? '.' : folder ?? '.', 'cookies.json')
const cookies = new Map(folder !== '--stand' && existsSync(kept) ? JSON.parse(readFileSync(kept, 'utf8')) : [])

async function look(browser, way, [name, who, path, before]) {
    const context = await browser.newContext({ viewport: { width: way.width, height: way.height }, reducedMotion: 'reduce', locale: way.lang === 'zh' ? 'zh-CN' : 'en-GB', timezoneId: 'Asia/Shanghai' })
    context.setDefaultTimeout(30_000) // a machine that is busy, passwords of a bare office that are checked as slowly as those of a real one
    await context.addInitScript(([lang, large]) => { localStorage.setItem('doudi.lang', lang); localStorage.setItem('doudi.large', large) }, [way.lang, way.isLarge ? 'yes' : ''])
    const page = await context.newPage(), shots = [], said = []
    page.on('pageerror', (e) => said.push(`ERROR ${e.message}`))
    try {
        if (who && cookies.has(`${base} ${who}`)) await context.addCookies(cookies.get(`${base} ${who}`))
        else if (who) {
            await page.goto(base + '/login')
            await page.fill('input[name=user]', who)
            await page.fill('input[name=password]', password(who))
            await page.press('input[name=password]', 'Enter')
            await page.waitForSelector('#todo, [data-test=mine], [data-test=desk]')
            cookies.set(`${base} ${who}`, await context.cookies())
            writeFileSync(kept, JSON.stringify([...cookies]))
        }
        await page.goto(base + path)
        await settled(page)
        if (before) {
            await before(page).catch((e) => said.push(`NOT DONE ${String(e).split('\n')[0]}`))
            if (name !== 'wait') await settled(page)
        }
        const shot = async (tab) => {
            const slow = page.locator('[data-test=ask]')
            if (await slow.count() && !(await page.locator('.el-dialog:visible, .el-drawer:visible').count())) { await slow.first().click(); await settled(page) }
            if (way.width < 500) await page.evaluate(() => { const bar = document.querySelector('.rail'); if (bar) bar.style.position = 'static' }) // it would stand amidst a long page
            if (way.isPrint) await page.emulateMedia({ media: 'print' }) // what stands on the page then is what is printed
            const open = await page.locator('.el-dialog:visible, .el-drawer:visible').count()
            const high = await page.evaluate(() => document.documentElement.scrollHeight)
            shots.push({ tab, png: await page.screenshot(open ? {} : { fullPage: true, clip: { x: 0, y: 0, width: way.width, height: Math.min(TALL, Math.max(high, way.height)) } }) })
            said.push(...(await stumbles(page)).map((one) => (tab ? `[${tab}] ${one}` : one)))
            if (way.isPrint) await page.emulateMedia({ media: 'screen' }) // the next tab is pressed
        }
        await shot('')
        const tabs = page.locator('main [role=tab]')
        for (let i = 1; !before && i < await tabs.count(); i++) {
            await tabs.nth(i).click()
            await settled(page)
            await shot(String(i))
        }
    } catch (e) {
        said.push(`FAILED ${String(e).split('\n')[0]}`)
    }
    await context.close()
    return { shots, said }
}

/** Desk and telephone of one language (or size) beside each other, a long telephone in columns; what goes on below goes on on the next sheet. */
async function sheet(browser, file, pngs) {
    const context = await browser.newContext({ viewport: { width: 1500, height: 400 } }), page = await context.newPage()
    for (let n = 0, isMore = true; isMore; n++) {
        await page.setViewportSize({ width: 1500, height: 400 })
        await page.setContent('<body style="margin:0;background:#888;display:flex;gap:6px;align-items:flex-start">')
        isMore = await page.evaluate(async ([all, n, desk, phone]) => {
            let isMore = false
            for (const { src, width, isPhone } of all) {
                const image = new Image()
                image.src = src
                await image.decode()
                const high = image.naturalHeight * width / image.naturalWidth, most = isPhone ? phone : desk, whole = most * (isPhone ? 3 : 1)
                isMore ||= high > (n + 1) * whole
                for (let y = n * whole; y < Math.min(high, (n + 1) * whole); y += most) {
                    const part = document.createElement('div')
                    part.style.cssText = `flex:none;width:${width}px;height:${Math.min(most, high - y)}px;background:url(${src}) 0 -${y}px / ${width}px auto no-repeat`
                    document.body.append(part)
                }
            }
            return isMore
        }, [pngs.map(({ png, isPhone, width }) => ({ src: `data:image/png;base64,${png.toString('base64')}`, isPhone, width })), n, DESK * 0.75, PHONE])
        await page.setViewportSize({ width: await page.evaluate(() => document.body.scrollWidth), height: 400 })
        await page.screenshot({ path: n ? file.replace(/\.png$/, `.${n + 1}.png`) : file, fullPage: true })
    }
    await context.close()
}

const isChosen = ([name]) => !words.length || words.some((word) => (word.endsWith('$') ? name === word.slice(0, -1) : name.includes(word)))
const isBare = ([name]) => name.startsWith('bare-')
if (!base && looks().some((one) => isChosen(one) && !isBare(one))) {
    office = await openOffice(resolve(program), { tess: 'clerk', una: 'insured', sue: 'surveyor' })
    await furnish(office, resolve(program))
    base = office.base
}
if (folder === '--stand') {
    console.log(base, office.place, office.once.fay)
    process.on('SIGTERM', () => { office.close(); process.exit(0) })
    await new Promise(() => undefined)
}
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: process.getuid() === 0 ? ['--no-sandbox'] : [] })
try {
    mkdirSync(folder, { recursive: true })
    retired = Number(process.env.DOUDI_LOOKS_RETIRED ?? office?.retired ?? 0)
    const chosen = process.env.DOUDI_WAYS?.split(','), ways = WAYS.filter(({ key }) => !chosen || chosen.includes(key) || chosen.includes(kindOf(key)))
    const furnished = base
    for (const one of looks().filter(isChosen)) {
        if (isBare(one)) bare ??= await openOffice(resolve(program), {}, true)
        base = isBare(one) ? bare.base : furnished
        const seen = new Map()
        for (const way of ways) {
            const { shots, said } = await look(browser, way, one)
            for (const line of said) console.log(`${one[0]} ${way.key}: ${line}`)
            const kind = kindOf(way.key)
            for (const { tab, png } of shots) {
                const key = `${one[0]}${tab ? `-${tab}` : ''}.${kind}`
                seen.set(key, [...(seen.get(key) ?? []), { png, isPhone: way.width < 500, width: way.width < 500 ? 390 : way.isPrint ? 794 : 1080 }])
            }
        }
        for (const [key, pngs] of seen) await sheet(browser, join(folder, `${key}.png`), pngs)
    }
} finally {
    await browser.close()
    office?.close()
    bare?.close()
}
process.exit(0)
