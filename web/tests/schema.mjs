// schema.mjs - does a value fit a schema of the server's own document? Written for the part of OpenAPI 3.0 that the document uses.

const kindOf = (value) => (value === null ? 'null' : Array.isArray(value) ? 'array' : Number.isInteger(value) ? 'integer' : typeof value)

/** What does not fit, each with its place; a member that the document does not name is told too. */
export function misfits(value, schema, document, at = '$') {
    const whole = flatten(schema, document)
    const kind = kindOf(value)
    if (kind === 'null') return whole.nullable || !whole.type ? [] : [`${at} is null`]
    if (whole.type && whole.type !== kind) return [`${at} is ${kind}, not ${whole.type}`]
    const bad = []
    if (whole.enum && !whole.enum.includes(value)) bad.push(`${at} is ${JSON.stringify(value)}, not one of ${whole.enum.join(' ')}`)
    if (whole.format === 'date' && !/^\d{4}-\d\d-\d\d$/.test(value)) bad.push(`${at} is ${JSON.stringify(value)}, no date`)
    if (kind === 'array' && whole.items) value.forEach((one, i) => bad.push(...misfits(one, whole.items, document, `${at}[${i}]`)))
    if (kind === 'object' && whole.type) {
        for (const name of whole.required) if (!(name in value)) bad.push(`${at}.${name} is missing`)
        for (const [name, one] of Object.entries(value)) {
            const of = whole.properties[name]
            bad.push(...(of ? misfits(one, of, document, `${at}.${name}`) : [`${at}.${name} is not in the document`]))
        }
    }
    return bad
}

function flatten(schema, document) {
    const whole = { properties: {}, required: [] }
    const parts = schema.$ref ? [at(document, schema.$ref)] : (schema.allOf ?? [schema])
    for (const part of parts) {
        const one = part === schema ? part : flatten(part, document)
        Object.assign(whole, one, { properties: { ...whole.properties, ...one.properties }, required: [...whole.required, ...(one.required ?? [])] })
    }
    return whole
}

const at = (document, ref) => ref.slice(2).split('/').reduce((place, name) => place[name], document)

/** The smallest arguments that an operation takes: what it needs, each of the right kind, about nothing that is there. */
export function smallest(schema, upload) {
    const made = {}
    for (const name of schema.required ?? []) {
        const { type, enum: choices, format, items } = schema.properties[name]
        const one = choices?.[0] ?? (type === 'integer' ? 987654321 : type === 'boolean' ? true : format === 'date' ? '2026-11-30' : format === 'upload-id' ? upload : format === 'file-name' ? 'out.csv' : 'x')
        made[name] = type === 'array' ? [items.format === 'upload-id' ? upload : (items.enum?.[0] ?? 'x=1')] : one
    }
    return made
}
