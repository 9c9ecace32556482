import { join } from 'node:path'
import { execa } from 'execa'
import { err, ok, type Result } from 'neverthrow'
import type { Platform } from '../src/platform.ts'
import type { Sources } from './fetch-sources.ts'

/** A kind of executable. */
export interface Variant {
  readonly platform: Platform
  /** It ends at the first error of memory or undefined behaviour. It needs glibc, and is for tests. */
  readonly sanitized: boolean
}

/** What compiles a variant, and how: the same toolchain gives the same bytes. */
export interface Toolchain {
  readonly gcc: string
  readonly version: string
  readonly options: readonly string[]
  /** Before and after the object files. */
  readonly link: readonly string[]
  readonly libraries: readonly string[]
}

const architectures = {
  'linux-x64': {
    debian: 'amd64',
    cpu: 'x86_64',
    options: ['-DARCHITECTURE="x64"'],
    // One bit for most of the addresses that are relocated at the start, in place of 24 bytes.
    link: ['-Wl,-z,pack-relative-relocs'],
  },
  'linux-arm64': {
    debian: 'arm64',
    cpu: 'aarch64',
    // What libgcc has for atomic operations asks glibc about the processor.
    options: ['-DARCHITECTURE="arm64"', '-mno-outline-atomics'],
    link: [],
  },
} as const

const sanitizers = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all']

/** Returns what compiles a variant; or why this machine has nothing that does. */
export async function toolchainFor(variant: Variant, sources: Sources): Promise<Result<Toolchain, string>> {
  const { cpu, debian, options, link } = architectures[variant.platform]
  // Debian has it under this name also where it is the machine's own.
  const gcc = `${cpu}-linux-gnu-gcc`
  const found = await execa(gcc, ['-print-file-name=include'], { reject: false })
  if (found.failed) return err(`${gcc} is missing (Debian: gcc, or gcc-${cpu.replace('_', '-')}-linux-gnu)`)
  const version = (await execa(gcc, ['--version'])).stdout
  const common = ['-std=gnu11', '-fwrapv', '-D_GNU_SOURCE', '-DCONFIG_VERSION="2025-04-26"', ...options]
  if (variant.sanitized) {
    const compiled = [...common, ...sanitizers, '-O1', '-g', '-fPIE']
    return ok({ gcc, version, options: compiled, link: ['-pie', ...sanitizers], libraries: ['-lm'] })
  }

  const root = join(sources.musl[debian], 'usr')
  const inLib = (file: string) => join(root, 'lib', `${cpu}-linux-musl`, file)
  const headers = ['-nostdinc', '-isystem', join(root, 'include', `${cpu}-linux-musl`), '-isystem', found.stdout]
  // Sections, so that what is not used is left out, as the parser of JavaScript.
  const sections = ['-ffunction-sections', '-fdata-sections', '-fno-asynchronous-unwind-tables']
  const hardened = '-Wl,--gc-sections,--build-id=none,-z,relro,-z,now,-z,noexecstack'
  return ok({
    gcc,
    version,
    options: [...common, '-O2', '-fPIE', '-fstack-protector-strong', ...sections, ...headers],
    // By hand: musl's own wrapper of gcc leaves an interpreter in a static PIE.
    link: ['-static-pie', '-nostdlib', '-s', hardened, ...link, inLib('rcrt1.o'), inLib('crti.o')],
    libraries: [inLib('libc.a'), '-lgcc', inLib('crtn.o')],
  })
}
