// ledger.mjs - the books on a page: vouchers found and taken away, a fund without books; and what employers get without asking.
import { MONTH } from './office.mjs'

export const ledger = ({ enter, fine, sees }) => [
    ...['desk', 'phone'].map((size) => [`vouchers are found by amount and words, and what is found is one file (${size}) [E15]`, async (office) => {
        const page = await enter(size, 'abby')
        const all = JSON.parse(office.cli(['ledger', 'vouchers', '--fund', 'employee_pension', '--month', MONTH, '--json', '--lang', 'zh']))
        const one = all.vouchers.at(-1), amount = one.lines.map((line) => line.debit).find(Boolean)
        await page.goto(`${office.base}/ledger?month=${MONTH}`)
        await sees(page, '[data-test=found]', new RegExp(`共 ${all.count} 张`))
        await fine(page)
        await page.fill('input[name=words]', '没有这样的业务')
        await page.click('[data-test=find]')
        await page.waitForSelector('.empty')
        await sees(page, '.empty', /没有符合条件的凭证/)
        await page.fill('input[name=words]', one.name)
        await page.fill('input[name=amount]', amount)
        await page.click('[data-test=find]')
        await page.waitForFunction((number) => [...document.querySelectorAll('h3.voucher')].some((head) => head.textContent.startsWith(number)), one.voucher)
        await fine(page)
        await page.click('[data-test=save-csv]')
        const [file] = await Promise.all([page.waitForEvent('download'), page.click('[data-test=file]')])
        const text = (await (await import('node:fs/promises')).readFile(await file.path(), 'utf8'))
        if (!text.includes(one.voucher) || !text.includes(amount)) throw new Error(`the file has not the voucher: ${text.slice(0, 200)}`)
        await page.context().close()
    }]),
    ['a server without packs says once what is missing and who mends it; an office on its first day says where to begin', async (office) => {
        const none = { status: 404, contentType: 'application/json', body: JSON.stringify({ error: { code: 'service.no_packs', message: 'No packs were found; name their folder with --packs or in DOUDI_PACKS. Looked in: packs.', message_zh: '没有找到政策包；请用 --packs 或环境变量 DOUDI_PACKS 指定目录。已查找：packs。' } }) }
        for (const [size, lang, said, begin] of [['desk', 'zh', /还没有政策包/, /导入单位、人员/], ['phone', 'en', /no packs yet/, /Import employers, people/]]) {
            const page = await enter(size, 'clara', lang)
            await page.route(/\/v1\/(todo|county|overview|indicator|month|case)\//, (route) => route.fulfill(none))
            await page.goto(office.base + '/')
            await sees(page, '[data-test=packless]', said)
            if (await page.locator('main [role=alert]').count() !== 1) throw new Error('it is said more than once')
            await fine(page)
            await page.unroute(/\/v1\/(todo|county|overview|indicator|month|case)\//)
            await page.route('**/v1/county/status*', async (route) => { const there = await route.fetch(), office = await there.json(); await route.fulfill({ response: there, json: { ...office, people: 0, employers: 0 } }) })
            await page.goto(office.base + '/')
            await sees(page, '[data-test=begin]', begin)
            await fine(page)
            await page.click('[data-test=begin] a[href="/import"]')
            await page.waitForSelector('[data-test="make-county.import"]')
            // one that is still under way is let go with the page
            await page.unrouteAll({ behavior: 'ignoreErrors' })
            await page.context().close()
        }
    }],
    ['a fund without books is no error: a clerk is told who begins them, an accountant begins them there', async (office) => {
        // A practice office has books for every fund: what the server says of one without is put in its place.
        const none = { status: 404, contentType: 'application/json', body: JSON.stringify({ error: { code: 'ledger.no_books', message: 'Fund 9 has no books yet; begin them first: doudi ledger begin --fund.', message_zh: '基金 9 尚未建账，请先建账：doudi ledger begin --fund。' } }) }
        for (const [size, who] of [['phone', 'clara'], ['desk', 'abby']]) {
            const page = await enter(size, who)
            await page.route('**/v1/ledger/balance', (route) => route.fulfill(none))
            await page.goto(`${office.base}/ledger?fund=occupational_annuity`)
            await page.waitForSelector('[data-test=no-books]')
            if (/doudi/.test(await page.innerText('main'))) throw new Error('a command is told')
            if (who === 'clara') await sees(page, '[data-test=no-books]', /会计/)
            else {
                await page.click('[data-test=begin-books]')
                await page.waitForFunction((month) => document.querySelector('[data-test=act-dialog] input[name=month]')?.value === month, MONTH)
                await page.unroute('**/v1/ledger/balance')
                await page.click('[data-test=dry]') // tried with the server itself, whose words name no command either
                await page.waitForSelector('[data-test=refused], [data-test=answer]')
                if (/doudi/.test(await page.innerText('[data-test=act-dialog]'))) throw new Error('a command is told')
            }
            await fine(page)
            await page.context().close()
        }
    }],
    ...['desk', 'phone'].map((size) => [`a grant that nobody asks for: each employer is looked at, and what stands in public and waits is seen (${size}) [I2]`, async (office) => {
        const page = await enter(size, 'clara')
        await page.goto(office.base + '/grant')
        await page.waitForFunction(() => document.querySelector('select[name=grant]')?.value === 'stay_job')
        await page.fill('input[name=year]', MONTH.slice(0, 4))
        await page.click('[data-test=ask]')
        await page.waitForSelector('[data-test=work] table a[href^="/employer/"]')
        await fine(page)
        await page.click('[data-test="make-grant.propose"]')
        await page.waitForFunction(() => [...document.querySelectorAll('[data-test=act-dialog] select[name=grant] option')].some((one) => one.textContent === '稳岗返还'))
        await page.keyboard.press('Escape')
        await page.goto(office.base + '/grant?tab=grantNotice')
        await page.waitForSelector('[data-test=work] .empty')
        await sees(page, '[data-test=work]', /没有公示中的名单/)
        await page.goto(office.base + '/grant?tab=grantBatches')
        await page.waitForSelector('[data-test=work] .empty')
        await sees(page, '[data-test=work]', /还没有列入过/)
        await fine(page)
        await page.context().close()
    }]),
    ['a change of rights is taken back by who proposed it and refused by who should sign, each with a reason', async (office) => {
        const propose = () => JSON.parse(office.as('rita', 'user', 'reset', 'kim', '--json')).change
        const first = propose(), second = propose()
        const open = async (page, change) => {
            await page.goto(office.base + '/system?tab=userChanges')
            await page.locator('[data-test=work] tr', { hasText: String(change) }).last().locator('[data-test=open]').click()
            await page.waitForSelector('[data-test=detail] dl')
        }
        const page = await enter('desk', 'rita')
        await page.goto(office.base + '/system?tab=userChanges') // who proposes rights reads no lists, and says the number
        await page.click('[data-test="make-user.withdraw"]')
        await page.waitForSelector('[data-test=act-dialog] input[name=why]')
        await page.fill('[data-test=act-dialog] input[name=change]', String(first))
        if (await page.locator('[data-test=do]').isEnabled()) throw new Error('taken back without a reason')
        await page.fill('[data-test=act-dialog] input[name=why]', '口令已找回')
        await page.click('[data-test=do]')
        await page.waitForSelector('[data-test=close]')
        await page.context().close()
        const leader = await enter('phone', 'lea')
        await open(leader, second)
        await leader.click('[data-test="step-user.approve-refuse"]')
        await leader.waitForSelector('[data-test=act-dialog] input[name=why]')
        if (await leader.locator('[data-test=do]').isEnabled()) throw new Error('refused without a reason')
        await leader.fill('[data-test=act-dialog] input[name=why]', '未经申请')
        await fine(leader)
        await leader.click('[data-test=do]')
        await leader.waitForSelector('[data-test=close]')
        await leader.context().close()
        const states = [first, second].map((change) => JSON.parse(office.cli(['user', 'change', String(change), '--json'])).state_code)
        if (states.join(' ') !== 'withdrawn refused') throw new Error(states.join(' '))
    }],
]
