import { setTimeout as sleep } from 'node:timers/promises'
import { readState, type State } from './read-state.ts'
import type { Shown } from './state-facts.ts'

/** In milliseconds. Detection of duplicate addresses takes about two seconds, the kernel's report of a carrier up to one. */
const timeLimit = 15_000
const pause = 20

/**
 * Reads the configuration of a namespace, once it has come to rest: carriers, and the addresses and routes that follow from
 * them, change a moment after the links do.
 *
 * @param netns path of the network namespace
 */
export async function captureState(netns: string): Promise<State> {
  const deadline = performance.now() + timeLimit
  let last: State | undefined
  while (performance.now() < deadline) {
    last = await readState(netns)
    if (last !== undefined && isAtRest(last)) return last
    await sleep(pause)
  }
  throw new Error(`the network configuration of ${netns} does not come to rest: ${JSON.stringify(last)}`)
}

/** Returns true if nothing is on its way: no carrier that the kernel has yet to report, no address that it still tries. */
function isAtRest({ links, addresses }: State): boolean {
  const flagsOf = ({ flags }: Shown): readonly unknown[] => (Array.isArray(flags) ? flags : [])
  const connected = new Set(links.filter((link) => flagsOf(link).includes('LOWER_UP')).map(({ ifname }) => ifname))
  const reported = links.every((link) => {
    const flags = flagsOf(link)
    return !flags.includes('UP') || flags.includes('LOWER_UP') !== flags.includes('NO-CARRIER')
  })
  // Where there is no carrier, and where the address is a duplicate, it stays tentative.
  return reported && !addresses.some((each) => each['tentative'] && !each['dadfailed'] && connected.has(each['dev']))
}
