// furnish.mjs - an office in the middle of a month's work, for whoever looks at pages: runs paid and waiting, cases in hand and overdue,
// rolls, a campaign, goals, a township's clerk, a merge that waits. What cannot be done is said, and the rest is there.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MONTH } from './office.mjs'

export async function furnish(office, program) {
    const { as, cli, place } = office
    const told = async (what, run) => { try { return await run() } catch (e) { console.log(`furnish: ${what}: ${String(e.stderr || e).trim().split('\n').slice(0, 3).join(' / ')}`) } }
    const send = async (login, path, body) => {
        const made = await fetch(`${office.base}/v1/${path}`, { method: 'POST', body: JSON.stringify(body), headers: { Authorization: `Bearer ${await office.token(login)}`, 'Content-Type': 'application/json' } })
        const said = await made.json()
        if (!made.ok) throw new Error(JSON.stringify(said))
        return said
    }
    const rows = /^award\.retirement,(\d+)/gm, found = [...readFileSync(join(place, 'awards.csv'), 'utf8').matchAll(rows)].map((one) => Number(one[1]))
    office.retired = found[0]
    await told('a township', () => {
        const towns = JSON.parse(cli(['register', 'list', '--json'])).towns ?? []
        const region = process.env.DOUDI_TOWN ?? towns[0]?.town_code ?? '590121001'
        const { change } = JSON.parse(as('rita', 'user', 'bind', 'tess', '--region', String(region), '--json'))
        as('lea', 'user', 'approve', String(change))
        as('audrey', 'user', 'confirm', String(change))
    })
    await told('awards', async () => {
        for (const [login, step, state] of [['rob', 'review', 'proposed'], ['hana', 'approve', 'reviewed']]) {
            const list = JSON.parse(cli(['award', 'list', '--month', MONTH, '--state', state, '--json']))
            await send(login, `award/${step}`, { month: MONTH, digest: list.digest })
        }
    })
    await told('a run that is paid', async () => {
        const day = `${MONTH}-15`, folder = join(place, 'bank')
        mkdirSync(join(folder, 'in'), { recursive: true })
        await send('clara', 'payrun/draft', { month: MONTH, kind: 'pension', payer: '6200001' })
        for (const [login, step] of [['rob', 'check'], ['hana', 'sign-section'], ['lea', 'sign-leader']]) await send(login, `payrun/${step}`, { run: 1 })
        as('abby', 'payrun', 'authorise', '1', '--day', day)
        as('carl', 'payrun', 'send', '1', '--out', 'bank/in/P1-1.csv', '--day', day)
        execFileSync(program, ['bank', 'run', '--books', 'books', '--inbox', 'in', '--outbox', 'out', '--account', '6200001', '--opening', '500000000', '--day', day, '--reject', '5', '--seed', '7'], { cwd: folder, stdio: 'ignore' })
        as('abby', 'payrun', 'book', '1', '--answer', 'bank/out/HP-P1-1.csv', '--day', `${MONTH}-16`)
    })
    await told('a run that waits', () => send('clara', 'payrun/draft', { month: MONTH, kind: 'resident' }))
    await told('a case with its decision', () => as('clara', 'case', 'open', '缴费基数申报', '700', '--field', 'employer=15', '--field', 'declared wage=5200', '--field', 'from=2026-12-01'))
    for (const [type, who, ...more] of [['投诉举报', '701', '--field', '事由=单位少报工资'], ['职工退休申领', String(found[0]), '--paper', '身份凭证'], ['低保申请', '702'], ['养老关系转入', '703'], ['死亡申报', '704']])
        await told(type, () => as('clara', 'case', 'open', type, who, ...more, '--on', type === '投诉举报' ? '2026-09-01' : '2026-11-20'))
    await told('rolls', () => {
        as('clara', 'county', 'export', '--what', 'employers', '--lang', 'zh', '--out', 'employers.csv')
        const firms = readFileSync(join(place, 'employers.csv'), 'utf8').split('\n').slice(1).map((row) => row.split(',')).filter((one) => one[2]?.length === 18).slice(0, 8)
        writeFileSync(join(place, '低保.csv'), '姓名,身份证号,类别\n慕容不在,11010519491231002X,低保对象\n无名氏,,特困人员\n')
        writeFileSync(join(place, '市场主体.csv'), '名称,统一社会信用代码,主体类型\n' + firms.map((one) => `${one[1]},${one[2]},企业\n`).join(''))
        writeFileSync(join(place, '纳税单位.csv'), '单位名称,统一社会信用代码,计税人数\n' + firms.map((one) => `${one[1]},${one[2]},9000\n`).join(''))
        as('clara', 'roll', 'receive', 'civil.hardship', '低保.csv', '--month', MONTH)
        as('clara', 'roll', 'receive', 'market.entities', '市场主体.csv', '--month', MONTH)
        as('clara', 'roll', 'receive', 'tax.payers', '纳税单位.csv', '--month', MONTH)
        as('audrey', 'watch', 'run', '--month', MONTH, '--purpose', 'watch.register_employers')
        as('clara', 'campaign', 'new', '进园区', '--channel', 'precise', '--group', 'group.business', '--owner', '张明', '--on', '2026-11-01', '--due', '2026-12-31')
    })
    await told('goals', () => { for (const month of ['2026-09', '2026-10', '2026-11']) as('audrey', 'indicator', 'run', '--month', month) })
    await told('an account that changes', () => send('kay', 'account/enter', { person: '700', bank: '示例银行', number: '6222021234567890123', why: '本人申请' }))
    await told('a user', () => as('rita', 'user', 'new', 'nora', '--name', '诺拉', '--why', '新进人员'))
}
