import { captureState, inside, output } from '@vpc-bridge/testbed'
import { withoutIndexes } from '../support/states.ts'
import type { Machine } from './machine.ts'

/** All that is on a host and in the namespace for its bridge, to compare with those of another one: links have other numbers there. */
export async function stateOf({ host, away }: Machine): Promise<unknown> {
  const states = await Promise.all([captureState(host), captureState(away)])
  return withoutIndexes(states.map(({ neighbours: _, ...state }) => state))
}

const script = `ip -batch - <<end
link show
address show
route show table all
-6 route show table all
rule show
-6 rule show
end
nft --stateless list ruleset
grep -s '' /proc/sys/net/ipv4/conf/*/forwarding /proc/sys/net/ipv4/ip_forward`

/** What an ADD that failed may have changed, in lines: less than all, in a fraction of the time. */
export async function linesOf({ host, away }: Machine): Promise<readonly string[]> {
  const texts = await Promise.all([host, away].map((each) => output(inside(each, ['sh', '-c', script]))))
  // What changes by itself: times, carriers, and what the kernel does a moment after it has found one; which queue a link has tells
  // whether it was ever up.
  const passing = / expires \d+sec| valid_lft .*| qdisc \S+| state \S+|NO-CARRIER,|,LOWER_UP|.*(fe80|ff00):.*/g
  return texts.flatMap((text) => text.replace(passing, '').split('\n')).filter((line) => line.trim() !== '')
}
