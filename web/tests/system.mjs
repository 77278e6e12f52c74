// system.mjs - the group "system": one's own account, the trail, the calendar, health, duties.
import { createHmac } from 'node:crypto'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SEALED, password, root } from './office.mjs'

/** The code of a secret, so many steps of thirty seconds from now. */
export function totp(secret, steps = 0) {
    const bits = [...secret.replaceAll(' ', '')].map((one) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(one).toString(2).padStart(5, '0')).join('')
    const counter = Buffer.alloc(8)
    counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps))
    const digest = createHmac('sha1', Buffer.from(bits.match(/.{8}/g).map((one) => parseInt(one, 2)))).update(counter).digest()
    const at = digest[19] & 15
    return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

export const system = ({ open, type, enter, fine, sees }) => [
    ['an official takes a second factor on a page, logs in with it, replaces it; two people end a lost one; sessions are ended', async (office) => {
        const page = await open('phone')
        await type(page, 'kurt', password('kurt'))
        await page.waitForSelector('#todo')
        await page.goto(office.base + '/me')
        await page.click('[data-test=begin-second]')
        await page.waitForSelector('[data-test=qr]')
        await page.waitForFunction(() => document.querySelector('[data-test=qr]').naturalWidth > 0)
        const first = await page.locator('[data-test=secret]').innerText()
        await page.fill('input[name=code]', '000000')
        await page.click('[data-test=take-second]')
        await sees(page, '[data-test=second-refused]', /动态码不正确/)
        await fine(page)
        await page.fill('input[name=code]', totp(first, -1))
        await page.click('[data-test=take-second]')
        await page.waitForFunction(() => document.querySelector('[data-test=second-state]').textContent === '已启用')
        await page.click('[data-test=out]')
        await page.waitForSelector('input[name=user]')
        await type(page, 'kurt', password('kurt'))
        await page.waitForSelector('[data-test=asks-code]')
        await fine(page)
        await page.fill('input[name=code]', totp(first))
        await page.click('[data-test=enter]')
        await page.waitForSelector('#todo')
        // another telephone: the old one's code beside the new one's
        await page.goto(office.base + '/me')
        await page.click('[data-test=begin-second]')
        await page.waitForSelector('[data-test=secret]')
        const second = await page.locator('[data-test=secret]').innerText()
        if (second === first) throw new Error('the same secret twice')
        await page.fill('input[name=code]', totp(second))
        await page.fill('input[name=current]', totp(first, 1))
        await page.click('[data-test=take-second]')
        await page.waitForSelector('[data-test=qr]', { state: 'detached' })
        await fine(page)
        // lost: proposed on the page of users, approved by the leader; then the password alone is enough
        const rita = await enter('desk', 'rita', 'en')
        await rita.goto(office.base + '/system?tab=users')
        await rita.click('[data-test="make-user.second-reset"]')
        await rita.fill('[data-test=act-dialog] input[name=user]', 'kurt')
        await rita.click('[data-test=do]')
        await rita.waitForSelector('[data-test=answer]')
        await fine(rita)
        await rita.context().close()
        const change = JSON.parse(office.cli(['user', 'changes', '--json'])).changes.find((one) => one.what === 'factor').change
        office.as('lea', 'user', 'approve', String(change))
        const again = await open('desk', 'en')
        await type(again, 'kurt', password('kurt'))
        await again.waitForSelector('#todo')
        await again.goto(office.base + '/me')
        await sees(again, '[data-test=second-state]', /none/)
        // the telephone's session is still open: it is seen here, and ended
        await again.waitForSelector('[data-test=end-session]')
        await fine(again)
        await again.click('[data-test=end-session]')
        await again.waitForSelector('[data-test=end-session]', { state: 'detached' })
        await page.goto(office.base + '/me')
        await page.waitForSelector('input[name=user]')
        await page.context().close()
        await again.context().close()
    }],
    ['an auditor draws whom to audit: the number is asked, the seed is of a seal and chosen by nobody, nothing is tried beforehand, each row says its points and its lot [F3]', async (office) => {
        for (const [size, lang] of [['desk', 'zh'], ['phone', 'en']]) {
            const page = await enter(size, 'audrey', lang)
            await page.goto(office.base + '/audit')
            await page.click('[data-test=sample]')
            await page.waitForSelector('[data-test=act-dialog] input[name=count]')
            if (await page.locator('[data-test=act-dialog] input[name=seed]').count()) throw new Error('a seed can be chosen')
            if (await page.locator('[data-test=dry]').count()) throw new Error('a draw can be tried')
            await page.fill('[data-test=act-dialog] input[name=month]', SEALED)
            await page.fill('input[name=count]', '5')
            await page.click('[data-test=do]')
            await sees(page, '[data-test=answer]', /[0-9a-f]{16}/)
            await fine(page)
            await page.context().close()
        }
    }],
    ['an auditor finds who read a record and who did what, and takes it away; the insured person sees by which duties', async (office) => {
        const clara = await enter('desk', 'clara')
        await clara.goto(office.base + '/person/700')
        await clara.waitForSelector('[data-test=person]')
        await clara.context().close()
        for (const [size, lang] of [['desk', 'zh'], ['phone', 'en']]) {
            const page = await enter(size, 'audrey', lang)
            // what was read a moment ago is written a moment later
            await page.goto(office.base + '/audit?tab=looks&user=clara')
            for (let i = 0; i < 50 && !await page.locator('[data-test=subject]').count(); i++) {
                await page.click('[data-test=ask]')
                await page.waitForFunction(() => document.querySelector('[data-test=trail] [role=status], [data-test=trail] .empty'))
            }
            await page.locator('[data-test=subject]', { hasText: '700' }).first().click()
            await page.waitForFunction(() => location.search.includes('who=700') && [...document.querySelectorAll('[data-test=subject]')].every((one) => one.textContent === '700'))
            await sees(page, '[data-test=trail]', /clara/)
            await fine(page)
            await page.click('[data-test=tab-acts]')
            await page.waitForFunction(() => /registry|numbers shown whole|users and duties|登记|查看完整号码/.test(document.querySelector('[data-test=trail]')?.textContent ?? ''))
            await page.fill('input[name=who]', '')
            await page.selectOption('select[name=kind]', 'staff.')
            await page.click('[data-test=ask]')
            await page.waitForFunction(() => /signing key made|生成签名密钥/.test(document.querySelector('[data-test=trail]')?.textContent ?? ''))
            await page.click('[data-test=take]')
            const got = await (await page.request.get(office.base + await page.locator('[data-test=file]').getAttribute('href'))).text()
            if (!/staff\.key_made/.test(got)) throw new Error('the file has not what the page shows')
            await fine(page)
            await page.context().close()
        }
        const own = await enter('phone', 'ivy')
        await own.waitForSelector('[data-test=looks] table')
        await sees(own, '[data-test=looks]', /经办员/)
        if (/clara/.test(await own.locator('[data-test=looks]').innerText())) throw new Error('an official is named')
        await fine(own)
        await own.context().close()
    }],
    ['a leader reads who can do what; an office of an earlier table is told on the page, and three people adopt today\'s there', async (office) => {
        const folder = join(office.place, 'earlier'), file = join(folder, 'duties.csv')
        cpSync(join(root, 'packs/duties'), folder, { recursive: true })
        writeFileSync(file, readFileSync(file, 'utf8').replace(' roll.enter', ''))
        const { change } = JSON.parse(office.as('rita', 'user', 'table', 'earlier', '--json'))
        office.as('lea', 'user', 'approve', String(change))
        office.as('audrey', 'user', 'confirm', String(change))
        const lea = await enter('desk', 'lea', 'en')
        await lea.goto(office.base + '/duties')
        await sees(lea, '[data-test=proof]', /proved/)
        await sees(lea, '[data-test=table-state]', /another/)
        await sees(lea, '[data-test=table]', /roll\.receive/)
        await sees(lea, '[data-test=paths]', /6 people/)
        await fine(lea)
        const rita = await enter('phone', 'rita')
        await rita.goto(office.base + '/duties')
        await rita.click('[data-test=propose-table]')
        await rita.click('[data-test=do]')
        await rita.waitForSelector('[data-test=answer]')
        await fine(rita)
        await rita.context().close()
        await lea.reload()
        await lea.click('[data-test="sign-user.approve"]')
        await lea.click('[data-test=do]')
        await lea.waitForSelector('[data-test=answer]')
        await lea.context().close()
        const audrey = await enter('phone', 'audrey')
        await audrey.goto(office.base + '/duties')
        await sees(audrey, '[data-test=waiting]', /稽核员确认/)
        await fine(audrey)
        await audrey.click('[data-test="sign-user.confirm"]')
        await audrey.click('[data-test=do]')
        await audrey.waitForSelector('[data-test=answer]')
        await audrey.click('[data-test=close]')
        await audrey.waitForFunction(() => document.querySelector('[data-test=table-state]')?.textContent === '与本程序一致')
        await fine(audrey)
        await audrey.context().close()
    }],
    ['whoever keeps the machine sees what is not well and its way out, and that a copy mended it', async (office) => {
        const page = await enter('phone', 'olga')
        await page.goto(office.base + '/health')
        await sees(page, '[data-test=warnings]', /没有备份记录[^]*doudi-backup\.timer/)
        await sees(page, '[data-test=server]', /99% 不超过/)
        await fine(page)
        office.as('olga', 'backup', 'night.db')
        await page.click('[data-test=again]')
        await page.waitForFunction(() => /olga/.test(document.querySelector('[data-test=copy]')?.textContent ?? ''))
        await page.context().close()
        const lea = await enter('desk', 'lea', 'en')
        await lea.goto(office.base + '/health')
        await sees(lea, '[data-test=health]', /verification/)
        await fine(lea)
        await lea.context().close()
    }],
    ['the calendar shows what is off by month and where it stands, and a deadline that it moved', async (office) => {
        const headers = { Authorization: `Bearer ${await office.token('clara')}`, 'Content-Type': 'application/json' }
        const made = await fetch(`${office.base}/v1/case/open`, { method: 'POST', headers, body: JSON.stringify({ type: '职工参保登记', who: '701', on: '2026-09-28' }) })
        if (made.status !== 200) throw new Error(await made.text())
        for (const [size, lang] of [['phone', 'zh'], ['desk', 'en']]) {
            const page = await enter(size, 'clara', lang)
            await page.goto(office.base + '/calendar?month=2026-10')
            await sees(page, '[data-test=calendar]', /18/)
            await sees(page, '[data-test=moved]', lang === 'zh' ? /2026年10月12日[^]*2026年10月16日/ : /12 October 2026[^]*16 October 2026/)
            if (await page.locator('table.month td.holiday').count() !== 7) throw new Error('seven days are off')
            await fine(page)
            for (let i = 0; i < 3; i++) {
                await page.click('[data-test=after]')
                await page.waitForFunction((month) => document.querySelector('[data-test=calendar] h2')?.textContent.startsWith(month), ['2026-11', '2026-12', '2027-01'][i])
            }
            await page.waitForSelector('[data-test=untold]')
            await fine(page)
            await page.context().close()
        }
    }],
]
