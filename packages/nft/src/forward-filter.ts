import type { FilterChain, ForwardFilter, PacketFilterFailure } from '@vpc-bridge/kernel'
import type { Runtime } from '@vpc-bridge/runtime'
import { ok, okAsync, ResultAsync, safeTry } from 'neverthrow'
import { fateIn } from './fate.ts'
import { legacyFilter } from './iptables-legacy.ts'
import { objectsOf, parseOutput } from './output.ts'
import { runNft } from './run-nft.ts'

/**
 * Looks for chains of others that drop packets, in nftables, where today's iptables has its rules, too, and in the tables of the iptables of
 * before. Where neither can tell, for the programs are missing, or the kernel has none, nothing is known to be dropped.
 *
 * @param runtime runs `nft` and `iptables-legacy-save`; of its environment only the PATH counts
 * @see nft(8), iptables-save(8)
 */
export function nftForwardFilter(runtime: Pick<Runtime, 'environment' | 'runChild'>): ForwardFilter {
  return {
    dropper: (netns, { family: version, ...packet }) => {
      const list = (what: object) => runNft(runtime, netns, [{ list: what }]).andThen(parseOutput)
      const families = ['inet', version === 'inet' ? 'ip' : 'ip6']
      const inNftables = safeTry<FilterChain | undefined, PacketFilterFailure>(async function* () {
        const chains = objectsOf(yield* list({ chains: null }), 'chain').filter(({ hook }) => hook === 'forward')
        for (const each of chains) {
          const [family, table, name] = [String(each['family']), String(each['table']), String(each['name'])]
          if (!families.includes(family)) continue
          const printed = yield* list({ table: { family, name: table } })
          if (fateIn(name, printed, packet) === 'dropped') return ok({ by: 'nft' as const, family, table, name })
        }
        return ok(undefined)
      })
      const inTables = async (): Promise<FilterChain | undefined> => {
        const legacy = await legacyFilter(runtime, netns, version)
        const isDropped = legacy !== undefined && fateIn('FORWARD', legacy.table, packet) === 'dropped'
        return isDropped ? { by: legacy.program, name: 'FORWARD' } : undefined
      }
      return inNftables
        .orElse(() => okAsync(undefined))
        .andThen((found) => (found === undefined ? ResultAsync.fromSafePromise(inTables()) : okAsync(found)))
    },
  }
}
