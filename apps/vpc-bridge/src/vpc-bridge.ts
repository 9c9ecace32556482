import { netnsPath, within } from '@vpc-bridge/netns'
import { definePlugin, own, reach, shared, withHostLink } from '@vpc-bridge/plugin'
import { ipsOfConfig, type VpcConfig, whole, withIpamResult } from './config/vpc-config.ts'
import { endpointSteps } from './endpoint/endpoint.ts'
import { addedBy, keysOf } from './endpoint/endpoint-record.ts'
import { isOwnTap } from './endpoint/tap-interface.ts'
import { errors, type OwnFailure } from './failure.ts'
import { lacksOf, linkKindsFor } from './observation/lacks.ts'
import { exists, observe } from './observation/observe.ts'
import { observeRemoval } from './observation/observe-removal.ts'
import { orphansOf } from './observation/orphans.ts'
import { rules, warningsOf } from './observation/rules.ts'
import { madeOf, modelOf, type View } from './observation/view.ts'

/** vpc-bridge: containers share an ENI, by a bridge that it is routed to (L3), or a port of (L2). */
export const vpcBridge = definePlugin<VpcConfig, View, OwnFailure>({
  type: 'vpc-bridge',
  config: { whole },
  ipam: 'optional',
  ips: ipsOfConfig,
  accept: withIpamResult,
  mac: ({ mac }) => mac,
  place: ({ bridgeNetns }) =>
    bridgeNetns === undefined ? undefined : { path: netnsPath(bridgeNetns), key: 'bridgeNetNSPath' },

  exists,
  observe,
  observeRemoval,
  rules,
  warnings: warningsOf,

  phases: (view, endpoint) => {
    const { away, network, eni, port, endpoint: found, container, neighbours } = endpointSteps(modelOf(view, endpoint))
    const { sweeping, isReplaced = false, isShared = false, isElsewhere = false } = view.removal
    if (isElsewhere) return []
    // The ENI comes first, and goes home last: the record of its state before is on the bridge.
    const common = [
      shared(...(isShared ? [] : away)),
      shared(...network),
      shared(...(isReplaced ? [] : eni), ...within(view.networkPath, sweeping)),
    ]
    return [
      ...(view.network.foreign === undefined ? common : []),
      own(...port),
      reach(...found),
      // A veth interface goes with its pair.
      endpoint.config.interface.type === 'tap' ? own(...container) : withHostLink(...container),
      withHostLink(...neighbours),
    ]
  },
  repair: (view, endpoint) => {
    const { hostEnd, endpoint: found } = endpointSteps(modelOf(view, endpoint))
    return [...hostEnd, ...found]
  },
  result: madeOf,

  record: {
    write: ({ netns, config: { interface: interfaceType, mac } }, view, addresses) => {
      const chosen = mac === undefined ? {} : { mac }
      return keysOf({ interfaceType, netns, withoutDefault: view?.withoutDefault ?? [], ...chosen }, addresses)
    },
    read: ({ mac: _, ...config }, entries) => {
      const { interfaceType, mac } = addedBy(entries)
      return { ...config, interface: interfaceType, ...(mac === undefined ? {} : { mac }) }
    },
  },
  bridge: ({ network: { bridge, names, eni } }) => ({
    link: bridge,
    ownPorts: [names.dummy, names.dummyAltName, ...(eni === undefined ? [] : [eni.name])],
  }),
  adopted: ({ removal }) => removal.adopted,
  owns: (container, endpoint) => (endpoint.config.interface.type === 'tap' ? isOwnTap(container, endpoint) : undefined),
  orphans: orphansOf,
  linkKinds: linkKindsFor,
  lacks: lacksOf,
  where: ({ eni }) => `on ${eni.by === 'name' ? eni.name : `the ENI with MAC address ${eni.mac}`}`,
  errors,
})
