import { optionalObject, required } from './document.ts'
import type { Field } from './field.ts'
import { orLeftOut, present, type Schema } from './schema.ts'

const nameRule = 'the name of an IPAM plugin, such as "host-local"'
const objectRule = 'an object with the type of an IPAM plugin'

/** An object of nothing else says that there is no IPAM plugin: `{}`, `{"type": ""}`. */
function saysNothing(value: unknown): boolean {
  return typeof value === 'object' ? Object.keys(value ?? {}).length === 0 : value === ''
}

const nothing: Schema = { additionalProperties: { enum: ['', null, [], {}] } }
const named: Schema = { required: ['type'], properties: { type: { type: 'string', pattern: '^[^/\\0]+$' } } }

/**
 * Declares `ipam`, of which only `type` is this plugin's business; the IPAM plugin reads the rest.
 *
 * @returns a field that means `undefined` when it is left out, or wrong and noted so
 */
export const ipam: Field<{ readonly type: string } | undefined> = {
  keys: [
    {
      name: 'ipam',
      about: '`{"type": NAME}`: the IPAM plugin that gives addresses and routes',
      schema: orLeftOut({ type: 'object', anyOf: [named, nothing] }),
    },
  ],
  read: (top) => {
    const object = optionalObject(top, 'ipam', objectRule)
    if (object === undefined || Object.values(Object(top.at('ipam'))).every(saysNothing)) return undefined
    const type = required(object, 'type', nameRule, (text) => (/^[^/\0]+$/.test(text) ? text : undefined))
    return type === undefined ? undefined : { type }
  },
}

/** Declares an `ipam` that an ADD cannot do without. */
export const neededIpam: typeof ipam = {
  ...ipam,
  keys: ipam.keys.map((each) => ({ ...each, isNeeded: true })),
  conditions: [present('ipam')],
  read: (document, purpose) => {
    const problemsBefore = document.problems.length
    const found = ipam.read(document, purpose)
    if (found === undefined && purpose.command === 'ADD' && document.problems.length === problemsBefore) {
      document.problems.push({ path: 'ipam', found: document.at('ipam'), expected: objectRule })
    }
    return found
  },
}
