import type { Additions } from '@vpc-bridge/cli'
import { findNeeds } from '../doctor/needs.ts'
import type { EndpointRecord } from '../endpoint/endpoint-record.ts'
import { drawing } from '../show/drawing.ts'
import type { Network } from '../show/model.ts'
import { observer } from '../show/observer.ts'
import { experiment } from './experiment.ts'

/** What vpc-bridge adds to the command line that every plugin has. */
export const additions: Additions<Network, EndpointRecord> = {
  summary: 'Connects a container to an AWS VPC through a network interface (ENI) that containers share.',
  examples: [
    "ip link add eth10 type dummy && ip netns add blue    an interface to share, and a container's namespace",
    'vpc-bridge plan add                                  what would be done, as ip commands; changes nothing',
    'vpc-bridge add                                       connects the namespace blue to the VPC network',
    'ip netns exec blue ip address                        what the container sees',
    'vpc-bridge show                                      draws what there is now, and what is wrong with it',
    'vpc-bridge delete                                    removes all of it again',
    'vpc-bridge add --config net.json --netns red --ifname eth0',
  ],
  defaults: experiment,
  show: {
    observer,
    drawing,
    help: `, for containers and for bridges that are not with the host
(bridgeNetNSPath). The router that a container was given is known by its neighbour entry (L3); where there is none, the default
route is taken as it is.`,
  },
  needs: findNeeds,
  addressKey: 'ipAddresses',
}
