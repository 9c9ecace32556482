import { type Document, documentOf, isLeftOut, optional, optionalObject } from './document.ts'
import { macRule, parseMac } from './eni.ts'

/** One of the ways in which a runtime asks for addresses and a MAC address, and the keys that these have there. */
export interface Request {
  readonly document: Document
  readonly ips: string
  readonly mac: string
}

/**
 * Returns the ways in which a runtime asks for something, by their precedence: `runtimeConfig`, which it adds to a configuration that
 * announces the capabilities for it; `args.cni` of the configuration; CNI_ARGS.
 *
 * @param cniArgs CNI_ARGS, taken apart
 * @see https://www.cni.dev/docs/conventions/
 */
export function requestsOf(top: Document, cniArgs: Readonly<Record<string, string>>): readonly Request[] {
  const keys = { ips: 'ips', mac: 'mac' }
  const runtimeConfig = optionalObject(top, 'runtimeConfig', 'an object')
  // Whatever else is in `args` is for others.
  const args = documentOf(top.at('args'), 'args.', top)
  const conventional = args === undefined ? undefined : documentOf(args.at('cni'), 'args.cni.', top)
  const { IP = '', MAC } = cniArgs
  const addresses = IP.split(',').map((text) => text.trim())
  const environment = documentOf({ IP: addresses.filter((text) => text !== ''), MAC }, 'CNI_ARGS.', top)
  return [
    ...(runtimeConfig === undefined ? [] : [{ document: runtimeConfig, ...keys }]),
    ...(conventional === undefined ? [] : [{ document: conventional, ...keys }]),
    ...(environment === undefined ? [] : [{ document: environment, ips: 'IP', mac: 'MAC' }]),
  ]
}

/** Returns the request that decides about the addresses: the first that names any. */
export function requestOfAddresses(requests: readonly Request[]): Request | undefined {
  return requests.find(({ document, ips }) => {
    const found = document.at(ips)
    return !isLeftOut(document, ips) && !(Array.isArray(found) && found.length === 0)
  })
}

/** Returns the MAC address that is asked for: `undefined` when none is, or one that is wrong and noted so. */
export function macOf(requests: readonly Request[]): string | undefined {
  const request = requests.find(({ document, mac }) => !isLeftOut(document, mac))
  return request === undefined ? undefined : optional(request.document, request.mac, macRule, parseMac)
}
