import type { Drift } from '@vpc-bridge/plugin'
import { toCommand } from '../command-for.ts'

/**
 * Returns the drift of a link that is down.
 *
 * @param netns path of its namespace, `undefined` for the host's
 * @param place words that stand before its name
 */
export function downDrift(name: string, netns: string | undefined, place = ''): Drift {
  return {
    what: `${place}${name} is down`,
    link: name,
    repair: toCommand({ do: 'set link', name, set: { up: true } }, netns),
  }
}
