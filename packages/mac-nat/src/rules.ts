import { equals, type Json, payload, type Rule } from '@vpc-bridge/nft'

/**
 * The nftables table of a translation: `vpc-bridge-DEV`, of family bridge. Endpoints are elements of a map, so that a packet
 * costs the same however many there are.
 *
 * @see nft(8), libnftables-json(5)
 */

/** Priorities of NAT in the bridge family (linux/netfilter_bridge.h: NF_BR_PRI_NAT_DST_BRIDGED and _SRC). */
const priorities = { prerouting: -300, postrouting: 300 } as const

export const mapName = 'endpoints'
const family = 'bridge'
const broadcast = 'ff:ff:ff:ff:ff:ff'
const groupBit = '01:00:00:00:00:00'
const noBits = '00:00:00:00:00:00'

interface RuleOfChain extends Rule {
  readonly chain: 'prerouting' | 'postrouting'
}

export function tableName(dev: string): string {
  return `vpc-bridge-${dev}`
}

export function tableOf(dev: string) {
  return { family, name: tableName(dev) }
}

export function chainsOf(dev: string) {
  return (['prerouting', 'postrouting'] as const).map((hook) => ({
    family,
    table: tableName(dev),
    name: hook,
    type: 'filter',
    hook,
    prio: priorities[hook],
    policy: 'accept',
  }))
}

export function mapOf(dev: string) {
  return { family, table: tableName(dev), name: mapName, type: 'ipv4_addr', map: 'ether_addr' }
}

export function elementOf(dev: string, elem: readonly unknown[]) {
  return { family, table: tableName(dev), name: mapName, elem }
}

/** Returns the rules, in their order. Frames to and from groups keep their addresses. */
export function rulesOf(dev: string, mac: string): readonly RuleOfChain[] {
  const destination = payload('ether', 'daddr')
  const source = payload('ether', 'saddr')
  return [
    {
      chain: 'prerouting',
      // The network answers to the one MAC address that it knows, which says nothing of the endpoint that the answer is for.
      expr: [isPort('iifname', dev), equals(payload('arp', 'operation'), 'reply'), mangle(destination, broadcast)],
      text: `iifname "${dev}" arp operation reply ether daddr set ${broadcast}`,
    },
    {
      chain: 'prerouting',
      expr: [
        isPort('iifname', dev),
        isUnicast(destination),
        mangle(destination, { map: { key: payload('ip', 'daddr'), data: `@${mapName}` } }),
      ],
      text: `iifname "${dev}" ether daddr & ${groupBit} == ${noBits} ether daddr set ip daddr map @${mapName}`,
    },
    {
      chain: 'postrouting',
      expr: [isPort('oifname', dev), isUnicast(source), mangle(payload('arp', 'saddr ether'), mac)],
      text: `oifname "${dev}" ether saddr & ${groupBit} == ${noBits} arp saddr ether set ${mac}`,
    },
    {
      chain: 'postrouting',
      expr: [isPort('oifname', dev), isUnicast(source), mangle(source, mac)],
      text: `oifname "${dev}" ether saddr & ${groupBit} == ${noBits} ether saddr set ${mac}`,
    },
  ]
}

function isPort(key: 'iifname' | 'oifname', dev: string): Json {
  return equals({ meta: { key } }, dev)
}

function isUnicast(address: Json): Json {
  return equals({ '&': [address, groupBit] }, noBits)
}

function mangle(key: Json, value: unknown): Json {
  return { mangle: { key, value } }
}
