import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { sourceFiles, unpackedPackages } from '../src/index.ts'

const cache = mkdtempSync(join(tmpdir(), 'debian-test-'))
beforeAll(() => void vi.stubEnv('XDG_CACHE_HOME', cache))
afterAll(() => rmSync(cache, { recursive: true }))

const systemLists = '/var/lib/apt/lists'

test('unpacks packages of another release and architecture, once, beside those of the system', async () => {
  const before = statSync(systemLists).mtimeMs
  const release = { suite: 'trixie', architecture: 'arm64' }
  const unpacked = (await unpackedPackages(['musl', 'musl-dev'], release))._unsafeUnwrap()
  expect(readdirSync(join(unpacked, 'usr/lib/aarch64-linux-musl'))).toContain('libc.a')
  const { birthtimeMs } = statSync(unpacked)
  expect((await unpackedPackages(['musl-dev', 'musl'], release))._unsafeUnwrap()).toBe(unpacked)
  expect(statSync(unpacked).birthtimeMs).toBe(birthtimeMs)
  expect(statSync(systemLists).mtimeMs).toBe(before)
})

test('fetches the files of a source package', async () => {
  const files = readdirSync((await sourceFiles('quickjs', { suite: 'trixie' }))._unsafeUnwrap())
  expect(files).toContainEqual(expect.stringMatching(/^quickjs_.*\.dsc$/))
  expect(files).toContainEqual(expect.stringMatching(/^quickjs_.*\.orig\.tar\./))
})

test('tells what is missing, and leaves nothing of the attempt', async () => {
  const before = readdirSync(cache)
  expect((await unpackedPackages(['no-such-package'], { suite: 'trixie' }))._unsafeUnwrapErr()).toContain(
    'Unable to locate package no-such-package',
  )
  expect((await sourceFiles('quickjs', { suite: 'nosuch' }))._unsafeUnwrapErr()).toContain('nosuch Release')
  expect(readdirSync(cache)).toEqual(before)
  vi.stubEnv('XDG_CACHE_HOME', '/dev/null')
  expect((await sourceFiles('quickjs', { suite: 'trixie' }))._unsafeUnwrapErr()).toContain('/dev/null/vpc-bridge')
})
