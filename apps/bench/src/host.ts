import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeSyscalls } from '@vpc-bridge/rtnetlink/node'
import { createWorld, inside, output } from '@vpc-bridge/testbed'

/** A process to run, and what it reads. */
export interface Command {
  readonly file: string
  readonly args?: readonly string[]
  readonly input: string
  readonly environment?: Readonly<Record<string, string>>
}

/** A throw-away host that plugins are run on. */
export interface Host {
  /** Interface index of the ENI, which is `eth10`. */
  readonly eniIndex: number
  /** A directory for what an IPAM plugin keeps. */
  readonly directory: string
  /** Makes namespaces of containers, and returns their paths. */
  readonly addContainers: (count: number) => Promise<readonly string[]>
  readonly removeContainer: (path: string) => Promise<void>
  /** Runs commands one after the other; how long it took, in milliseconds. */
  readonly run: (commands: readonly Command[]) => number
  /** Runs commands at the same time; how long it took in all, and the slowest one, in milliseconds. */
  readonly runAtOnce: (commands: readonly Command[]) => Promise<{ readonly total: number; readonly slowest: number }>
  /** Runs lines of `ip -batch`. */
  readonly batch: (lines: readonly string[], netns?: string) => Promise<void>
  readonly destroy: () => Promise<void>
}

const CLONE_NEWNET = 0x40000000
const { setns } = nodeSyscalls()

/** Processes are started with this thread in the host's namespace: a program that enters it for them would cost time. */
export async function createHost(): Promise<Host> {
  const world = await createWorld()
  const directory = mkdtempSync(join(tmpdir(), 'vpc-bridge-bench-'))
  const [own, there] = [openSync('/proc/self/ns/net', 'r'), openSync(world.host, 'r')]
  const [eni] = JSON.parse(await output(inside(world.host, ['ip', '-json', 'link', 'show', 'dev', 'eth10'])))
  const within = <T>(action: () => T): T => {
    if (setns(there, CLONE_NEWNET) < 0) throw new Error(`${world.host} cannot be entered: this needs root`)
    try {
      return action()
    } finally {
      if (setns(own, CLONE_NEWNET) < 0) process.abort()
    }
  }
  let made = 0
  return {
    eniIndex: eni.ifindex,
    directory,
    addContainers: async (count) => {
      const paths: string[] = []
      for (let n = 0; n < count; n += 1) {
        made += 1
        paths.push(await world.addContainer(`c${made}`))
      }
      return paths
    },
    removeContainer: (path) => world.removeContainer(path.slice(path.lastIndexOf('-') + 1)),
    run: (commands) =>
      within(() => {
        const start = performance.now()
        for (const { file, args = [], input, environment } of commands) {
          requireSuccess(file, spawnSync(file, args, { input, ...(environment && { env: environment }) }))
        }
        return performance.now() - start
      }),
    runAtOnce: async (commands) => {
      const start = performance.now()
      const all = within(() => commands.map((command) => begin(command, start)))
      const times = await Promise.all(all)
      return { total: performance.now() - start, slowest: Math.max(...times) }
    },
    batch: async (lines, netns = world.host) => {
      await output(inside(netns, ['ip', '-batch', '-']), { input: lines.join('\n') })
    },
    destroy: async () => {
      for (const file of [own, there]) closeSync(file)
      rmSync(directory, { recursive: true, force: true })
      await world.destroy()
    },
  }
}

/** Starts a command; resolves to when it ended, in milliseconds since the start. */
function begin({ file, args = [], input, environment }: Command, start: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, environment === undefined ? {} : { env: environment })
    let said = ''
    child.stdout.on('data', (text) => {
      said += text
    })
    child.stderr.on('data', (text) => {
      said += text
    })
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve(performance.now() - start)
      else reject(new Error(`${file} ended with ${code}: ${said}`))
    })
    child.stdin.end(input)
  })
}

function requireSuccess(file: string, { status, error, stdout, stderr }: SpawnSyncReturns<Buffer>): void {
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${file} ended with ${status}: ${stdout}${stderr}`)
}
