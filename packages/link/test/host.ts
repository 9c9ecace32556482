import type { KernelError, Netns } from '@vpc-bridge/kernel'
import { createMemoryKernel, type MemoryKernel, type MemoryKernelOptions } from '@vpc-bridge/kernel/memory'
import type { Undo } from '@vpc-bridge/step'

export interface Host {
  readonly kernel: MemoryKernel
  readonly host: Netns
  readonly container: Netns
  /** Collects the undos of a step. */
  readonly undos: Undo<KernelError>[]
  readonly undo: (entry: Undo<KernelError>) => void
  /** Runs the collected undos, last one first. */
  readonly rollBack: () => Promise<void>
}

/** A host and a container on the in-memory kernel. */
export async function newHost(options: MemoryKernelOptions = {}): Promise<Host> {
  const kernel = createMemoryKernel(options)
  kernel.addNetns('/host')
  kernel.addNetns('/blue')
  const host = (await kernel.open('/host'))._unsafeUnwrap()
  const container = (await kernel.open('/blue'))._unsafeUnwrap()
  const undos: Undo<KernelError>[] = []
  const rollBack = async () => {
    for (const { run } of undos.splice(0).toReversed()) (await run())._unsafeUnwrap()
  }
  return { kernel, host, container, undos, undo: (entry) => undos.push(entry), rollBack }
}
