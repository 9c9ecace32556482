import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type ConformanceWorld, conformanceCases } from '@vpc-bridge/kernel/conformance'
import { output } from '@vpc-bridge/testbed'
import { afterAll, afterEach, beforeAll, describe, test } from 'vitest'
import { createRtnetlinkKernel } from '../src/index.ts'
import { nodeSyscalls } from '../src/node.ts'

const kernel = createRtnetlinkKernel(nodeSyscalls())
const namespaces = new Set<string>()
let directory = ''
let count = 0

const world: ConformanceWorld = {
  kernel,
  newNetns: async () => {
    count += 1
    const name = `rtnetlink-${process.pid}-${count}`
    await output(['ip', 'netns', 'add', name])
    namespaces.add(name)
    return `/run/netns/${name}`
  },
  newPathTo: async (path) => {
    count += 1
    const further = join(directory, `netns-${count}`)
    await symlink(path, further)
    return further
  },
  removePath: async (path) => {
    const name = basename(path)
    await output(['ip', 'netns', 'delete', name])
    namespaces.delete(name)
  },
  newFile: async () => {
    count += 1
    const path = join(directory, `file-${count}`)
    await writeFile(path, '')
    return path
  },
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'conformance-'))
})
afterEach(async () => {
  for (const name of namespaces) {
    namespaces.delete(name)
    await output(['ip', 'netns', 'delete', name])
  }
})
afterAll(async () => {
  kernel.close()
  await rm(directory, { recursive: true })
})

describe('rtnetlink on the real kernel', () => {
  for (const { name, run } of conformanceCases) test(name, () => run(world))
})
