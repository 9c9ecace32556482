import type { ForwardFilter } from '@vpc-bridge/kernel'
import type { Runtime } from '@vpc-bridge/runtime'
import { ok, okAsync, safeTry } from 'neverthrow'
import { fateIn } from './fate.ts'
import { objectsOf, parseOutput } from './output.ts'
import { runNft } from './run-nft.ts'

/**
 * Looks for chains of others that drop packets, in nftables, where today's iptables has its rules, too. Where nft cannot tell, for it is
 * missing, or the kernel has no nftables, nothing is known to be dropped.
 *
 * @param runtime runs `nft`; of its environment only the PATH counts
 * @see nft(8)
 */
export function nftForwardFilter(runtime: Pick<Runtime, 'environment' | 'runChild'>): ForwardFilter {
  return {
    dropper: (netns, { family: version, ...packet }) => {
      const list = (what: object) => runNft(runtime, netns, [{ list: what }]).andThen(parseOutput)
      const families = ['inet', version === 'inet' ? 'ip' : 'ip6']
      return safeTry(async function* () {
        const chains = objectsOf(yield* list({ chains: null }), 'chain').filter(({ hook }) => hook === 'forward')
        for (const each of chains) {
          const [family, table, name] = [String(each['family']), String(each['table']), String(each['name'])]
          if (!families.includes(family)) continue
          const printed = yield* list({ table: { family, name: table } })
          if (fateIn(name, printed, packet) === 'dropped') return ok({ family, table, name })
        }
        return ok(undefined)
      }).orElse(() => okAsync(undefined))
    },
  }
}
