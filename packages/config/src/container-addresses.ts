import { type Document, type Entry, list } from './document.ts'
import { unusableAsContainer } from './host-address.ts'
import { type Ip, networkAddress, parseIp, parsePrefix, prefixRule } from './ip.ts'
import type { ConfigProblem } from './problem.ts'
import { type Request, requestOfAddresses } from './requests.ts'

/**
 * Reads `ipAddresses`, of which at least one must be there if they are needed. Those that the runtime asks for come in their place.
 *
 * @param subnetKeys lists of addresses whose subnets an address that comes without prefix length may be in
 * @returns `undefined` when anything is wrong with them: what depends on them cannot be judged then
 */
export function containerAddresses(
  document: Document,
  requests: readonly Request[],
  { isNeeded, subnetKeys }: { readonly isNeeded: boolean; readonly subnetKeys: readonly string[] },
): readonly Ip[] | undefined {
  const problemsBefore = document.problems.length
  const request = requestOfAddresses(requests)
  const entries =
    request === undefined
      ? list(document, 'ipAddresses', prefixRule, parsePrefix)
      : list(request.document, request.ips, requestRule(subnetKeys), readerOfRequests(document, subnetKeys))
  if (isNeeded && entries.length === 0 && document.problems.length === problemsBefore) {
    const expected = `a list of at least one entry, each ${prefixRule}`
    document.problems.push({ path: 'ipAddresses', found: document.at('ipAddresses'), expected })
  }
  noteUnusable(entries, document.problems)
  noteRepeated(entries, document.problems)
  return document.problems.length > problemsBefore ? undefined : entries.map(({ value }) => value)
}

function requestRule(subnetKeys: readonly string[]): string {
  return `${prefixRule}; or without, in one subnet of ${subnetKeys.join(' and ')}`
}

/** Reads an address that a runtime asks for. It may be without prefix length, where the configuration tells of one subnet that has it. */
function readerOfRequests(document: Document, subnetKeys: readonly string[]): (text: string) => Ip | undefined {
  // What is wrong with them does not matter, and is not noted here.
  const quiet = { ...document, problems: [] }
  const subnets = subnetKeys.flatMap((key) => list(quiet, key, prefixRule, parsePrefix)).map(({ value }) => value)
  return (text) => {
    const ip = parseIp(text)
    if (ip === undefined) return parsePrefix(text)
    const around = subnets.filter(
      (subnet) => networkAddress({ ...ip, length: subnet.length }) === networkAddress(subnet),
    )
    const [length, ...others] = new Set(around.map((subnet) => subnet.length))
    return length === undefined || others.length > 0 ? undefined : { ...ip, length }
  }
}

function noteUnusable(entries: readonly Entry<Ip>[], problems: ConfigProblem[]): void {
  for (const { path, found, value } of entries) {
    const reason = unusableAsContainer(value)
    const expected = `an address that a host can have, with the length of its subnet; this is ${reason}`
    if (reason !== undefined) problems.push({ path, found, expected })
  }
}

function noteRepeated(entries: readonly Entry<Ip>[], problems: ConfigProblem[]): void {
  const seen = new Set<string>()
  for (const { path, found, value } of entries) {
    if (seen.has(value.address)) problems.push({ path, found, expected: 'each address only once' })
    seen.add(value.address)
  }
}
