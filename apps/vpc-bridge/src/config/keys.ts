import {
  addressing,
  addressWithLength,
  card,
  dns,
  fields,
  forMaking,
  key,
  list,
  mtu,
  netns,
  networkName,
  oneOf,
  orElse,
  prefix,
  userId,
  withoutEffect,
  withoutIpamType,
} from '@vpc-bridge/config'

/** AWS VPCs carry jumbo frames. */
const vpcMtu = 9001

const servingRule =
  'an IPAM plugin that gives addresses before there is an interface, such as "host-local": dhcp asks for them by the container\'s interface, and a VPC answers its own interfaces only'

/** The keys of vpc-bridge: those of the reference plugin, and a few more. */
export const keys = fields({
  name: networkName,
  eni: card('eniName', 'eniMACAddress', 'the shared network interface'),
  eniAddresses: forMaking(
    withoutEffect(
      orElse([], key('eniIPAddresses', list(addressWithLength), 'addresses of that interface, with prefix length')),
      ', but to tell the subnet of an address that a runtime asks for without prefix length',
    ),
  ),
  vpcCidrs: forMaking(withoutEffect(orElse([], key('vpcCIDRs', list(prefix), 'prefixes of the VPC')))),
  bridgeType: orElse(
    'L3',
    key('bridgeType', oneOf('L2', 'L3'), '`L3`: the host routes; `L2`: the ENI is a bridge port'),
  ),
  bridgeNetns: key('bridgeNetNSPath', netns, "namespace that the bridge is in, by name or path; without it the host's"),
  addressing: withoutIpamType(addressing(['ipAddresses', 'eniIPAddresses']), 'dhcp', servingRule),
  mtu: forMaking(orElse(vpcMtu, key('mtu', mtu, 'of all links of the network, in bytes, 1280 to 65535'))),
  interfaceType: orElse(
    'veth',
    key('interfaceType', oneOf('veth', 'tap'), '`tap`: an interface for a virtual machine'),
  ),
  userId: forMaking(orElse(0, key('tapUserID', userId, 'number of the user that runs the virtual machine'))),
  serviceCidr: forMaking(withoutEffect(key('serviceCIDR', prefix, 'prefix of the Kubernetes services'))),
  dns: forMaking(dns),
})
