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

  describe('of modules', () => {
    /** Makes an executable of `main.js` and modules beside it. */
    const programWith = async (modules: Readonly<Record<string, string>>) => {
      const directory = await temporaryDirectory()
      for (const [name, statements] of Object.entries(modules)) {
        await rename(await bundleOf(statements, directory), join(directory, name))
      }
      const output = join(directory, 'program')
      const built = await build({ bundle: join(directory, 'main.js'), output, platform: here })
      return built.map(() => output)
    }

    it('has those beside it that it imports, and of these each once', async () => {
      const program = await programWith({
        'main.js': `import { a } from './a.js'; import { b } from "./b.js"; print(a + b + b.length)`,
        'a.js': `import { b } from './b.js'; print('a is read'); export const a = 'a' + b`,
        'b.js': `print('b is read'); export const b = 'b'`,
      })
      const stdout = 'b is read\na is read\nabb1'
      expect(await run(program._unsafeUnwrap())).toEqual({ ended: 0, stdout, stderr: '' })
    })

    it('reads what it imports by import() only then', async () => {
      const program = await programWith({
        'main.js': `print('main'); if (args()[1]) { const { later, again } = await import("./later.js"); print(later(again)) }`,
        'later.js': `print('later is read'); export const later = async () => 1; export { main as again } from './main-too.js'`,
        'main-too.js': `import './later.js'; export const main = import('./later.js').then((ns) => typeof ns.later)`,
      })
      expect(await run(program._unsafeUnwrap())).toEqual({ ended: 0, stdout: 'main', stderr: '' })
      const stdout = 'main\nlater is read\n[object Promise]'
      expect(await run(program._unsafeUnwrap(), { args: ['x'] })).toEqual({ ended: 0, stdout, stderr: '' })
    })

    it('throws what a module throws that it imports by import()', async () => {
      const program = await programWith({
        'main.js': `await import('./bad.js').catch((error) => print('caught ' + error.message)); await import('./bad.js')`,
        'bad.js': `throw new Error('bad module')`,
      })
      const stderr = expect.stringContaining('uncaught: Error: bad module')
      expect(await run(program._unsafeUnwrap())).toEqual({ ended: 1, stdout: 'caught bad module', stderr })
    })

    it('names an export that is missing', async () => {
      const program = await programWith({
        'main.js': `import { b } from './a.js'; print(b)`,
        'a.js': 'export const a = 1',
      })
      const stderr = expect.stringContaining(`Could not find export 'b' in module 'a.js'`)
      expect(await run(program._unsafeUnwrap())).toEqual({ ended: 1, stdout: '', stderr })
    })

    it.each([
      ['missing', { 'main.js': `import './a.js'` }, /a\.js cannot be read: .*ENOENT/],
      ['missing where it is imported by import()', { 'main.js': `import('./a.js')` }, /a\.js cannot be read: .*ENOENT/],
      ['that does not compile', { 'main.js': `import './a.js'`, 'a.js': 'let a = ;' }, /a\.js does not compile: line/],
      [
        'with a name that is too long',
        { 'main.js': `import './${'a'.repeat(53)}.js'`, [`${'a'.repeat(53)}.js`]: '' },
        /a\.js has a name of more than 55 bytes/,
      ],
    ])('names one %s', async (_, modules, message) => {
      expect((await programWith(modules))._unsafeUnwrapErr()).toMatch(message)
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
    await build({ bundle, output, platform: here })
    const running = run(output)
    await bundleOf(`print('second')`, directory)
    expect(await build({ bundle, output, platform: here })).toMatchObject({ value: undefined })
    expect(await run(output)).toMatchObject({ stdout: 'second' })
    expect(await running).toMatchObject({ stdout: 'first' })
    expect((await readdir(directory)).sort()).toEqual(['bundle.js', 'program'])
  })

  describe('says why it cannot', () => {
    it.each([
      ['a syntax error', 'let a = 1\nlet b = ;\n', 'does not compile: line 2, column 9: SyntaxError: unexpected token'],
      ['an import', `import { readFile } from 'node:fs'`, `does not compile: ReferenceError: it imports 'node:fs'`],
      ['an import from another directory', `export * from '../other.js'`, `it imports '../other.js'`],
      ['an error of the engine', 'async function* f(g) { for (const x of [...(yield* g())]) x() }', 'nip_catch'],
    ])('%s', async (_, source, message) => {
      const directory = await temporaryDirectory()
      const bundle = join(directory, 'bundle.js')
      await writeFile(bundle, source)
      const error = (await build({ bundle, output: join(directory, 'program'), platform: here }))._unsafeUnwrapErr()
      expect(error).toContain(message)
      expect(error).toContain(bundle)
      expect(error).not.toContain('\n')
      expect(await readdir(directory)).toEqual(['bundle.js'])
    })

    it('no bundle', async () => {
      const built = await build({ bundle: '/nowhere/bundle.js', output: '/nowhere/program', platform: here })
      expect(built._unsafeUnwrapErr()).toMatch(/^\/nowhere\/bundle.js cannot be read: .*ENOENT/)
    })

    it.each([
      ['nowhere/program', 'ENOENT'],
      ['directory', 'EISDIR'],
    ])('an output that cannot be written: %s', async (name, errno) => {
      const directory = await temporaryDirectory()
      await mkdir(join(directory, 'directory'))
      const output = join(directory, name)
      const error = (await build({ bundle: await bundleOf('', directory), output, platform: here }))._unsafeUnwrapErr()
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
    [['build', 'x.js', 'y.js', '-o', 'x'], 'the words are'],
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
