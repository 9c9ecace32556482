import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type ConformanceWorld, conformanceCases } from '@vpc-bridge/kernel/conformance'
import { execa } from 'execa'
import { afterAll, afterEach, beforeAll, describe, test } from 'vitest'
import { createIproute2Kernel } from '../src/index.ts'

const kernel = createIproute2Kernel()
const namespaces = new Set<string>()
let directory = ''
let count = 0

const world: ConformanceWorld = {
  kernel,
  newNetns: async () => {
    count += 1
    const name = `iproute2-${process.pid}-${count}`
    await execa('ip', ['netns', 'add', name])
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
    await execa('ip', ['netns', 'delete', name])
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
    await execa('ip', ['netns', 'delete', name])
  }
})
afterAll(async () => {
  kernel.close()
  await rm(directory, { recursive: true })
})

describe('iproute2 on the real kernel', () => {
  for (const { name, run } of conformanceCases) test(name, () => run(world))
})
