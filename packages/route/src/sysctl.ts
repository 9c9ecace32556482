import { absentIfGone, changeReversibly, type KernelError, type Netns } from '@vpc-bridge/kernel'
import type { Reverted, Step } from '@vpc-bridge/step'
import { okAsync } from 'neverthrow'

/** A kernel setting that is wanted. */
export interface Sysctl {
  /** A noun phrase for the effect. Absent: the path and the value. */
  readonly name?: string
  /** Below /proc/sys, separated by slashes: `net/ipv4/conf/eth10/forwarding`. */
  readonly path: string
  readonly value: string
  /** The value that a revert restores. Absent: a revert leaves the setting, which vanishes with its link. */
  readonly before?: string
}

/** A kernel setting. ENOENT when it is missing in this kernel, or in this namespace. */
export function sysctl({ path, value, before, name = `${path} = ${value}` }: Sysctl): Step<Netns, KernelError> {
  const write = (to: string) => ({ do: 'write sysctl', path, value: to }) as const
  return {
    name,
    apply: (netns, undo) =>
      netns
        .sysctl(path)
        .andThen((found) => (found === value ? okAsync() : changeReversibly(netns, write(value), write(found), undo))),
    revert: (netns) => {
      if (before === undefined) return okAsync<Reverted>('absent')
      return absentIfGone(
        netns
          .sysctl(path)
          .andThen((found) =>
            found === before ? okAsync<Reverted>('absent') : netns.change(write(before)).map((): Reverted => 'removed'),
          ),
      )
    },
  }
}
