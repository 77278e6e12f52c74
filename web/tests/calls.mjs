// calls.mjs - what a program sees that knows only GET /v1/openapi.json: answers fit their schemas, states have codes, who has no duty is refused.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MONTH, OWN, USERS, root } from './office.mjs'
import { misfits, smallest } from './schema.mjs'

/** What a read is asked about, where the smallest arguments are about nothing that is there. */
const ASKED = {
    'policy.calc': { variables: ['法定退休月'], facts: ['人员类别=男职工', '出生月=1965-08'], region: '中国' },
    'policy.explain': { variable: '法定退休月', facts: ['人员类别=男职工', '出生月=1965-08'], region: '中国' },
    'policy.prove': { pack: '参保测算' }, 'policy.show': { name: '法定退休月' }, 'policy.pack': { pack: '退休年龄' }, 'policy.tests': { pack: '退休年龄' }, 'policy.search': { words: ['丧葬'] }, 'policy.diff': { a: '中国', b: '中国/示例省' },
    'county.export': { what: 'persons', out: 'people.csv' }, 'county.backup': { out: 'copy.db' }, 'person.payments': { who: '700' },
    'person.find': { text: '张' }, 'search.all': { text: '张' }, 'person.show': { who: '700' }, 'person.try': { who: '700', variable: '法定退休月' }, 'person.history': { who: '700' }, 'person.contributions': { who: '700' },
    'employer.show': { who: '15' }, 'employer.staff': { who: '15' }, 'employer.reports': { who: '15' }, 'employer.statement': { payer: '15' }, 'employer.explain': { who: '15', bill: MONTH },
    'ledger.events': { fund: 'employee_pension' }, 'ledger.balance': { fund: 'employee_pension', month: MONTH }, 'ledger.vouchers': { fund: 'employee_pension', month: MONTH },
    'ledger.statement': { fund: 'employee_pension', month: MONTH, form: '01' }, 'ledger.bulletin': { month: MONTH }, 'ledger.register': { fund: 'employee_pension' },
    'behalf.list': { month: MONTH }, 'register.zero': { group: 'group.hardship', month: MONTH }, 'alert.show': { alert: 1 }, 'award.list': { month: MONTH }, 'certify.due': { month: MONTH }, 'benefit.list': { month: MONTH },
    'case.form': { type: '职工退休申领', who: '700' }, 'case.types': { type: '低保申请' }, 'case.list': { state: 'all' }, 'case.show': { case: 1 }, 'case.files': { case: 1 }, 'case.counts': { from: '2026-11-01' },
    'payrun.waiting': { month: MONTH }, 'payrun.show': { run: 1 }, 'payrun.lines': { run: 1, size: 50 }, 'dues.show': { payer: '15' }, 'dues.explain': { payer: '15', month: MONTH, fund: 'employee_pension' }, 'ledger.explain': { fund: 'employee_pension', month: MONTH, account: 1003 }, 'month.status': { month: MONTH },
    'grant.list': { grant: 'stay_job', year: 2025 }, 'grant.show': { who: '15' },
}
/** Not asked: they need a file of their own, and are tested where they are made; or take seconds. */
const NOT_ASKED = new Set(['policy.run', 'policy.cases', 'decide.run', 'watch.file', 'ledger.reconcile', 'person.letter', 'paper.show', 'case.file', 'paper.verify', 'contribution.list', 'roll.show', 'roll.differences', 'roll.match', 'campaign.report', 'project.gate', 'link.people', 'link.ask', 'link.change', 'link.drift', 'link.model'])
/** A page of the console, as `to` names it: a door, or one record behind it by its number. */
const PAGE = /^\/[a-z]+(\/\d+)?(\?[^/]*)?$/
/** Slow, and without a state: in one language. */
const ONCE = new Set(['county.verify', 'policy.check', 'county.backup', 'county.export', 'certify.due'])

