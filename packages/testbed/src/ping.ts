import { inside, run } from './command.ts'

export interface PingOptions {
  /** Size of the whole IP packet in bytes; it must arrive unfragmented. Absent: a small one. */
  readonly packetSize?: number
}

/** Whether an echo request from a namespace reaches an address and its answer comes back. */
export async function ping(from: string, to: string, { packetSize }: PingOptions = {}): Promise<boolean> {
  // IPv4 header and ICMP header come on top of the data.
  const size = packetSize === undefined ? [] : ['-M', 'do', '-s', String(packetSize - 28)]
  const { exitCode } = await run(inside(from, ['ping', '-n', '-c', '1', '-W', '2', ...size, to]))
  return exitCode === 0
}
