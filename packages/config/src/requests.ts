import { type Document, documentOf, isLeftOut, optionalObject } from './document.ts'
import type { Field } from './field.ts'
import { mac } from './kind.ts'
import { orLeftOut } from './schema.ts'

/** One of the ways in which a runtime asks for addresses and a MAC address, and the keys that these have there. */
export interface Request {
  readonly document: Document
  readonly ips: string
  readonly mac: string
}

/**
 * The ways in which a runtime asks for something, by their precedence: `runtimeConfig`, which it adds to a configuration that
 * announces the capabilities for it; `args.cni` of the configuration; CNI_ARGS.
 *
 * @see https://www.cni.dev/docs/conventions/
 */
export const requests: Field<readonly Request[]> = {
  keys: [
    {
      name: 'runtimeConfig',
      about: 'from the runtime: `ips`, in the place of `ipAddresses`, and `mac`',
      schema: orLeftOut({ type: 'object', properties: { mac: orLeftOut(mac.schema) } }),
    },
    // Whatever else is in `args` is for others.
    { name: 'args', about: '`cni`: `ips` and `mac`, as those of `runtimeConfig`, which go before them', schema: {} },
  ],
  read: (top, { args: { IP = '', MAC } }) => {
    const keys = { ips: 'ips', mac: 'mac' }
    const runtimeConfig = optionalObject(top, 'runtimeConfig', 'an object')
    const args = documentOf(top.at('args'), 'args.', top)
    const conventional = args === undefined ? undefined : documentOf(args.at('cni'), 'args.cni.', top)
    const addresses = IP.split(',').map((text) => text.trim())
    const environment = documentOf({ IP: addresses.filter((text) => text !== ''), MAC }, 'CNI_ARGS.', top)
    return [
      ...(runtimeConfig === undefined ? [] : [{ document: runtimeConfig, ...keys }]),
      ...(conventional === undefined ? [] : [{ document: conventional, ...keys }]),
      ...(environment === undefined ? [] : [{ document: environment, ips: 'IP', mac: 'MAC' }]),
    ]
  },
}

/** Returns the request that decides about the addresses: the first that names any. */
export function requestOfAddresses(all: readonly Request[]): Request | undefined {
  return all.find(({ document, ips }) => {
    const found = document.at(ips)
    return !isLeftOut(document, ips) && !(Array.isArray(found) && found.length === 0)
  })
}

/** Returns the MAC address that is asked for: `undefined` when none is, or one that is wrong and noted so. */
export function requestedMac(all: readonly Request[]): string | undefined {
  const request = all.find((each) => !isLeftOut(each.document, each.mac))
  return request === undefined ? undefined : mac.read(request.document, request.mac)
}