/** Where an answer in English may hold Chinese: names of people, places, packs and what they declare, and quoted law; then, of an operation, what it quotes. */
const NAMED = new Set(['name', 'pack', 'packs', 'region', 'regions', 'law', 'article', 'person', 'payer', 'employer', 'household'])
const QUOTED = {
    'policy.explain': ['formula', 'reads', 'filled', 'value', 'unit'], 'policy.prove': ['of'], 'policy.diff': ['a', 'b', 'says', 'key'], 'policy.show': ['of', 'source', 'heading', 'prose', 'text'], 'policy.pack': ['title', 'text'], 'policy.search': ['text', 'heading'],
    'policy.tests': ['test', 'said', 'came'], 'county.status': ['value', 'why'], 'search.all': ['more'], 'person.show': ['says'], 'person.history': ['says', 'why'], 'employer.show': ['says'], 'ledger.events': ['part'], 'ledger.statement': ['form'],
    'audit.looks': ['what'], 'person.try': ['variable', 'value', 'record', 'unknown', 'reason'], 'case.types': ['type', 'effects'], 'case.form': ['value'], 'docket.types': ['choices'], 'alert.show': ['formula', 'reads', 'filled', 'value'], 'register.zero': ['reason'], 'behalf.list': ['reason', 'group', 'marked'], 'dues.explain': ['title'], 'paper.kinds': ['kind'], 'grant.list': ['facts', 'reason'], 'grant.kinds': ['notice'],
    'audit.acts': ['why'], 'case.show': ['paper', 'note'], 'indicator.list': ['key', 'value'], 'overview.show': ['key', 'note'], 'indicator.assess': ['key', 'value', 'points'], 'indicator.bulletin': ['key', 'value'], 'payrun.lines': ['bank'], 'campaign.list': ['campaign'], 'certify.kinds': ['kind'],
}
function* chineseIn(op, value, key = '') {
    if (Array.isArray(value)) for (const one of value) yield* chineseIn(op, one, key)
    else if (value && typeof value === 'object') for (const [name, one] of Object.entries(value)) yield* chineseIn(op, one, name)
    else if (typeof value === 'string' && /[\u4e00-\u9fff]/u.test(value) && !NAMED.has(key) && !QUOTED[op]?.includes(key)) yield `${op} ${key}: ${value.slice(0, 60)}`
}

const PATHS = readFileSync(join(root, 'packs/duties/duties.csv'), 'utf8').split('\n').slice(1).map((line) => line.split(','))
const PERMITS = new Map(PATHS.map(([duty, , , , permits = '']) => [duty, permits.split(' ')]))
/** The permissions of each role, read from the tables and not from the server. */
const ROLES = new Map(readFileSync(join(root, 'packs/duties/roles.csv'), 'utf8').split('\n').slice(1).filter(Boolean)
    .map((line) => line.split(',')).map(([role, , , duties]) => [role, new Set(duties.split(' ').flatMap((duty) => PERMITS.get(duty) ?? []))]))

async function documentOf(office) {
    const doc = await (await fetch(office.base + '/v1/openapi.json')).json()
    const all = Object.entries(doc.paths).filter(([, way]) => way.post?.['x-permission']).map(([path, way]) => ({
        path, name: path.slice(4).replaceAll('/', '.'), way: way.post, isRead: Boolean(way.get), needs: way.post['x-permission'], isOpen: way.post.security.length === 0,
        takes: way.post.requestBody.content['application/json'].schema, answers: way.post.responses['200'].content['application/json'].schema }))
    return { doc, all }
}

async function call(office, op, login, body, lang = 'en') {
    const headers = { 'Content-Type': 'application/json', 'Accept-Language': lang }
    if (login) headers.Authorization = `Bearer ${await office.token(login)}`
    const response = await fetch(office.base + op.path, { method: 'POST', headers, body: JSON.stringify(body) })
    const answer = await response.text()
    return { status: response.status, said: answer ? JSON.parse(answer) : null }
}

const whoMay = (op) => Object.keys(USERS).find((login) => login !== 'fay' && (op.needs === 'user.self' || ROLES.get(USERS[login])?.has(op.needs)))

/** Every state of an answer, with its code. */
function* statesOf(value, at = '$') {
    if (Array.isArray(value)) for (const [i, one] of value.entries()) yield* statesOf(one, `${at}[${i}]`)
    else if (value && typeof value === 'object')
        for (const [name, one] of Object.entries(value)) {
            if (name === 'state' && typeof one === 'string') yield [`${at}.state`, value.state_code]
            else yield* statesOf(one, `${at}.${name}`)
        }
}

