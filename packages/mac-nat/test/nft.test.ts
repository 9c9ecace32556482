import type { MacTranslationOperation } from '@vpc-bridge/kernel'
import { createScratch, inside, output, run, type Scratch } from '@vpc-bridge/testbed'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { nftCommand, nftTranslator } from '../src/nft.ts'

const dev = 'eth10'
const entry = { address: '192.168.1.43', mac: '02:00:00:00:00:43' }
const translate: MacTranslationOperation = { do: 'set MAC translation', dev, mac: '02:00:00:00:00:10' }
const add: MacTranslationOperation = { do: 'set MAC translation entry', dev, entry }
const remove: MacTranslationOperation = { do: 'delete MAC translation entry', dev, entry }
const clear: MacTranslationOperation = { do: 'delete MAC translation', dev }

const translator = nftTranslator()
let scratch: Scratch

beforeAll(async () => {
  scratch = await createScratch('mac-nat')
})
afterEach(() => scratch.clear())
afterAll(() => scratch.destroy())

async function newNetns() {
  return { path: await scratch.newNetns(), isOwn: false }
}

const rulesOf = (path: string) => output(inside(path, ['nft', 'list', 'ruleset']))

test('the commands for people do what the translator does', async () => {
  const [one, other] = [await newNetns(), await newNetns()]
  for (const operation of [translate, add, remove, add]) {
    ;(await translator.change(one, operation))._unsafeUnwrap()
    await output(nftCommand(operation, other.path))
    expect(await rulesOf(other.path)).toBe(await rulesOf(one.path))
  }
  await output(nftCommand(clear, other.path))
  expect(await rulesOf(other.path)).toBe('')
})

test.each([
  ['a rule is missing', ['flush', 'chain', 'bridge', 'vpc-bridge-eth10', 'postrouting']],
  ['there is a rule too many', ['add', 'rule', 'bridge', 'vpc-bridge-eth10', 'prerouting', 'drop']],
])('a table in which %s is none, and can be made anew', async (_, edit) => {
  const netns = await newNetns()
  for (const operation of [translate, add]) (await translator.change(netns, operation))._unsafeUnwrap()
  const whole = await translator.read(netns, dev)
  await output(inside(netns.path, ['nft', ...edit]))
  expect((await translator.read(netns, dev))._unsafeUnwrap()).toBeUndefined()
  ;(await translator.change(netns, translate))._unsafeUnwrap()
  expect(await translator.read(netns, dev)).toEqual(whole)
})

test('names of ports that nft would take for something else', async () => {
  const netns = await newNetns()
  for (const odd of ['eth0.5', 'br-0', 'up@1', 'ähm']) {
    ;(await translator.change(netns, { ...translate, dev: odd }))._unsafeUnwrap()
    expect((await translator.read(netns, odd))._unsafeUnwrap()).toMatchObject({ dev: odd })
    ;(await translator.change(netns, { ...clear, dev: odd }))._unsafeUnwrap()
  }
  expect(await rulesOf(netns.path)).toBe('')
})

test('without nft there is nothing to read, and a change names the package', async () => {
  const { PATH: path } = process.env
  const program = `
    import { nftTranslator } from '@vpc-bridge/mac-nat/nft'
    const translator = nftTranslator()
    const netns = { path: '', isOwn: true }
    console.log(JSON.stringify([
      await translator.read(netns, 'eth10'),
      await translator.change(netns, { do: 'delete MAC translation', dev: 'eth10' }),
    ]))`
  const hide =
    'for d in /usr/sbin /usr/local/sbin /sbin; do mount -t tmpfs tmpfs $d 2>/dev/null || true; done; exec "$@"'
  const command = [
    'unshare',
    '--mount',
    'sh',
    '-c',
    hide,
    'sh',
    process.execPath,
    '--input-type=module-typescript',
    '-',
  ]
  const { stdout, stderr } = await run(command, {
    input: program,
    cwd: new URL('..', import.meta.url).pathname,
    environment: { PATH: path ?? '' },
  })
  expect(stderr).toBe('')
  const [read, change] = JSON.parse(stdout)
  expect(read.value).toBeUndefined()
  expect(change.error).toMatchObject({ errno: 'ENOPKG', message: expect.stringContaining('apt-get install nftables') })
})
