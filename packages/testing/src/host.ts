import { type Outcome, runPlugin } from '@vpc-bridge/cni'
import type { Kernel, Netns } from '@vpc-bridge/kernel'
import { createMemoryKernel, type MemoryKernel } from '@vpc-bridge/kernel/memory'
import { type DefinedPlugin, hostPath } from '@vpc-bridge/plugin'
import type { Clock } from '@vpc-bridge/runtime'
import { ok } from 'neverthrow'
import { type MemoryIpam, memoryIpam } from './ipam.ts'

/** A plugin with a configuration to prove it in. */
export interface Case {
  readonly name: string
  /** The plugin's own keys, and `ipam` with {@link ipamType} if it takes addresses of one. */
  readonly configuration: Readonly<Record<string, unknown>>
  /** Returns further keys for each container, where one configuration is for one of them: `c1`, `c2`, `c3`. */
  readonly keysFor?: (containerId: string) => Readonly<Record<string, unknown>>
  /** Commands that the IPAM plugin does not know. */
  readonly ipamLacks?: readonly string[]
  /** Gives the host what the plugin expects there: the kernel, and the path of the host's namespace. */
  readonly prepare?: (kernel: MemoryKernel, host: string) => unknown
}

/** A command for an interface of a container, whose namespace has the container's ID as its name: `/c1`. */
export interface Execution {
  /** Absent: `c1`. */
  readonly containerId?: string
  /** Absent: `eth0`. */
  readonly ifName?: string
  /** Absent: that of the host. */
  readonly kernel?: Kernel
  /** CNI_ARGS. */
  readonly args?: string
  /** Further keys of the configuration. */
  readonly keys?: Readonly<Record<string, unknown>>
}

/** A host in memory, on which a plugin is executed as a container runtime does. */
export interface TestHost {
  readonly kernel: MemoryKernel
  readonly ipam: MemoryIpam
  readonly host: Netns
  readonly execute: (command: string, execution?: Execution) => Promise<Outcome>
  /** Executes a command that must succeed; returns its answer. */
  readonly succeed: (command: string, execution?: Execution) => Promise<Readonly<Record<string, unknown>>>
  /** Executes a command that must fail; returns the error's code. */
  readonly fail: (command: string, execution?: Execution) => Promise<number>
}

/** The containers of a test host. */
const containers = ['c1', 'c2', 'c3'] as const

export async function createTestHost(
  { using }: DefinedPlugin,
  { configuration, keysFor, ipamLacks, prepare }: Case,
): Promise<TestHost> {
  const kernel = createMemoryKernel()
  kernel.addNetns(hostPath)
  for (const container of containers) kernel.addNetns(`/${container}`)
  await prepare?.(kernel, hostPath)
  const ipam = memoryIpam(ipamLacks)

  const execute: TestHost['execute'] = (command, execution = {}) => {
    const { containerId = 'c1', ifName = 'eth0', kernel: driver = kernel, args, keys = {} } = execution
    const environment = {
      CNI_COMMAND: command,
      CNI_CONTAINERID: containerId,
      CNI_NETNS: `/${containerId}`,
      CNI_IFNAME: ifName,
      CNI_PATH: '/plugins',
      ...(args === undefined ? {} : { CNI_ARGS: args }),
    }
    const document = {
      cniVersion: '1.1.0',
      name: 'net',
      type: 'tested',
      ...configuration,
      ...keysFor?.(containerId),
      ...keys,
    }
    const plugin = using({ kernel: driver, log: () => {}, clock, interruption: () => async () => undefined })
    return runPlugin(plugin, {
      environment,
      runChild: ipam.runChild,
      files: {
        access: () => ok(),
        stat: () => ok({ kind: 'file', inode: 1n, modifiedMs: 0 }),
        readToEnd: () => ok(JSON.stringify(document)),
      },
    })
  }
  return {
    kernel,
    ipam,
    host: (await kernel.open(hostPath))._unsafeUnwrap(),
    execute,
    succeed: async (command, execution) => {
      const { exitCode, stdout } = await execute(command, execution)
      if (exitCode !== 0) throw new Error(`${command} failed: ${stdout}`)
      return stdout === '' ? {} : JSON.parse(stdout)
    },
    fail: async (command, execution) => {
      const { exitCode, stdout } = await execute(command, execution)
      if (exitCode === 0) throw new Error(`${command} succeeded, and must not: ${stdout}`)
      return JSON.parse(stdout).code
    },
  }
}

const clock: Clock = {
  now: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}
