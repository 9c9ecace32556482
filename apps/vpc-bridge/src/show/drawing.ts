import { type Drawing, partOf } from '@vpc-bridge/cli'
import type { Network } from './model.ts'

/** What vpc-bridge tells of its networks in text and picture. */
export const drawing: Drawing<Network> = {
  title: ({ bridgeType, eni }) => `${bridgeType} on ${eni.name}`,
  shared: (network) => {
    const { bridgeType, eni, bridge, settings, macTranslation } = network
    const translated =
      macTranslation === undefined
        ? []
        : [
            {
              text: `MAC addresses behind ${eni.name} are translated to ${macTranslation.mac}`,
              short: 'MAC translation',
            },
          ]
    return {
      uplink: {
        ...partOf('ENI', eni, settings),
        leadsTo: 'VPC',
        joined: bridgeType === 'L3' ? 'routed' : 'port',
      },
      hub: {
        ...partOf('bridge', bridge, settings),
        facts: [`${bridge.ports} of ${bridge.mostPorts} ports`],
        notes: translated,
      },
      ...(bridgeType === 'L2' ? {} : { helper: helperOf(network) }),
    }
  },
  hostLines: ({ addresses }, network) =>
    (network?.macTranslation?.entries ?? [])
      .filter(({ address }) => addresses.some((each) => each.startsWith(`${address}/`)))
      .map(({ address, mac }) => `packets to ${address} go to ${mac}`),
  machine: ({ interfaceType }) => (interfaceType === 'tap' ? 'TAP' : undefined),
}

/** The dummy, which gives the bridge a carrier where no container is. */
function helperOf({ dummy }: Network) {
  const purpose = 'carrier and MTU'
  if (dummy === undefined) return { kind: 'dummy', name: '', link: 'missing', purpose, isPort: false } as const
  const { kind = 'dummy', name, altNames, isPort } = dummy
  const notes = altNames.length === 0 ? [] : [{ text: `also named ${altNames.join(', ')}` }]
  return { kind, name, link: dummy, notes, purpose, isPort }
}
