import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BuildOptions, platforms, thisPlatform } from '@vpc-bridge/standalone'
import { output, run } from '@vpc-bridge/testbed'
import { buildStandaloneProgram } from '@vpc-bridge/testbed/standalone-program'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contractCases, interruptionCases, type Outcome } from './contract/program.ts'

const directory = mkdtempSync(join(tmpdir(), 'runtime-'))
afterAll(() => rmSync(directory, { recursive: true }))

interface Implementation {
  /** Returns the command that runs the program. */
  readonly build: () => Promise<readonly string[]>
  /** The path that it has to know of itself. */
  readonly executable?: string
}

/** The same program of tests, on each implementation. The other architecture's runs by an emulator. */
const implementations: Readonly<Record<string, Implementation>> = {
  'Node.js': { build: async () => [process.execPath, '--conditions=@vpc-bridge/source', pathOf('contract/node.ts')] },
  ...Object.fromEntries(platforms.map((platform) => [platform, standalone(platform, { platform })])),
  'a sanitized host': standalone('sanitized', { sanitized: true }),
}

function standalone(name: string, variant: Partial<BuildOptions>): Implementation {
  const { platform = thisPlatform() } = variant
  const emulator =
    platform === thisPlatform() ? [] : [`qemu-${platform === 'linux-arm64' ? 'aarch64' : 'x86_64'}-static`]
  const entry = pathOf('contract/standalone.ts')
  return {
    build: async () => [...emulator, await buildStandaloneProgram(entry, join(directory, name), variant)],
    executable: join(directory, name, String(platform)),
  }
}

function pathOf(file: string): string {
  return new URL(file, import.meta.url).pathname
}

const newDirectory = () => mkdtempSync(join(directory, 'cases-'))

/** Runs a command after a script of the shell that prepares its process. */
const prepared = (script: string, command: readonly string[]) => ['bash', '-c', `${script} "$@"`, 'bash', ...command]

describe.each(Object.entries(implementations))('on %s', (_, { build, executable }) => {
  let program: readonly string[]

  beforeAll(async () => {
    program = await build()
  })

  const outcomesOf = async (command: readonly string[]): Promise<readonly Outcome[]> => {
    const lines = (await output(command)).split('\n')
    return lines.map((line) => JSON.parse(line))
  }

  describe('any process', () => {
    let outcomes: ReadonlyMap<string, Outcome>

    beforeAll(async () => {
      const performed = await outcomesOf([...program, 'cases', newDirectory()])
      outcomes = new Map(performed.map((outcome) => [outcome.name, outcome]))
    }, 120_000)

    for (const { name } of contractCases) test(name, () => expect(outcomes.get(name)).toEqual({ name }))
  })

  test('a process that ignores SIGCHLD, has no standard streams, but another open file, does all of it, too', async () => {
    const command = [...program, 'cases', newDirectory()]
    const children = contractCases.filter(({ name }) => name.includes('child')).map(({ name }) => name)
    const harsh = prepared("trap '' CHLD; exec 0<&- 2>&- 7</proc/version; exec", [...command, ...children])
    expect(await outcomesOf(harsh)).toEqual(children.map((name) => ({ name })))
  })

  test.for(Object.keys(interruptionCases))('%s', async (name) => {
    expect(await outcomesOf([...program, 'interruption', newDirectory(), name])).toEqual([{ name }])
  })

  test('the process is as it has been started', async () => {
    const environment = { PATH: '/bin', EMPTY: '', UMLAUT: 'ö=\n', __proto__x: 'y' }
    const words = ['--flag', '', 'ö\n']
    const { stdout } = await run([...program, 'process', ...words], { environment })
    expect(JSON.parse(stdout)).toEqual({
      args: ['process', ...words],
      environment,
      pid: expect.any(Number),
      ...(executable === undefined ? {} : { executable }),
      interactive: [false, false, false],
    })
  })

  test('a terminal is known as one', async () => {
    const words = [...program, 'process'].map((word) => `'${word}'`).join(' ')
    const printed = await output(['script', '-qec', words, '/dev/null'])
    expect(JSON.parse(printed)).toMatchObject({ interactive: [true, true, true] })
  })

  test('standard streams: whole, cut off, closed, full, or not what they should be', async () => {
    const copy = [...program, 'copy']
    const input = 'größe\n'.repeat(40_000).trimEnd()
    expect(await run(copy, { input })).toMatchObject({ exitCode: 0, stdout: input })
    expect(await run([...copy, '100000'], { input })).toMatchObject({ exitCode: 3, stderr: 'EFBIG' })
    expect(await run(prepared('exec 0</dev/zero; exec', copy))).toMatchObject({ exitCode: 3, stderr: 'EFBIG' })
    expect(await run(prepared('exec 0</; exec', copy))).toMatchObject({ exitCode: 3, stderr: 'EISDIR' })
    expect(await run(prepared('exec >/dev/full; exec', copy), { input })).toMatchObject({ exitCode: 4 })
    expect(await run(prepared('exec > >(exec sleep 0); sleep 0.2; exec', copy), { input })).toMatchObject({
      exitCode: 4,
    })
  })

  test("a child's standard error is passed on as it comes", async () => {
    const { stdout, stderr } = await run([
      ...program,
      'pass on',
      "printf 'gr\\303' >&2; sleep 0.1; printf '\\266' >&2; echo out",
    ])
    expect({ stderr, end: JSON.parse(stdout) }).toEqual({
      stderr: 'grö',
      end: { kind: 'exited', code: 0, stdout: 'out\n', stderr: 'grö' },
    })
  })

  test("a child's standard error is passed on to nobody", async () => {
    const passOn = [...program, 'pass on', 'yes | head -c 90000 >&2; echo out']
    const { exitCode, stdout } = await run(prepared('exec 2> >(exec sleep 0); sleep 0.2; exec', passOn))
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'exited', stdout: 'out\n', stderr: 'y\n'.repeat(45_000) })
  })

  test('a process whose directory has been deleted runs children', async () => {
    // Without a shell, which complains of it.
    const name = 'a child has the arguments and the environment that it is given, and no others'
    const deleted = prepared('cd "$(mktemp -d)"; rmdir "$PWD"; exec', [...program, 'cases', newDirectory(), name])
    expect(await outcomesOf(deleted)).toEqual([{ name }])
  })

  test('abort ends the process at once, with an error for a container runtime', async () => {
    const reason = 'this is the "reason"'
    const abort = (environment = {}) => run([...program, 'abort', reason], { environment })
    expect(await abort()).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining(reason) })
    const { exitCode, stdout, stderr } = await abort({ CNI_COMMAND: 'ADD' })
    expect({ exitCode, lines: stderr.split('\n').length }).toEqual({ exitCode: 1, lines: 1 })
    expect(JSON.parse(stdout)).toEqual({ cniVersion: '1.1.0', code: 999, msg: reason })
  })
})
