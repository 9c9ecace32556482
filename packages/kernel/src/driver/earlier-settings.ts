import type { LinkSettings } from '../operation.ts'
import type { Link } from '../state.ts'

/**
 * Returns the settings by which a driver puts back what it was to change of a link; without the master, which each driver names in
 * its own way.
 *
 * @param before the link as it was
 */
export function earlierSettings(
  { mac, mtu, alias = '', up }: Pick<Link, 'mac' | 'mtu' | 'alias' | 'up'>,
  set: LinkSettings,
): Omit<LinkSettings, 'master'> {
  return {
    ...(set.mac === undefined || mac === undefined ? {} : { mac }),
    ...(set.mtu === undefined ? {} : { mtu }),
    ...(set.alias === undefined ? {} : { alias }),
    ...(set.up === undefined ? {} : { up }),
  }
}
