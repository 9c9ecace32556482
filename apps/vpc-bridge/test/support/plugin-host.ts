import { runPlugin } from '@vpc-bridge/cni'
import type { Netns } from '@vpc-bridge/kernel'
import { createMemoryKernel, type MemoryKernel } from '@vpc-bridge/kernel/memory'
import { hostPath } from '@vpc-bridge/plugin'
import type { Runtime } from '@vpc-bridge/runtime'
import { nodeRuntime } from '@vpc-bridge/runtime/node'
import { ok } from 'neverthrow'
import { vpcBridge } from '../../src/vpc-bridge.ts'
import { clock } from './clock.ts'

/** A host in memory, on which the plugin is executed as a runtime does. */
export interface PluginHost {
  readonly kernel: MemoryKernel
  readonly host: Netns
  /** What the plugin has written to its log. */
  readonly log: readonly string[]
  /**
   * Executes a command for the interface `eth0` of a container, whose ID is the name of its namespace: `/ID`.
   *
   * @param args CNI_ARGS
   */
  readonly execute: (
    command: string,
    container: string,
    document: object,
    args?: string,
  ) => ReturnType<typeof runPlugin>
  /** Executes a command that must succeed; the result of an ADD. */
  readonly succeed: (command: string, container: string, document: object, args?: string) => Promise<object | undefined>
}

/**
 * @param containers names of namespaces to make
 * @param runChild executes IPAM plugins, which are looked for in /usr/lib/cni
 */
export async function createPluginHost(
  containers: readonly string[],
  runChild: Runtime['runChild'] = nodeRuntime().runChild,
): Promise<PluginHost> {
  const kernel = createMemoryKernel()
  kernel.addNetns(hostPath)
  for (const name of containers) kernel.addNetns(`/${name}`)
  kernel.addPhysicalLink(hostPath, { name: 'eth10', mac: '02:00:00:00:00:10' })
  const host = (await kernel.open(hostPath))._unsafeUnwrap()
  const log: string[] = []
  const write = (level: string, text: string) => void log.push(`${level}: ${text}`)
  const plugin = vpcBridge.using({ kernel, log: write, clock, interruption: () => async () => undefined })
  const { files } = nodeRuntime()
  const execute: PluginHost['execute'] = (command, container, document, args = '') => {
    const environment = {
      CNI_COMMAND: command,
      CNI_CONTAINERID: container,
      CNI_NETNS: `/${container}`,
      CNI_IFNAME: 'eth0',
      CNI_ARGS: args,
      CNI_PATH: '/usr/lib/cni',
    }
    return runPlugin(plugin, {
      environment,
      runChild,
      files: { ...files, readToEnd: () => ok(JSON.stringify(document)) },
    })
  }
  return {
    kernel,
    host,
    log,
    execute,
    succeed: async (command, container, document, args) => {
      const { exitCode, stdout } = await execute(command, container, document, args)
      if (exitCode !== 0) throw new Error(`${command} failed: ${stdout}`)
      return stdout === '' ? undefined : JSON.parse(stdout)
    },
  }
}
