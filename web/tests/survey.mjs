// survey.mjs - a survey from offline to merged: taken along, filled without network, closed and opened again, sent, and nothing of it left.
import { writeFileSync } from 'node:fs'
import { get } from 'node:https'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { password, serveOverTls } from './office.mjs'

const PIN = '246813'
/** All that the browser keeps of the page in the clear. */
const keptWords = (page) => page.evaluate(async () => {
    const found = []
    for (const { name } of await indexedDB.databases()) {
        const db = await new Promise((done) => { indexedDB.open(name).onsuccess = (event) => done(event.target.result) })
        for (const store of db.objectStoreNames)
            found.push(...await new Promise((done) => { db.transaction(store).objectStore(store).getAll().onsuccess = (event) => done(event.target.result) }))
        db.close()
    }
    const sealed = found.map((one) => new TextDecoder().decode(one.sealed))
    return JSON.stringify([found, sealed, { ...localStorage }, { ...sessionStorage }])
})

/** How each record is sealed now: what was taken along, and what was said. */
const sealedNow = (page) => page.evaluate(async () => {
    const db = await new Promise((done) => { indexedDB.open('doudi-survey').onsuccess = (event) => done(event.target.result) })
    const of = async (key) => {
        const one = await new Promise((done) => { db.transaction('copy').objectStore('copy').get(key).onsuccess = (event) => done(event.target.result) })
        return { iv: String(one.iv), bytes: one.sealed.byteLength }
    }
    const found = { copy: await of('copy'), said: await of('said') }
    db.close()
    return found
})

