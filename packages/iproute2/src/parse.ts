import type { Address, Link, Neighbour, Route } from '@vpc-bridge/kernel'

/** A link as `ip -json -details link` shows it. Other links are referred to by name, not by index. */
export interface ShownLink {
  readonly link: Omit<Link, 'master' | 'peer'>
  /** Name of the link whose port this is. */
  readonly masterName?: string
  /** The other end of a veth pair: its index if it is in another namespace, its name if it is in this one. */
  readonly peer?: { readonly index: number } | { readonly name: string }
}

/** @param json what `ip -json -details link show` wrote */
export function parseLinks(json: string): readonly ShownLink[] {
  return objects(json).map((shown) => {
    const kind = text(object(shown['linkinfo'])?.['info_kind'])
    const mac = shown['link_type'] === 'ether' || shown['link_type'] === 'loopback' ? text(shown['address']) : undefined
    const alias = text(shown['ifalias'])
    const masterName = text(shown['master'])
    const peer = kind === 'veth' ? peerOf(shown) : undefined
    return {
      link: {
        index: number(shown['ifindex']),
        name: text(shown['ifname']) ?? '',
        altNames: strings(shown['altnames']),
        ...(kind === undefined ? {} : { kind }),
        ...(mac === undefined ? {} : { mac }),
        mtu: number(shown['mtu']),
        up: strings(shown['flags']).includes('UP'),
        ...(alias === undefined ? {} : { alias }),
      },
      ...(masterName === undefined ? {} : { masterName }),
      ...(peer === undefined ? {} : { peer }),
    }
  })
}

/** @param json what `ip -json address show` wrote */
export function parseAddresses(json: string): readonly Address[] {
  return objects(json).flatMap((shown) =>
    list(shown['addr_info']).map((info) => {
      const broadcast = text(info['broadcast'])
      return {
        dev: text(shown['ifname']) ?? '',
        address: `${text(info['local'])}/${number(info['prefixlen'])}`,
        ...(broadcast === undefined ? {} : { broadcast }),
      }
    }),
  )
}

/**
 * @param json what `ip -json -details [-6] route show` wrote
 * @param query what it was asked for: `ip` leaves out of its answer what it was told
 */
export function parseRoutes(
  json: string,
  query: { readonly family: 'inet' | 'inet6'; readonly dev?: string },
): readonly Route[] {
  const inet6 = query.family === 'inet6'
  return objects(json)
    .filter((shown) => (shown['type'] ?? 'unicast') === 'unicast')
    .map((shown) => {
      const gateway = text(shown['gateway'])
      const source = text(shown['prefsrc'])
      return {
        destination: prefix(text(shown['dst']) ?? '', inet6),
        ...(gateway === undefined ? {} : { gateway }),
        dev: text(shown['dev']) ?? query.dev ?? '',
        onlink: strings(shown['flags']).includes('onlink'),
        scope: shown['scope'] === 'link' ? 'link' : 'global',
        protocol: text(shown['protocol']) ?? 'boot',
        metric: typeof shown['metric'] === 'number' ? shown['metric'] : 0,
        ...(source === undefined ? {} : { source }),
      }
    })
}

/**
 * @param json what `ip -json neighbour show` wrote
 * @param dev the link it was asked for: `ip` leaves out of its answer what it was told
 */
export function parseNeighbours(json: string, dev?: string): readonly Neighbour[] {
  return objects(json)
    .filter((shown) => strings(shown['state']).includes('PERMANENT'))
    .map((shown) => ({
      dev: text(shown['dev']) ?? dev ?? '',
      address: text(shown['dst']) ?? '',
      mac: text(shown['lladdr']) ?? '',
    }))
}

function peerOf(shown: Shown): { readonly index: number } | { readonly name: string } | undefined {
  const index = shown['link_index']
  if (typeof index === 'number') return { index }
  const name = text(shown['link'])
  return name === undefined ? undefined : { name }
}

function prefix(shown: string, inet6: boolean): string {
  if (shown === 'default') return inet6 ? '::/0' : '0.0.0.0/0'
  if (shown.includes('/')) return shown
  return `${shown}/${inet6 ? 128 : 32}`
}

type Shown = Readonly<Record<string, unknown>>

/** The objects of a JSON list; `ip` writes nothing at all for an empty one, and empty objects for what it filters. */
function objects(json: string): readonly Shown[] {
  return json.trim() === '' ? [] : list(JSON.parse(json)).filter((shown) => Object.keys(shown).length > 0)
}

function list(value: unknown): readonly Shown[] {
  return Array.isArray(value) ? value.map(object).filter((each) => each !== undefined) : []
}

function object(value: unknown): Shown | undefined {
  // Whatever is not null and an object can be looked at by key; what is found there is checked by the caller.
  return typeof value === 'object' && value !== null ? (value as Shown) : undefined
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0
}
