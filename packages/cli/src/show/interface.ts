import type { Link } from '@vpc-bridge/kernel'
import type { Interface } from './model.ts'

/** Returns what is shown of a link. */
export function interfaceOf({ name, index, kind, mac, mtu, up }: Link): Interface {
  return { name, index, ...(kind === undefined ? {} : { kind }), ...(mac === undefined ? {} : { mac }), mtu, up }
}
