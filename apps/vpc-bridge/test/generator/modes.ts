import { eniMac } from '@vpc-bridge/testbed'
import { config } from '../support/runtime.ts'

/** A kind of network, its endpoints, and the host that it is on. */
export interface Mode {
  readonly name: string
  readonly bridgeType: 'L2' | 'L3'
  readonly isTap: boolean
  /** Whether bridge and ENI are in a namespace of their own. */
  readonly isAway: boolean
  readonly isDualStack: boolean
  /** Whether the host's way out is another ENI. */
  readonly hasSecondEni: boolean
}

const plain = { bridgeType: 'L3', isTap: false, isAway: false, isDualStack: false, hasSecondEni: false } as const

export const modes: readonly Mode[] = [
  { ...plain, name: 'L3' },
  { ...plain, name: 'L3, dual stack', isDualStack: true },
  { ...plain, name: 'L3, TAP', isTap: true },
  { ...plain, name: 'L3 in another namespace', isAway: true },
  { ...plain, name: 'L3, dual stack, in another namespace', isDualStack: true, isAway: true },
  { ...plain, name: 'L3 on a second ENI', hasSecondEni: true },
  { ...plain, name: 'L3, dual stack, on a second ENI', isDualStack: true, hasSecondEni: true },
  { ...plain, name: 'L2', bridgeType: 'L2' },
  { ...plain, name: 'L2, TAP', bridgeType: 'L2', isTap: true },
  { ...plain, name: 'L2 in another namespace', bridgeType: 'L2', isAway: true },
  { ...plain, name: 'L2 on a second ENI', bridgeType: 'L2', hasSecondEni: true },
]

/** The user of virtual machines. */
export const tapUser = 12345

/** By what a configuration knows the ENI. */
export type KnownBy = 'name' | 'MAC address'

/** The last parts of the addresses that the VPC delivers to the ENI. */
export const hosts = [43, 44, 45] as const

/**
 * The configuration of an endpoint in a mode.
 *
 * @param away path of the namespace for bridge and ENI
 * @param host last part of its addresses
 */
export function configIn(
  { bridgeType, isTap, isAway, isDualStack }: Mode,
  { by, away, host }: { readonly by: KnownBy; readonly away: string; readonly host: number },
): Readonly<Record<string, unknown>> {
  const { eniName: _, eniMACAddress: __, ...rest } = config
  return {
    ...rest,
    ...(by === 'name' ? { eniName: 'eth10' } : { eniMACAddress: eniMac }),
    cniVersion: '1.1.0',
    bridgeType,
    ipAddresses: [`192.168.1.${host}/24`, ...(isDualStack ? [`fd00:1::${host}/64`] : [])],
    ...(isTap ? { interfaceType: 'tap', tapUserID: String(tapUser) } : {}),
    ...(isAway ? { bridgeNetNSPath: away } : {}),
  }
}
