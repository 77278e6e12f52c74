// The pages that are lists with steps: which operation lists, what opens one, who may do what with it. The words of fields are the
// server's; a tab is offered to whom its list is permitted, a step to whom the step is.
import type { Name } from './api/client'
import { due, listed, type Question } from './why'

export type Row = Record<string, unknown>
/** `with`: what the step says besides the row, and `as`: how its button is called then (`do.AS`). */
export interface Step { name: Name; in?: readonly string[]; with?: Readonly<Row>; as?: string }
const refusal = (name: Name, ...states: string[]): Step => ({ name, in: states, with: { refuse: true }, as: 'refuse' })
export interface Tab {
    key: string
    list: Name
    args?: Record<string, unknown>
    /** Arguments of the list that the bar above it asks for. */
    filters?: string[]
    /** The member of the answer that is the list; none: the answer is shown whole. */
    rows?: string
    /** What names a row to `show` and to the steps; `said`: what the bar above asks for. */
    id?: (row: Row, said: Row) => Record<string, unknown>
    show?: Name
    /** Steps of one row, and in which states they make sense (none: any). */
    steps?: readonly Step[]
    /** What is done without a row. */
    makes?: readonly Name[]
    hidden?: readonly string[]
    /** Columns that quote: names, places, what departments or people wrote. */
    quotes?: readonly string[]
    /** What only programs read: shown neither in the list nor when a row is opened. */
    codes?: readonly string[]
    /** What an amount of a row opens; or, in words for whoever reads this, why it has none. */
    why?: Record<string, ((row: Row, said: Row) => Question | null) | string>
    /** What a step is given and a person could not read: the field of the row that says it in words. */
    names?: Record<string, string>
    links?: Record<string, (row: Row) => string | null>
    /** Asked only when somebody says so: it takes the server some seconds. */
    isSlow?: boolean
    /** The tab in which one chooses what the bar above has to be told. */
    from?: string
    /** Of an answer that is shown whole: only these members. */
    only?: readonly string[]
}
export interface Work { door: string; tabs: readonly Tab[] }

const person = (row: Row): string | null => (/^\d+$/.test(String(row.person ?? '')) ? `/person/${row.person}` : null)
const subject = (row: Row): string | null => (/单位|employer/i.test(String(row.kind)) ? `/employer/${row.subject}` : /个人|person/i.test(String(row.kind)) ? `/person/${row.subject}` : null)

const receipt = (tab: string) => (row: Row): string | null => (Number(row.receipt) > 0 ? `/roll?tab=${tab}&receipt=${row.receipt}` : null)
const line = (row: Row, said: Row): Record<string, unknown> => ({ receipt: Number(said.receipt), line: row.line })
const employer = (row: Row): Record<string, unknown> => (/单位|employer/i.test(String(row.kind)) ? { employer: true } : {})

const revision = (row: Row): Question => listed('revision.explain', { batch: row.batch })
const OVER_PAYERS = 'the sum over payers, each of whom has their own: dues show'
const cell = (row: Row, said: Row): Record<string, unknown> => ({ round: said.round, household: row.household, subject: row.subject, question: row.question })
const round = (tab: string) => (row: Row): string => `/household?tab=${tab}&round=${row.round}`

