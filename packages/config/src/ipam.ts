import { type Document, optionalObject, required } from './document.ts'

/**
 * Reads `ipam`, of which only `type` is this plugin's business; the IPAM plugin reads the rest.
 *
 * @returns `undefined` when it is left out, or wrong and noted so
 */
export function ipamOf(top: Document): { readonly type: string } | undefined {
  const ipam = optionalObject(top, 'ipam', 'an object with the type of an IPAM plugin')
  if (ipam === undefined || Object.values(Object(top.at('ipam'))).every(saysNothing)) return undefined
  const rule = 'the name of an IPAM plugin, such as "host-local"'
  const type = required(ipam, 'type', rule, (text) => (/^[^/\0]+$/.test(text) ? text : undefined))
  return type === undefined ? undefined : { type }
}

/** An object of nothing else is how a configuration says that there is no IPAM plugin: `{}`, `{"type": ""}`. */
function saysNothing(value: unknown): boolean {
  return typeof value === 'object' ? Object.keys(value ?? {}).length === 0 : value === ''
}
