/*
 * Names for numbers of linux/rtnetlink.h, as ip(8) has them. Those without a name are told by their number.
 */

/** Names of the origins of routes, by their numbers (/etc/iproute2/rt_protos). */
export const routeProtocols: Readonly<Record<number, string>> = {
  0: 'unspec',
  1: 'redirect',
  2: 'kernel',
  3: 'boot',
  4: 'static',
  9: 'ra',
}

/** Names of scopes, by their numbers: distances of destinations, and validity of addresses (/etc/iproute2/rt_scopes). */
export const scopes: Readonly<Record<number, string>> = {
  0: 'global',
  200: 'site',
  253: 'link',
  254: 'host',
  255: 'nowhere',
}

/** Metrics of a route (RTAX_MTU and so on). */
export const routeMetrics: Readonly<Record<number, string>> = {
  1: 'lock',
  2: 'mtu',
  3: 'window',
  4: 'rtt',
  5: 'rttvar',
  6: 'ssthresh',
  7: 'cwnd',
  8: 'advmss',
  9: 'reordering',
  10: 'hoplimit',
  11: 'initcwnd',
  12: 'features',
  13: 'rto_min',
  14: 'initrwnd',
  15: 'quickack',
  16: 'congctl',
  17: 'fastopen_no_cookie',
}

/** Types of routes by a link. */
export const routeTypes = { unicast: 1, local: 2, broadcast: 3, anycast: 4, multicast: 5 } as const

/** The number of a name in one of these lists, or of a number that is its own name. */
export function numberOf(names: Readonly<Record<number, string>>, name: string): number {
  return Number(Object.keys(names).find((number) => names[Number(number)] === name) ?? name)
}

/** The name of a number in one of these lists, or the number itself. */
export function nameOf(names: Readonly<Record<number, string>>, number: number): string {
  return names[number] ?? String(number)
}
