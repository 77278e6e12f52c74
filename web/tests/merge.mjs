// merge.mjs - two records of one person: compared, proposed, reviewed, approved, and split again, by three people.
export const merge = ({ enter, fine, sees }) => [
    ['two records that may be one person are compared, chosen from, and made one by three people; the split is proposed and sent back [A10]', async (office) => {
        const pairs = JSON.parse(office.cli(['person', 'duplicates', '--json'])).rows
        const { first, second } = pairs[0]
        // Who comes twice keeps their page: passwords may be tried five times a minute.
        const clerk = await enter('desk', 'clara'), pages = {}
        let page = clerk
        await page.goto(office.base + '/merge')
        await page.waitForSelector('[data-test=compare-row]')
        await page.locator('[data-test=compare-row]').first().click()
        await sees(page, '[data-test=open-choices]', /还有 [1-9]\d* 项/)
        await page.fill('[data-test=pair] input[name=why]', '一人两号')
        if (!(await page.isDisabled('[data-test="do-person.merge"]'))) throw new Error('what is not chosen can be proposed')
        await fine(page)
        while (await page.locator('[data-test=open-choices] .wait').count()) {
            const row = page.locator('fieldset.ways').filter({ hasNot: page.locator('input:checked') }).first()
            await row.locator('input').first().check()
            const left = Number(/\d+/.exec(await page.locator('[data-test=open-choices]').innerText())?.[0] ?? 0)
            await page.waitForFunction((n) => !document.querySelector('[data-test=open-choices]')?.textContent.includes(`还有 ${n} `) || n === 0, left + 1)
        }
        await page.click('[data-test="do-person.merge"]:not([disabled])')
        await page.waitForSelector('[data-test=pair]', { state: 'detached' })
        await page.goto(office.base + '/merge?tab=waiting')
        await page.click('[data-test=open-merge]')
        await sees(page, '[data-test=cannot]', /复核员/)
        for (const [size, login, step] of [['phone', 'rob', 'review'], ['desk', 'lea', 'approve']]) {
            page = pages[login] = await enter(size, login)
            await page.goto(office.base + '/merge?tab=waiting')
            await page.click('[data-test=open-merge]')
            await page.waitForSelector('[data-test=pair] table')
            await fine(page)
            await page.click(`[data-test="do-person.${step}"]`)
            await page.waitForSelector('[data-test=pair]', { state: 'detached' })
        }
        if (JSON.parse(office.cli(['person', 'show', String(second), '--json'])).id !== first) throw new Error(`${second} is not shown as ${first}`)
        page = clerk
        await page.goto(office.base + '/merge?tab=done')
        await page.click('[data-test=split-row]')
        await page.fill('[data-test=pair] input[name=why]', '误并')
        await page.click('[data-test="do-person.split"]:not([disabled])')
        await page.waitForSelector('[data-test=pair]', { state: 'detached' })
        page = pages.rob
        await page.goto(office.base + '/merge?tab=waiting')
        await page.click('[data-test=open-merge]')
        await page.fill('[data-test=pair] input[name=why]', '确为一人')
        await page.click('[data-test="do-person.refuse"]:not([disabled])')
        await page.waitForSelector('[data-test=pair]', { state: 'detached' })
        await page.goto(office.base + '/merge?tab=refused')
        await page.waitForFunction(() => /拆分/.test(document.querySelector('main table')?.textContent ?? ''))
        for (const one of [clerk, ...Object.values(pages)]) await one.context().close()
    }],
]
