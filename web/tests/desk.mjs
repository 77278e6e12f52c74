// desk.mjs - walks of the box that finds people, of an insured person and of an employer's agent.

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
        await sees(page, 'h2#basic', new RegExp(part))
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
]
