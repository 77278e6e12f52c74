// goals.mjs - indicators against their goals, from the county down to a village.
export const goals = ({ enter, fine, sees }) => [
    ['the county is drilled down to a village: value, goal, ranks and why [O1 O6]', async (office) => {
        office.as('audrey', 'indicator', 'run', '--month', '2026-10')
        office.as('audrey', 'indicator', 'run', '--month', '2026-11')
        for (const [size, lang] of [['desk', 'zh'], ['phone', 'en']]) {
            const page = await enter(size, 'clara', lang)
            await page.goto(office.base + '/goals')
            await page.waitForSelector('[data-test=goals] table')
            await sees(page, '[data-test=goals]', /95%/)
            const all = await page.locator('[data-test=goals] tbody tr').count()
            await page.fill('[data-test=goals] [data-test=find-in]', await page.locator('[data-test=goals] [data-test^=indicator-]').first().innerText()) // a list that stands alone is found in too
            await page.waitForFunction((all) => { const found = document.querySelectorAll('[data-test=goals] tbody tr').length; return found > 0 && found < all }, all)
            await page.fill('[data-test=goals] [data-test=find-in]', '')
            await page.waitForSelector('[data-test=ranks] canvas')
            await page.waitForSelector('[data-test=goal-why] .formula')
            await sees(page, '[data-test=goal-why]', /云政办发〔2022〕38号/)
            await fine(page)
            await page.locator('[data-test^=place-]').first().click()
            await page.waitForFunction(() => /place=\d{9}(&|$)/.test(location.search) && document.querySelector('[data-test=ranks] [data-test^=place-]')?.dataset.test.length === 'place-'.length + 12)
            await fine(page)
            await page.locator('[data-test=ranks] [data-test^=place-]').first().click()
            await page.waitForFunction(() => /place=\d{12}/.test(location.search) && !document.querySelector('[data-test=ranks]') && document.querySelector('[data-test=goal-why] .formula'))
            await fine(page)
            await page.click('[data-test=county]')
            await page.waitForSelector('[data-test=ranks]')
            await page.click('[data-test=indicator-示例县征缴率]')
            await page.waitForFunction(() => /本年实收|received/.test(document.querySelector('[data-test=goal-why]')?.innerText ?? ''))
            await page.context().close()
        }
    }],
]
