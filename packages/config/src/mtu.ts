import type { Kind } from './kind.ts'
import { number } from './kind.ts'

/** The least that IPv6 needs (RFC 8200), and the most that an interface can have. */
const range = number(1280, 65_535)

/** The MTU of an interface, in bytes. 0 is left out: it says the same to other plugins. */
export const mtu: Kind<number> = {
  schema: { anyOf: [range.schema, { const: 0 }] },
  read: (document, key) => (document.at(key) === 0 ? undefined : range.read(document, key)),
}
