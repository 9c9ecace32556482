import { conformanceCases } from '@vpc-bridge/kernel/conformance'
import { execa } from 'execa'
import { afterAll, afterEach, describe, test } from 'vitest'
import { createIproute2Kernel } from '../src/index.ts'

const kernel = createIproute2Kernel()
const made: string[] = []
let count = 0

async function newNetns(): Promise<string> {
  count += 1
  const name = `iproute2-${process.pid}-${count}`
  await execa('ip', ['netns', 'add', name])
  made.push(name)
  return `/run/netns/${name}`
}

afterEach(async () => {
  for (const name of made.splice(0)) await execa('ip', ['netns', 'delete', name])
})
afterAll(() => kernel.close())

describe('iproute2 on the real kernel', () => {
  for (const { name, run } of conformanceCases) test(name, () => run({ kernel, newNetns }))
})
