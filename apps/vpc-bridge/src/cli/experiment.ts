/** What stands for options that are left out: an experiment to start with. */
export const experiment = {
  netns: 'blue',
  containerId: 'test-container',
  ifName: 'blueveth',
  config: {
    cniVersion: '0.3.1',
    name: 'vpc',
    type: 'vpc-bridge',
    eniName: 'eth10',
    eniMACAddress: '12:34:56:78:9a:bc',
    bridgeNetNSPath: '',
    ipAddresses: ['192.168.1.43/24'],
    gatewayIPAddress: '192.168.1.1',
    bridgeType: 'L3',
  },
} as const
