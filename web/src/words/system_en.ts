import type zh from './system_zh'

const en: typeof zh = {
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
}
export default en
