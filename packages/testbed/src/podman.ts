import { writeFile } from 'node:fs/promises'
import { output, run } from './command.ts'
import type { Container } from './container.ts'
import type { ContainerHost } from './container-host.ts'
import { makeRootfs } from './rootfs.ts'

export interface Podman {
  /**
   * Starts a container.
   *
   * @param command is run in a root file system of busybox, and does not end by itself
   * @param publish port mappings, such as "8080:80": port 8080 of the host is port 80 of the container
   */
  readonly start: (id: string, command: readonly string[], publish?: readonly string[]) => Promise<Container>
}

/** Podman looks for this file; the machine's own is another. */
const configuration = `[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
[network]
network_backend = "cni"
`

/**
 * Prepares Podman on a container host; containers run with runc.
 *
 * @param network name of a network whose configuration is in /etc/cni/net.d
 */
export async function preparePodman(host: ContainerHost, network: string): Promise<Podman> {
  const rootfs = await makeRootfs(host)
  await writeFile(host.path('/etc/containers/containers.conf'), configuration)
  const podman = (...args: string[]) => host.inside(['podman', '--storage-driver=vfs', ...args])
  return {
    start: async (id, command, publish = []) => {
      const options = [`--name=${id}`, `--network=${network}`, `--cgroup-parent=${host.cgroup}`]
      const ports = publish.map((each) => `--publish=${each}`)
      await output(podman('run', '--detach', ...options, ...ports, '--rootfs', rootfs, ...command))
      const pid = await output(podman('inspect', '--format={{.State.Pid}}', id))
      return {
        netns: host.path(`/proc/${pid}/ns/net`),
        stop: async () => {
          const { exitCode, stderr } = await run(podman('rm', '--force', '--time=0', id))
          if (exitCode !== 0 || stderr !== '') throw new Error(`the container ${id} was not stopped well: ${stderr}`)
        },
      }
    },
  }
}

/** Whether Podman is of a version that executes CNI plugins: the later ones usually know netavark only. */
export async function podmanExecutesCni(): Promise<boolean> {
  return /^podman version [34]\./.test(await output(['podman', '--version']))
}
