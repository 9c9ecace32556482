import { setTimeout as sleep } from 'node:timers/promises'
import { readState, type State } from './read-state.ts'
import type { Shown } from './state-facts.ts'

/**
 * Counted, and not timed: on a busy machine a single reading may take seconds. With the pauses it is more than 10 seconds;
 * detection of duplicate addresses takes about two, the kernel's report of a carrier up to one.
 */
const attempts = 200

/** In milliseconds. */
const pause = 50

/**
 * Reads the configuration of a namespace, once it has come to rest: carriers, and the addresses and routes that follow from
 * them, change a moment after the links do.
 *
 * @param netns path of the network namespace
 */
export async function captureState(netns: string): Promise<State> {
  let moving: readonly string[] = []
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (attempt > 0) await sleep(pause)
    const state = await readState(netns)
    moving = movementsIn(state)
    if (moving.length === 0) return state
  }
  throw new Error(`the network configuration of ${netns} does not come to rest: ${moving.join(', ')}`)
}

/** Names what is on its way: carriers that the kernel has yet to report, addresses that it still tries. */
function movementsIn({ links, addresses }: State): readonly string[] {
  const flagsOf = ({ flags }: Shown): readonly unknown[] => (Array.isArray(flags) ? flags : [])
  const connected = new Set(links.filter((link) => flagsOf(link).includes('LOWER_UP')).map(({ ifname }) => ifname))
  const unreported = links.filter((link) => {
    const flags = flagsOf(link)
    return flags.includes('UP') && flags.includes('LOWER_UP') === flags.includes('NO-CARRIER')
  })
  // Where there is no carrier, and where the address is a duplicate, it stays tentative.
  const tentative = addresses.filter((each) => each['tentative'] && !each['dadfailed'] && connected.has(each['dev']))
  return [
    ...unreported.map(({ ifname }) => `the carrier of ${ifname} is not reported`),
    ...tentative.map(({ local, dev }) => `${local} on ${dev} is tentative`),
  ]
}
