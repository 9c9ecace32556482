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
