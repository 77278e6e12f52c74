// dockets.mjs - a standing book on a desk and on a telephone: a row said, changed, told as late, and taken off.
export const dockets = ({ enter, fine, sees }) => [
    ['an opinion is written into its standing book, told as late, answered and taken off [A9 O7]', async (office) => {
        for (const [size, lang, number] of [['desk', 'zh', '1'], ['phone', 'en', '2']]) {
            const page = await enter(size, 'audrey', lang)
            await page.goto(office.base + '/docket?book=opinion')
            await page.waitForSelector('[data-test=docket-rows]')
            await fine(page)
            await page.click('[data-test=docket-new]')
            await page.waitForSelector('#docket-form')
            if (await page.isEnabled('[data-test=docket-keep]')) throw new Error('a row without its key could be kept')
            for (const [name, value] of [['no', number], ['from', '柳河镇'], ['says', '村里不知道可以网上认证'], ['asked', '2026-10-01'], ['reply_by', '2026-10-20']]) await page.fill(`#docket-form [name=${name}]`, value)
            await fine(page)
            await page.click('[data-test=docket-keep]')
            await page.waitForFunction(() => document.querySelector('[data-test=docket-rows]')?.innerText.includes('村里不知道可以网上认证'))
            await page.click('[data-test=tab-report]')
            await page.waitForSelector('[data-test=docket-report] .chip.bad')
            await sees(page, '[data-test=docket-report]', /2026年10月20日|20 October 2026/)
            await fine(page)
            await page.click('[data-test=tab-rows]')
            await page.locator('[data-test=docket-change]').first().click()
            await page.fill('#docket-form [name=replied]', '2026-10-19')
            await page.click('[data-test=docket-keep]')
            await page.waitForFunction(() => /2026年10月19日|19 October 2026/.test(document.querySelector('[data-test=docket-rows]')?.innerText ?? ''))
            await page.click('[data-test=tab-report]')
            await page.waitForFunction(() => document.querySelector('[data-test=docket-report] dl') && !document.querySelector('[data-test=docket-report] .chip.bad'))
            await page.click('[data-test=tab-rows]')
            await page.locator('[data-test=docket-strike]').first().click()
            await page.fill('#act-form [name=why]', '重复登记')
            await page.click('[data-test=do]')
            await page.click('[data-test=close]')
            await page.waitForFunction(() => !document.querySelector('[data-test=docket-rows]')?.innerText.includes('村里不知道可以网上认证'))
            await page.context().close()
        }
    }],
]