export const survey = ({ enter, fine, sees }) => [
    ['a survey from offline to merged: answers without network, loaded anew, sent, and the copy is gone [A11]', async (office) => {
        office.as('clara', 'survey', 'begin', '年度入户', '--from', '2026-11-01', '--until', '2026-12-31')
        office.as('clara', 'survey', 'assign', '1', '--to', 'rob', '--place', '590121100')
        const all = JSON.parse(office.cli(['survey', 'take', '1', '--for', 'rob', '--json'])).households.filter((each) => each.members.length === 2).slice(0, 4)
        office.as('clara', 'survey', 'assign', '1', '--to', 'clara', '--place', '590121100', ...all.flatMap((each) => ['--household', String(each.household)]))
        const taken = JSON.parse(office.cli(['survey', 'take', '1', '--for', 'clara', '--json']))
        const one = taken.households[1]
        const page = await enter('phone', 'clara', 'zh')
        await page.goto(office.base + '/survey')
        await page.fill('[name=pin]', PIN)
        await page.fill('[name=again]', '000000')
        await page.click('[data-test=take]')
        await sees(page, '[data-test=trouble]', /不一致/)
        await page.fill('[name=again]', PIN)
        await page.click('[data-test=take]')
        await page.waitForSelector('[data-test=homes]')
        await fine(page)

        await page.context().setOffline(true)
        await page.waitForFunction(() => /没有网络/.test(document.querySelector('[data-test=line]').textContent))
        await page.reload()
        await page.waitForSelector('[data-test=locked]')
        await page.fill('[name=pin]', '111111')
        await page.click('[data-test=unlock]')
        await sees(page, '[data-test=trouble]', /口令不对/)
        await page.fill('[name=pin]', PIN)
        await page.click('[data-test=unlock]')
        await page.waitForSelector('[data-test=homes]')
        const at = taken.households.indexOf(one)
        const visit = async () => {
            await page.locator('[data-test=homes] button').nth(at).click()
            await page.waitForSelector('[data-test=question], [data-test=through]')
        }
        const heading = () => page.locator('[data-test=question] h2').innerText()
        // Who is asked, and the how manieth question: it changes once the answer is kept; a warning that goes, or how many there are, may change before.
        const place = async () => (await page.locator('[data-test=question] p').first().innerText()).split('/')[0]
        const choose = async (value) => {
            const before = await place()
            await page.click(`[data-test=question] [data-value="${value}"]`)
            await page.waitForFunction((said) => document.querySelector('[data-test=question] p')?.innerText.split('/')[0] !== said, before)
        }
        const fill = async (value) => {
            const before = await place()
            await page.fill('[data-test=question] [name=value]', value)
            await page.click('[data-test=next]')
            await page.waitForFunction((said) => document.querySelector('[data-test=question] p')?.innerText.split('/')[0] !== said, before)
        }
        const sealedBefore = await sealedNow(page)
        await visit()
        await fine(page)
        await choose('已调查')
        await page.fill('[data-test=question] [name=value]', '许多')
        await page.click('[data-test=next]')
        await sees(page, '[data-test=wrong]', /不行/)
        await fill('3')
        await page.fill('[data-test=question] [name=value]', '90000')
        // Kept as it is typed: the page is loaded anew without network, and without the next button.
        await page.waitForFunction(() => /3 项/.test(document.querySelector('[data-test=unsent]')?.textContent ?? ''))
        // What was taken along is not sealed anew for an answer: only what was said is.
        const sealedAfter = await sealedNow(page)
        if (sealedAfter.copy.iv !== sealedBefore.copy.iv || sealedAfter.said.iv === sealedBefore.said.iv || sealedAfter.said.bytes >= sealedAfter.copy.bytes) throw new Error(JSON.stringify([sealedBefore, sealedAfter]))
        await page.reload()
        await page.fill('[name=pin]', PIN)
        await page.click('[data-test=unlock]')
        await page.waitForSelector('[data-test=homes]')
        const kept = await keptWords(page)
        for (const word of ['90000', one.members[0].name, '年度入户', PIN]) if (kept.includes(word)) throw new Error(`${word} stands in the browser in the clear`)
        await visit()
        for (let guard = 0; guard < 60 && (await page.locator('[data-test=through]').count()) === 0; guard++) {
            const question = await heading()
            if (/在哪里/.test(question)) await choose('住在本户')
            else if (/在校/.test(question)) await choose('false')
            else if (/工作/.test(question)) await choose('灵活就业')
            else if (/参加了哪种/.test(question)) await choose('未参保')
            else if (/愿意/.test(question)) {
                // Their own figures, without network, as the office reckoned them.
                const who = await page.locator('[data-test=question] p').first().innerText()
                const offers = one.members.find((each) => who.startsWith(each.name)).offers
                const shown = await page.locator('[data-test=offers]').innerText()
                for (const each of offers.filter((found) => found.month)) if (!shown.replaceAll(',', '').includes(each.month)) throw new Error(`${each.month} is not in: ${shown}`)
                if (!offers.length && !/没有这个人的测算/.test(shown)) throw new Error(shown)
                await fine(page)
                await choose('职工养老')
            }
            else await fill(await page.inputValue('[data-test=question] [name=value]'))
        }
        await sees(page, '[data-test=through] h2', /填完/)
        await fine(page)
        await page.click('[data-test=newcomer]')
        await fill('欧阳新来')
        await page.click('[data-test=list]')
        await page.waitForSelector('[data-test=homes]')
        if (!(await page.locator('[data-test=send]').isDisabled())) throw new Error('it can be sent without network')

        await page.context().setOffline(false)
        await page.waitForFunction(() => /网络正常/.test(document.querySelector('[data-test=line]').textContent))
        await page.click('[data-test=send]')
        await page.waitForFunction(() => /已上报/.test(document.querySelector('[data-test=said]')?.textContent ?? ''))
        if (await page.evaluate(async () => (await indexedDB.databases()).some((db) => db.name === 'doudi-survey'))) throw new Error('the copy is still there')
        const told = JSON.parse(office.cli(['survey', 'show', '1', String(one.household), '--json']))
        const stands = (question) => told.rows.filter((row) => row.question === question).map((row) => row.says)
        if (String(stands('people')) !== '3' || String(stands('income')) !== '90000' || stands('wish').length !== one.members.length) throw new Error(JSON.stringify(told.rows))
        if (String(stands('name')) !== '欧阳新来') throw new Error(JSON.stringify(stands('name')))
        await page.context().close()
    }],
    ['over HTTPS at a name of its own the page works without network; without HTTPS it is said that it cannot [A11]', async (office) => {
        const HOST = 'survey.office.test'
        const tls = await serveOverTls(office, HOST)
        // Who believes this certificate alone reaches the host by its name, and nobody by another.
        const asked = (name) => new Promise((done) => get({ host: '127.0.0.1', port: tls.port, path: '/sw.js', servername: name, ca: tls.certificate, headers: { Host: name } }, (answer) => done(answer.statusCode)).on('error', (e) => done(e.code)))
        if (await asked(HOST) !== 200 || await asked('other.office.test') !== 'ERR_TLS_CERT_ALTNAME_INVALID') throw new Error(`${await asked(HOST)} ${await asked('other.office.test')}`)
        const context = await chromium.launchPersistentContext(join(office.place, 'phone'), { executablePath: '/usr/bin/chromium', viewport: { width: 390, height: 844 }, reducedMotion: 'reduce',
            args: [`--host-resolver-rules=MAP *.office.test 127.0.0.1`, `--ignore-certificate-errors-spki-list=${tls.pin}`, ...(process.getuid() === 0 ? ['--no-sandbox'] : [])] })
        try {
            const page = context.pages()[0] ?? await context.newPage()
            page.setDefaultTimeout(60_000)
            const login = async (base) => {
                await page.goto(`${base}/login`)
                await page.evaluate(() => localStorage.setItem('doudi.lang', 'zh'))
                await page.reload()
                await page.fill('input[name=user]', 'clara')
                await page.fill('input[name=password]', password('clara'))
                await page.press('input[name=password]', 'Enter')
                await page.waitForSelector('#todo')
                await page.goto(`${base}/survey`)
                await page.waitForSelector('[name=pin]')
            }
            await login(`http://${HOST}:${new URL(office.base).port}`)
            if (await page.evaluate(() => isSecureContext || 'serviceWorker' in navigator)) throw new Error('plain HTTP is taken for safe')
            await page.fill('[name=pin]', PIN)
            await page.fill('[name=again]', PIN)
            await page.click('[data-test=take]')
            await page.waitForSelector('[data-test=trouble]')
            await sees(page, '[data-test=trouble]', /HTTPS/)
            await login(`https://${HOST}:${tls.port}`)
            await page.fill('[name=pin]', PIN)
            await page.fill('[name=again]', PIN)
            await page.click('[data-test=take]')
            await page.waitForSelector('[data-test=homes]')
            const worker = await page.evaluate(async () => (await navigator.serviceWorker.ready).active.scriptURL)
            if (!worker.startsWith(`https://${HOST}:${tls.port}/`)) throw new Error(worker)
            // The server is gone, and so is the network: loaded anew, the page opens, unlocks and takes an answer.
            tls.close()
            await context.setOffline(true)
            await page.reload()
            await page.waitForSelector('[data-test=locked]')
            await page.fill('[name=pin]', PIN)
            await page.click('[data-test=unlock]')
            await page.waitForSelector('[data-test=homes]')
            await page.locator('[data-test=homes] button').first().click()
            await page.click('[data-test=question] [data-value="无人在家"]')
            await page.waitForFunction(() => /1 项/.test(document.querySelector('[data-test=unsent]')?.textContent ?? ''))
            await fine(page)
            const kept = await keptWords(page)
            if (kept.includes('无人在家') || kept.includes(PIN)) throw new Error('what was said stands in the clear')
        } finally {
            await context.close()
        }
    }],
    ['two surveyors of one house differ: the county sees both and settles it, in English at a desk [A11]', async (office) => {
        const home = JSON.parse(office.cli(['survey', 'take', '1', '--for', 'clara', '--json'])).households.at(-1).household
        const said = (id, value) => ({ id: id.repeat(32), household: home, subject: 'h', question: 'outcome', value, seen: '', replaces: [], phone_ms: 1 })
        for (const [login, one] of [['clara', said('a', '无人在家')], ['rob', said('b', '已搬走')]]) {
            writeFileSync(join(office.place, 'said.json'), JSON.stringify({ round: '年度入户', said: [one] }))
            office.as(login, 'survey', 'upload', 'said.json')
        }
        for (const size of ['desk', 'phone']) {
            const page = await enter(size, 'clara', 'en')
            await page.goto(office.base + '/household')
            await page.waitForSelector('[data-test=work] table')
            await fine(page)
            await page.goto(office.base + '/household?tab=surveyProgress&round=1')
            await page.waitForSelector('[data-test=work] table')
            await sees(page, '[data-test=work]', /590121100/)
            await fine(page)
            await page.goto(office.base + '/household?tab=surveyConflicts&round=1')
            await page.waitForSelector('[data-test=work]')
            if (size === 'desk') {
                await page.locator('[data-test=work] tr', { hasText: 'nobody at home' }).locator('[data-test=open]').click()
                await page.click('[data-test="step-survey.decide"]')
                await page.locator('.el-dialog summary').click()
                await page.fill('[name=value]', '已搬走')
                await page.click('[data-test=do]')
                await page.waitForSelector('[data-test=close]')
                await sees(page, '[data-test=answer]', /settled/)
                await page.click('[data-test=close]')
            }
            await fine(page)
            await page.context().close()
        }
        const left = JSON.parse(office.cli(['survey', 'conflicts', '1', '--json'])).rows.filter((row) => row.household === home)
        if (left.length) throw new Error(JSON.stringify(left))
    }],
]