export const WORKS: readonly Work[] = [
    { door: 'household', tabs: [
        { key: 'surveyRounds', list: 'survey.list', rows: 'rounds', id: (row) => ({ round: String(row.round) }), steps: [{ name: 'survey.assign' }, { name: 'survey.hand-in' }], makes: ['survey.begin'], links: { round: round('surveyProgress'), name: round('surveyConflicts') } },
        { key: 'surveyProgress', from: 'surveyRounds', list: 'survey.progress', filters: ['round', 'by'], rows: 'rows' },
        { key: 'surveyConflicts', from: 'surveyRounds', list: 'survey.conflicts', filters: ['round'], rows: 'rows', id: cell, codes: ['subject', 'question'], names: { subject: 'who', question: 'asks' }, steps: [{ name: 'survey.decide', in: ['split', 'change', 'meanwhile'] }, { name: 'survey.confirm', in: ['proposed'] }] },
        { key: 'surveyResults', from: 'surveyRounds', list: 'survey.results', filters: ['round'], rows: 'rows', hidden: ['subject'] },
        { key: 'surveyNewcomers', from: 'surveyRounds', list: 'survey.newcomers', filters: ['round', 'on'], rows: 'rows', links: { person } },
        { key: 'surveyForm', list: 'survey.form', rows: 'questions', codes: ['question', 'registry', 'role'] },
    ] },
    { door: 'roll', tabs: [
        { key: 'rolls', list: 'roll.list', filters: ['on'], rows: 'rolls', codes: ['roll'], id: (row) => ({ roll: row.roll }), show: 'roll.list', makes: ['roll.receive', 'roll.enter'], links: { receipt: receipt('rollLines') } },
        { key: 'rollLines', from: 'rolls', list: 'roll.show', filters: ['receipt', 'state'], rows: 'rows', id: line, steps: [{ name: 'roll.decide' }, { name: 'roll.confirm' }], quotes: ['says'], makes: ['roll.settle', 'roll.agree', 'roll.enter'] },
        { key: 'rollMatch', from: 'rolls', list: 'roll.match', why: { monthly: (row) => listed('person.payments', { who: String(row.person) }) }, filters: ['receipt', 'blind'], rows: 'rows', hidden: ['evidence'], id: (row, said) => ({ ...line(row, said), to: String(row.person) }), steps: [{ name: 'roll.decide' }], makes: ['link.people', 'link.ask', 'link.change', 'link.model', 'link.drift'], links: { person }, isSlow: true },
        { key: 'rollDifferences', from: 'rolls', list: 'roll.differences', filters: ['receipt'], rows: 'rows', quotes: ['before', 'now'] },
        { key: 'behalf', list: 'behalf.list', filters: ['month', 'state'], rows: 'rows', why: { paid: (row) => listed('person.contributions', { who: String(row.person) }) }, makes: ['behalf.match'], links: { person, name: person } },
        { key: 'behalfGroups', list: 'behalf.list', filters: ['month'], rows: 'groups', why: { paid: 'the sum over the people of the group, each of whom has a bill' } },
        { key: 'behalfStates', list: 'behalf.list', filters: ['month'], rows: 'states' },
    ] },
    { door: 'register', tabs: [
        { key: 'register', list: 'register.list', filters: ['group', 'town', 'month'], rows: 'rows', links: { subject, name: subject } },
        { key: 'registerGroups', list: 'register.list', filters: ['town', 'month'], rows: 'groups', codes: ['group'], links: { title: (row) => `/register?tab=register&group=${row.group}` } },
        { key: 'registerTowns', list: 'register.list', filters: ['group', 'month'], rows: 'towns', links: { town: (row) => `/register?tab=register&town=${row.town}` } },
        { key: 'registerExcluded', list: 'register.list', filters: ['month'], rows: 'excluded' },
        { key: 'projects', list: 'project.list', filters: ['state', 'on'], rows: 'projects', quotes: ['title', 'contractor'], id: (row) => ({ no: row.no }), show: 'project.gate', hidden: ['employer', 'code', 'end', 'until'], why: { price: 'as the department tells it', premium: 'one product of the contract price and the rate of the region, which policy show tells', paid: 'as the case keeps the proof of it' }, links: { contractor: (row) => (Number(row.employer) ? `/employer/${row.employer}` : null), case: (row) => (Number(row.case) ? `/case/${row.case}` : null) } },
        { key: 'projectStates', list: 'project.list', filters: ['on'], rows: 'states', why: { premium: 'the sum over the projects of this state' } },
    ] },
    { door: 'campaign', tabs: [
        { key: 'campaigns', list: 'campaign.list', filters: ['on'], rows: 'campaigns', makes: ['campaign.new'], links: { campaign: (row) => `/campaign?tab=campaignTargets&campaign=${encodeURIComponent(String(row.campaign))}` } },
        { key: 'campaignChannels', list: 'campaign.list', filters: ['on'], rows: 'channels' },
        { key: 'campaignTargets', from: 'campaigns', list: 'campaign.report', filters: ['campaign', 'owner', 'on'], rows: 'rows', id: (row, said) => ({ campaign: said.campaign, subject: row.subject, ...employer(row) }), steps: [{ name: 'campaign.contact' }], hidden: ['kind', 'town', 'groups', 'contacts', 'how', 'attributed', 'note'], links: { subject, name: subject } },
    ] },
    { door: 'alert', tabs: [
        { key: 'alerts', list: 'alert.list', why: { risk: (row) => listed('alert.show', { alert: row.alert }) }, args: { limit: 100000 }, filters: ['state', 'watch', 'user', 'town'], rows: 'alerts', id: (row) => ({ alert: row.alert }), show: 'alert.show', hidden: ['kind', 'town', 'since', 'watch'],
            steps: [{ name: 'alert.assign', in: ['open', 'assigned', 'working'] }, { name: 'alert.work', in: ['open', 'assigned'] }, { name: 'alert.close', in: ['open', 'assigned', 'working'] },
                { name: 'alert.review', in: ['doubted'] }, { name: 'alert.release', in: ['reviewed'] }, { name: 'alert.reopen', in: ['mended', 'dismissed', 'gone'] }],
            makes: ['watch.run'], links: { subject, name: subject } },
        { key: 'held', list: 'payrun.waiting', why: { amount: (row) => listed('person.payments', { who: String(row.person) }) }, filters: ['month', 'kind'], rows: 'waiting', links: { person } },
    ] },
    { door: 'dues', tabs: [
        { key: 'cases', list: 'dues.list', why: { total: (row) => listed('dues.case', { case: row.case }) }, filters: ['payer', 'all'], rows: 'cases', id: (row) => ({ case: row.case }), show: 'dues.case',
            steps: [{ name: 'dues.review', in: ['entered'] }, { name: 'dues.approve', in: ['reviewed'] }, { name: 'dues.refuse', in: ['entered', 'reviewed'] }, { name: 'dues.withdraw', in: ['entered', 'reviewed'] }],
            makes: ['dues.relief', 'dues.defer', 'dues.instalments', 'dues.write-off', 'dues.refund'] },
        { key: 'bills', list: 'month.status', why: { due: OVER_PAYERS, received: OVER_PAYERS }, filters: ['month'], rows: 'bills', makes: ['month.open', 'month.bill', 'month.correct', 'contribution.rebase', 'contribution.roster', 'month.close'] },
        { key: 'deaths', list: 'contribution.deaths', why: { billed: (row) => listed('person.contributions', { who: String(row.person) }) }, rows: 'rows', isSlow: true, links: { person, name: person }, makes: ['month.correct', 'county.import'] },
        { key: 'owed', list: 'dues.show', why: { due: (row, said) => due(said.payer, row, 'due'), received: (row, said) => due(said.payer, row, 'received'), open: (row, said) => due(said.payer, row), would: 'what a receipt that is tried would clear' }, filters: ['payer', 'on', 'all'], rows: 'dues', makes: ['dues.late-fees', 'dues.use-credit'] },
        { key: 'receipts', list: 'dues.reconcile', rows: 'funds', makes: ['month.receive'] },
    ] },
    { door: 'benefit', tabs: [
        { key: 'inPayment', list: 'benefit.list', why: { monthly: 'the sum over people in payment: each person tells their own' }, filters: ['month'], rows: 'states', makes: ['month.determine', 'benefit.stop', 'benefit.resume', 'benefit.settle', 'benefit.sweep'] },
        { key: 'oneoff', list: 'oneoff.list', why: { pay: (row) => listed('oneoff.show', { batch: row.batch }), recover: (row) => listed('oneoff.show', { batch: row.batch }) }, filters: ['state', 'person'], rows: 'batches', id: (row) => ({ batch: row.batch }), show: 'oneoff.show',
            steps: [{ name: 'oneoff.review', in: ['proposed'] }, { name: 'oneoff.approve', in: ['reviewed'] }, { name: 'oneoff.write-off', in: ['reviewed'] }], makes: ['oneoff.plan', 'oneoff.give-up', 'oneoff.repay'] },
        { key: 'repayments', list: 'oneoff.receipts', why: { amount: 'as it was entered under the bank’s reference' }, filters: ['state', 'person'], rows: 'receipts', id: (row) => (Number(row.batch) ? { batch: row.batch } : { who: String(row.person), item: row.item, reference: row.reference }), hidden: ['batch', 'from', 'on', 'lines'], quotes: ['reason', 'reference'], links: { person },
            steps: [{ name: 'oneoff.never-came', in: ['entered'] }, { name: 'oneoff.confirm', in: ['waiting'] }, refusal('oneoff.confirm', 'waiting')], makes: ['oneoff.repay'] },
        { key: 'revisions', list: 'revision.list', why: { before: revision, difference: revision, after: revision, arrears: revision, recovery: revision }, rows: 'batches', id: (row) => ({ batch: row.batch }), show: 'revision.show',
            steps: [{ name: 'revision.review', in: ['entered'] }, { name: 'revision.approve', in: ['reviewed'] }, { name: 'revision.withdraw', in: ['entered', 'reviewed'] }, { name: 'revision.reverse', in: ['approved'] }],
            makes: ['benefit.adjust', 'benefit.recompute', 'benefit.retro'] },
        { key: 'certify', list: 'certify.due', filters: ['month'], isSlow: true, makes: ['certify.record', 'certify.import', 'certify.run'] },
    ] },
    { door: 'grant', tabs: [
        { key: 'grantEmployers', list: 'grant.list', filters: ['grant', 'year'], rows: 'employers', why: { basis: 'the sum of a year of receipts, which the statement on the employer’s page shows', amount: 'a share of what stands beside it, by the rule whose facts are in the row' }, hidden: ['facts', 'reason'], links: { name: (row) => `/employer/${row.employer}`, batch: (row) => (row.batch ? '/grant?tab=grantBatches' : null) }, makes: ['grant.propose'], isSlow: true },
        { key: 'grantNotice', list: 'grant.notice', rows: 'employers', why: { amount: 'what stands in public; the batch tells what it was decided from' } },
        { key: 'grantBatches', list: 'oneoff.list', args: { purpose: 'grant.' }, filters: ['state'], rows: 'batches', why: { pay: (row) => listed('oneoff.show', { batch: row.batch }), recover: (row) => listed('oneoff.show', { batch: row.batch }) }, id: (row) => ({ batch: row.batch }), show: 'oneoff.show', hidden: ['recover', 'closings', 'changes', 'undoings'],
            steps: [{ name: 'oneoff.review', in: ['proposed'] }, { name: 'oneoff.approve', in: ['reviewed'] }, refusal('oneoff.review', 'proposed'), refusal('oneoff.approve', 'reviewed')] },
    ] },
    { door: 'account', tabs: [
        { key: 'changes', list: 'account.list', filters: ['state', 'change'], rows: 'accounts', id: (row) => ({ change: row.change }), links: { person },
            steps: [{ name: 'account.review', in: ['entered'] }, { name: 'account.confirm', in: ['reviewed'] }, { name: 'account.refuse', in: ['entered', 'reviewed'] }], makes: ['account.enter'] },
        { key: 'missing', list: 'account.missing', why: { amount: (row) => listed('person.payments', { who: String(row.person) }) }, filters: ['month'], rows: 'rows', isSlow: true, links: { person, name: person }, makes: ['account.enter'] },
        { key: 'payers', list: 'payer.list', rows: 'accounts', id: (row) => ({ fund: row.fund }), steps: [{ name: 'payer.review' }, { name: 'payer.confirm' }], makes: ['payer.propose'] },
    ] },
    { door: 'law', tabs: [
        { key: 'adopted', list: 'packs.status', makes: ['packs.adopt', 'packs.approve', 'packs.confirm'] },
    ] },
    { door: 'import', tabs: [
        { key: 'import', list: 'county.status', only: ['people', 'households', 'employers', 'events'], makes: ['county.import', 'certify.import', 'ledger.import', 'contribution.rebase', 'month.receive', 'county.export'] },
    ] },
    { door: 'system', tabs: [
        { key: 'users', list: 'user.list', rows: 'users', id: (row) => ({ user: row.user }), steps: [{ name: 'user.grant' }, { name: 'user.revoke' }, { name: 'user.reset' }, { name: 'user.second-reset', in: ['new', 'active'] }, { name: 'user.disable', in: ['new', 'active'] }], makes: ['user.new', 'user.logins', 'user.hand-out', 'user.table'] },
        { key: 'userChanges', list: 'user.changes', filters: ['all'], rows: 'changes', id: (row) => ({ change: row.change }), show: 'user.change', steps: [{ name: 'user.approve', in: ['waiting'] }, { name: 'user.confirm', in: ['waiting'] }, refusal('user.approve', 'waiting'), refusal('user.confirm', 'waiting'), { name: 'user.withdraw', in: ['waiting'] }], makes: ['user.withdraw'] },
        { key: 'verify', list: 'county.verify', isSlow: true },
        { key: 'backup', list: 'county.status', only: ['county', 'state', 'schema', 'bytes', 'master_key', 'people', 'households', 'employers', 'events', 'settings', 'funds'], makes: ['county.backup', 'county.seal', 'ledger.verify'] },
    ] },
]

