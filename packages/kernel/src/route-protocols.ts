/** Names of who made a route, by number; others are told by their number, as ip(8) does (/etc/iproute2/rt_protos). */
export const routeProtocols: Readonly<Record<number, string>> = {
  0: 'unspec',
  1: 'redirect',
  2: 'kernel',
  3: 'boot',
  4: 'static',
  9: 'ra',
}
