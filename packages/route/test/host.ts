import type { KernelError, Netns } from '@vpc-bridge/kernel'
import { createMemoryKernel, type MemoryKernel } from '@vpc-bridge/kernel/memory'
import type { Undo, Undone } from '@vpc-bridge/step'

export interface Host {
  readonly kernel: MemoryKernel
  readonly host: Netns
  readonly undos: Undo<KernelError>[]
  readonly undo: (entry: Undo<KernelError>) => void
  /** Runs the undos, last one first, and returns what each did. */
  readonly rollBack: () => Promise<readonly Undone[]>
}

/** A host on the in-memory kernel, with the links `eth0`, 10.0.0.1/24, and `eth1`, both up. */
export async function newHost(): Promise<Host> {
  const kernel = createMemoryKernel()
  kernel.addNetns('/host')
  const host = (await kernel.open('/host'))._unsafeUnwrap()
  for (const name of ['eth0', 'eth1']) await host.change({ do: 'add link', link: { kind: 'dummy', name, up: true } })
  await host.change({ do: 'add address', address: { dev: 'eth0', address: '10.0.0.1/24' } })
  const undos: Undo<KernelError>[] = []
  const rollBack = async () => {
    const outcomes: Undone[] = []
    for (const { run } of undos.splice(0).toReversed()) outcomes.push((await run())._unsafeUnwrap())
    return outcomes
  }
  return { kernel, host, undos, undo: (entry) => undos.push(entry), rollBack }
}
