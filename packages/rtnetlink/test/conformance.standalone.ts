/*
 * A standalone executable, not a file of the test runner: performs the conformance suite in its engine, and prints for each
 * case its name and how it failed.
 */
import { type ConformanceWorld, conformanceCases } from '@vpc-bridge/kernel/conformance'
import { nftTranslator } from '@vpc-bridge/mac-nat/nft'
import { nftMasquerader } from '@vpc-bridge/masquerade/nft'
import { standaloneRuntime, standaloneSyscalls } from '@vpc-bridge/runtime/standalone'
import { createRtnetlinkKernel } from '../src/index.ts'

const runtime = standaloneRuntime()
const { environment, files } = runtime
/** What the names of its network namespaces begin with, and a directory of its own. */
const [prefix = '', directory = ''] = runtime.args
const kernel = createRtnetlinkKernel(standaloneSyscalls(), {
  macTranslator: nftTranslator(runtime),
  masquerader: nftMasquerader(runtime),
})

async function execute(...[file = '', ...args]: readonly string[]): Promise<void> {
  const end = await runtime.runChild(file, args, { environment, timeoutMs: 60_000, outputLimitBytes: 100_000 })
  if (end.kind !== 'exited' || end.code !== 0) throw new Error(`${file} ${args.join(' ')}: ${JSON.stringify(end)}`)
}

let made = 0
function next(): number {
  made += 1
  return made
}

const namespaces = new Set<string>()
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

for (const { name, run } of conformanceCases) {
  const failure = await run(world).then(
    () => undefined,
    (error: unknown) => String(error),
  )
  files.write(1, `${JSON.stringify({ name, failure })}\n`)
  for (const path of namespaces) await removePath(path)
}
kernel.close()
