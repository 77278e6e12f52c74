// desk.mjs - walks of the box that finds people, of an insured person and of an employer's agent.
import { MONTH } from './office.mjs'

const nameOf = (office, who) => JSON.parse(office.cli(['person', 'show', who, '--json'])).facts.find((fact) => fact.kind === 'person').says.split('; ')[0]
const typed = (page, text) => page.locator('input[name=find]').fill(text)

export const desk = ({ enter, fine, sees }) => [
    ...['desk', 'phone'].map((size) => [`whoever is looked for is found from any page, by a part of the name, with keys alone (${size}) [A1]`, async (office) => {
        const name = nameOf(office, '700'), part = [...name].slice(-2).join('')
        const page = await enter(size, 'clara')
        await page.goto(office.base + '/ledger')
        await page.waitForSelector('input[name=find]')
        await page.keyboard.press('/')
        await page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'find')
        await page.keyboard.type('没有此人')
        await page.waitForSelector('[data-test=no-hit]')
        await fine(page)
        await typed(page, part)
        await page.waitForFunction((said) => [...document.querySelectorAll('[data-test=hit]')].some((one) => one.textContent.includes(said)), part)
        await page.keyboard.press('ArrowDown')
        await page.keyboard.press('ArrowUp')
        await fine(page)
        await page.keyboard.press('Enter')
        await page.waitForSelector('[data-test=person], [data-test=employer]')
        await sees(page, 'h1#basic', new RegExp(part))
        // The counter lists all of one name, and the last places of the number tell them apart.
        await page.goto(office.base + '/person')
        await page.fill('input[name=who]', [...name][0])
        await page.press('input[name=who]', 'Enter')
        await page.waitForSelector('[data-test=hits] a')
        await fine(page)
        await page.fill('input[name=who]', '王')
        await page.press('input[name=who]', 'Enter')
        await page.locator('[data-test=hits] a').first().click()
        await page.waitForSelector('[data-test=person]')
        await page.context().close()
    }]),
    ['an insured person sees how far their case is and sends a paper from a telephone; the clerk has it [L1 L4]', async (office) => {
        const { case: number } = JSON.parse(office.as('clara', 'case', 'open', '身份信息更正', '700', '--field', '更正依据=派出所证明', '--key', '本人上传', '--json'))
        const page = await enter('phone', 'ivy')
        await page.waitForSelector('[data-test=mycases]')
        const mine = page.locator('[data-test=own-case]', { hasText: `${number} 身份信息更正` })
        await mine.locator('summary').click()
        await mine.locator('[data-test=own-path]').waitFor()
        await mine.locator('[data-test=own-lacking]').waitFor()
        await fine(page)
        await mine.locator('input[name=scan]').setInputFiles({ name: '证明.png', mimeType: 'image/png', buffer: Buffer.from('89504e470d0a1a0a77', 'hex') })
        await mine.locator('[data-test=hand-in]').click()
        await mine.locator('[data-test=files]').waitFor()
        if (process.env.DOUDI_LOOK) await mine.screenshot({ path: `${process.env.DOUDI_LOOK}/owncase.png` })
        await fine(page)
        if (!/证明\.png/.test(office.cli(['case', 'files', String(number), '--json']))) throw new Error('the paper is not with the case')
        await page.context().close()
    }],
    ...['desk', 'phone'].map((size) => [`the same box opens a page by pinyin, a rule by its name and a voucher by its number (${size}) [L11]`, async (office) => {
        const page = await enter(size, 'clara')
        const seek = async (text, part) => {
            await page.keyboard.press('Escape')
            await page.evaluate(() => document.activeElement?.blur?.())
            await page.keyboard.press('/')
            await typed(page, text)
            await page.waitForFunction((said) => document.querySelector('[data-test=hit]')?.textContent.includes(said), part)
        }
        await seek('dyhd', '待遇核定')
        await fine(page)
        await page.keyboard.press('Enter')
        await page.waitForURL(/\/award$/)
        await seek('法定退休月', '法定退休月')
        if (process.env.DOUDI_LOOK) await page.screenshot({ path: `${process.env.DOUDI_LOOK}/search-${size}.png` })
        await page.keyboard.press('Enter')
        await page.waitForURL(/\/policy\?name=/)
        await page.waitForSelector('[data-test=text]')
        await fine(page)
        await seek(`${MONTH}/1`, '凭证')
        await page.keyboard.press('Enter')
        await page.waitForURL(/\/ledger\?fund=/)
        await fine(page)
        await page.context().close()
    }]),
    ...['desk', 'phone'].map((size) => [`an insured person sees whether the employer paid, the months, the account, and asks why (${size}) [D4]`, async (office) => {
        const name = nameOf(office, '700')
        const page = await enter(size, 'ivy')
        await page.waitForSelector('[data-test=mine]')
        await sees(page, '[data-test=mine]', new RegExp(name))
        await sees(page, '[data-test=mine]', /\*{6}/)
        await page.waitForSelector('[data-test=papers]')
        await page.waitForFunction(() => /\d{4}-\d\d[^]*(已到账|未到账)|还没有出过账单/.test(document.querySelector('[data-test=paid]')?.textContent ?? ''))
        await page.waitForFunction(() => /个月|没有缴费历史/.test(document.querySelector('[data-test=months]')?.textContent ?? ''))
        await fine(page)
        if (await page.locator('[data-test=paid] [data-test=why-own]').count()) {
            await page.locator('[data-test=paid] [data-test=why-own]').first().click()
            await page.waitForSelector('.tree')
            await fine(page)
            await page.keyboard.press('Escape')
        }
        await page.click('[data-test=print]')
        const fetched = await page.evaluate(async (href) => (await fetch(href)).text(), await page.locator('[data-test=paper]').getAttribute('href'))
        if (!fetched.includes(name)) throw new Error('the paper is another\'s')
        // No door, address or box leads to others.
        if (await page.locator('input[name=find]').count()) throw new Error('the box that finds people is offered')
        for (const path of ['/person/701', '/employer/15', '/case', '/payment', '/']) {
            await page.goto(office.base + path)
            await page.waitForSelector('[data-test=mine]')
        }
        await page.context().close()
    }]),
    ...['desk', 'phone'].map((size) => [`an employer's agent reads the bill, tries a file of staff changes, hands it in, and the office reviews it (${size}) [B5]`, async (office) => {
        const page = await enter(size, 'emma')
        await page.waitForSelector('[data-test=desk]')
        await page.fill('[data-test=bill] input[name=month]', MONTH)
        await page.click('[data-test=why-bill]')
        await page.waitForSelector('[data-test=bill] table')
        await page.waitForSelector('[data-test=staff] table')
        await fine(page)
        const staff = JSON.parse(office.cli(['employer', 'staff', '15', '--json'])).staff, who = staff[size === 'desk' ? 0 : 1]
        const number = /\d{17}[\dX]/.exec(office.as('clara', 'person', 'show', String(who.person), '--reveal', '--why', '核对'))[0]
        const rows = ['证件号码,姓名,申报,日期,申报工资', `${number},${who.name},减,2026-12-01,`, `${number},别人,减,2026-12-01,`, '11010519491231002X,张三,增,2026-12-01,5300']
        await page.setInputFiles('input[name=changes]', { name: 'changes.csv', mimeType: 'text/csv', buffer: Buffer.from(rows.join('\n') + '\n') })
        await page.click('[data-test=try]')
        await sees(page, '[data-test=answer]', /尚未提交[^]*待审核 1 项[^]*退回 2 项/)
        await fine(page)
        await page.click('[data-test=hand-in]')
        await page.waitForFunction(() => /已提交/.test(document.querySelector('[data-test=answer]')?.textContent ?? ''))
        await page.waitForFunction((said) => [...document.querySelectorAll('[data-test=report] table')].some((one) => one.textContent.includes('停保') && one.textContent.includes(said)), who.name)
        await fine(page)
        // The same file again adds nothing.
        await page.click('[data-test=try]')
        await page.waitForFunction(() => /尚未提交[^]*待审核 0 项，已在审核 1 项/.test(document.querySelector('[data-test=answer]')?.textContent ?? ''))
        await page.goto(office.base + '/person/700')
        await page.waitForSelector('[data-test=desk]')
        await page.context().close()
        const clerk = await enter('desk', 'clara')
        await clerk.goto(office.base + '/case?tab=all')
        await clerk.waitForFunction((said) => document.querySelector('main')?.textContent.includes(said), who.name)
        await clerk.context().close()
    }]),
    ['filters of a list are kept as a view under a name, used again at another desk and deleted', async (office) => {
        let page = await enter('desk', 'clara')
        await page.goto(office.base + '/dues')
        await page.waitForSelector('[data-test=work] form')
        await page.fill('[data-test=work] input[name=payer]', '15')
        await page.press('[data-test=work] input[name=payer]', 'Tab')
        await page.click('[data-test=name-view]')
        await page.fill('input[name=view-name]', '我的单位')
        await page.press('input[name=view-name]', 'Enter')
        await fine(page)
        await page.waitForSelector('select[name=view]')
        await page.context().close()
        page = await enter('phone', 'clara') // at another desk: the server has it
        await page.goto(office.base + '/dues')
        await page.waitForSelector('select[name=view]')
        await page.selectOption('select[name=view]', '我的单位')
        await page.waitForFunction(() => document.querySelector('[data-test=work] input[name=payer]')?.value === '15')
        await page.click('[data-test=drop-view]')
        await page.waitForFunction(() => !document.querySelector('select[name=view]'))
        await page.context().close()
    }],
    ['a step for several rows tells first which it fits, then does each and says how each went', async (office) => {
        const page = await enter('desk', 'clara')
        await page.goto(office.base + '/alert')
        await page.waitForSelector('[data-test=open]')
        await page.click('[data-test=choose-many]')
        // The last two of the list: the first, with most money at risk, may be in somebody's hands already.
        const rows = page.locator('[data-test=choose]')
        for (const back of [1, 2]) await rows.nth(await rows.count() - back).check()
        await fine(page)
        await page.click('[data-test="many-alert.work"]')
        await sees(page, '[data-test=batch-sums]', /可办 2 条/)
        await page.fill('[data-test=batch-dialog] [name=why]', '批量核查')
        await fine(page)
        await page.click('[data-test=batch-do]')
        await page.waitForFunction(() => /已办 2 条，被退回 0 条/.test(document.querySelector('[data-test=batch-sums]')?.textContent ?? ''))
        await page.click('[data-test=batch-close]')
        // Once more over all: those in hand already are named and left alone.
        await page.waitForSelector('[data-test=choose]')
        await page.getByRole('button', { name: '全选' }).click()
        await page.click('[data-test="many-alert.work"]')
        await sees(page, '[data-test=batch-sums]', /状态不符、不会办理 [1-9]/)
        await fine(page)
        await page.context().close()
    }],
]
