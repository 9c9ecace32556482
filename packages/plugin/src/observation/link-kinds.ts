import type { KernelError, Netns, NewLink } from '@vpc-bridge/kernel'
import { errAsync, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import type { Failure } from '../errors/failure.ts'

/** A kind of link that the kernel may have a driver for. */
export type LinkKind = 'bridge' | 'veth' | 'dummy' | 'ifb' | 'tap'

/** A name that no link can have: for a TAP interface there is no MTU to choose. */
const impossibleName = 'link/kind'

/** An MTU that no link can have: with it the kernel creates nothing, but tells first if it does not know the kind. */
const impossibleMtu = -1

/**
 * Returns true if the kernel can make links of a kind. Makes none; a module that is not loaded yet is loaded. EPERM without privileges, as
 * for making one.
 *
 * @see rtnetlink(7) (RTM_NEWLINK)
 */
export function hasLinkKind(host: Netns, kind: LinkKind): ResultAsync<boolean, KernelError> {
  return host
    .change({ do: 'add link', link: probeOf(kind) })
    .map(() => true)
    .orElse((error) => {
      if (error.errno === 'EINVAL') return okAsync(true)
      // The last two: /dev/net/tun is missing, or nothing is behind it.
      return ['EOPNOTSUPP', 'ENOENT', 'ENODEV'].includes(error.errno) ? okAsync(false) : errAsync(error)
    })
}

function probeOf(kind: LinkKind): NewLink {
  const probe = { name: 'link-kind-test', mtu: impossibleMtu }
  if (kind === 'tap') return { kind, name: impossibleName, owner: 0 }
  return kind === 'veth' ? { kind, ...probe, peer: { name: 'link-kind-peer' } } : { kind, ...probe }
}

/**
 * Returns the errors of an ADD for links that the kernel has no driver for.
 *
 * @param wanted for each link the kinds of which one will do, the preferred one first
 */
export function missingLinkKinds(
  host: Netns,
  wanted: readonly (readonly LinkKind[])[],
): ResultAsync<readonly Failure[], KernelError> {
  return safeTry<readonly Failure[], KernelError>(async function* () {
    const missing: Failure[] = []
    for (const kinds of wanted) {
      let isThere = false
      for (const kind of kinds) isThere ||= yield* hasLinkKind(host, kind)
      const driver = kinds.at(-1)
      if (!isThere && driver !== undefined) missing.push({ kind: 'driver missing', driver })
    }
    return ok(missing)
  })
}
