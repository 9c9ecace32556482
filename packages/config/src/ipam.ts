import { type Document, documentOf, required } from './document.ts'

/**
 * Reads `ipam`, of which only `type` is this plugin's business; the IPAM plugin reads the rest.
 *
 * @returns `undefined` when it is left out, or wrong and noted so
 */
export function ipamOf(top: Document): { readonly type: string } | undefined {
  const found = top.at('ipam')
  if (found === undefined || found === null) return undefined
  const ipam = documentOf(found, 'ipam.', top.problems)
  // Empty, it is how a configuration says that there is no IPAM plugin.
  if (typeof found === 'object' && Object.keys(found).length === 0) return undefined
  if (ipam === undefined) {
    top.problems.push({ path: 'ipam', found, expected: 'an object with the type of an IPAM plugin' })
    return undefined
  }
  const rule = 'the name of an IPAM plugin, such as "host-local"'
  const type = required(ipam, 'type', rule, (text) => (/^[^/\0]+$/.test(text) ? text : undefined))
  return type === undefined ? undefined : { type }
}
