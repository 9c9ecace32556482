import { describe, test } from 'vitest'
import { conformanceCases } from '../src/conformance.ts'
import { createMemoryKernel } from '../src/memory.ts'

describe('the in-memory kernel', () => {
  for (const { name, run } of conformanceCases) {
    test(name, async () => {
      const kernel = createMemoryKernel()
      let made = 0
      const newNetns = async () => {
        const path = `/run/netns/n${++made}`
        kernel.addNetns(path)
        return path
      }
      await run({ kernel, newNetns })
    })
  }
})
