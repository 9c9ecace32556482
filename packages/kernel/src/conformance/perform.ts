import type { Runtime } from '@vpc-bridge/runtime'
import type { Kernel } from '../netns.ts'
import type { ConformanceCase, ConformanceWorld } from './case.ts'

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
  const namespaces = new Set<string>()

  async function execute(...[file = '', ...args]: readonly string[]): Promise<void> {
    const end = await runChild(file, args, { environment, timeoutMs: 60_000, outputLimitBytes: 100_000 })
    if (end.kind !== 'exited' || end.code !== 0) throw new Error(`${file} ${args.join(' ')}: ${JSON.stringify(end)}`)
  }

  let made = 0
  function next(): number {
    made += 1
    return made
  }

  async function removePath(path: string): Promise<void> {
    namespaces.delete(path)
    await execute('ip', 'netns', 'delete', path.slice(path.lastIndexOf('/') + 1))
  }

  const world: ConformanceWorld = {
    kernel,
    newNetns: async () => {
      const name = `${prefix}${next()}`
      await execute('ip', 'netns', 'add', name)
      namespaces.add(`/run/netns/${name}`)
      return `/run/netns/${name}`
    },
    newPathTo: async (path) => {
      const further = `${directory}/netns-${next()}`
      await execute('ln', '-s', path, further)
      return further
    },
    removePath,
    learnNeighbour: (path, { dev, address, mac }) =>
      execute(
        'nsenter',
        `--net=${path}`,
        'ip',
        'neighbour',
        'replace',
        address,
        'lladdr',
        mac,
        'dev',
        dev,
        'nud',
        'stale',
      ),
    newFile: async () => {
      const path = `${directory}/file-${next()}`
      files.writeFile(path, '')._unsafeUnwrap()
      return path
    },
  }

  for (const { name, run } of cases) {
    const failure = await run(world).then(
      () => undefined,
      (error: unknown) => String(error),
    )
    files.write(1, `${JSON.stringify({ name, failure })}\n`)
    for (const path of namespaces) await removePath(path)
  }
}
