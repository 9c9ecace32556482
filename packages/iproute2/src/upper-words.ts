import type { NewUpper } from '@vpc-bridge/kernel'

/** The arguments of `ip link add` for a link on top of another one. */
export function newUpperWords(link: NewUpper, index?: number): readonly string[] {
  const mac = 'mac' in link ? link.mac : undefined
  return [
    ...['link', link.parent, 'name', link.name],
    ...(link.netns === undefined ? [] : ['netns', link.netns]),
    ...(index === undefined ? [] : ['index', String(index)]),
    ...(link.mtu === undefined ? [] : ['mtu', String(link.mtu)]),
    ...(mac === undefined ? [] : ['address', mac]),
    ...(link.up ? ['up'] : []),
    ...['type', link.kind],
    ...(link.kind === 'vlan' ? ['id', String(link.id)] : ['mode', link.mode]),
  ]
}
