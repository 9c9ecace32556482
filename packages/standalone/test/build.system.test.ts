import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import { build, platforms } from '../src/index.ts'
import { bundleOf, here, programOf, run, temporaryDirectory } from './program.ts'

describe('build', () => {
  it('makes an executable of its own, which is also at any other path', async () => {
    const program = await programOf(`print('hello')`)
    expect((await stat(program)).mode & 0o7777).toBe(0o755)
    expect(await run(program)).toEqual({ ended: 0, stdout: 'hello', stderr: '' })
    expect(await run(program, { bash: 'cp "$0" "$0.copy" && "$0.copy"' })).toMatchObject({ ended: 0, stdout: 'hello' })
  })

  it('runs the next bundle where one has nothing left to do, in an engine of its own', async () => {
    const directory = await temporaryDirectory()
    const statements = [
      `globalThis.said = 'first'; await Promise.resolve(); print('first'); if (args()[1] === '1') exit(0)`,
      `print(String(globalThis.said)); if (args()[1] === '2') throw new Error('no further')`,
      `print('third')`,
    ]
    const bundles = statements.map((_, index) => join(directory, `${index}.js`))
    for (const [index, each] of statements.entries()) {
      await rename(await bundleOf(each, directory), bundles[index] ?? '')
    }
    const output = join(directory, 'program')
    expect(await build({ bundles, output, platform: here })).toMatchObject({ value: undefined })
    expect(await run(output)).toEqual({ ended: 0, stdout: 'first\nundefined\nthird', stderr: '' })
    expect(await run(output, { args: ['1'] })).toEqual({ ended: 0, stdout: 'first', stderr: '' })
    expect(await run(output, { args: ['2'] })).toMatchObject({
      ended: 1,
      stdout: 'first\nundefined',
      stderr: expect.stringContaining('no further'),
    })
  })

  it.each(platforms)('gives the same bytes for the same bundle, from wherever: %s', async (platform) => {
    const bytes = await Promise.all([0, 1].map(async () => readFile(await programOf(`print('hello')`, { platform }))))
    expect(bytes[0]?.equals(bytes[1] ?? Buffer.of())).toBe(true)
  })

  it('is small', async () => {
    expect((await stat(await programOf(`print('hello')`))).size).toBeLessThan(0.8 * 2 ** 20)
  })

  it('replaces a program that runs, and leaves nothing else', async () => {
    const directory = await temporaryDirectory()
    const bundle = await bundleOf(
      `wait(start('/bin/sleep', ['sleep', '0.5'], [], '', 0, 1, 2)); print('first')`,
      directory,
    )
    const output = join(directory, 'program')
    await build({ bundles: [bundle], output, platform: here })
    const running = run(output)
    await bundleOf(`print('second')`, directory)
    expect(await build({ bundles: [bundle], output, platform: here })).toMatchObject({ value: undefined })
    expect(await run(output)).toMatchObject({ stdout: 'second' })
    expect(await running).toMatchObject({ stdout: 'first' })
    expect((await readdir(directory)).sort()).toEqual(['bundle.js', 'program'])
  })

  describe('says why it cannot', () => {
    it.each([
      ['a syntax error', 'let a = 1\nlet b = ;\n', 'does not compile: line 2, column 9: SyntaxError: unexpected token'],
      ['an import', `import { readFile } from 'node:fs'`, `does not compile: ReferenceError: it imports 'node:fs'`],
      ['an export of another module', `export * from './other.js'`, `it imports './other.js'`],
      ['an error of the engine', 'async function* f(g) { for (const x of [...(yield* g())]) x() }', 'nip_catch'],
    ])('%s', async (_, source, message) => {
      const directory = await temporaryDirectory()
      const bundle = join(directory, 'bundle.js')
      await writeFile(bundle, source)
      const error = (
        await build({ bundles: [bundle], output: join(directory, 'program'), platform: here })
      )._unsafeUnwrapErr()
      expect(error).toContain(message)
      expect(error).toContain(bundle)
      expect(error).not.toContain('\n')
      expect(await readdir(directory)).toEqual(['bundle.js'])
    })

    it('no bundle', async () => {
      const output = '/nowhere/program'
      const none = await build({ bundles: [], output, platform: here })
      expect(none._unsafeUnwrapErr()).toBe('there is no bundle to make it of')
      const built = await build({ bundles: ['/nowhere/bundle.js'], output, platform: here })
      expect(built._unsafeUnwrapErr()).toMatch(/^\/nowhere\/bundle.js cannot be read: .*ENOENT/)
    })

    it.each([
      ['nowhere/program', 'ENOENT'],
      ['directory', 'EISDIR'],
    ])('an output that cannot be written: %s', async (name, errno) => {
      const directory = await temporaryDirectory()
      await mkdir(join(directory, 'directory'))
      const output = join(directory, name)
      const error = (
        await build({ bundles: [await bundleOf('', directory)], output, platform: here })
      )._unsafeUnwrapErr()
      expect(error).toMatch(`${output} cannot be written: ${errno}`)
      expect((await readdir(directory)).sort()).toEqual(['bundle.js', 'directory'])
    })
  })
})

describe('the command', () => {
  const command = (...args: readonly string[]) =>
    execa(process.execPath, [join(import.meta.dirname, '../dist/main.js'), ...args], { reject: false })

  it('builds', async () => {
    const directory = await temporaryDirectory()
    const output = join(directory, 'program')
    const { exitCode, all } = await command('build', await bundleOf(`print('hello')`, directory), '-o', output)
    expect({ exitCode, all }).toEqual({ exitCode: 0 })
    expect(await run(output)).toMatchObject({ stdout: 'hello' })
  })

  it.each([
    [
      ['build', 'x.js', '-o', 'x', '--platform', 'linux-riscv64'],
      'unknown platform linux-riscv64: there are linux-x64 and linux-arm64',
    ],
    [['build', 'x.js'], '-o FILE'],
    [['build', '-o', 'x'], 'the words are'],
    [['make', 'x.js', '-o', 'x'], 'the words are'],
    [['build', '-o', 'x', '--nonsense', 'x.js'], `Unknown option '--nonsense'`],
  ])('refuses %j', async (args, message) => {
    const { exitCode, stdout, stderr } = await command(...args)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).toContain('usage: standalone build')
  })

  it('ends with 1 and one line where it cannot', async () => {
    const { exitCode, stderr } = await command('build', '/nowhere.js', '-o', '/nowhere')
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/^standalone: \/nowhere.js cannot be read: [^\n]+$/)
  })
})
