import type { MasqueradeOperation } from '@vpc-bridge/kernel'
import { nodeRuntime } from '@vpc-bridge/runtime/node'
import { createScratch, inside, output, ping, type Scratch } from '@vpc-bridge/testbed'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { masqueradeCommand, nftMasquerader } from '../src/nft.ts'

const name = 'my-net.0'
const entry = { source: '10.88.0.2', except: '10.88.0.0/24' }
const set: MasqueradeOperation = { do: 'set masquerade', name }
const add: MasqueradeOperation = { do: 'set masquerade entry', name, entry }
const add6: MasqueradeOperation = { ...add, entry: { source: 'fd00:88::2', except: 'fd00:88::/64' } }
const remove: MasqueradeOperation = { do: 'delete masquerade entry', name, entry }
const clear: MasqueradeOperation = { do: 'delete masquerade', name }

const masquerader = nftMasquerader(nodeRuntime())
let scratch: Scratch

beforeAll(async () => {
  scratch = await createScratch('masquerade')
})
afterEach(() => scratch.clear())
afterAll(() => scratch.destroy())

async function newNetns() {
  return { path: await scratch.newNetns(), isOwn: false }
}

test('The commands for people do what the masquerader does.', async () => {
  const [one, other] = [await newNetns(), await newNetns()]
  const rulesOf = (path: string) => output(inside(path, ['nft', 'list', 'ruleset']))
  for (const operation of [set, add, add6, remove, add]) {
    ;(await masquerader.change(one, operation))._unsafeUnwrap()
    await output(masqueradeCommand(operation, other.path))
    expect(await rulesOf(other.path)).toBe(await rulesOf(one.path))
  }
  await output(masqueradeCommand(clear, other.path))
  expect(await rulesOf(other.path)).toBe('')
})

test('A table that somebody has changed is none, and can be made anew, with its entries.', async () => {
  const netns = await newNetns()
  for (const operation of [set, add]) (await masquerader.change(netns, operation))._unsafeUnwrap()
  const whole = await masquerader.read(netns, name)
  expect(whole._unsafeUnwrap()?.entries).toEqual([entry])
  await output(inside(netns.path, ['nft', 'flush', 'chain', 'inet', `vpc-bridge-masquerade-${name}`, 'postrouting']))
  expect((await masquerader.read(netns, name))._unsafeUnwrap()).toBeUndefined()
  ;(await masquerader.change(netns, set))._unsafeUnwrap()
  expect(await masquerader.read(netns, name)).toEqual(whole)
})

test('A machine beyond the host, which has no route to a container, answers it.', async () => {
  const [host, container, beyond] = [await newNetns(), await newNetns(), await newNetns()]
  const ip = (path: string, ...args: readonly string[]) => output(inside(path, ['ip', ...args]))
  for (const [far, near, own, other] of [
    [container, 'to-c', '10.88.0.1/24', '10.88.0.2/24'],
    [beyond, 'to-b', '10.99.0.1/24', '10.99.0.2/24'],
  ] as const) {
    await ip(host.path, 'link', 'add', near, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', far.path)
    await ip(host.path, 'address', 'add', own, 'dev', near)
    await ip(host.path, 'link', 'set', near, 'up')
    await ip(far.path, 'address', 'add', other, 'dev', 'eth0')
    await ip(far.path, 'link', 'set', 'eth0', 'up')
  }
  await output(inside(host.path, ['sysctl', '-w', 'net.ipv4.ip_forward=1']))
  await ip(container.path, 'route', 'add', 'default', 'via', '10.88.0.1')
  expect(await ping(container.path, '10.99.0.2')).toBe(false)
  for (const operation of [set, add]) (await masquerader.change(host, operation))._unsafeUnwrap()
  expect(await ping(container.path, '10.99.0.2')).toBe(true)
})
