// office.mjs - a real office with a real server, for the walks and the calls: users of every role, a month opened, billed, paid and determined.
import { spawn, execFileSync } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

export const root = resolve(dirname(new URL(import.meta.url).pathname), '../..')
export const MONTH = '2026-11'
/** Of the seal by which lots are drawn: it is of the month in which it is made, by the clock of Beijing. */
export const SEALED = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 7)
export const USERS = { clara: 'clerk', rob: 'reviewer', hana: 'head', lea: 'leader', abby: 'accountant', carl: 'cashier', audrey: 'auditor', kay: 'account-keeper', kim: 'account-reviewer', pat: 'parameter-keeper', rita: 'rights-manager', kurt: 'key-holder', olga: 'operator', ivy: 'insured', emma: 'employer', fay: 'clerk' }
/** Whose record ivy and emma see. */
export const OWN = { ivy: 700, emma: 15 }
export const password = (login) => `${[...login].reverse().join('')} has 24680!`

// Whoever is interrupted leaves nothing behind: neither a server nor a folder with people's numbers.
const standing = new Set()
for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]]) process.once(signal, () => {
    for (const office of standing) office.close()
    process.exit(code)
})

/** `fay` keeps the one-time password in `once` until a browser changes it. `others`: users besides USERS, with their roles. `isBare`: an office on its first day: its users, and nobody's record. */
export async function openOffice(program, others = {}, isBare = false) {
    const place = mkdtempSync(join(tmpdir(), 'doudi-web-'))
    const env = { ...process.env, DOUDI_HOME: root, LC_ALL: 'C.UTF-8' }
    delete env.DOUDI_KEY_FILE
    const once = {}
    const cli = (words, more = {}) => execFileSync(program, [...words, '--county', 'county.db'], { cwd: place, env: { ...env, ...more.env }, input: more.input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] })
    const as = (login, ...words) => cli([...words, '--as', login], { env: { DOUDI_PASSWORD_FILE: join(place, `pw-${login}`) } })
    /** What the office holds, to see whether something was changed. Its file may grow meanwhile: who read what is noted there. */
    const state = () => JSON.stringify({ ...JSON.parse(cli(['county', 'status', '--json'])), bytes: 0 })
    const office = { program, place, once, cli, as, state, base: '', token: (login) => token(office.base, login), close: () => rmSync(place, { recursive: true, force: true }) }
    standing.add(office)
    cli(['county', 'new', ...(isBare ? ['--region', '示例县'] : ['--people', '3000', '--practice', '--places', 'places.csv']), '--month', MONTH])
    const made = JSON.parse(cli(['user', 'found', '--json', ...Object.entries({ ...USERS, ...others }).map(([login, role]) => `${login}=${role}`)]))
    for (const { user, once: word } of made.users) once[user] = word
    for (const login of Object.keys({ ...USERS, ...others })) {
        if (login === 'fay') continue
        writeFileSync(join(place, `pw-${login}`), password(login) + '\n', { mode: 0o600 })
        cli(['user', 'passwd', login], { input: `${once[login]}\n${password(login)}\n` })
    }
    if (isBare) {
        await serve(office, program, env)
        return office
    }
    const number = /\d{17}[\dX]/.exec(as('clara', 'person', 'show', String(OWN.ivy), '--reveal', '--why', '办理本人账号'))[0]
    for (const whose of [['ivy', '--number', number], ['emma', '--employer', String(OWN.emma)]]) {
        const { change } = JSON.parse(as('rita', 'user', 'bind', ...whose, '--json'))
        as('lea', 'user', 'approve', String(change))
        as('audrey', 'user', 'confirm', String(change))
    }
    as('clara', 'month', 'open', '--month', MONTH)
    as('clara', 'month', 'bill', '--month', MONTH)
    as('carl', 'month', 'receive', '--month', MONTH, '--simulate', '20')
    as('clara', 'month', 'determine', '--month', MONTH, '--awards', 'awards.csv')
    as('audrey', 'watch', 'run', '--month', MONTH)
    as('audrey', 'seal', 'heads.txt') // lots are drawn by it
    await serve(office, program, env)
    return office
}

// Thousands of calls come from one address here: how many may come in a second is tried elsewhere (tests/cli/door.bats).
async function serve(office, program, env) {
    const server = spawn(program, ['serve', '--county', 'county.db', '--listen', '127.0.0.1:0', '--rate', '0', '--port-file', 'port', '--web', join(root, 'web/dist')], { cwd: office.place, env, stdio: ['ignore', 'pipe', 'ignore'] })
    office.close = () => {
        server.kill('SIGTERM')
        rmSync(office.place, { recursive: true, force: true })
    }
    await new Promise((done, fail) => {
        server.stdout.once('data', done) // it says where it serves once it listens
        server.once('exit', () => fail(new Error('the server ended')))
    })
    const said = join(office.place, 'port')
    for (let i = 0; i < 600 && !(existsSync(said) && readFileSync(said, 'utf8').endsWith('\n')); i++) await new Promise((next) => setTimeout(next, 50))
    office.base = `http://127.0.0.1:${readFileSync(said, 'utf8').trim()}`
}

/** A second server of the same office over TLS, as a county has it: an own certificate, of a host's name. */
export async function serveOverTls(office, host) {
    const place = (name) => join(office.place, name)
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`, '-keyout', place('tls-key.pem'), '-out', place('tls.pem')], { stdio: 'ignore' })
    const env = { ...process.env, DOUDI_HOME: root, LC_ALL: 'C.UTF-8' }
    delete env.DOUDI_KEY_FILE
    const server = spawn(office.program, ['serve', '--county', 'county.db', '--listen', '127.0.0.1:0', '--rate', '0', '--port-file', 'tls-port', '--certificate', 'tls.pem', '--key', 'tls-key.pem', '--web', join(root, 'web/dist')], { cwd: office.place, env, stdio: ['ignore', 'pipe', 'ignore'] })
    const end = office.close
    office.close = () => {
        server.kill('SIGTERM')
        end()
    }
    await new Promise((done, fail) => {
        server.stdout.once('data', done)
        server.once('exit', () => fail(new Error('the server over TLS ended')))
    })
    for (let i = 0; i < 600 && !(existsSync(place('tls-port')) && readFileSync(place('tls-port'), 'utf8').endsWith('\n')); i++) await new Promise((next) => setTimeout(next, 50))
    const certificate = readFileSync(place('tls.pem'), 'utf8')
    const key = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' })
    return { port: Number(readFileSync(place('tls-port'), 'utf8')), certificate, pin: createHash('sha256').update(key).digest('base64'), close: () => server.kill('SIGTERM') }
}

const tokens = new Map()

/** Once a user: passwords may be tried five times a minute. */
async function token(base, login) {
    const key = `${base} ${login}`
    if (!tokens.has(key)) {
        const made = await fetch(`${base}/v1/session`, { method: 'POST', body: JSON.stringify({ user: login, password: password(login) }) })
        tokens.set(key, (await made.json()).token)
    }
    return tokens.get(key)
}
