import type { KernelError, Netns } from '@vpc-bridge/kernel'
import type { Step } from '@vpc-bridge/step'
import { okAsync } from 'neverthrow'

/** It also goes by the name net/ipv4/ip_forward. */
const path = 'net/ipv4/conf/all/forwarding'

/**
 * Forwarding of IPv4 packets, whatever link they come in by: the machine's switch. Neither a revert nor an undo switches it off: other
 * processes may rely on it by then. For IPv6 see `ipv6ForwardingAll`.
 *
 * @see https://docs.kernel.org/networking/ip-sysctl.html (ip_forward)
 */
export function ipv4ForwardingAll(): Step<Netns, KernelError> {
  return {
    name: 'IPv4 forwarding (net.ipv4.ip_forward = 1)',
    apply: (netns, undo) =>
      netns.sysctl(path).andThen((found) => {
        if (found === '1') return okAsync()
        const record = () => undo({ what: `write sysctl: sysctl ${path}`, run: () => okAsync('left') })
        return netns
          .change({ do: 'write sysctl', path, value: '1' })
          .andTee(record)
          .orTee(({ errno }) => errno === 'ETIMEDOUT' && record())
      }),
    revert: () => okAsync('absent'),
  }
}
