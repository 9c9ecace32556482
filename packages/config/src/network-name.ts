import { mapField, neededKey } from './field.ts'
import { textKind } from './kind.ts'

const pattern = '^[a-zA-Z0-9][a-zA-Z0-9_.-]*$'
const rule = 'the name of the network: letters, digits, "_", "." and "-", a letter or digit first'
const kind = textKind(rule, (text) => (new RegExp(pattern).test(text) ? text : undefined), { pattern })

/**
 * The key `name`, which means the empty text when it is missing or wrong, and noted so.
 *
 * @see CNI specification 1.1.0, section 1, key `name`
 */
export const networkName = mapField(neededKey('name', kind, 'name of the network'), (name = '') => name)
