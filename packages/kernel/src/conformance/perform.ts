import type { Runtime } from '@vpc-bridge/runtime'
import type { Kernel } from '../netns.ts'
import type { ConformanceCase, ConformanceWorld } from './case.ts'

/** Namespaces of a case. */
const most = 5

/**
 * Performs cases in a program of its own. Writes a line of JSON for each to standard output: its name and how it failed, if it did.
 *
 * @param cases
 * @param kernel of the driver that is tested
 * @param runtime of the program, whose arguments are: beginning of the names of its network namespaces; path of a directory of its own
 */
export async function performCases(
  cases: readonly ConformanceCase[],
  kernel: Kernel,
  { args: [prefix = '', directory = ''], environment, files, runChild }: Runtime,
): Promise<void> {
  async function execute([file = '', ...args]: readonly string[], input = ''): Promise<void> {
    const end = await runChild(file, args, { environment, input, timeoutMs: 60_000, outputLimitBytes: 100_000 })
    if (end.kind !== 'exited' || end.code !== 0) throw new Error(`${file} ${args.join(' ')}: ${JSON.stringify(end)}`)
  }

  /** Names of namespaces that no case has used yet, and that one has. By a process for each the suite takes twice as long. */
  const [fresh, used]: [string[], string[]] = [[], []]

  /** Removes those that were used, and makes new ones. */
  async function renew(count: number): Promise<void> {
    const names = Array.from({ length: count }, () => `${prefix}${next()}`)
    const removals = used.splice(0).map((name) => `netns delete ${name}`)
    await execute(['ip', '-batch', '-'], [...removals, ...names.map((name) => `netns add ${name}`)].join('\n'))
    fresh.push(...names)
  }

  let made = 0
  function next(): number {
    made += 1
    return made
  }

  const world: ConformanceWorld = {
    kernel,
    newNetns: async () => {
      const name = fresh.pop()
      if (name === undefined) throw new Error(`a case has more than ${most} namespaces`)
      used.push(name)
      return `/run/netns/${name}`
    },
    newPathTo: async (path) => {
      const further = `${directory}/netns-${next()}`
      await execute(['ln', '-s', path, further])
      return further
    },
    removePath: async (path) => {
      const name = path.slice(path.lastIndexOf('/') + 1)
      used.splice(used.indexOf(name), 1)
      await execute(['ip', 'netns', 'delete', name])
    },
    learnNeighbour: (path, { dev, address, mac }) => {
      const neighbour = [address, 'lladdr', mac, 'dev', dev, 'nud', 'stale']
      return execute(['nsenter', `--net=${path}`, 'ip', 'neighbour', 'replace', ...neighbour])
    },
    newFile: async () => {
      const path = `${directory}/file-${next()}`
      files.writeFile(path, '')._unsafeUnwrap()
      return path
    },
  }

  for (const { name, run } of cases) {
    if (fresh.length < most) await renew(20)
    const failure = await run(world).then(
      () => undefined,
      (error: unknown) => String(error),
    )
    files.write(1, `${JSON.stringify({ name, failure })}\n`)
  }
  used.push(...fresh)
  await renew(0)
}
