import { err, ok, type Result } from 'neverthrow'
import type { Platform } from './platform.ts'

/** Values of e_machine. */
const machines: Record<Platform, number> = { 'linux-x64': 62, 'linux-arm64': 183 }

const PT_LOAD = 1
const PT_NOTE = 4
const PF_R = 4
const noteName = 'standalone\0'

/**
 * Adds a segment to an executable, which the kernel maps read-only and private: at the end of the file, and above all other
 * segments. It takes the place of the note that the host has for this, whose description says where it is: address and size.
 *
 * @param host a 64-bit little-endian ELF file with a note named `standalone`
 * @param content of the segment
 * @returns the new file; or why the host is none, in a sentence without a subject
 * @see elf(5)
 */
export function addSegment(host: Uint8Array, platform: Platform, content: Uint8Array): Result<Uint8Array, string> {
  const view = new DataView(host.buffer, host.byteOffset, host.byteLength)
  if (host.length < 64 || view.getUint32(0) !== 0x7f454c46 || view.getUint16(4) !== 0x0201) {
    return err('is not a 64-bit little-endian ELF file')
  }
  const machine = view.getUint16(18, true)
  if (machine !== machines[platform]) {
    const found = Object.entries(machines).find(([, value]) => value === machine)?.[0] ?? `machine ${machine}`
    return err(`is made for ${found}, not for ${platform}`)
  }
  const headers = programHeaders(view)
  /** Returns where the name of the host's note is in a segment, in bytes from its start; -1 in all others. */
  const nameIn = ({ type, offset, fileSize }: ProgramHeader) =>
    type === PT_NOTE ? Buffer.from(host.subarray(offset, offset + fileSize)).indexOf(noteName) : -1
  const note = headers.find((header) => nameIn(header) >= 0)
  const loaded = headers.filter(({ type }) => type === PT_LOAD)
  if (note === undefined || loaded.length === 0) return err('has no place for a program')

  const align = Math.max(...loaded.map(({ align }) => align))
  const end = Math.max(...loaded.map(({ address, memorySize }) => address + memorySize))
  const offset = roundUp(host.length, 4096)
  // The address has the same remainder as the offset, as the kernel maps whole pages.
  const address = roundUp(end, align) + (offset % align)

  const file = new Uint8Array(offset + content.length)
  file.set(host)
  file.set(content, offset)
  const header = new DataView(file.buffer, note.at)
  header.setUint32(0, PT_LOAD, true)
  header.setUint32(4, PF_R, true)
  const description = new DataView(file.buffer, note.offset + nameIn(note) + roundUp(noteName.length, 4))
  description.setUint32(0, address, true)
  description.setUint32(4, content.length, true)
  for (const [index, value] of [offset, address, address, content.length, content.length, align].entries()) {
    header.setBigUint64(8 + 8 * index, BigInt(value), true)
  }
  return ok(file)
}

interface ProgramHeader {
  /** Where the header is, in bytes from the start of the file. */
  readonly at: number
  readonly type: number
  readonly offset: number
  readonly address: number
  readonly fileSize: number
  readonly memorySize: number
  readonly align: number
}

function programHeaders(view: DataView): readonly ProgramHeader[] {
  const start = Number(view.getBigUint64(32, true))
  const size = view.getUint16(54, true)
  return Array.from({ length: view.getUint16(56, true) }, (_, index) => {
    const at = start + size * index
    const word = (position: number) => Number(view.getBigUint64(at + position, true))
    return {
      at,
      type: view.getUint32(at, true),
      offset: word(8),
      address: word(16),
      fileSize: word(32),
      memorySize: word(40),
      align: word(48),
    }
  })
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple
}
