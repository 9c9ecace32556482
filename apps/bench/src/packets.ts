import { once } from 'node:events'
import { addresses, inside, output } from '@vpc-bridge/testbed'
import { execa } from 'execa'
import type { Debian } from './debian.ts'
import type { Container, Host } from './host.ts'

const echoes = 20_000

/** The time of a round trip between a container and the router, in µs: one packet after the other, as fast as they come back. */
export async function roundTripUs({ netns }: Container): Promise<number> {
  const said = await output(inside(netns, ['ping', '-n', '-q', '-f', '-c', `${echoes}`, addresses.router]))
  const [, received, timeMs] = / (\d+) received, .* time (\d+)ms/.exec(said) ?? []
  if (Number(received) !== echoes) throw new Error(`packets were lost: ${said}`)
  return (Number(timeMs) * 1000) / echoes
}

/** What one TCP connection from a container to the router carries, in Gbit/s. */
export async function throughputGbits(host: Host, { netns }: Container, debian: Debian): Promise<number> {
  const iperf3 = (at: string, args: readonly string[]) => {
    const { file, args: own = [] } = debian.run('usr/bin/iperf3', args)
    const [nsenter = '', ...rest] = inside(at, [file, ...own])
    return execa(nsenter, rest)
  }
  // It ends by itself, also when nobody comes.
  const server = iperf3(host.world.router, ['--server', '--one-off', '--forceflush', '--idle-timeout', '10'])
  // It says that it listens.
  await once(server.stdout, 'data')
  const { stdout } = await iperf3(netns, ['--client', addresses.router, '--time', '1', '--json'])
  await server
  return JSON.parse(stdout).end.sum_received.bits_per_second / 1e9
}
