import { earlierSettings, type LinkSettings } from '@vpc-bridge/kernel'
import type { SystemResult } from '@vpc-bridge/runtime'
import { err } from 'neverthrow'
import { type LinkHandle, type NamedLink, setLink } from '../link-message.ts'
import type { NetlinkSocket } from '../netlink-socket.ts'
import { changeNamed, presentLink, withOptionalLink } from './links.ts'

/** Sets properties of a link: all of them or none. */
export function setLinkOf(socket: NetlinkSocket, name: string, set: LinkSettings): SystemResult<void> {
  const master = set.master === null ? undefined : set.master
  const toRequest = (link: LinkHandle, bridge: NamedLink | undefined) =>
    setLink(link, set, set.master === null ? 0 : bridge?.index)
  if (Object.keys(set).length <= 1) {
    return withOptionalLink(socket, master, (bridge) => changeNamed(socket, name, () => toRequest(name, bridge)))
  }
  // The kernel sets one property after the other, and stops at the first that it refuses.
  return presentLink(socket, name).andThen((before) =>
    withOptionalLink(socket, master, (bridge) => socket.request(toRequest(before.index, bridge))).orElse((error) => {
      const earlierMaster = set.master === undefined ? undefined : (before.master ?? 0)
      const putBack = socket.request(setLink(before.index, earlierSettings(before, set), earlierMaster))
      const words = putBack.isOk() ? '' : `; and the earlier settings could not be put back: ${putBack.error.message}`
      return err({ ...error, message: `${error.message}${words}` })
    }),
  )
}
