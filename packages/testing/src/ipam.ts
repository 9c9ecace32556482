import type { RunChild } from '@vpc-bridge/runtime'

/** Name of the IPAM plugin of {@link memoryIpam}. */
export const ipamType = 'memory-ipam'

/** An IPAM plugin in memory, and what it has reserved. */
export interface MemoryIpam {
  readonly runChild: RunChild
  /** The reserved addresses, by container ID and interface name: `c1/eth0`. */
  readonly reserved: ReadonlyMap<string, string>
}

/**
 * Returns an IPAM plugin that speaks CNI 1.1.0 with GC, and reserves addresses of 10.1.0.0/24, each with a gateway and a default
 * route. A second ADD of an attachment is an error, as with host-local.
 *
 * @param lacks commands that it does not know
 */
export function memoryIpam(lacks: readonly string[] = []): MemoryIpam {
  const reserved = new Map<string, string>()
  const next = () => {
    const taken = new Set(reserved.values())
    return Array.from({ length: 200 }, (_, n) => `10.1.0.${n + 10}/24`).find((address) => !taken.has(address))
  }
  const answer = (stdout: object | undefined) =>
    ({ kind: 'exited', code: 0, stdout: stdout === undefined ? '' : JSON.stringify(stdout), stderr: '' }) as const
  const refuse = (msg: string) =>
    ({ kind: 'exited', code: 1, stdout: JSON.stringify({ code: 101, msg }), stderr: '' }) as const

  const runChild: RunChild = async (_, __, { environment, input = '' }) => {
    const id = `${environment['CNI_CONTAINERID']}/${environment['CNI_IFNAME']}`
    const command = environment['CNI_COMMAND'] ?? ''
    if (lacks.includes(command)) return refuse(`unknown CNI_COMMAND ${command}`)
    switch (command) {
      case 'ADD': {
        const address = next()
        if (address === undefined || reserved.has(id)) return refuse(`duplicate allocation for ${id}`)
        reserved.set(id, address)
        return answer({
          cniVersion: '1.1.0',
          ips: [{ address, gateway: '10.1.0.1' }],
          routes: [{ dst: '0.0.0.0/0' }],
        })
      }
      case 'DEL':
        reserved.delete(id)
        return answer(undefined)
      case 'CHECK':
        return reserved.has(id) ? answer(undefined) : refuse(`nothing is reserved for ${id}`)
      case 'GC': {
        const { 'cni.dev/valid-attachments': valid } = JSON.parse(input)
        const ids = new Set((valid ?? []).map((each: Attachment) => `${each.containerID}/${each.ifname}`))
        for (const each of reserved.keys()) if (!ids.has(each)) reserved.delete(each)
        return answer(undefined)
      }
      case 'VERSION':
        return answer({ supportedVersions: lacks.includes('GC') ? ['1.0.0'] : ['1.0.0', '1.1.0'] })
      default:
        return answer(undefined)
    }
  }
  return { runChild, reserved }
}

interface Attachment {
  readonly containerID: string
  readonly ifname: string
}
