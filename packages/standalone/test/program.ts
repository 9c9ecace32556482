import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { onTestFinished } from 'vitest'
import { type BuildOptions, build, type Platform, thisPlatform } from '../src/index.ts'

/** The platform of the machine that runs the tests. */
export const here = thisPlatform() ?? fail('the tests run on the platforms that there are executables for')

/** What the programs of the tests begin with. */
const prelude = `
import { address, architecture, args, environment, exit, fatal, spawn, syscall, toBytes, toText } from 'standalone:host'
const numbers = {
  x64: { read: 0, write: 1, close: 3, kill: 62, pipe2: 293, wait4: 61, getpid: 39, openat: 257, fcntl: 72 },
  arm64: { read: 63, write: 64, close: 57, kill: 129, pipe2: 59, wait4: 260, getpid: 172, openat: 56, fcntl: 25 },
}[architecture]
const encode = (text) => new Uint8Array(toBytes(text))
const zeroEnded = (text) => encode(text + '\\0')
const AT_FDCWD = -100
function print(text) {
  const bytes = encode(text + '\\n')
  return syscall(numbers.write, 1, bytes, bytes.length)
}
function readFile(path) {
  const file = syscall(numbers.openat, AT_FDCWD, zeroEnded(path), 0, 0)
  const bytes = new Uint8Array(65536)
  return file < 0 ? file : toText(bytes.subarray(0, syscall(numbers.read, file, bytes, bytes.length)))
}
function addressesOf(texts) {
  return new Uint8Array(BigUint64Array.of(...texts.map((text) => BigInt(address(text))), 0n).buffer)
}
function start(file, args, environment, directory, stdin, stdout, stderr) {
  const [words, variables] = [args.map(zeroEnded), environment.map(zeroEnded)]
  const [path, place] = [zeroEnded(file), zeroEnded(directory)]
  return spawn(path, addressesOf(words), addressesOf(variables), place, stdin, stdout, stderr)
}
function wait(pid) {
  const status = new Int32Array(1)
  const waited = syscall(numbers.wait4, pid, new Uint8Array(status.buffer), 0, 0)
  return waited < 0 ? waited : status[0] & 127 ? 'signal ' + (status[0] & 127) : status[0] >> 8
}
`

/** Makes a directory that is gone after the test. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'standalone-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

/** Writes a bundle, the prelude with some statements, and returns its path. */
export async function bundleOf(statements: string, directory: string): Promise<string> {
  const bundle = join(directory, 'bundle.js')
  await writeFile(bundle, prelude + statements)
  return bundle
}

/** Makes an executable named `program` of some statements, and returns its path. */
export async function programOf(statements: string, options: Partial<BuildOptions> = {}): Promise<string> {
  const directory = await temporaryDirectory()
  const output = join(directory, 'program')
  const bundle = await bundleOf(statements, directory)
  const built = await build({ bundle, output, platform: here, ...options })
  return built.isOk() ? output : fail(built.error)
}

/** How a program ended: `ended` is its exit code, or the name of the signal. */
export interface End {
  readonly ended: number | string
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program, or a command line of bash in which it is "$0". */
export async function run(
  program: string,
  { args = [], bash, env = {} }: { args?: readonly string[]; bash?: string; env?: Record<string, string> } = {},
): Promise<End> {
  const [file, words] = bash === undefined ? [program, args] : ['bash', ['--norc', '-c', bash, program, ...args]]
  const { exitCode, signal, stdout, stderr } = await execa(file, words, {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    extendEnv: false,
    reject: false,
    timeout: 50_000,
  })
  return { ended: exitCode ?? signal ?? 'not started', stdout, stderr }
}

/** Returns the command that runs a program of a platform on this machine. */
export function emulator(platform: Platform): readonly string[] {
  return platform === here ? [] : [`qemu-${platform === 'linux-arm64' ? 'aarch64' : 'x86_64'}-static`]
}

function fail(why: string): never {
  throw new Error(why)
}
