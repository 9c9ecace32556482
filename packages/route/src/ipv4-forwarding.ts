import { absentIfGone, type KernelError, type Link, type Netns, sysctlIfPresent } from '@vpc-bridge/kernel'
import type { Reverted, Step } from '@vpc-bridge/step'
import { ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import { sysctl } from './sysctl.ts'

/** A setting of a link. */
export interface LinkSetting {
  /** Name of the link. */
  readonly dev: string
  /** The value that a revert restores. Absent: a revert leaves the setting, which vanishes with the link. */
  readonly before?: string
}

export interface Ipv4Forwarding extends LinkSetting {
  /** Picks, from all links, those whose forwarding is no sign that other processes rely on it. Absent: none. */
  readonly own?: (links: readonly Link[]) => readonly Link[]
}

/** The machine's switch, which also goes by the name `net/ipv4/ip_forward`. Writing it writes the setting of every link. */
const everywhere = 'net/ipv4/conf/all/forwarding'

/** Returns the path of the setting that {@link ipv4Forwarding} sets. */
export function ipv4ForwardingPath(dev: string): string {
  return `net/ipv4/conf/${dev}/forwarding`
}

/**
 * Forwarding of IPv4 packets that come in by a link.
 *
 * A revert or an undo switches it off only if no other process can rely on it: if `net.ipv4.ip_forward` is 0 and no other link forwards. Else
 * it is left: a process that has switched forwarding on meanwhile has found it on here, or has switched it on here, too.
 *
 * @see https://docs.kernel.org/networking/ip-sysctl.html (conf/interface/forwarding)
 */
export function ipv4Forwarding({ dev, before, own = () => [] }: Ipv4Forwarding): Step<Netns, KernelError> {
  const path = ipv4ForwardingPath(dev)
  const name = `IPv4 forwarding on ${dev}`
  const step = sysctl({ name, path, value: '1', ...(before === undefined ? {} : { before }) })
  return {
    ...step,
    apply: (netns, undo) =>
      step.apply(netns, ({ what, run }) =>
        undo({
          what,
          run: () => isReliedOn(netns, dev, own).andThen((isNeeded) => (isNeeded ? okAsync('left' as const) : run())),
        }),
      ),
    revert: (netns) => {
      if (before !== '0') return step.revert(netns)
      return absentIfGone(
        safeTry<Reverted, KernelError>(async function* () {
          if ((yield* netns.sysctl(path)) === before) return ok<Reverted>('absent')
          return (yield* isReliedOn(netns, dev, own)) ? ok<Reverted>('left') : step.revert(netns)
        }),
      )
    },
  }
}

function isReliedOn(
  netns: Netns,
  dev: string,
  own: NonNullable<Ipv4Forwarding['own']>,
): ResultAsync<boolean, KernelError> {
  return safeTry<boolean, KernelError>(async function* () {
    if ((yield* netns.sysctl(everywhere)) !== '0') return ok(true)
    const links = yield* netns.links()
    const ours = own(links)
    for (const link of links) {
      if (link.name === dev || link.name === 'lo' || ours.includes(link)) continue
      if ((yield* settingOf(netns, ipv4ForwardingPath(link.name))) !== '0') return ok(true)
    }
    return ok(false)
  })
}

/** Returns a setting of a link, which may have vanished: `0` then. */
function settingOf(netns: Netns, path: string): ResultAsync<string, KernelError> {
  return sysctlIfPresent(netns, path).map((value = '0') => value)
}