export const calls = [
    ['every read that can be asked fits the schema of the document, in both languages with the same codes, in English without Chinese but names and quoted law [L12]', async (office) => {
        const { doc, all } = await documentOf(office)
        const bad = []
        let asked = 0
        for (const op of all.filter((one) => one.isRead && !NOT_ASKED.has(one.name))) {
            const body = { ...smallest(op.takes), ...ASKED[op.name] }
            const en = await call(office, op, whoMay(op), body), zh = ONCE.has(op.name) ? en : await call(office, op, whoMay(op), body, 'zh')
            // One that wants more than the smallest says so; one that ASKED knows answers.
            if (en.status >= 500 || [401, 403].includes(en.status) || (ASKED[op.name] && en.status !== 200)) bad.push(`${op.name}: ${en.status} ${en.said.error?.message}`)
            if (en.status !== 200) continue
            asked++
            bad.push(...misfits(en.said, op.answers, doc).slice(0, 3).map((one) => `${op.name} ${one}`))
            const codes = [...statesOf(zh.said)]
            for (const [i, [place, code]] of [...statesOf(en.said)].entries())
                if (!/^[a-z_]+$/.test(code ?? '') || codes[i]?.[1] !== code) bad.push(`${op.name} ${place} has code ${code}, in Chinese ${codes[i]?.[1]}`)
            bad.push(...[...chineseIn(op.name, en.said)].slice(0, 3).map((one) => `Chinese in English: ${one}`))
            if (/"\/(?:[a-z0-9._-]+\/)+/i.test(JSON.stringify(en.said, (key, one) => (key === 'to' && PAGE.test(one) ? '' : one)).replaceAll('"/v1/files/', '"'))) bad.push(`${op.name} tells a path of the server`)
        }
        if (asked < 40) bad.push(`only ${asked} were answered`)
        if (bad.length) throw new Error(bad.join('\n    '))
    }],
    ['who sees the own record alone sees it, and no other by id, name or number, through any operation [L9 N6]', async (office) => {
        const { all } = await documentOf(office)
        const bad = [], other = { ivy: 701, emma: 16 }
        const number = (id) => /\d{17}[\dX]/.exec(office.as('clara', 'person', 'show', String(id), '--reveal', '--why', '核对'))[0]
        // A case of each, and another's, with a file that was handed in.
        writeFileSync(join(office.place, 'id.png'), Buffer.from('89504e470d0a1a0a00', 'hex'))
        const cases = Object.fromEntries([['ivy', ['个人信息变更', '700', '--field', '居住地=590121001']], ['emma', ['企业开办一件事', '15', '--field', '单位经办人=赵某', '--field', '首批职工人数=3']], ['other', ['个人信息变更', '701', '--field', '居住地=590121001']]]
            .map(([whose, words]) => [whose, JSON.parse(office.as('clara', 'case', 'open', ...words, '--key', '本人', '--json')).case]))
        const files = Object.fromEntries([['ivy', '身份凭证'], ['emma', '营业执照'], ['other', '身份凭证']].map(([whose, paper]) => [whose, JSON.parse(office.as('clara', 'case', 'hand-in', String(cases[whose]), paper, 'id.png', '--name', `${whose}.png`, '--json')).file]))
        const OTHERS = { ivy: ['701', '0700', '700 ', '1', '0', '', number(700), number(701), '张伟', '*', '700 OR 1=1'], emma: ['16', '015', '700', '1', '*'] }
        const answered = { ivy: [], emma: [] }
        for (const login of ['ivy', 'emma']) {
            const may = (await (await fetch(office.base + '/v1/session', { headers: { Authorization: `Bearer ${await office.token(login)}` } })).json())
            const { upload } = await (await fetch(`${office.base}/v1/uploads?name=a.png`, { method: 'POST', headers: { Authorization: `Bearer ${await office.token(login)}` }, body: Buffer.from('89504e470d0a1a0a01', 'hex') })).json()
            if ((login === 'ivy' ? may.person : may.employer) !== OWN[login]) bad.push(`${login} is bound to ${may.person} ${may.employer}`)
            for (const op of all.filter((one) => !one.isOpen && one.needs !== 'user.self')) {
                const names = login === 'ivy' ? ['who', 'person', 'subject', 'payer', 'employer'] : ['who', 'subject', 'payer', 'employer', 'person']
                const whose = names.filter((name) => op.takes.properties[name])
                const isCase = op.takes.properties.case, isFile = op.name === 'case.file'
                const caseOf = (id) => isFile ? { file: id === OWN[login] ? files[login] : id === other[login] ? files.other : 9999 } : { case: id === OWN[login] ? cases[login] : id === other[login] ? cases.other : 9999 }
                const of = (id) => ({ ...smallest(op.takes, isCase ? upload : undefined), ...ASKED[op.name], ...Object.fromEntries(whose.slice(0, 1).map((name) => [name, String(id)])), ...(isCase || isFile ? caseOf(id) : {}) })
                const own = await call(office, op, login, of(OWN[login]))
                const isMine = may.operations.includes(op.name)
                if (isMine ? own.status === 403 : own.status === 200) bad.push(`${op.name} by ${login} of the own record: ${own.status} ${own.said.error?.code}`)
                if (isMine) answered[login].push(op.name)
                for (const id of isMine ? [other[login], ...OTHERS[login]] : []) {
                    const { status, said } = await call(office, op, login, of(id))
                    if (status !== 403 && said.error?.code !== 'service.missing_argument' && said.error?.code !== 'service.bad_argument') bad.push(`${op.name} by ${login} of ${id}: ${status}`)
                }
                // Nobody else is asked for beside the own record.
                const besides = login === 'ivy' ? { employer: String(OWN.emma) } : { person: String(OWN.ivy) }
                const [beside] = Object.keys(besides)
                if (isMine && whose[0] !== beside && whose.includes(beside)) {
                    const { status } = await call(office, op, login, { ...of(OWN[login]), ...besides })
                    if (status === 200) bad.push(`${op.name} by ${login} of the own record and another's: ${status}`)
                }
                if (isMine && op.takes.properties.reveal && (await call(office, op, login, { ...of(OWN[login]), reveal: true })).status === 200) bad.push(`${op.name} reveals to ${login}`)
            }
        }
        // Another's decision or case is not told under the own id.
        const another = JSON.parse(office.cli(['award', 'list', '--month', MONTH, '--json'])).awards?.find((one) => one.person !== OWN.ivy)
        const explain = all.find((one) => one.name === 'person.explain')
        if (another && (await call(office, explain, 'ivy', { person: OWN.ivy, decision: another.decision })).status === 200) bad.push("another's decision is explained")
        if (answered.ivy.length < 10 || answered.emma.length < 8) bad.push(`only ${JSON.stringify(answered)} are for the own record`)
        if (bad.length) throw new Error(bad.slice(0, 30).join('\n    '))
    }],
    ['who is confined to a township does what is of it, and nothing of another or of the whole county, through any operation [L9 N6]', async (office) => {
        const { all } = await documentOf(office)
        const TOWN = '590121100', CONFINED = ['clara', 'rob', 'hana', 'abby', 'carl', 'kay', 'kim', 'pat', 'kurt', 'olga']
        const OWN_LISTS = ['case.list', 'todo.list', 'person.find'],
            FILTERED = { 'payrun.waiting': {}, 'account.list': { state: 'all' }, 'account.missing': {}, 'certify.due': { month: MONTH }, 'certify.kinds': {}, 'grant.kinds': {}, 'case.counts': { from: '2026-11-01' }, 'calendar.show': { month: '2026-10' }, 'search.all': { text: '张' }, 'alert.list': { state: 'all', limit: 100000 }, 'register.list': {}, 'register.zero': { group: 'group.hardship', month: MONTH }, 'campaign.list': {}, 'campaign.report': { campaign: '没有' }, 'roll.list': {}, 'roll.show': { receipt: 1 },
                'indicator.list': {}, 'indicator.assess': {}, 'indicator.rank': { indicator: '示例县养老参保率', level: 'village' }, 'indicator.show': { indicator: '示例县养老参保率' }, 'indicator.people': { figure: 'pension.legal', month: MONTH },
                'place.list': {}, 'project.list': {}, 'project.gate': { number: 'x' }, 'behalf.list': { month: MONTH }, 'docket.types': {}, ...Object.fromEntries(['form', 'list', 'progress', 'take', 'upload', 'show', 'conflicts', 'results', 'newcomers'].map((one) => [`survey.${one}`, null])), 'docket.list': { docket: 'seat' }, 'docket.report': { docket: 'seat' }, 'docket.enter': { docket: 'seat', set: ['department=县财政局'] }, 'docket.strike': { docket: 'area', row: 1, why: '试' } }, SELF = ['user.whoami', 'user.second', 'user.second-take', 'view.keep', 'view.list', 'view.drop', 'draft.keep', 'draft.show', 'draft.list', 'draft.drop']
        const table = (what) => {
            office.as('clara', 'county', 'export', '--what', what, '--out', `${what}.csv`)
            return readFileSync(join(office.place, `${what}.csv`), 'utf8').split('\n').slice(1).filter(Boolean).map((line) => line.split(','))
        }
        const townOf = new Map([...table('persons').map((cells) => [cells[0], cells[6]]), ...table('employers').map((cells) => [cells[0], cells[3]])].map(([id, code]) => [id, code.slice(0, 9)]))
        const people = [...townOf.keys()].filter((id) => Number(id) > 100)
        const inside = { person: String(OWN.ivy), employer: [...townOf.keys()].find((id) => Number(id) < 60 && townOf.get(id) === TOWN) }
        const outside = { person: people.find((id) => townOf.get(id) !== TOWN), employer: [...townOf.keys()].find((id) => Number(id) < 60 && townOf.get(id) !== TOWN) }
        const alerts = (await call(office, all.find((one) => one.name === 'alert.list'), 'clara', { state: 'all', limit: 100000 })).said.alerts.filter((one) => ['person', 'employer'].includes(one.kind))
        // Records that were made one with another stand in no list: they are where the other is.
        for (const { kind, subject } of alerts)
            if (kind === 'person' && !townOf.has(String(subject))) townOf.set(String(subject), townOf.get(String(JSON.parse(office.as('clara', 'person', 'show', String(subject), '--json')).id)))
        inside.alert = alerts.find((one) => townOf.get(String(one.subject)) === TOWN).alert
        outside.alert = alerts.find((one) => townOf.get(String(one.subject)) !== TOWN).alert
        /** Anybody an answer names who does not live there, and any place that is not of it. */
        const tells = (value, found = []) => {
            if (Array.isArray(value)) for (const one of value) tells(one, found)
            else if (value && typeof value === 'object')
                for (const [name, one] of Object.entries(value)) {
                    const isHousehold = value.kind === 'household' || (value.kind && !['person', 'employer', 'account'].includes(value.kind))
                    if (['subject', 'person', 'employer'].includes(name) && Number(one) > 0 && !isHousehold && townOf.get(String(one)) !== TOWN) found.push(`${name} ${one}`)
                    else if (['town', 'code', 'place'].includes(name) && /^590121\d{3}/.test(one) && !one.startsWith(TOWN)) found.push(`${name} ${one}`)
                    else tells(one, found)
                }
            return found
        }
        writeFileSync(join(office.place, 'id.png'), Buffer.from('89504e470d0a1a0a00', 'hex'))
        for (const one of [inside, outside]) one.case = JSON.parse(office.as('clara', 'case', 'open', '职工退休申领', one.person, '--paper', '身份凭证', '--key', '管辖', '--json')).case
        for (const one of [inside, outside]) one.file = JSON.parse(office.as('clara', 'case', 'hand-in', String(one.case), '身份凭证', 'id.png', '--json')).file
        const bind = (login, region) => {
            const { change } = JSON.parse(office.as('rita', 'user', 'bind', login, '--region', region, '--json'))
            office.as('lea', 'user', 'approve', String(change))
            office.as('audrey', 'user', 'confirm', String(change))
        }
        const whole = await call(office, all.find((one) => one.name === 'case.list'), 'clara', { state: 'open' })
        const bad = [], refused = { whole: 0, other: 0 }, done = []
        for (const login of CONFINED) bind(login, TOWN)
        const status = office.state()
        for (const op of all.filter((one) => !one.isOpen)) {
            const login = op.needs === 'user.self' ? 'clara' : CONFINED.find((one) => ROLES.get(USERS[one]).has(op.needs))
            if (!login) continue
            const may = (await (await fetch(office.base + '/v1/session', { headers: { Authorization: `Bearer ${await office.token(login)}` } })).json())
            if (may.region !== TOWN) bad.push(`${login} is confined to ${may.region}`)
            const uploads = JSON.stringify(op.takes).includes('upload-id') ? (await (await fetch(`${office.base}/v1/uploads?name=a.csv`, { method: 'POST', headers: { Authorization: `Bearer ${await office.token(login)}` }, body: 'a,b\n' })).json()).upload : undefined
            const names = Object.keys(op.takes.properties), isEmployers = op.name.startsWith('employer.') || (names.includes('payer') && !names.includes('person'))
            const of = (one) => ({ ...smallest(op.takes, uploads), ...ASKED[op.name], ...Object.fromEntries([['who', isEmployers ? one.employer : one.person], ['person', one.person], ['payer', one.employer], ['case', one.case], ['alert', one.alert], ...(op.name === 'case.file' ? [['file', one.file]] : [])].filter(([name]) => names.includes(name))
                .map(([name, id]) => [name, op.takes.properties[name].type === 'integer' ? Number(id) : String(id)])) })
            if (SELF.includes(op.name)) continue
            if (op.name in FILTERED) {
                const { status, said } = await call(office, op, login, FILTERED[op.name] ?? of(outside))
                const leaks = status === 200 ? tells(said) : []
                if (![200, 400, 403, 404].includes(status) || leaks.length) bad.push(`${op.name} by ${login}: ${status} ${said.error?.code ?? ''} tells of ${leaks.slice(0, 3)}`)
                if (op.name === 'alert.list' && said.alerts?.filter((one) => ['person', 'employer'].includes(one.kind)).length !== alerts.filter((one) => townOf.get(String(one.subject)) === TOWN).length) bad.push(`alert.list finds ${said.found}`)
                if (status === 200) done.push(op.name)
                continue
            }
            if (OWN_LISTS.includes(op.name)) {
                const { status, said } = await call(office, op, login, { ...ASKED[op.name], ...(names.includes('limit') ? { limit: 200 } : {}) })
                const rows = said.cases?.map((one) => one.subject) ?? [...(said.people ?? []).map((one) => one.person), ...(said.employers ?? []).map((one) => one.employer)]
                if (status !== 200 || rows.some((id) => townOf.get(String(id)) !== TOWN)) bad.push(`${op.name} tells of another township`)
                if (said.cases && said.found !== rows.length) bad.push(`${op.name} counts ${said.found} of ${rows.length}`)
                if (op.name === 'case.list' && (!rows.length || said.open >= whole.said.open || !said.notes?.length)) bad.push(`case.list counts ${said.open} of ${whole.said.open}`)
                if (op.name === 'person.find' && !rows.length) bad.push('nobody is found')
                done.push(op.name)
                continue
            }
            // What somebody has changed meanwhile: refused before anything is read or written.
            const there = await call(office, op, login, of(outside))
            if (there.status !== 403 || !['scope.whole', 'scope.other', 'scope.by_id'].includes(there.said.error?.code)) bad.push(`${op.name} by ${login} of another township: ${there.status} ${there.said.error?.code}`)
            if (!may.operations.includes(op.name)) {
                const here = await call(office, op, login, of(inside))
                if (here.said.error?.code !== 'scope.whole') bad.push(`${op.name} is not listed, and answers ${here.status} ${here.said.error?.code}`)
                refused.whole++
                continue
            }
            refused.other++
            for (const said of [there.said.error?.message, (await call(office, op, login, of(outside), 'zh')).said.error?.message])
                if (!said?.includes(TOWN)) bad.push(`${op.name} does not say which township: ${said}`)
            for (const wrong of ['who', 'person', 'payer'].filter((name) => names.includes(name) && !names.includes('case') && !names.includes('alert'))) {
                const { status, said } = await call(office, op, login, { ...of(inside), [wrong]: '张伟' })
                if (!['scope.by_id', 'service.bad_argument'].includes(said.error?.code)) bad.push(`${op.name} takes a name: ${status} ${said.error?.code}`)
                const beside = await call(office, op, login, { ...of(inside), [wrong]: op.takes.properties[wrong].type === 'integer' ? Number(outside.person) : String(isEmployers || wrong === 'payer' ? outside.employer : outside.person) })
                if (beside.status !== 403) bad.push(`${op.name} takes another's ${wrong}: ${beside.status}`)
            }
        }
        if (office.state() !== status) bad.push('something was changed')
        // Now what is theirs.
        for (const op of all.filter((one) => one.isRead && !one.isOpen && !SELF.includes(one.name) && !OWN_LISTS.includes(one.name) && !(one.name in FILTERED) && one.name !== 'paper.show')) {
            const login = CONFINED.find((one) => ROLES.get(USERS[one]).has(op.needs))
            if (!login || !(await (await fetch(office.base + '/v1/session', { headers: { Authorization: `Bearer ${await office.token(login)}` } })).json()).operations.includes(op.name)) continue
            const names = Object.keys(op.takes.properties), isEmployers = op.name.startsWith('employer.') || (names.includes('payer') && !names.includes('person'))
            const own = Object.fromEntries([['who', isEmployers ? inside.employer : inside.person], ['person', inside.person], ['payer', inside.employer], ['case', inside.case], ['alert', inside.alert], ...(op.name === 'case.file' ? [['file', inside.file]] : [])].filter(([name]) => names.includes(name)).map(([name, id]) => [name, op.takes.properties[name].type === 'integer' ? Number(id) : String(id)]))
            const here = await call(office, op, login, { ...smallest(op.takes), ...ASKED[op.name], ...own })
            if (here.status === 403 || here.status >= 500) bad.push(`${op.name} by ${login} of the own township: ${here.status} ${here.said.error?.code}`)
            if (here.status === 200) done.push(op.name)
        }
        for (const login of CONFINED) bind(login, 'county')
        const again = await call(office, all.find((one) => one.name === 'case.list'), 'clara', { state: 'open' })
        if (again.said.open !== whole.said.open) bad.push(`whoever is free again sees ${again.said.open} of ${whole.said.open}`)
        if (refused.whole < 90 || refused.other < 25 || done.length < 18) bad.push(`only ${JSON.stringify(refused)} were refused, ${done} done`)
        if (bad.length) throw new Error(`${bad.length}: ` + bad.slice(0, 30).join('\n    '))
    }],
    ['a read is a GET too: the same answer, spared by its ETag, and a page of it by the number that is asked for [L12]', async (office) => {
        const { all } = await documentOf(office)
        const bad = []
        let asked = 0, paged = 0
        for (const op of all.filter((one) => one.isRead && ASKED[one.name] && !ONCE.has(one.name))) {
            const headers = { Authorization: `Bearer ${await office.token(whoMay(op))}` }
            const query = new URLSearchParams(Object.entries({ ...smallest(op.takes), ...ASKED[op.name] }).flatMap(([name, one]) => [one].flat().map((word) => [name, word])))
            const got = await fetch(`${office.base}${op.path}?${query}`, { headers })
            const said = await got.text(), posted = await call(office, op, whoMay(op), { ...smallest(op.takes), ...ASKED[op.name] })
            asked++
            if (got.status !== 200) { bad.push(`${op.name}: ${got.status} ${said.slice(0, 200)}`); continue }
            if (JSON.stringify(JSON.parse(said)) !== JSON.stringify(posted.said)) bad.push(`${op.name} answers a GET otherwise than a POST`)
            const again = await fetch(`${office.base}${op.path}?${query}`, { headers: { ...headers, 'If-None-Match': got.headers.get('etag') ?? '-' } })
            if (again.status !== 304) bad.push(`${op.name}: ${again.status} of an answer that is at hand`)
            const lists = Object.entries(posted.said).filter(([name, one]) => Array.isArray(one) && name !== 'notes')
            if (lists.length !== 1 || !lists[0][1].length || 'page' in op.takes.properties) continue
            query.set('page', 1)
            query.set('page_size', 1)
            const page = await fetch(`${office.base}${op.path}?${query}`, { headers })
            const cut = (await page.json())[lists[0][0]]
            paged++
            // Pages go on behind what an answer shows alone, and such an answer says that there is more.
            const counted = Number(page.headers.get('x-total-count')), isTrue = posted.said.is_more ? counted >= lists[0][1].length : counted === lists[0][1].length
            if (!isTrue || JSON.stringify(cut) !== JSON.stringify(lists[0][1].slice(0, 1))) bad.push(`${op.name}: a page of one is ${JSON.stringify(cut).slice(0, 100)} of ${page.headers.get('x-total-count')}`)
        }
        if (asked < 25 || paged < 8) bad.push(`only ${asked} were asked, ${paged} by pages`)
        if (bad.length) throw new Error(bad.join('\n    '))
    }],
    ['who lacks the duty is refused each operation, and without a session nothing is told [L9 N6]', async (office) => {
        const { all } = await documentOf(office)
        const before = office.state()
        const people = Object.keys(USERS).filter((login) => login !== 'fay')
        const bad = []
        let refused = 0
        const uploads = {}
        for (const login of people) {
            const sent = await fetch(`${office.base}/v1/uploads?name=a.csv`, { method: 'POST', headers: { Authorization: `Bearer ${await office.token(login)}` }, body: 'a,b\n' })
            uploads[login] = (await sent.json()).upload
        }
        for (const op of all.filter((one) => !one.isOpen)) {
            const none = await call(office, op, null, {})
            if (none.status !== 401) bad.push(`${op.name} without a session: ${none.status}`)
            if (op.needs === 'user.self') continue
            const answers = await Promise.all(people.filter((login) => !ROLES.get(USERS[login]).has(op.needs)).map(async (login) => [login, await call(office, op, login, smallest(op.takes, uploads[login]))]))
            for (const [login, { status, said }] of answers) {
                refused++
                if (status !== 403) bad.push(`${op.name} by ${login} (${USERS[login]}): ${status} ${said?.error?.code}`)
            }
        }
        if (office.state() !== before) bad.push('something was changed')
        if (refused < 1000) bad.push(`only ${refused} were refused`)
        if (bad.length) throw new Error(`${bad.length}: ` + bad.slice(0, 30).join('\n    '))
    }],
    ['what an argument says is never taken for SQL, for a place of the machine or for a page, in any text argument of any operation [N6]', async (office) => {
        const { doc, all } = await documentOf(office)
        const EVIL = `1' OR '1'='1'; DROP TABLE registry_person; --"<script>alert(1)</script>../../../etc/passwd`
        const bad = []
        let tried = 0
        for (const op of all) {
            const login = whoMay(op) ?? 'clara'
            const base = { ...smallest(op.takes), ...ASKED[op.name] }
            const texts = Object.entries(op.takes.properties).filter(([, one]) => (one.type === 'array' ? one.items : one).type === 'string' && !(one.items ?? one).enum)
            await Promise.all(texts.map(async ([name, one]) => {
                // A dry run where there is one; and never a password that is right.
                const body = { ...base, ...('dry-run' in op.takes.properties ? { 'dry-run': true } : {}), [name]: one.type === 'array' ? [EVIL] : EVIL }
                const response = await fetch(office.base + op.path, { method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${await office.token(login)}` }, body: JSON.stringify(body) })
                const said = await response.text()
                tried++
                const told = op.way.responses[response.status]?.content?.['application/json'].schema
                if (!told) bad.push(`${op.name} ${name}: ${response.status} is not in the document`)
                else if (response.status !== 200) bad.push(...misfits(JSON.parse(said), told, doc).map((one) => `${op.name} ${name}: ${one}`))
                if (response.status >= 500 && response.status !== 503) bad.push(`${op.name} ${name}: ${response.status} ${said.slice(0, 200)}`)
                if (/root:x:0|syntax error|no such (table|column)/.test(said)) bad.push(`${op.name} ${name}: ${said.slice(0, 200)}`)
                if (!/^application\/json/.test(response.headers.get('content-type')) || response.headers.get('x-content-type-options') !== 'nosniff') bad.push(`${op.name} ${name}: a browser may take the answer for a page`)
            }))
        }
        // Nothing was carried out by what is no number, no date, no file and nobody's name; what took the words as words kept them.
        office.cli(['verify'])
        if (tried < 400) bad.push(`only ${tried} were tried`)
        if (bad.length) throw new Error(`${bad.length}: ` + bad.slice(0, 20).join('\n    '))
    }],
]
