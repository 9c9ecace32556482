import { describe, test } from 'vitest'
import { conformanceCases } from '../src/conformance.ts'
import { createMemoryKernel } from '../src/memory.ts'

describe('the in-memory kernel', () => {
  for (const { name, run } of conformanceCases) {
    test(name, async () => {
      const kernel = createMemoryKernel()
      let made = 0
      const newPath = () => `/run/netns/n${++made}`
      await run({
        kernel,
        newNetns: async () => {
          const path = newPath()
          kernel.addNetns(path)
          return path
        },
        newPathTo: async (existing) => {
          const path = newPath()
          kernel.linkNetns(existing, path)
          return path
        },
        removePath: async (path) => kernel.removeNetns(path),
        learnNeighbour: async (path, neighbour) => kernel.learnNeighbour(path, neighbour),
        newFile: async () => {
          const path = newPath()
          kernel.addFile(path)
          return path
        },
      })
    })
  }
})
