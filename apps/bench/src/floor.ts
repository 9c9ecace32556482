import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { inside, output } from '@vpc-bridge/testbed'
import type { Contestant } from './contestant.ts'
import type { Container, Host } from './host.ts'
import type { Command, Job } from './launcher.ts'
import { executable, ourConfiguration } from './ours.ts'

const ip = realpathSync('/sbin/ip')

/**
 * The kernel changes of our ADD and DEL, and nothing else: those that `vpc-bridge plan` prints, made by one process of `ip -batch` on the host
 * and one in the container. What `ip` cannot do (sysctl) is left out. The bridge is ours.
 */
export const floor: Contestant = {
  name: 'ip -batch',
  files: [ip],
  version: { file: ip, args: ['-Version'] },
  connection: async (host, container) => {
    const add = await record('add', host, container)
    await host.run(add)
    const del = await record('delete', host, container)
    await host.run(del)
    return { add, del }
  },
}

/** What ours would do now. */
async function record(command: 'add' | 'delete', host: Host, container: Container): Promise<Job> {
  const { netns, id } = container
  const endpoint = ['--netns', netns, '--ifname', 'eth0', '--container-id', id, '--config', '-', '--json']
  const plan = await output(inside(host.world.host, [executable, 'plan', command, ...endpoint]), {
    input: JSON.stringify(ourConfiguration('L3')(host, container)),
    environment: { VPC_CNI_LOG_FILE: join(host.directory, 'log') },
  })
  const steps: readonly { readonly commands: readonly string[] }[] = JSON.parse(plan).steps
  const lines = steps.flatMap(({ commands }) => commands)
  const name = netns.replace('/run/netns/', '')
  const [onHost, inContainer] = [linesAfter('ip ', lines), linesAfter(`ip -n ${name} `, lines)]
  return [
    batch(onHost.filter((line) => !line.startsWith('-n '))),
    ...(inContainer.length === 0 ? [] : [batch(inContainer, ['-n', name])]),
  ]
}

function linesAfter(start: string, lines: readonly string[]): readonly string[] {
  return lines.filter((line) => line.startsWith(start)).map((line) => line.slice(start.length))
}

function batch(lines: readonly string[], options: readonly string[] = []): Command {
  return { file: ip, args: [...options, '-batch', '-'], input: lines.join('\n') }
}
