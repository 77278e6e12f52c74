// forms.mjs - what holds of every form: a day is typed or picked, in either language; what was typed outlives the session; two presses are one act.
import { SEALED, password } from './office.mjs'

const dialog = '[data-test=act-dialog]'
/** A form with a day in it: a case is taken in as of a day. */
const begin = async (page, office, who) => {
    await page.goto(`${office.base}/case/new?type=${encodeURIComponent('个人信息变更')}&who=${who}`)
    await page.waitForSelector('[name=field-0]')
}

export const forms = ({ enter, fine, sees }) => [
    ...[['desk', 'zh'], ['phone', 'en']].map(([size, lang]) => [`a day is typed as it is written, or picked from a calendar in the reader's language, with keys alone (${size}, ${lang})`, async (office) => {
        const page = await enter(size, 'audrey', lang)
        await page.goto(office.base + '/audit')
        const until = page.locator('input[name=until]'), calendar = page.locator('[data-test=calendar-panel]')
        // Where nothing stands yet the calendar opens at today and waits: nobody has picked a day.
        const from = page.locator('input[name=from]')
        await from.press('ArrowDown')
        await page.waitForFunction(() => document.activeElement?.closest('[data-test=calendar-panel]'))
        await page.evaluate(() => new Promise((next) => requestAnimationFrame(() => setTimeout(next, 50))))
        if ((await calendar.count()) !== 1 || (await from.inputValue()) !== '') throw new Error(`an empty field became ${await from.inputValue()}`)
        await page.keyboard.press('Escape')
        await calendar.waitFor({ state: 'detached' })
        await until.fill(lang === 'zh' ? '2026年11月9日' : '9 November 2026')
        await until.press('Tab')
        if ((await until.inputValue()) !== '2026-11-09') throw new Error(`read as ${await until.inputValue()}`)
        await until.press('ArrowDown')
        await calendar.locator('td.current').waitFor()
        const says = await calendar.innerText()
        if (!(lang === 'zh' ? /11 ?月/ : /November|Nov/).test(says) || (lang === 'en' && /月/.test(says))) throw new Error(`the calendar is in another language: ${says}`)
        await fine(page)
        await page.keyboard.press('Escape')
        await calendar.waitFor({ state: 'detached' })
        if (!(await until.evaluate((one) => one === document.activeElement))) throw new Error('the cursor did not come back')
        await until.press('ArrowDown')
        await page.waitForFunction(() => document.activeElement?.closest('[data-test=calendar-panel]'))
        await page.keyboard.press('ArrowRight')
        await page.keyboard.press('Enter')
        await calendar.waitFor({ state: 'detached' })
        if ((await until.inputValue()) !== '2026-11-10') throw new Error(`picked was ${await until.inputValue()}`)
        await page.locator('.date', { has: until }).locator('[data-test=calendar-of]').click()
        await calendar.locator('td.available', { hasText: /^\s*20\s*$/ }).click()
        await calendar.waitFor({ state: 'detached' })
        if ((await until.inputValue()) !== '2026-11-20') throw new Error(`picked was ${await until.inputValue()}`)
        await page.context().close()
    }]),
    ['what is no day is said beside the field and is not sent, and a calendar within a dialog closes alone', async (office) => {
        const page = await enter('desk', 'audrey')
        await page.goto(office.base + '/audit')
        await page.click('[data-test=sample]')
        const month = page.locator(`${dialog} input[name=month]`)
        await month.fill('2026-13')
        await month.press('Tab')
        await sees(page, `${dialog} .refused`, /不是月份/)
        let sent = 0
        page.on('request', (one) => { if (/\/v1\/audit\/sample/.test(one.url())) sent++ })
        await page.click('[data-test=do]')
        if (sent || await page.locator('[data-test=answer]').count()) throw new Error('it was sent')
        await fine(page)
        await month.fill('')
        await month.press('ArrowDown')
        await page.waitForFunction(() => document.activeElement?.closest('[data-test=calendar-panel]'))
        await page.keyboard.press('Escape')
        await page.locator('[data-test=calendar-panel]').waitFor({ state: 'detached' })
        if (!(await page.locator(dialog).isVisible())) throw new Error('the dialog closed with the calendar')
        await month.fill('2026年11月')
        await page.click('[data-test=do]')
        await page.waitForSelector('[data-test=answer], [data-test=refused]') // a month is drawn once, and another walk may have drawn it
        if (sent !== 1) throw new Error(`sent ${sent} times`)
        await page.context().close()
    }],
    ['a session that ends in the midst of a form: after login one is back there, with what was typed a moment before [L11]', async (office) => {
        const page = await enter('desk', 'clara')
        await begin(page, office, 703)
        const cookies = await page.context().cookies()
        await page.context().clearCookies()
        await page.fill('[name=field-0]', '590121001')
        await page.locator('[name=field-0]').blur() // the page asks what papers are needed now, and learns that nobody is logged in
        await page.waitForSelector('input[name=password]')
        await page.fill('input[name=user]', 'clara')
        await page.fill('input[name=password]', password('clara'))
        await page.press('input[name=password]', 'Enter')
        await page.waitForSelector('[data-test=draft]')
        if (new URL(page.url()).searchParams.get('who') !== '703') throw new Error(`one is at ${page.url()}`)
        if ((await page.inputValue('[name=field-0]')) !== '590121001') throw new Error('what was typed is lost')
        await Promise.all([page.waitForResponse((said) => said.url().endsWith('/v1/draft/drop')), page.click('[data-test=forget]')])
        await page.context().clearCookies()
        await page.context().addCookies(cookies)
        await page.context().close()
    }],
    ['two presses are one act: the button is pressed twice, and the server is asked once', async (office) => {
        const page = await enter('desk', 'clara')
        await begin(page, office, 704)
        let sent = 0
        page.on('request', (one) => { if (one.url().endsWith('/v1/case/open')) sent++ })
        await page.fill('[name=field-0]', '590121001')
        await page.dblclick('[data-test=open]')
        await page.waitForSelector('[data-test=path]')
        if (sent !== 1) throw new Error(`asked ${sent} times`)
        await page.context().close()
        const auditor = await enter('desk', 'audrey')
        let drawn = 0
        auditor.on('request', (one) => { if (/\/v1\/audit\/sample/.test(one.url())) drawn++ })
        await auditor.goto(office.base + '/audit')
        await auditor.click('[data-test=sample]')
        await auditor.fill(`${dialog} input[name=month]`, SEALED)
        await auditor.evaluate(() => { const button = document.querySelector('[data-test=do]'); button.click(); button.click() })
        await auditor.waitForSelector('[data-test=answer], [data-test=refused]')
        if (drawn !== 1) throw new Error(`asked ${drawn} times`)
        await auditor.context().close()
    }],
]
