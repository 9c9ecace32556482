import { changeReversibly, isGone, type KernelError, type Netns } from '@vpc-bridge/kernel'
import type { RecordUndo, Step } from '@vpc-bridge/step'
import { errAsync, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import { acceptRaPath } from './accept-ra.ts'
import type { LinkSetting } from './forwarding.ts'
import { sysctl } from './sysctl.ts'

const everywhere = 'net/ipv6/conf/all/forwarding'

/** The path of the setting that {@link inet6ForwardingOn} sets. */
export function inet6ForwardingPath(dev: string): string {
  return `net/ipv6/conf/${dev}/forwarding`
}

/**
 * Forward IPv6 packets that come in by this link. They are forwarded only where {@link inet6Forwarding} is on as well.
 *
 * @see https://docs.kernel.org/networking/ip-sysctl.html (conf/interface/forwarding)
 */
export function inet6ForwardingOn({ dev, before }: LinkSetting): Step<Netns, KernelError> {
  const name = `IPv6 forwarding on ${dev}`
  return sysctl({ name, path: inet6ForwardingPath(dev), value: '1', ...(before === undefined ? {} : { before }) })
}

export interface Inet6Forwarding {
  /** Names of links that no router advertisements are to be taken from, whatever has been learnt by them. */
  readonly except?: readonly string[]
}

/**
 * Forward IPv6 packets: the one switch for all links. Where the host has learnt its default route from a router's
 * advertisements, it keeps the route, and goes on learning: a host that forwards would do neither.
 *
 * A revert leaves it on: others may have come to rely on it. An undo puts back all that was changed.
 *
 * @see https://docs.kernel.org/networking/ip-sysctl.html (conf/all/forwarding, conf/interface/accept_ra)
 */
export function inet6Forwarding({ except = [] }: Inet6Forwarding = {}): Step<Netns, KernelError> {
  return {
    name: 'IPv6 forwarding',
    apply: (netns, undo) =>
      netns.sysctl(everywhere).andThen((found) => (found === '1' ? okAsync() : switchOn(netns, found, except, undo))),
    revert: () => okAsync('absent'),
  }
}

function switchOn(
  netns: Netns,
  before: string,
  except: readonly string[],
  undo: RecordUndo<KernelError>,
): ResultAsync<void, KernelError> {
  return safeTry<void, KernelError>(async function* () {
    const routes = yield* netns.routes({ family: 'inet6', destination: '::/0' })
    const learntOn = new Set(routes.filter(({ protocol }) => protocol === 'ra').map(({ dev }) => dev))
    for (const dev of learntOn) if (!except.includes(dev)) yield* acceptRaAlways(netns, dev, undo)
    // The switch is written to every link, and to what new ones start with. To switch it off again would switch off those
    // that were on before.
    const links = yield* netns.links()
    for (const name of ['default', ...links.map((link) => link.name)]) {
      const path = inet6ForwardingPath(name)
      // A link that is gone by now, or whose MTU is too small for IPv6, has no such setting.
      const found = yield* netns.sysctl(path).orElse((error) => (isGone(error) ? okAsync('') : errAsync(error)))
      if (found === '' || found === '0') continue
      const write = { do: 'write sysctl', path, value: found } as const
      undo({ what: `write sysctl: sysctl ${path}`, run: () => netns.change(write) })
    }
    const write = (value: string) => ({ do: 'write sysctl', path: everywhere, value }) as const
    yield* changeReversibly(netns, write('1'), write(before), undo)
    return ok()
  })
}

function acceptRaAlways(netns: Netns, dev: string, undo: RecordUndo<KernelError>): ResultAsync<void, KernelError> {
  const path = acceptRaPath(dev)
  const write = (value: string) => ({ do: 'write sysctl', path, value }) as const
  return netns
    .sysctl(path)
    .andThen((found) => (found === '2' ? okAsync() : changeReversibly(netns, write('2'), write(found), undo)))
}
