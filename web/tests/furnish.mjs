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
    await told('names of places', () => as('audrey', 'indicator', 'enter', 'places.csv'))
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
    await told('a case that has gone on', () => {
        const { case: number } = JSON.parse(as('clara', 'case', 'open', '缴费基数申报', '701', '--field', 'employer=15', '--field', 'declared wage=5300', '--field', 'from=2026-12-01', '--json'))
        as('clara', 'case', 'pass', String(number), '受理')
    })
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
    await furnishRolls(office, told)
    await furnishSurvey(office, told)
}

/** Whom government pays for, construction projects, residence permits, who is left off the register; many logins in one change. */
async function furnishRolls({ as, place }, told) {
    const csv = (file) => readFileSync(join(place, file), 'utf8').split('\n').slice(1).map((row) => row.split(',')).filter((one) => one.length > 2)
    const roll = (name, head, rows) => told(name, () => {
        writeFileSync(join(place, `${name}.csv`), [head, ...rows.map((one) => one.join(',')), ''].join('\n'))
        as('clara', 'roll', 'receive', name, `${name}.csv`, '--month', MONTH)
    })
    as('clara', 'county', 'export', '--what', 'persons', '--reveal', '--why', '核对名册', '--out', 'persons.csv')
    const fits = (number) => number?.length === 18 && '10X98765432'[[...number.slice(0, 17)].reduce((sum, digit, i) => sum + digit * [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2][i], 0) % 11] === number[17]
    const people = csv('persons.csv').filter((one) => fits(one[2]) && one[2].slice(6, 10) > '1970' && one[2].slice(6, 10) < '2008').map((one) => [one[1], one[2]])
    const firms = csv('employers.csv').filter((one) => one[2]?.length === 18)
    const some = (from, until, ...more) => people.slice(from, until).map((one) => [...one, ...more])
    await roll('police.population', '姓名,公民身份号码', some(0, 200))
    await roll('police.permits', '姓名,公民身份号码,有效期止', some(200, 230, '2027-05-31'))
    await roll('police.deaths', '姓名,公民身份号码,死亡日期', some(0, 1, '2026-09-01'))
    await roll('civil.cremation', '姓名,身份证号,火化日期', some(0, 1, '2026-09-02'))
    await roll('education.students', '姓名,身份证号,学校', some(1, 4, '一中'))
    await roll('insured.elsewhere', '姓名,社会保障号码,险种,状态,经办机构', some(4, 7, '职工养老', '参保', '外省'))
    await roll('rural.poverty', '姓名,身份证号,村(社区)', some(10, 30, '城关'))
    await roll('disabled.holders', '姓名,身份证号,残疾等级', some(30, 50, '二级'))
    const projects = [['JZ-001', '一中综合楼', 50000000, '2026-10-08', '2027-09-30'], ['JZ-002', '市政管网', 12345678, '2026-11-01', '2027-06-30'], ['JZ-003', '安置房', 80000000, '2027-03-01', '2028-12-31'], ['JZ-004', '旧厂房', 1000000, '2025-01-01', '2026-11-29']]
    const head = '统一社会信用代码,承包单位,项目编号,项目名称,合同价,开工日期,计划竣工日期'
    await roll('housing.projects', head, projects.map((one, i) => [firms[i][2], firms[i][1], ...one]))
    await roll('transport.projects', head, [[firms[4][2], firms[4][1], 'GL-001', '县道改造', 30000000, '2026-08-01', '2026-12-31']])
    // One who has a number, and two of whom the roll says a name alone: they are to be matched.
    await roll('transport.platform', '姓名,身份证号,从业类别,平台', [[people[60][0], people[60][1], '快递员', '某平台'], ...people.slice(61, 63).map(([name]) => [name, '', '外卖骑手', '某平台'])])
    await told('who is found by them', () => { for (const one of ['register_projects', 'register_permits', 'register_people']) try { as('audrey', 'watch', 'run', '--month', MONTH, '--purpose', `watch.${one}`) } catch (e) { if (one !== 'register_people') throw e } })
    await told('many logins', () => {
        writeFileSync(join(place, '开通名单.csv'), ['事项,登录名,姓名,角色,证件号码,单位', ...some(60, 90).map(([name, number], i) => `新增,p${1000 + i},${name},参保人,${number},`), ''].join('\n'))
        as('rita', 'user', 'logins', '开通名单.csv', '--why', '批量开通')
    })
}

/** A round that two surveyors walk: houses visited, one where they differ, most to come. */
async function furnishSurvey({ as, cli, place }, told) {
    await told('a survey', () => {
        as('clara', 'survey', 'begin', '年度入户', '--from', '2026-11-01', '--until', '2026-12-31')
        for (const login of ['rob', 'clara']) as('clara', 'survey', 'assign', '1', '--to', login, '--place', '590121100')
        const homes = JSON.parse(cli(['survey', 'take', '1', '--for', 'clara', '--json'])).households
        const said = (id, { household }, value, question = 'outcome') => ({ id: id.repeat(32), household, subject: 'h', question, value, seen: '', replaces: [], phone_ms: 1 })
        for (const [login, all] of [['clara', [said('a', homes[0], '无人在家'), said('c', homes[1], '已调查'), said('d', homes[1], '3', 'people'), { ...said('e', homes[1], '欧阳未登', 'name'), subject: `n${'7'.repeat(32)}` }, { ...said('f', homes[1], '11010519491231002X', 'number'), subject: `n${'7'.repeat(32)}` }]], ['rob', [said('b', homes[0], '已搬走')]]]) {
            writeFileSync(join(place, 'said.json'), JSON.stringify({ round: '年度入户', said: all }))
            as(login, 'survey', 'upload', 'said.json')
        }
    })
}
