// client.mjs [OPENAPI.json] [OUT.ts] - writes src/api/operations.ts from the document of the server:
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

const lines = []
for (const [path, methods] of Object.entries(JSON.parse(readFileSync(from, 'utf8')).paths)) {
    const post = methods.post
    const reply = post?.responses?.['200']?.content?.['application/json']?.schema?.allOf
    if (!reply) continue // the door's own ways: client.ts knows them
    const takes = members(post.requestBody.content['application/json'].schema)
    const method = methods.get ? 'GET' : 'POST'
    lines.push(`    '${path.slice(4).replaceAll('/', '.')}': { method: '${method}'; takes: ${takes}; answers: ${members(reply[0])} }`)
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
