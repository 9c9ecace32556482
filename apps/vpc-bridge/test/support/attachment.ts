import type { Attachment } from '../../src/attachment.ts'

/** The endpoint of the experiment. */
export function attachmentIn(netns: string): Attachment {
  return {
    network: 'vpc',
    bridgeType: 'L3',
    interfaceType: { type: 'veth' },
    eni: { by: 'name', name: 'eth10' },
    netns,
    containerId: 'test-container',
    ifName: 'blueveth',
    addresses: ['192.168.1.43/24'],
    gateway: '192.168.1.1',
    mtu: 9001,
  }
}

const tap = { interfaceType: { type: 'tap', userId: 1000 } } as const
const l2 = { bridgeType: 'L2' } as const

/** All modes: what is the experiment's endpoint in them, by the path of a namespace that a bridge may be in. */
const changes: Readonly<Record<string, (bridgeNetns: string) => Partial<Attachment>>> = {
  L3: () => ({}),
  'L3, dual stack': () => ({ addresses: ['192.168.1.43/24', 'fd00:1::43/64'] }),
  'L3, TAP': () => tap,
  'L3 in another namespace': (bridgeNetns) => ({ bridgeNetns }),
  L2: () => l2,
  'L2, TAP': () => ({ ...l2, ...tap }),
  'L2 in another namespace': (bridgeNetns) => ({ ...l2, bridgeNetns }),
}

export const modes: readonly string[] = Object.keys(changes)

/** The endpoint of the experiment in a mode. */
export function attachmentOf(mode: string, netns: string, bridgeNetns: string): Attachment {
  return { ...attachmentIn(netns), ...changes[mode]?.(bridgeNetns) }
}
