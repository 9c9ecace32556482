import { fileURLToPath } from 'node:url'
import { type Configure, cniPlugin } from './cni-plugin.ts'
import type { Contestant } from './contestant.ts'
import type { Debian } from './debian.ts'

export const executable = fileURLToPath(new URL('../../vpc-bridge/dist/vpc-bridge', import.meta.url))

/** The configuration of a network, without what says where a container's addresses come from. */
const network = (bridgeType: 'L3' | 'L2') => ({
  cniVersion: '1.0.0',
  name: 'vpc',
  type: 'vpc-bridge',
  eniName: 'eth10',
  eniIPAddresses: ['192.168.1.42/16'],
  bridgeType,
  gatewayIPAddress: '192.168.1.1',
})

/** The address of a container, by its number. */
export const addressOf = (number: number): string => `192.168.${4 + (number >> 8)}.${number & 255}`

/** The configuration of ours. The reference plugin understands it, too. */
export const ourConfiguration =
  (bridgeType: 'L3' | 'L2'): Configure =>
  (_, { number }) => ({ ...network(bridgeType), ipAddresses: [`${addressOf(number)}/16`] })

/** The product. */
export const ours = cniPlugin({ name: 'vpc-bridge', file: executable, configure: ourConfiguration('L3') })

export const oursInL2 = cniPlugin({ name: 'vpc-bridge, L2', file: executable, configure: ourConfiguration('L2') })

/** The product with the IPAM plugin that the others have, too. */
export const oursWithHostLocal = (debian: Debian): Contestant =>
  cniPlugin({
    name: 'vpc-bridge + host-local',
    file: executable,
    ipam: { directory: debian.path('usr/lib/cni'), type: 'host-local' },
    configure: ({ directory }) => ({
      ...network('L3'),
      ipam: {
        type: 'host-local',
        ranges: [[{ subnet: '192.168.0.0/16', rangeStart: addressOf(1), gateway: '192.168.1.1' }]],
        routes: [{ dst: '0.0.0.0/0' }],
        dataDir: directory,
      },
    }),
  })
