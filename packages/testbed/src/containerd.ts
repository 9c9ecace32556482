import { setTimeout as sleep } from 'node:timers/promises'
import { output, run } from './command.ts'
import type { Container } from './container.ts'
import type { ContainerHost } from './container-host.ts'
import { makeRootfs } from './rootfs.ts'

export interface Containerd {
  /**
   * Starts a container with the network of the first configuration in /etc/cni/net.d, whose plugins are in /opt/cni/bin
   * or, in Debian's build of containerd, /usr/lib/cni.
   *
   * @param command is run in a root file system of busybox, and does not end by itself
   */
  readonly start: (id: string, command: readonly string[]) => Promise<Container>
}

/** In milliseconds. */
const pause = 20
const timeLimit = 30_000

const log = '/var/log/containerd.log'

/** Starts containerd on a container host; containers run with runc. It ends with the host. */
export async function startContainerd(host: ContainerHost): Promise<Containerd> {
  const rootfs = await makeRootfs(host)
  await output(host.inside(['sh', '-c', `containerd >${log} 2>&1 &`]))
  await eventually(host, async () => (await run(host.inside(['ctr', 'version']))).exitCode === 0 || undefined)
  return { start: (id, command) => start(host, rootfs, id, command) }
}

async function start(host: ContainerHost, rootfs: string, id: string, command: readonly string[]): Promise<Container> {
  // Its PATH is that of the image, and there is none.
  const options = [`--cgroup=${host.cgroup}/${id}`, '--env=PATH=/bin', '--rootfs', rootfs]
  // Only a ctr that has waited for the end of the container takes it off its network.
  const ctr = run(host.inside(['ctr', 'run', '--rm', '--cni', ...options, id, ...command]))
  const ended = () => Promise.race([ctr, undefined])
  const outcome = await eventually(host, async () => (await pidOf(host, id)) ?? (await ended()))
  if (typeof outcome !== 'string')
    throw new Error(`the container ${id} ended with ${outcome.exitCode}: ${outcome.stdout}${outcome.stderr}`)
  return {
    netns: host.path(`/proc/${outcome}/ns/net`),
    stop: async () => {
      await output(host.inside(['ctr', 'task', 'kill', '--signal', 'SIGKILL', id]))
      const { stderr } = await ctr
      if (stderr !== '') throw new Error(`the container ${id} was not stopped well: ${stderr}`)
    },
  }
}

/** The number on the container host of a container's process, once that runs: then it has its network. */
async function pidOf(host: ContainerHost, id: string): Promise<string | undefined> {
  // It may fail when a task goes while it looks.
  const { stdout } = await run(host.inside(['ctr', 'task', 'list']))
  return new RegExp(`^${id} +(\\d+) +RUNNING`, 'm').exec(stdout)?.[1]
}

/** Asks until there is an answer. */
async function eventually<T>(host: ContainerHost, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + timeLimit
  while (performance.now() < deadline) {
    const answer = await ask()
    if (answer !== undefined) return answer
    await sleep(pause)
  }
  throw new Error(`containerd takes too long: ${await output(host.inside(['tail', log]))}`)
}
