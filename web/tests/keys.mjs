// keys.mjs - a clerk's day without a mouse, and the pages in large type.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The next place of the cursor, by Tab alone, until one of this kind has it. */
async function tabTo(page, selector, most = 60) {
    for (let i = 0; i < most; i++) {
        if (await page.evaluate((one) => document.activeElement?.matches(one) ?? false, selector)) return
        await page.keyboard.press('Tab')
    }
    throw new Error(`${most} tabs do not reach ${selector}`)
}
const focused = (page, selector) => page.waitForFunction((one) => document.activeElement?.matches(one), selector)

export const keys = ({ enter, fine, sees }) => [
    ['a clerk takes in a retirement with keys alone: found, filled in, opened, and the cursor comes back from each dialog', async (office) => {
        const who = [...readFileSync(join(office.place, 'awards.csv'), 'utf8').matchAll(/^award\.retirement,(\d+)/gm)][1][1]
        const name = JSON.parse(office.cli(['person', 'show', who, '--json'])).facts.find((fact) => fact.kind === 'person').says.split('; ')[0]
        const page = await enter('desk', 'clara')
        await page.goto(office.base + '/') // whoever has just logged in stands behind the form that is gone
        await page.waitForSelector('#todo')
        const clicks = []
        await page.exposeFunction('clicked', (where) => clicks.push(where))
        await page.evaluate(() => addEventListener('pointerdown', (e) => globalThis.clicked(e.target.tagName), true))
        // The first Tab of a page skips its head.
        await page.keyboard.press('Tab')
        await focused(page, 'a.skip')
        await page.keyboard.press('Enter')
        await focused(page, '#content')
        await page.keyboard.press('?')
        await sees(page, '[data-test=keys]', /Alt\s*\+\s*N[^]*受理业务/)
        await fine(page)
        await page.keyboard.press('Escape')
        await page.waitForFunction(() => !document.querySelector('[data-test=keys]')?.getClientRects().length)
        await focused(page, '#content')
        await page.keyboard.press('/')
        await page.keyboard.type(who)
        await page.waitForFunction((said) => document.querySelector('[data-test=hit]')?.textContent.includes(said), name)
        await page.keyboard.press('Enter')
        await page.waitForFunction((said) => document.title.includes(said), name)
        await sees(page, '[data-test=path-here]', new RegExp(name))
        await focused(page, 'main h1') // what a screen reader then reads
        // A dialog gives the cursor back to the button that opened it.
        await tabTo(page, '[data-test=acts] button.el-button')
        await page.keyboard.press('Enter')
        await page.waitForSelector('[data-test=act-dialog] input')
        await page.keyboard.press('Escape')
        await page.waitForFunction(() => !document.querySelector('[data-test=act-dialog]')?.getClientRects().length)
        await focused(page, '[data-test=acts] button.el-button')
        await page.keyboard.press('Alt+n')
        await focused(page, 'input[name=word]')
        await page.keyboard.type('职工退休')
        await page.keyboard.press('Enter')
        await page.waitForSelector('[name=field-0]')
        await sees(page, '[data-test=whom]', new RegExp(name))
        await focused(page, '.fields input, .fields select')
        await tabTo(page, '[name=paper-0]')
        await page.keyboard.press('ArrowDown')
        await fine(page)
        await page.keyboard.press('Alt+Enter')
        await page.waitForURL(/\/case\/\d+$/)
        await page.waitForSelector('[data-test=path]')
        await sees(page, 'h1', new RegExp(`职工退休申领[^]*${name}`))
        // The step of the case is the page's main button; its dialog is left as it was come to.
        await page.keyboard.press('Alt+Enter')
        await page.waitForSelector('[data-test=work-dialog] input, [data-test=work-dialog] select')
        await page.keyboard.press('Escape')
        await page.waitForFunction(() => !document.querySelector('[data-test=work-dialog]')?.getClientRects().length)
        await page.keyboard.press('Alt+1')
        await page.waitForSelector('#todo')
        await page.waitForFunction((said) => document.querySelector('[data-test=mycases]')?.textContent.includes(said), name)
        await focused(page, 'main h1')
        // A tab of a page is no other page: the cursor stays at it.
        await page.goto(office.base + '/ledger')
        await page.waitForSelector('main h1')
        if (await page.evaluate(() => document.activeElement?.tagName) === 'H1') throw new Error('the first page takes the cursor, which the browser announces itself')
        await tabTo(page, '.rail a[href="/dues"]')
        await page.keyboard.press('Enter')
        await page.waitForURL(/\/dues/)
        await focused(page, 'main h1')
        await tabTo(page, 'main [role=tab][aria-selected=false]')
        await page.keyboard.press('Enter')
        await page.waitForURL(/tab=/)
        await focused(page, 'main [role=tab][aria-selected=true]')
        if (clicks.length) throw new Error(`a mouse was used: ${clicks}`)
        await page.context().close()
    }],
    ['large type is kept when one comes back, and no page is wider than the screen in it', async (office) => {
        for (const [user, size, paths] of [['ivy', 'phone', ['/mine', '/calculator', '/policy']], ['clara', 'desk', ['/', '/person/700', '/employer/15', '/case', '/case/new', '/payment', '/ledger', '/alert', '/goals']], ['clara', 'phone', ['/', '/person/700', '/case', '/dues?tab=bills', '/more']]]) {
            const page = await enter(size, user)
            const before = await page.evaluate(() => parseFloat(getComputedStyle(document.querySelector('main h1, main h2')).fontSize))
            await page.getByRole('button', { name: '大字' }).click()
            for (const path of paths) {
                await page.goto(office.base + path)
                await page.waitForSelector('main h1, main h2')
                await fine(page)
                if (!(await page.evaluate(() => document.documentElement.classList.contains('large')))) throw new Error(`${path} forgot the large type`)
                if (size === 'desk') await page.waitForFunction(() => [...document.querySelectorAll('.scroll')].every((one) => one.scrollWidth <= one.clientWidth + 1)) // no row is read sideways
                const after = await page.evaluate(() => parseFloat(getComputedStyle(document.querySelector('main h1, main h2')).fontSize))
                if (after < before * 1.5) throw new Error(`${path}: ${before} px became ${after} px`)
            }
            // And with the browser's own zoom besides: half the desk's screen, the narrowest telephone.
            await page.setViewportSize(size === 'desk' ? { width: 720, height: 450 } : { width: 320, height: 568 })
            await page.goto(office.base + paths[0])
            await page.waitForSelector('main h1, main h2')
            await fine(page)
            await page.context().close()
        }
    }],
]
