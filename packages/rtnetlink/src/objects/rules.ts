import type { Family, ListedRule } from '@vpc-bridge/kernel'
import type { SystemResult } from '@vpc-bridge/runtime'
import { err, ok } from 'neverthrow'
import type { NetlinkSocket } from '../netlink-socket.ts'
import { decodeRule, getRules } from '../rule-message.ts'
import { listOf } from './list.ts'

/** Of a kernel without routing policy, or without that version of IP. */
const noPolicy = ['EOPNOTSUPP', 'EAFNOSUPPORT']

/** Lists the rules of the routing policy. */
export function rulesOf(socket: NetlinkSocket, family: Family): SystemResult<readonly ListedRule[]> {
  return listOf(socket, getRules(family), decodeRule)
    .map((all) => all.filter((rule) => rule.family === family))
    .orElse((error) => (noPolicy.includes(error.errno) ? ok([]) : err(error)))
}
