import { mkdir, writeFile } from 'node:fs/promises'
import type { ContainerHost } from '../src/index.ts'

/** Gives a container host the network "net", of Debian's plugins. */
export async function installNetwork(host: ContainerHost): Promise<void> {
  const ipam = { type: 'host-local', ranges: [[{ subnet: '10.88.0.0/24' }]] }
  const list = { cniVersion: '0.4.0', name: 'net', plugins: [{ type: 'bridge', isGateway: true, ipam }] }
  // The first by name counts, and Debian's Podman brings another.
  await mkdir(host.path('/etc/cni/net.d'), { recursive: true })
  await writeFile(host.path('/etc/cni/net.d/10-net.conflist'), JSON.stringify(list))
}
