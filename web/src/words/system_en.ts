import type zh from './system_zh'

const en: typeof zh = {
    verified: 'Verified: log, tables, vouchers and signatures agree.', faults: '{n} things do not agree: do no more work, and tell the operator first.',
    me: {
        title: 'My account', user: 'User', name: 'Name', roles: 'Duties', region: 'Confined to', none: 'no duties were granted yet',
        second: 'Second factor', isOn: 'in force', isOff: 'none', mustTake: 'Your duties ask for a second factor: until you have taken one you can do nothing else.',
        explain: 'At login, beside the password, you type the six digits that a program on your telephone shows. Who knows the password alone cannot log in.', take: 'Take one', replace: 'Replace it',
        scan: 'First: scan this with the authenticator program of your telephone (any that reads otpauth addresses).', qr: 'Code to be scanned by the authenticator program',
        typed: 'Cannot scan? Type the secret:', once: 'The secret is shown here only once, and not again when you leave this page.',
        confirm: 'Then: type the six digits that the program shows now.', code: 'Code of the new program', current: 'Code of the old program', currentHint: 'It proves that the old one is still in your hands.',
        finish: 'Put it in force', cancel: 'Leave it', taken: 'It is in force: the next login asks for a code.',
        lost: 'Another telephone: while you have the old one, replace it here. Lost: the manager of rights proposes to end it and the leader approves; you then log in with your password and take a new one. Password, key and duties stay.',
        password: 'Change the password', old: 'Old password', next: 'New password', again: 'The new password once more', codeNow: 'Code of the second factor', differs: 'The two new passwords differ.',
        rule: 'At least 12 characters, 5 of them different, without your login. All sessions end and you log in again; you get a new signing key, and what you signed before stays valid.', change: 'Change it', changed: 'The password is changed: log in with the new one.',
        sessions: 'My sessions', sessionsHint: 'They end after {idle} minutes without use, or after {longest} hours. One that you do not know: end it, and change your password.', address: 'From', began: 'Logged in', seen: 'Last used', isThis: 'this one', end: 'End it', ended: 'The session is over.',
        now: 'just now', minutes: '{n} min ago', hours: '{n} h ago',
    },
    own: { words: 'words that the program knows', county: 'the office is founded', users: 'the first users', paper: 'a paper is issued', handIn: 'a report of staff is handed in', keys: 'work on keys', earlier: 'a store of an earlier program', sample: 'a sample county' },
    audit: {
        lead: 'Who did what, and who read whose record. Reading this page is noted too.', acts: 'Acts', looks: 'Reads', user: 'User', anybody: 'anybody', who: 'About (id, name or number)', kind: 'Area', operation: 'What was read', all: 'all', from: 'From', until: 'Until', ask: 'Find',
        none: 'Nothing fits.', noneLooks: 'Reads on the command line of the machine are noted by the user of its operating system.', shown: '{n} shown, the newest first', take: 'All as', fetch: 'Download the file', more: 'Further back', known: 'When', event: 'Kind and number', why: 'Why', subject: 'About', roles: 'Duties today', what: 'Read', rows: 'Rows', machine: 'At the machine', list: 'a list', whoseReads: 'All reads of this record', sample: 'Draw whom to audit', sampleHint: 'By the packs’ risk score, and some by lot; as many as the region says, once a month, by the month’s first seal, which nobody chooses. Once this month is sealed it alone is drawn.',
        mine: 'Who looked at my record', mineHint: 'By which duty, when, and at what; what you read yourself, and lists in which you only appeared, are not among these.', mineNone: 'Nobody has looked at your record alone yet.', by: 'By (duty)', ofPerson: 'Who looked at this record',
    },
    area: { staff: 'Users and duties', access: 'Numbers shown whole', registry: 'Registry', collection: 'Collection', decision: 'Awards', payment: 'Payment runs', oneoff: 'One-off', revision: 'Changes of many', ledger: 'Books', cases: 'Cases', alert: 'Alerts', charter: 'Office and law' },
    read: { person: { show: 'Record', find: 'Search', history: 'History', contributions: 'Contributions', payments: 'Payments' }, award: { show: 'Award', list: 'Awards, list' }, payrun: { lines: 'Lines of a run' }, case: { show: 'Case' }, employer: { show: 'Employer', staff: 'Staff of an employer' }, county: { export: 'Export of a roll' } },
    and: ', ', colon: ': ',
    changes: { new: 'New user', grant: 'Roles granted or revoked', reset: 'New password', table: 'New table of duties', bind: 'Bound to a person or place', factor: 'Second factor ended', joint: 'Logins of a list' },
    waits: { staff: { propose: 'the manager of rights, to propose', approve: 'the leader, to approve', confirm: 'the auditor, to confirm' } },
    duties: {
        lead: 'Who can do what, and why fewer than three people cannot move money.', proof: 'Money takes three', proved: 'proved', refuted: 'not proved', proofSays: 'By the table in force one person may hold {sets} sets of roles; all {tried} ways to be one or two people were tried, and none of them gets to the end of any way in which money moves.',
        unbound: '{n} users with duties are bound to no person: two logins of one hand are not seen. The manager of rights binds them.', stuck: 'The people of today cannot: {what}. Grant the duties that are missing.', lone: '{n} duties have one person only: when they are away, nobody can.',
        table: 'Table of duties', today: 'that of this program', other: 'another than this program’s', otherSays: 'This office works by a table that it adopted earlier. Until the new one is adopted, operations that are new are nobody’s duty.', waiting: 'It is proposed (change {n}) and waits for {what}.', propose: 'Propose the table of this program',
        how: 'Three people change it: the manager of rights proposes, the leader approves, the auditor confirms, each with a signature. A table by which two people can move money, or which somebody in office does not fit, is refused.', differences: 'What the new table changes', file: 'File', row: 'Row', change: 'Change', now: 'In force', then: 'New',
        paths: 'Ways in which money moves', pathsSay: 'Each step of a way is another person’s. The fewest people were found by trying those of today.', path: 'Way', fewest: 'Fewest', steps: 'Steps, and who can', atLeast: '{n} people', cannot: 'nobody can', nobody: 'nobody', people: 'People', role: 'Roles', can: 'Duties', bound: 'Bound', all: 'Duties', duty: 'Duty', count: 'People', who: 'Who', law: 'Law',
    },
    health: {
        lead: 'A look in the morning: is there something to mend, and how old is the last copy.', again: 'Look again', state: 'State', well: 'There is nothing to mend.', way: 'What to do: ', store: 'Store', kind: 'Kind', schema: 'schema {n}', size: 'Size', wal: 'write-ahead log {n}', disk: 'Disk', diskSays: '{free} of {all} free ({n}%)', events: 'Events',
        key: 'Master key', copy: 'Last copy', verify: 'Last verification', noted: 'Copies and verifications of users who had logged in; the copy of the night logs in as its own user.', never: 'none is known of', ago: '{known}, {user}, {ago} ago', days: '{n} days', hours: '{n} hours', minutes: '{n} minutes',
        server: 'Server', version: 'Version', up: 'Running for', sessions: 'Open sessions', requests: 'Requests', requestsSay: '{n} in all, {m} in the last minute', times: 'Times', timesSay: 'half within {half} ms, 99 of 100 within {most} ms', busy: 'Busy', busySays: '{n} times (another was writing, or the queue was full)',
        failed: 'Our mistakes', failedSays: 'see the log of the server, and report them', jobs: 'At work', jobsSay: '{n}, waiting {m}', writing: 'one is writing', memory: 'Most memory',
    },
    weekday: { d1: 'Mon', d2: 'Tue', d3: 'Wed', d4: 'Thu', d5: 'Fri', d6: 'Sat', d7: 'Sun' },
    calendar: {
        lead: 'Deadlines count working days: what is off, which weekends are worked, where that stands, and which deadlines it moved.', before: 'Month before', after: 'Month after', month: 'Month', worked: '{n} working days', untold: 'The packs tell nothing of this year yet: Saturdays and Sundays alone are off.', kind: { holiday: 'off', made_up: 'work' },
        source: 'Source: ', unverified: ' (the days were not verified one by one; the pack marks them [K])', how: 'Each year stands in a pack of its own, told until {until}. When the notice of the State Council comes, the keeper of parameters writes it into the pack, and three people adopt it.', moved: 'Deadlines moved by days off', movedSays: 'Cases in hand that are due in the month; “weekends alone” is the day they would be due without holidays.', none: 'No deadline of this month was moved.',
        case: 'Case', type: 'Type', step: 'Step', from: 'Counted from', usual: 'Weekends alone', due: 'Due', later: 'Later (days)', year: 'Days off and worked weekends of {year}', day: 'Day', weekday: 'Weekday', kindHead: 'Kind', verified: 'Verified',
    },
}
export default en