export const workOf = (door: string): Work | undefined => WORKS.find((one) => one.door === door)

/** The doors of the house, in the order of the rail and its groups; `needs`: any of them opens it. */
export type Group = 'counter' | 'money' | 'benefits' | 'books' | 'office'
export interface Door { key: string; to: string; group: Group; needs: readonly string[]; isOpen?: boolean; isOwn?: 'person' | 'employer' }
/** What of a tab anybody may: its list, or a step without one (who grants rights reads no lists). */
export const opens = (tab: Tab): readonly string[] => [tab.list, ...(tab.makes ?? [])]
const lists = (door: string): readonly string[] => workOf(door)?.tabs.flatMap(opens) ?? []
export const DOORS: readonly Door[] = [
    { key: 'home', to: '/', group: 'counter', needs: [] },
    { key: 'mine', to: '/mine', group: 'counter', needs: ['person.show'], isOwn: 'person' },
    { key: 'desk', to: '/desk', group: 'counter', needs: ['employer.show'], isOwn: 'employer' },
    { key: 'person', to: '/person', group: 'counter', needs: ['person.show'] },
    { key: 'employer', to: '/employer', group: 'counter', needs: ['employer.show'] },
    { key: 'case', to: '/case', group: 'counter', needs: ['case.list'] },
    { key: 'survey', to: '/survey', group: 'counter', needs: ['survey.take'] },
    { key: 'merge', to: '/merge', group: 'counter', needs: ['person.duplicates'] },
    { key: 'dues', to: '/dues', group: 'money', needs: lists('dues') },
    { key: 'ledger', to: '/ledger', group: 'money', needs: ['ledger.balance'] },
    { key: 'award', to: '/award', group: 'benefits', needs: ['award.list'] },
    { key: 'benefit', to: '/benefit', group: 'benefits', needs: lists('benefit') },
    { key: 'grant', to: '/grant', group: 'benefits', needs: ['grant.list'] },
    { key: 'payment', to: '/payment', group: 'benefits', needs: ['payrun.list'] },
    { key: 'account', to: '/account', group: 'benefits', needs: lists('account') },
    { key: 'alert', to: '/alert', group: 'benefits', needs: ['alert.list'] },
    { key: 'roll', to: '/roll', group: 'benefits', needs: ['roll.list'] },
    { key: 'register', to: '/register', group: 'benefits', needs: ['register.list'] },
    { key: 'campaign', to: '/campaign', group: 'benefits', needs: ['campaign.list'] },
    { key: 'household', to: '/household', group: 'benefits', needs: ['survey.begin', 'survey.decide', 'survey.confirm'] },
    { key: 'docket', to: '/docket', group: 'benefits', needs: ['docket.list'] },
    { key: 'goals', to: '/goals', group: 'benefits', needs: ['indicator.list'] },
    { key: 'policy', to: '/policy', group: 'books', needs: [], isOpen: true },
    { key: 'calculator', to: '/calculator', group: 'books', needs: [], isOpen: true },
    { key: 'law', to: '/law', group: 'books', needs: lists('law') },
    { key: 'import', to: '/import', group: 'office', needs: ['county.import', 'county.export'] },
    { key: 'calendar', to: '/calendar', group: 'office', needs: ['calendar.show'] },
    { key: 'duties', to: '/duties', group: 'office', needs: ['duty.report', 'user.table'] },
    { key: 'audit', to: '/audit', group: 'office', needs: ['audit.looks'] },
    { key: 'health', to: '/health', group: 'office', needs: ['county.health'] },
    { key: 'system', to: '/system', group: 'office', needs: lists('system') },
]
