import type { PacketFilterNetns } from '@vpc-bridge/kernel'
import { type ChildEnd, programPath, type Runtime } from '@vpc-bridge/runtime'

/** The time after which a program is killed. */
export const timeoutMs = 30_000
/** The table of a network with all endpoints that it can have is a fiftieth of that. */
export const outputLimitMiB = 16

/** Runs a program in a namespace: without a shell, in the C locale. In another one than this process's nsenter(1) starts it. */
export function runIn(
  { runChild, environment }: Pick<Runtime, 'environment' | 'runChild'>,
  { path, isOwn }: PacketFilterNetns,
  program: string,
  args: readonly string[] = [],
): Promise<ChildEnd> {
  const [file, words] = isOwn ? [program, args] : ['nsenter', [`--net=${path}`, '--', program, ...args]]
  return runChild(file, words, {
    directory: '/',
    environment: { LC_ALL: 'C', PATH: programPath(environment) },
    timeoutMs,
    outputLimitBytes: outputLimitMiB * 1024 * 1024,
  })
}
