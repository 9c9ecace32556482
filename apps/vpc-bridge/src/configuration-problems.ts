import type { ConfigProblem } from '@vpc-bridge/config'
import { vpcBridge } from './vpc-bridge.ts'

/** Returns all that is wrong with a configuration, but not that there are no addresses where the runtime adds them. */
export function configurationProblemsOf(document: Readonly<Record<string, unknown>>): readonly ConfigProblem[] {
  const { capabilities } = document
  const areAddressesAdded =
    typeof capabilities === 'object' && capabilities !== null && 'ips' in capabilities && capabilities.ips === true
  return vpcBridge.explore
    .problems(document)
    .filter(({ path, found }) => !(areAddressesAdded && path === 'ipAddresses' && found === undefined))
}
