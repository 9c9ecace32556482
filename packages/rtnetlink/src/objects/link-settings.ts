import type { Link, LinkSettings } from '@vpc-bridge/kernel'
import type { SystemResult } from '@vpc-bridge/runtime'
import { err } from 'neverthrow'
import { type LinkHandle, type NamedLink, setLink } from '../link-message.ts'
import type { Request } from '../message.ts'
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
      const putBack = socket.request(earlierSettings(before, set))
      const words = putBack.isOk() ? '' : `; and the earlier settings could not be put back: ${putBack.error.message}`
      return err({ ...error, message: `${error.message}${words}` })
    }),
  )
}

/** Sets the properties that were to be changed to what they were. */
function earlierSettings({ index, mac, mtu, master, alias = '', up }: Link, set: LinkSettings): Request {
  const earlier: LinkSettings = {
    ...(set.mac === undefined || mac === undefined ? {} : { mac }),
    ...(set.mtu === undefined ? {} : { mtu }),
    ...(set.alias === undefined ? {} : { alias }),
    ...(set.up === undefined ? {} : { up }),
  }
  return setLink(index, earlier, set.master === undefined ? undefined : (master ?? 0))
}
