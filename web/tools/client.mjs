// client.mjs [OPENAPI.json] [OUT.ts] - writes src/api/operations.ts, and what forms and lists say, fields.json, from the document of the server:
//   doudi serve & curl localhost:8080/v1/openapi.json >api.json; npm run api -- api.json
// One line an operation: its method, what it takes, what it answers.
import { readFileSync, writeFileSync } from 'node:fs'

const [from = 'openapi.json', to = 'src/api/operations.ts'] = process.argv.slice(2)
const key = (name) => (/^[a-z_][a-z0-9_]*$/i.test(name) ? name : `'${name}'`)

function type(schema) {
    const may = schema.nullable ? ' | null' : ''
    if (schema.enum) return schema.enum.map((one) => `'${one}'`).join(' | ') + may
    switch (schema.type) {
        case 'array': return `${/[|]/.test(type(schema.items)) ? `(${type(schema.items)})` : type(schema.items)}[]`
        case 'object': return members(schema)
        case 'integer': return 'number' + may
        case 'boolean': return 'boolean'
        case 'string': return 'string' + may
        default: return 'unknown'
    }
}

function members({ properties = {}, required = [] }) {
    const all = Object.entries(properties)
    return all.length ? `{ ${all.map(([n, s]) => `${key(n)}${required.includes(n) ? '' : '?'}: ${type(s)}`).join('; ')} }` : '{}'
}

/** What a person reads of a field: its kind, its words in both languages, what it is made of. */
function said(name, schema, required = false) {
    const inner = schema.type === 'array' ? schema.items : schema
    const kind = inner.format ?? (inner.type === 'object' ? 'object' : inner.type ?? 'any')
    const one = { name, kind: kind === 'int64' ? 'integer' : kind }
    const words = [schema.description ?? '', schema['x-description-zh'] ?? '']
    if (words[0] || words[1]) one.says = words
    if (schema.type === 'array') one.isList = true
    if (required) one.isRequired = true
    if (inner.enum) one.choices = inner.enum
    if (kind === 'object' && inner.properties) one.of = fieldsOf(inner)
    return one
}
const fieldsOf = ({ properties = {}, required = [] }) => Object.entries(properties).map(([name, schema]) => said(name, schema, required.includes(name)))
const forms = []

const lines = []
for (const [path, methods] of Object.entries(JSON.parse(readFileSync(from, 'utf8')).paths)) {
    const post = methods.post
    const reply = post?.responses?.['200']?.content?.['application/json']?.schema?.allOf
    if (!reply) continue // the door's own ways: client.ts knows them
    const name = path.slice(4).replaceAll('/', '.')
    const form = { says: [post.summary, post['x-summary-zh']], law: post['x-law'] ?? '', needs: post['x-permission'],
        takes: fieldsOf(post.requestBody.content['application/json'].schema), answers: fieldsOf(reply[0]) }
    forms.push(`"${name}": ${JSON.stringify(form)}`)
    const takes = members(post.requestBody.content['application/json'].schema)
    const method = methods.get ? 'GET' : 'POST'
    lines.push(`    '${name}': { method: '${method}'; takes: ${takes}; answers: ${members(reply[0])} }`)
}
const names = lines.filter((line) => line.includes("method: 'GET'")).map((line) => line.trim().split(':')[0])
writeFileSync(to, `// Made by tools/client.mjs from the server's description of itself; not edited by hand.
export interface Operations {
${lines.join('\n')}
}

export const READS: ReadonlySet<string> = new Set([
${names.map((name) => `    ${name},`).join('\n')}
])
`)
writeFileSync(to.replace('operations.ts', 'fields.json'), `{\n${forms.join(',\n')}\n}\n`)
