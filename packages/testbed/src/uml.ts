import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import type { Ended } from './command.ts'

/**
 * Boots Debian's User-Mode Linux as a process on the machine's own root file system, and runs commands in it one after
 * the other: a real kernel with the drivers that a small virtual machine's kernel may lack.
 *
 * @param commands lines for a POSIX shell, each run by itself
 * @param timeLimit in milliseconds, for all of it
 * @returns how each command ended
 */
export async function runInUml(commands: readonly string[], timeLimit = 300_000): Promise<readonly Ended[]> {
  const directory = await mkdtemp(join(tmpdir(), 'uml-'))
  const result = (index: number, what: string) => join(directory, `${index}.${what}`)
  try {
    await Promise.all(commands.map((command, index) => writeFile(result(index, 'command'), command)))
    const init = join(directory, 'init')
    await writeFile(init, initScript(commands.length, directory), { mode: 0o755 })
    const kernel = [
      'root=/dev/root',
      'rootfstype=hostfs',
      'rootflags=/',
      'rw',
      'mem=1536M',
      `init=${init}`,
      'con=null',
      'con0=null,fd:2',
    ]
    // A group of its own, for the kernel is many processes, which are all to be gone afterwards.
    const booted = execa('linux.uml', kernel, {
      reject: false,
      all: true,
      stdin: 'ignore',
      detached: true,
      timeout: timeLimit,
      killSignal: 'SIGKILL',
    })
    const { all, pid } = { ...(await booted), pid: booted.pid }
    killGroup(pid)
    return await Promise.all(
      commands.map(async (_, index) => {
        const read = async (what: string): Promise<string> => {
          try {
            return await readFile(result(index, what), 'utf8')
          } catch {
            throw new Error(`User-Mode Linux did not finish command ${index}:\n${all}`)
          }
        }
        return { exitCode: Number(await read('status')), stdout: await read('stdout'), stderr: await read('stderr') }
      }),
    )
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** What runs in place of init(8). The root is the machine's own: what changes there must be mounted over. */
function initScript(count: number, directory: string): string {
  return `#!/bin/sh
export PATH=${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t tmpfs tmpfs /run
mkdir -p /run/netns /lib/modules
mount --bind /usr/lib/uml/modules /lib/modules
modprobe -a ipv6 dummy bridge veth tun nf_tables
for index in $(seq 0 ${count - 1}); do
  sh ${directory}/$index.command >${directory}/$index.stdout 2>${directory}/$index.stderr </dev/null
  echo $? >${directory}/$index.status
done
halt -f -p
`
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // The group is gone already, as it should be.
  }
}
