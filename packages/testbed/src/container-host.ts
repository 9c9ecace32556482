import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { execa } from 'execa'
import { output } from './command.ts'
import { afterDeath } from './watchdog.ts'

/**
 * What a container runtime expects to have to itself, for a network namespace: processes, mounts, /run, and copies of /etc,
 * /opt and /var that can be written to. Everything else is the machine's own.
 */
export interface ContainerHost {
  /** The cgroup, relative to that of this process, that everything which gets one must be in. */
  readonly cgroup: string
  /** The command, to be run there. */
  readonly inside: (command: readonly string[]) => readonly string[]
  /** The path by which this process finds a file of the container host. */
  readonly path: (path: string) => string
  /** Ends its processes and removes everything. Also done when this process ends without it, however it ends. */
  readonly stop: () => Promise<void>
}

/**
 * The first process of the namespaces. Its standard input is a pipe that only this process holds: at the end of it the first
 * process ends, with it its process namespace, and with that the mounts, whose files are all in memory.
 */
const init = `set -e
# Process numbers outside and inside differ: this is still the /proc of outside.
read -r pid rest </proc/self/stat
mount -t proc proc /proc
mount -t tmpfs tmpfs /run
mkdir /run/lock /run/netns /run/overlay
for each in etc opt var; do
  mkdir "/run/overlay/$each" "/run/overlay/$each.work"
  mount -t overlay -o "lowerdir=/$each,upperdir=/run/overlay/$each,workdir=/run/overlay/$each.work" overlay "/$each"
done
# What others have written before is not this host's.
mount -t tmpfs tmpfs /var/log
# What loses its parent becomes a child of this process, which shall not have to wait for it.
trap '' CHLD
echo "$pid"
exec cat >/dev/null`

/** Removes the cgroups of the name `$1`, in whatever hierarchies there are. Those of others come and go meanwhile. */
const removeCgroups = 'find /sys/fs/cgroup -ignore_readdir_race -depth -type d -path "*/$1*" -exec rmdir {} +'

/** @param netns path of the network namespace, as of a world's host */
export async function createContainerHost(netns: string): Promise<ContainerHost> {
  const cgroup = `vb${process.pid}-${randomBytes(4).toString('hex')}`
  const release = afterDeath(`for attempt in 1 2 3; do sleep 1; ${removeCgroups}; done`, cgroup)
  const unshare = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--', 'sh', '-c', init]
  const first = execa('nsenter', [`--net=${netns}`, '--', ...unshare], { reject: false })
  // Either comes: its number, or its end.
  const started = await Promise.race([once(first.stdout, 'data'), first])
  if (!Array.isArray(started)) {
    release()
    throw new Error(`there is no container host: ${started.message}`)
  }
  const pid = String(started[0]).trim()
  const path = `PATH=${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin`
  return {
    cgroup,
    inside: (command) => ['nsenter', `--target=${pid}`, '--mount', '--pid', '--net', '--', 'env', path, ...command],
    path: (of) => `/proc/${pid}/root${of}`,
    stop: async () => {
      first.stdin.end()
      await first
      await output(['sh', '-c', removeCgroups, 'sh', cgroup])
      release()
    },
  }
}
