import { fileURLToPath } from 'node:url'
import { type Ended, inside, run } from '@vpc-bridge/testbed'

const dist = (file: string) => fileURLToPath(new URL(`../../dist/${file}`, import.meta.url))

/** The standalone executable: what a host has. */
export const executable = dist('vpc-bridge')

/** The command that it is. */
export const program: readonly string[] = [executable]

/**
 * The builds of the program: the same sources on two runtimes. With both is tried what a process does with its surroundings; what
 * becomes of the network, with the executable.
 */
export const builds: readonly { readonly build: string; readonly program: readonly string[] }[] = [
  { build: 'standalone executable', program },
  { build: 'Node.js build', program: [process.execPath, dist('main.js')] },
]

/** The configuration of the experiment. */
export const config = {
  cniVersion: '0.3.1',
  name: 'vpc',
  type: 'vpc-bridge',
  eniName: 'eth10',
  eniMACAddress: '12:34:56:78:9a:bc',
  eniIPAddresses: ['192.168.1.42/24'],
  vpcCIDRs: ['192.168.0.0/16'],
  bridgeNetNSPath: '',
  ipAddresses: ['192.168.1.43/24'],
  gatewayIPAddress: '192.168.1.1',
  bridgeType: 'L3',
}

/** How a runtime executes the plugin; what is left out is as in the experiment. */
export interface Execution {
  readonly command: 'ADD' | 'DEL' | 'CHECK' | 'GC' | 'STATUS' | 'VERSION'
  readonly netns?: string
  readonly containerId?: string
  readonly ifName?: string
  /** The configuration, or what stands on the standard input in its place. */
  readonly config?: object | string
  readonly environment?: Readonly<Record<string, string>>
}

/** Executes a build in a namespace as a container runtime does: a bare environment, the configuration on the input. */
export function execute(program: readonly string[], host: string, execution: Execution): Promise<Ended> {
  const { command, netns, containerId = 'test-container', ifName = 'blueveth', environment = {} } = execution
  const input = execution.config ?? config
  return run(inside(host, program), {
    input: typeof input === 'string' ? input : JSON.stringify(input),
    environment: {
      CNI_COMMAND: command,
      CNI_CONTAINERID: containerId,
      CNI_IFNAME: ifName,
      CNI_PATH: '/opt/cni/bin',
      ...(netns === undefined ? {} : { CNI_NETNS: netns }),
      VPC_CNI_LOG_FILE: '/dev/null',
      ...environment,
    },
  })
}

/** Executes a command that must succeed; the result of an ADD. */
export async function succeed(program: readonly string[], host: string, execution: Execution) {
  const { exitCode, stdout, stderr } = await execute(program, host, execution)
  if (exitCode !== 0 || stderr !== '')
    throw new Error(`${execution.command} ended with ${exitCode}: ${stdout}${stderr}`)
  return stdout === '' ? undefined : JSON.parse(stdout)
}

/** Executes a command that must fail; the error document. */
export async function fail(program: readonly string[], host: string, execution: Execution) {
  const { exitCode, stdout, stderr } = await execute(program, host, execution)
  if (exitCode === 0 || stderr === '') throw new Error(`${execution.command} did not fail: ${stdout}${stderr}`)
  return JSON.parse(stdout)
}
