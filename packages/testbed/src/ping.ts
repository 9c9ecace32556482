import { run } from './command.ts'
import { inside } from './look.ts'

export interface PingOptions {
  /** Size of the whole IPv4 packet in bytes; it must arrive unfragmented. Absent: a small one. */
  readonly packetSize?: number
}

/** IPv4 header and ICMP header, in bytes: they come on top of the data. */
const headers = 28

/**
 * Whether an echo request from a namespace reaches an IPv4 address and its answer comes back. A ping that could not even
 * be tried, as in a namespace that is not there, is an exception: else a test for `false` would pass.
 *
 * @param from path of the network namespace
 */
export async function ping(from: string, to: string, { packetSize }: PingOptions = {}): Promise<boolean> {
  const size = packetSize === undefined ? [] : ['-M', 'do', '-s', String(packetSize - headers)]
  const command = inside(from, ['ping', '-n', '-c', '1', '-W', '2', ...size, to])
  const { exitCode, stdout, stderr } = await run(command)
  if (exitCode === 0) return true
  if (stdout.includes('1 packets transmitted') || stderr.includes('Network is unreachable')) return false
  throw new Error(`${command.join(' ')} ended with ${exitCode}: ${stderr}`)
}
