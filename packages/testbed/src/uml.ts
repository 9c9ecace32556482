import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { type Ended, quoted } from './shell.ts'
import { afterDeath } from './watchdog.ts'

/**
 * Boots Debian's User-Mode Linux (package user-mode-linux) as a process on the machine's own root file system, and runs
 * commands in it one after the other: a real kernel with the drivers that a small virtual machine's kernel may lack. It has
 * /proc, /sys and /run of its own; everything else that a command writes, it writes to the machine. Nothing of it outlives
 * this function, nor this process.
 *
 * @param commands lines for a POSIX shell, each run by a shell of its own
 * @param options.timeLimit in milliseconds, for all of it; then it is killed, which is an exception
 * @param options.devices further arguments of the kernel, such as `eth0=mcast,02:00:00:00:00:10`: a network card
 * @returns how each command ended, with its outputs as they are
 */
export async function runInUml(
  commands: readonly string[],
  { timeLimit = 600_000, devices = [] }: { readonly timeLimit?: number; readonly devices?: readonly string[] } = {},
): Promise<readonly Ended[]> {
  const directory = await mkdtemp(join(tmpdir(), 'uml-'))
  try {
    await Promise.all(commands.map((command, index) => writeFile(join(directory, `${index}.command`), command)))
    await writeFile(join(directory, 'init'), initScript(directory, commands.length), { mode: 0o755 })
    const console = await boot(directory, timeLimit, devices)
    return await Promise.all(commands.map((_, index) => readResult(directory, index, console)))
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Lets the kernel run until it halts. Returns what it wrote on its console. */
async function boot(directory: string, timeLimit: number, devices: readonly string[]): Promise<string> {
  const kernel = [
    'root=/dev/root',
    'rootfstype=hostfs',
    'rootflags=/',
    'rw',
    ...devices,
    'mem=1536M',
    'con=null',
    'con0=null,fd:2',
    // Where it keeps its own files, else in the home directory.
    `uml_dir=${directory}`,
    `init=${join(directory, 'init')}`,
  ]
  // A group of its own, for the kernel is many processes, which are all to be gone afterwards.
  const booted = execa('linux.uml', kernel, { reject: false, all: true, stdin: 'ignore', detached: true })
  const { pid } = booted
  // Without one it was not started; what execa says of that is thrown below.
  const release = pid === undefined ? () => {} : afterDeath(killAndRemove, String(pid), directory)
  // Not execa's timeout, which ends the first process only.
  const timer = setTimeout(() => killGroup(pid), timeLimit)
  const { all = '', exitCode, signal, message } = await booted
  clearTimeout(timer)
  killGroup(pid)
  release()
  if (exitCode === undefined && signal === undefined) throw new Error(message)
  return all
}

/** Ends the process group `$1`, and removes the directory `$2` when it is no longer written to. */
const killAndRemove = 'kill -s KILL -- "-$1"; sleep 1; rm -rf -- "$2"'

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // The group is gone already, as it should be.
  }
}

async function readResult(directory: string, index: number, console: string): Promise<Ended> {
  const read = (what: string) => readFile(join(directory, `${index}.${what}`), 'utf8')
  try {
    const [status, stdout, stderr] = await Promise.all([read('status'), read('stdout'), read('stderr')])
    return { exitCode: Number(status), stdout, stderr }
  } catch (cause) {
    throw new Error(`User-Mode Linux did not finish command ${index}:\n${console}`, { cause })
  }
}

/** What runs in place of init(8). The root is the machine's own: what changes there must be mounted over. */
function initScript(directory: string, count: number): string {
  return `#!/bin/sh
export PATH=${quoted(process.env['PATH'] ?? '')}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t tmpfs tmpfs /run
mkdir -p /run/netns /lib/modules
mount --bind /usr/lib/uml/modules /lib/modules
modprobe -a ipv6 dummy bridge veth tun nf_tables
cd ${quoted(directory)}
index=0
while [ $index -lt ${count} ]; do
  (cd / && exec sh "$OLDPWD/$index.command") >$index.stdout 2>$index.stderr </dev/null
  echo $? >$index.status
  index=$((index + 1))
done
halt -f -p
`
}
