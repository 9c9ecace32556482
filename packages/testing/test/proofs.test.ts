import { okAsync } from 'neverthrow'
import { expect, test } from 'vitest'
import { ipamType, proofs } from '../src/index.ts'
import { cable, flawedBridge } from './cable.ts'

const cases = [
  { name: 'Without addresses', configuration: {} },
  { name: 'With an IPAM plugin', configuration: { ipam: { type: ipamType } } },
]

test.each(proofs(cable(), cases))('$name', ({ run }) => run())

test.each(proofs(cable({ common: [flawedBridge()] }), cases))('With a shared bridge: $name', ({ run }) => run())

/** Runs the proofs of a plugin; returns the beginnings of those that do not hold. */
async function broken(plugin: ReturnType<typeof cable>): Promise<readonly string[]> {
  const found: string[] = []
  for (const { name, run } of proofs(plugin, [{ name: 'It', configuration: {} }])) {
    await run().catch(() => found.push(name))
  }
  return found
}

test('A step whose undo is missing is found.', async () => {
  const { apply } = flawedBridge()
  const found = await broken(cable({ further: [flawedBridge({ apply: (netns) => apply(netns, () => {}) })] }))
  expect(found).toContain('It: An ADD that fails at any change leaves nothing, and gives its address back.')
})

test('A step that removes nothing is found.', async () => {
  const found = await broken(cable({ further: [flawedBridge({ revert: () => okAsync('absent') })] }))
  expect(found).toContain('It: After an ADD, CHECK is content; after its DEL nothing is left, nor reserved.')
})

test('A step that removes what is shared is found.', async () => {
  const found = await broken(cable({ further: [flawedBridge()] }))
  expect(found).toContain('It: GC removes what is not among the valid attachments, and nothing else.')
})
