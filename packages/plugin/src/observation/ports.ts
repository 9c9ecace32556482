import { isGone, type KernelError, type Link, type LinkQuery, type Netns } from '@vpc-bridge/kernel'
import { errAsync, okAsync, type ResultAsync } from 'neverthrow'

/**
 * Lists the ports of a bridge: none if it is gone.
 *
 * @param query what is asked besides, such as a limit
 */
export function portsOf(
  network: Netns,
  bridge: string,
  query: Omit<LinkQuery, 'master'> = {},
): ResultAsync<readonly Link[], KernelError> {
  return network.links({ ...query, master: bridge }).orElse((error) => (isGone(error) ? okAsync([]) : errAsync(error)))
}

/**
 * Returns true if a bridge has a port of which nothing is known: what leads to nobody that is known may lead to it.
 *
 * @param links of the bridge's namespace
 * @param ownPorts names of ports that are the network's own
 */
export function hasUnknownPort(
  links: readonly Link[],
  { index }: Pick<Link, 'index'>,
  ownPorts: readonly string[],
  isEndpoint: (port: Link) => boolean,
): boolean {
  return links.some((link) => link.master === index && !ownPorts.includes(link.name) && !isEndpoint(link))
}
