// book.mjs - what a clerk looks up: a parameter over time, two regions beside each other, what an employer was billed, the funds' bulletin.
export const book = ({ enter, fine, sees }) => [
    ['a parameter is drawn over time, regions are compared, what an employer was billed and what the funds hold is told [L9]', async (office) => {
        const page = await enter('desk', 'clara')
        await page.goto(office.base + '/policy')
        await page.fill('[name=words]', '最低缴费月数')
        await page.click('[data-test=search]')
        await page.locator('[data-test=found] a').first().click()
        await page.waitForSelector('[data-test=text] .chart canvas')
        await sees(page, '[data-test=text] table', /1997年7月16日\s+180[^]*2039年1月1日\s+240/)
        await sees(page, '[data-test=text] .lawtext', /2039 年起二十年/)
        await page.goto(office.base + '/policy')
        await page.click('[data-test=diff]')
        await page.waitForSelector('[data-test=differences] tbody tr')
        await fine(page)
        await page.goto(office.base + '/employer/15')
        await page.locator('[data-test=why-more]').first().click()
        await page.locator('[data-test=why-further]').first().click()
        await page.waitForFunction(() => /参保职工 75/.test(document.querySelector('.el-drawer')?.textContent ?? ''))
        await fine(page)
        await page.goto(office.base + '/ledger')
        await page.click('[data-test=tab-bulletin]')
        await page.waitForFunction(() => document.querySelectorAll('main tbody tr').length > 5)
        await fine(page)
        await page.context().close()
    }],
]
