import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MacTranslationOperation } from '@vpc-bridge/kernel'
import type { ChildOptions } from '@vpc-bridge/runtime'
import { nodeRuntime } from '@vpc-bridge/runtime/node'
import { createScratch, inside, output, type Scratch } from '@vpc-bridge/testbed'
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest'
import { nftCommand, nftTranslator } from '../src/nft.ts'

const dev = 'eth10'
const entry = { address: '192.168.1.43', mac: '02:00:00:00:00:43' }
const translate: MacTranslationOperation = { do: 'set MAC translation', dev, mac: '02:00:00:00:00:10' }
const add: MacTranslationOperation = { do: 'set MAC translation entry', dev, entry }
const remove: MacTranslationOperation = { do: 'delete MAC translation entry', dev, entry }
const clear: MacTranslationOperation = { do: 'delete MAC translation', dev }

const translator = nftTranslator(nodeRuntime())
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

/** A translator that finds no programs but those in a directory of its own. */
async function translatorWith(prepare: (directory: string) => Promise<void>, changes: Partial<ChildOptions> = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'vpcb-mac-nat-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  await prepare(directory)
  const { runChild } = nodeRuntime()
  const environment = { PATH: directory }
  return nftTranslator({
    environment,
    runChild: (file, args, options) => runChild(file, args, { ...options, environment, ...changes }),
  })
}

test.each([true, false])('without nft there is nothing to read, and a change names the package', async (isOwn) => {
  const netns = { path: '/proc/self/ns/net', isOwn }
  const without = await translatorWith((directory) => symlink('/usr/bin/nsenter', join(directory, 'nsenter')))
  expect((await without.read(netns, dev))._unsafeUnwrap()).toBeUndefined()
  expect((await without.change(netns, clear))._unsafeUnwrapErr()).toMatchObject({
    errno: 'ENOPKG',
    message: expect.stringContaining('apt-get install nftables'),
  })
})

test('without nsenter a change names the package', async () => {
  const without = await translatorWith(async () => {})
  expect((await without.change({ path: '/proc/self/ns/net', isOwn: false }, clear))._unsafeUnwrapErr()).toMatchObject({
    errno: 'ENOPKG',
    message: expect.stringContaining('apt-get install util-linux'),
  })
})

test.each([
  ['no JSON', 'echo hello', {}, 'EBADMSG', 'nft answered with "hello", not with a JSON object'],
  ['nothing', '', {}, 'EBADMSG', 'nft answered with "", not with a JSON object'],
  ['other JSON', 'echo "[null]"', {}, 'EBADMSG', 'nft answered with "[null]", not with a JSON object'],
  ['no end', 'yes', {}, 'EFBIG', 'nft was killed: it wrote more than 16 MiB'],
  [
    'no word for a long time',
    'sleep 1000',
    { timeoutMs: 300 },
    'ETIMEDOUT',
    'nft was killed: it took longer than 30 s',
  ],
  ['a signal', 'kill -SEGV $$', {}, 'EINTR', 'nft was ended by SIGSEGV'],
  ['failure alone', 'exit 3', {}, 'EINVAL', 'nft failed: it ended with exit code 3'],
])('an nft that answers with %s is an error that names it', async (_, script, changes, errno, message) => {
  const fake = await translatorWith(
    (directory) => writeFile(join(directory, 'nft'), `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`, { mode: 0o755 }),
    changes,
  )
  const error = (await fake.read({ path: '', isOwn: true }, dev))._unsafeUnwrapErr()
  expect(error).toEqual({ errno, message: expect.stringContaining(message) })
})
