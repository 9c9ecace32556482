import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import { addSegment } from '../src/elf.ts'
import { platforms } from '../src/index.ts'
import { emulator, programOf } from './program.ts'

const [PT_LOAD, PT_INTERP, PT_GNU_STACK, PT_GNU_RELRO] = [1, 3, 0x6474e551, 0x6474e552]
const [PF_X, PF_W, PF_R] = [1, 2, 4]

const inDist = (name: string) => readFile(join(import.meta.dirname, '../dist', name))

/** Reads the program headers of an ELF file, as the kernel does. */
function segmentsOf(file: Buffer) {
  const start = Number(file.readBigUInt64LE(32))
  return Array.from({ length: file.readUInt16LE(56) }, (_, index) => {
    const at = start + index * file.readUInt16LE(54)
    const word = (offset: number) => Number(file.readBigUInt64LE(at + offset))
    const [offset, address, fileSize, memorySize, align] = [word(8), word(16), word(32), word(40), word(48)]
    return {
      type: file.readUInt32LE(at),
      flags: file.readUInt32LE(at + 4),
      offset,
      address,
      fileSize,
      memorySize,
      align,
    }
  })
}

describe.each(platforms)('an executable for %s', (platform) => {
  const executable = async () => readFile(await programOf(`print('hello')`, { platform }))
  const segments = async (wanted: number) => segmentsOf(await executable()).filter(({ type }) => type === wanted)

  it('runs', async () => {
    const program = await programOf(`print('hello from ' + architecture)`, { platform })
    const [file = program, ...args] = [...emulator(platform), program]
    expect((await execa(file, args)).stdout).toBe(`hello from ${platform.replace('linux-', '')}`)
  })

  it('is position-independent and has no interpreter', async () => {
    expect((await executable()).readUInt16LE(16)).toBe(3)
    expect(await segments(PT_INTERP)).toEqual([])
  })

  it('has no memory that is both written to and executed', async () => {
    for (const { flags } of await segments(PT_LOAD)) expect(flags & (PF_W | PF_X)).not.toBe(PF_W | PF_X)
    expect((await segments(PT_GNU_STACK)).map(({ flags }) => flags)).toEqual([PF_R | PF_W])
  })

  it('has nothing to be written to where it was relocated', async () => {
    const [relro] = await segments(PT_GNU_RELRO)
    const data = (await segments(PT_LOAD)).find(({ flags }) => (flags & PF_W) !== 0)
    expect(relro?.address).toBe(data?.address)
    // Bound at the start: DF_BIND_NOW or DF_1_NOW, of which a static executable needs none.
    expect(relro?.memorySize).toBeGreaterThan(4096)
  })

  it('has its segments in the order of their addresses, in pages of their own, the program last', async () => {
    const loaded = await segments(PT_LOAD)
    let end = 0
    for (const { address, offset, align, memorySize } of loaded) {
      expect(address % align).toBe(offset % align)
      expect(Math.floor(address / 4096)).toBeGreaterThanOrEqual(Math.ceil(end / 4096))
      end = address + memorySize
    }
    expect(loaded.at(-1)?.flags).toBe(PF_R)
    const { offset = 0, fileSize } = loaded.at(-1) ?? {}
    expect((await executable()).subarray(offset, offset + 10).toString()).toBe('bundle.js\0')
    expect(offset + Number(fileSize)).toBe((await executable()).length)
  })
})

it('is compiled with the stack protector', async () => {
  // mov %fs:0x28,%rax
  expect(
    (await inDist('host-linux-x64')).includes(Buffer.from('6448 8b04 2528 0000 00'.replaceAll(' ', ''), 'hex')),
  ).toBe(true)
})

describe('addSegment refuses', () => {
  it('a host for another platform', async () => {
    const added = addSegment(await inDist('host-linux-arm64'), 'linux-x64', Buffer.from('x'))
    expect(added._unsafeUnwrapErr()).toBe('is made for linux-arm64, not for linux-x64')
  })

  it.each([
    ['nothing', Buffer.of()],
    ['a text', Buffer.from('#!/bin/sh\n'.repeat(10))],
    ['a 32-bit file', Buffer.concat([Buffer.from('\x7fELF\x01\x01'), Buffer.alloc(100)])],
  ])('%s', (_, file) => {
    expect(addSegment(file, 'linux-x64', Buffer.from('x'))._unsafeUnwrapErr()).toBe(
      'is not a 64-bit little-endian ELF file',
    )
  })

  it('a program that is no host, and one that is an executable already', async () => {
    const message = 'has no place for a program'
    expect(addSegment(await inDist('compiler-linux-x64'), 'linux-x64', Buffer.from('x'))._unsafeUnwrapErr()).toBe(
      message,
    )
    const executable = await readFile(await programOf('', { platform: 'linux-x64' }))
    expect(addSegment(executable, 'linux-x64', Buffer.from('x'))._unsafeUnwrapErr()).toBe(message)
  })
})
