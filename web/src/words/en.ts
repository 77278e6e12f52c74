import type zh from './zh'

// Every sentence of zh.ts: the compiler refuses one that is missing, tests/words.test.ts one that is the same.
const en: typeof zh = {
    app: { name: 'Doudi', tagline: 'the office of social security', skip: 'Skip to content', menu: 'Sections', more: 'More' },
    nav: { home: 'Home', person: 'Counter', employer: 'Employers', payment: 'Payment', award: 'Awards', ledger: 'Ledger', policy: 'Policy' },
    login: {
        title: 'Log in', user: 'User', password: 'Password', enter: 'Log in', entering: 'Logging in…',
        lost: 'Your session has ended: log in again. What was not submitted was not done.',
        mustChange: 'This is a one-time password: set one of your own first.', next: 'New password', again: 'The new password once more', change: 'Set it and log in',
        differs: 'The two new passwords differ.', tooMany: 'Too many wrong tries: locked for now. Wait a minute; if you forgot it, the manager of rights can reset it.',
        forgot: 'Forgotten? The manager of rights resets it; a one-time password lets you set a new one.', needBoth: 'Enter user and password.',
    },
    me: { title: 'Who am I', roles: 'Duties', out: 'Log out', large: 'Large type', normal: 'Normal type', language: '中文', operations: '{n} operations are yours to do' },
    state: {
        loading: 'Reading…', retry: 'Try again', failed: 'This could not be read', code: 'Code', forbidden: 'Your duties do not let you see this',
        whoGrants: 'If you need it: the manager of rights applies, the leader approves, the auditor confirms.', done: 'Done', empty: 'Nothing here yet',
    },
    home: {
        title: 'Home', todo: 'Waiting for me', none: 'Nothing waits for you today.', noneHint: 'Awards, runs and alerts that need you are listed here.',
        figures: 'Figures of {month}', people: 'People', employers: 'Employers', households: 'Households', due: 'Due', received: 'Received', rate: 'Share received',
        bills: 'Bills of the month', purpose: 'Kind', payers: 'Payers', month: 'Month', noBills: 'The month has not been billed yet.', openMonth: 'Open month',
        awardsReview: 'Awards to review', awardsApprove: 'Awards to approve', runWaits: 'Run {run}: {step}', alerts: 'Open alerts', late: 'Unpaid',
        hint: { review: 'review the list and sign its digest', approve: 'approve what was reviewed', alert: '{risk} yuan concerned' }, accounts: 'Changes of bank accounts',
        purposes: { employee: 'Employees', flexible: 'Flexible workers', resident: 'Residents', public: 'Public bodies' },
    },
    person: {
        title: 'Counter', find: 'Find a person', box: 'Name, citizen number or id', search: 'Find', hint: 'Enter a whole name, a citizen number of 18 places, or an id, then Enter. Look-ups are recorded.',
        basic: 'Master data', number: 'Citizen number', born: 'Born', sex: 'Sex', phone: 'Telephone', hukou: 'Household', age: '{n} years', id: 'No. {id}',
        enrolments: 'Enrolments', accounts: 'Bank accounts', attributes: 'Other facts', spells: 'Contribution history', family: 'Family', other: 'Other',
        scheme: 'Scheme', detail: 'What', from: 'From', until: 'Until', contributions: 'Contributions', own: 'Own share', others: 'Employer and state',
        unpaid: 'Unpaid', fund: 'Fund', payer: 'Payer', base: 'Base', stateHead: 'State', bill: 'Bill', benefits: 'Benefits', noBenefits: 'No benefit has been determined.',
        noContributions: 'No bills since the office began; see the contribution history for before.', timeline: 'Record of a life', chart: 'Contributions by month (yuan)', tableToo: 'the figures are below',
        personal: 'Individual account', balance: 'Balance', day: 'Day', kind: 'What', noAccount: 'No individual account in this fund.', history: 'Changes of the record', event: 'Event', reason: 'Why', known: 'Recorded', amount: 'Amount',
    },
    why: { title: 'Why this amount', ask: 'Why', law: 'Law', formula: 'Formula', letter: 'Determination sheet (PDF)', close: 'Close', same: 'Computed again under the law of then: the same.', differs: 'Computed again under the law of then: not the same. Tell the auditor.', parts: 'Its parts', item: 'Item', kept: 'Decided', again: 'Again' },
    employer: {
        title: 'Employers', box: 'Name, credit code or id', search: 'Find', hint: 'Enter the whole name, a credit code of 18 places, or an id.', staff: 'Staff',
        open: 'Open', arrears: 'Arrears', lateFees: 'Late fees', credit: 'Credit', received: 'Received in all', statement: 'Statement', roster: 'Staff and bill',
        opening: 'Opening', billed: 'Billed', closing: 'Closing', day: 'Day', what: 'What', less: 'Less', more: 'More', people: 'Staff',
        person: 'Person', base: 'Base', own: 'Own', unit: 'Employer', noRoster: 'No bill of this employer in the month.', month: 'Month', reference: 'Reference',
    },
    payment: {
        title: 'Payment', run: 'Run', kind: 'Kind', fund: 'Fund', month: 'Month', stateHead: 'State', lines: 'Lines', total: 'Amount (yuan)', paid: 'Paid', refused: 'Refused',
        none: 'There is no payment run yet.', noneHint: 'Once awards are approved, a clerk drafts the run of the month.', chain: 'Signature chain', by: 'By', at: 'At', signed: 'signed', voided: 'void', next: 'Next', ends: 'All done',
        cannot: 'This step is for the {role}; it is not your duty.', act: '{step}', confirm: '{step}?', confirmText: 'Run {run}: {lines} lines, {total} yuan. A signature cannot be rubbed out; any change voids it.',
        cancel: 'Cancel', done: 'Done: {step}.', compare: 'Against the month before', change: 'Change', difference: 'Difference', largest: 'The largest', list: 'Lines', name: 'Name', number: 'Citizen number', benefit: 'Benefit',
        amount: 'Amount', bank: 'Bank', account: 'Account', reason: 'Reason', all: 'All', filters: 'Filter', atLeast: 'Amount at least', digest: 'Digest', fits: 'signatures fit', unfit: 'signatures do not fit: tell the auditor',
        returns: 'Returned by the bank', noLines: 'No line is like that.', parts: 'Booked and reconciled', open: 'Open', file: 'Payment file', answer: "The bank's answer", statementFile: "The bank's statement", choose: 'Choose a file', day: 'Day of payment', back: 'Back to the runs',
    },
    step: { check: 'Check', section: 'Sign as section head', leader: 'Sign as leader', authorise: 'Authorise', send: 'Send to the bank', book: "Book the bank's answer", reconcile: 'Reconcile', close: 'Close' },
    change: { new: 'new', changed: 'changed', stopped: 'stopped', same: 'the same', once: 'paid once' },
    line: { open: 'open', paid: 'paid', refused: 'refused', returned: 'returned' },
    role: { clerk: 'clerk', reviewer: 'reviewer', head: 'section head', leader: 'leader', accountant: 'accountant', cashier: 'cashier', auditor: 'auditor', 'account-keeper': 'keeper of accounts', 'account-reviewer': 'reviewer of accounts', 'parameter-keeper': 'keeper of parameters', 'rights-manager': 'manager of rights', 'key-holder': 'holder of keys', operator: 'operator' },
    award: {
        title: 'Awards', stateHead: 'State', proposed: 'To review', reviewed: 'To approve', approved: 'Approved', returned: 'Returned', count: '{n} awards, {amount} yuan', purpose: 'Purpose', person: 'Person', amount: 'Amount (yuan)', before: 'Before', from: 'From',
        kind: 'Kind', why: 'Look at it for', none: 'No award is in this state.', noneHint: 'What a clerk determines is listed here, one by one.', review: 'Review all', approve: 'Approve all', giveBack: 'Return', refuse: 'Refuse', reason: 'Reason', needReason: 'Say why: the clerk works from it.',
        exceptions: 'Exceptions first, then a sample; the whole list can be exported.', confirm: 'You sign the digest of {n} awards, {amount} yuan. If the list has changed since, it is refused.', done: '{n} signed.', returnedDone: 'Returned; the others go on.', month: 'Month', show: 'Show and explain',
    },
    ledger: { title: 'Ledger', fund: 'Fund', month: 'Month', balance: 'Balance', vouchers: 'Vouchers', statement: 'Statement', account: 'Account', opening: 'Opening', debit: 'Debit', credit: 'Credit', closing: 'Closing', balanced: 'debits equal credits', unbalanced: 'debits do not equal credits: tell the auditor', closed: 'closed', open: 'open', voucher: 'Voucher', day: 'Day', summary: 'What', item: 'Item', form: 'Form', form01: 'Balance sheet', form02: 'Income and expense', none: 'Nothing in this month.' },
    policy: { title: 'Policy', packs: 'Packs', find: 'Filter by name or region', pack: 'Pack', region: 'Region', law: 'Law', text: 'Text', try: 'Try it', variable: 'Variable', facts: 'What is given (a line each: name=value)', on: 'On', calc: 'Compute', show: 'Show the rule', result: 'Result', missing: 'Still needed', intro: 'No login is needed to try. Example: 法定退休月 with 人员类别=男职工 and 出生月=1965-08.', none: 'No pack is like that.', source: 'Source of the rule', explain: 'Why' },
}
export default en
