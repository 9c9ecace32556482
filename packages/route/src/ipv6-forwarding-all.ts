import { changeReversibly, type KernelError, type Netns } from '@vpc-bridge/kernel'
import type { RecordUndo, Step, Undone } from '@vpc-bridge/step'
import { okAsync, type ResultAsync, safeTry } from 'neverthrow'
import { acceptRaPath } from './accept-ra.ts'
import { ipv6ForwardingPath } from './ipv6-forwarding.ts'

const everywhere = 'net/ipv6/conf/all/forwarding'

export interface Ipv6ForwardingAll {
  /** Names of links that take no router advertisements, even if routes have been learnt by them. */
  readonly except?: readonly string[]
  /** Names of links whose own settings an undo restores. */
  readonly own?: readonly string[]
}

/**
 * Forwarding of IPv6 packets: the one switch for all links. A host that forwards takes no router advertisements: where it has learnt its
 * default route from them, `accept_ra` is set to 2, so that it keeps the route and goes on learning.
 *
 * Neither a revert nor an undo switches it off: other processes may rely on it by then. This switch alone decides about forwarding; the
 * settings of single links, which an undo restores, stop no packets.
 *
 * @see https://docs.kernel.org/networking/ip-sysctl.html (conf/all/forwarding, conf/interface/accept_ra)
 */
export function ipv6ForwardingAll({ except = [], own = [] }: Ipv6ForwardingAll = {}): Step<Netns, KernelError> {
  return {
    name: 'IPv6 forwarding',
    apply: (netns, undo) =>
      netns.sysctl(everywhere).andThen((found) => (found === '1' ? okAsync() : switchOn(netns, { except, own }, undo))),
    revert: () => okAsync('absent'),
  }
}

function switchOn(
  netns: Netns,
  { except, own }: Required<Ipv6ForwardingAll>,
  undo: RecordUndo<KernelError>,
): ResultAsync<void, KernelError> {
  return safeTry<void, KernelError>(async function* () {
    let isOn = false
    const undoUnlessOn: typeof undo = ({ what, run }) => undo({ what, run: () => (isOn ? okAsync('left') : run()) })
    const routes = yield* netns.routes({ family: 'inet6', destination: '::/0' })
    const learntOn = new Set(routes.filter(({ protocol }) => protocol === 'ra').map(({ dev }) => dev))
    for (const dev of learntOn) if (!except.includes(dev)) yield* acceptRaAlways(netns, dev, undoUnlessOn)
    const before = new Map<string, string>()
    for (const dev of own) before.set(ipv6ForwardingPath(dev), yield* netns.sysctl(ipv6ForwardingPath(dev)))
    const switched = await netns.change({ do: 'write sysctl', path: everywhere, value: '1' })
    // A change that timed out may have taken effect.
    isOn = switched.isOk() || switched.error.errno === 'ETIMEDOUT'
    if (!isOn) return switched
    undo({ what: `write sysctl: sysctl ${everywhere}`, run: () => okAsync('left') })
    for (const [path, value] of before) {
      const run = () => netns.change({ do: 'write sysctl', path, value }).map((): Undone => 'undone')
      if (value !== '1') undo({ what: `write sysctl: sysctl ${path}`, run })
    }
    return switched
  })
}

function acceptRaAlways(netns: Netns, dev: string, undo: RecordUndo<KernelError>): ResultAsync<void, KernelError> {
  const path = acceptRaPath(dev)
  const write = (value: string) => ({ do: 'write sysctl', path, value }) as const
  return netns
    .sysctl(path)
    .andThen((found) => (found === '2' ? okAsync() : changeReversibly(netns, write('2'), write(found), undo)))
}
