import { execa } from 'execa'

const busyProcesses = 8

/** Does something beside eight processes that compute, at the same priority. */
export async function underLoad<T>(work: () => Promise<T>): Promise<T> {
  // When this process is killed they end as well.
  const command = ['--pdeathsig', 'KILL', 'sh', '-c', 'while :; do :; done']
  const busy = Array.from({ length: busyProcesses }, () => execa('setpriv', command, { reject: false }))
  try {
    return await work()
  } finally {
    for (const each of busy) each.kill('SIGKILL')
    await Promise.all(busy)
  }
}
