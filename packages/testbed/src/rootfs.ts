import { output } from './command.ts'
import type { ContainerHost } from './container-host.ts'

/** The root file system that all containers have, from Debian's package busybox-static. */
const rootfs = '/var/lib/rootfs'

const script = `set -e
mkdir -p ${rootfs}/bin ${rootfs}/dev ${rootfs}/etc ${rootfs}/proc ${rootfs}/run ${rootfs}/sys ${rootfs}/tmp
cp "$(command -v busybox)" ${rootfs}/bin/busybox
chroot ${rootfs} /bin/busybox --install -s /bin`

/** Makes a root file system on a container host; returns its path there. */
export async function makeRootfs(host: ContainerHost): Promise<string> {
  await output(host.inside(['sh', '-c', script]))
  return rootfs
}
