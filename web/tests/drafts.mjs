// drafts.mjs - a form that was begun at one desk is there at another; and an official of one township has a home of their own, on a telephone.
export const drafts = ({ enter, fine, sees }) => [
    ['a form that was begun stands there again at another desk, is forgotten when its user says so, and when it is done [L11]', async (office) => {
        const kept = (page) => page.waitForResponse((one) => one.url().endsWith('/v1/draft/keep') && one.ok())
        const begin = async (page) => {
            await page.goto(office.base + `/case/new?type=${encodeURIComponent('个人信息变更')}&who=702`)
            await page.waitForSelector('[name=field-0]')
        }
        const one = await enter('desk', 'clara')
        await begin(one)
        await Promise.all([kept(one), one.fill('[name=field-0]', '590121001')])
        await one.context().close()
        const other = await enter('phone', 'clara')
        await other.goto(office.base + '/')
        await sees(other, '[data-test=drafts]', /个人信息变更/)
        await fine(other)
        await other.click('[data-test=drafts] a')
        await other.waitForSelector('[data-test=draft]')
        if ((await other.inputValue('[name=field-0]')) !== '590121001') throw new Error('what was typed is not there')
        await fine(other)
        await Promise.all([other.waitForResponse((said) => said.url().endsWith('/v1/draft/drop')), other.click('[data-test=forget]')])
        await begin(other)
        await other.waitForResponse((said) => said.url().includes('/v1/draft/show'), { timeout: 5000 }).catch(() => undefined)
        if (await other.locator('[data-test=draft]').count()) throw new Error('what was forgotten is there')
        await Promise.all([kept(other), other.fill('[name=field-0]', '590121002')])
        await other.click('[data-test=open]')
        await other.waitForSelector('[data-test=path]')
        if (JSON.parse(office.as('clara', 'draft', 'list', '--json')).drafts.length) throw new Error('what was done is kept')
        await other.context().close()
    }],
    ['an official of one township has a home without the county\'s figures, and lists of theirs alone, at a desk and on a telephone [L9 N6]', async (office) => {
        const bind = (region) => {
            const { change } = JSON.parse(office.as('rita', 'user', 'bind', 'clara', '--region', region, '--json'))
            office.as('lea', 'user', 'approve', String(change))
            office.as('audrey', 'user', 'confirm', String(change))
        }
        bind('590121100')
        try {
            for (const [size, lang] of [['phone', 'zh'], ['desk', 'en']]) {
                const page = await enter(size, 'clara', lang)
                await page.goto(office.base + '/')
                await page.waitForSelector('#todo')
                await fine(page)
                if (await page.locator('#figures').count() || await page.locator('main [role=alert]').count()) throw new Error('the home of a township shows what is the county\'s')
                await page.goto(office.base + '/alert')
                await page.waitForSelector('table')
                await fine(page)
                if (process.env.DOUDI_LOOK) await page.screenshot({ path: `${process.env.DOUDI_LOOK}/alert-${size}-${lang}.png`, fullPage: true })
                await page.goto(office.base + '/')
                await page.waitForSelector('#todo')
                if (process.env.DOUDI_LOOK) await page.screenshot({ path: `${process.env.DOUDI_LOOK}/home-${size}-${lang}.png`, fullPage: true })
                await page.context().close()
            }
        } finally {
            bind('county')
        }
    }],
]
