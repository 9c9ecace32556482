import { open, readFile, truncate, writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { programOf, run } from './program.ts'

describe.each([false, true])('the end of a program (sanitized: %s)', (sanitized) => {
  const endOf = async (statements: string, options: Parameters<typeof run>[1] = {}) =>
    run(await programOf(statements, { sanitized }), options)

  it.each([
    ['', 0],
    ['exit(0)', 0],
    ['exit(3)', 3],
    ['exit(256 + 7)', 7],
    ['await null; exit(4)', 4],
    ['Promise.resolve().then(() => exit(5)); await new Promise(() => {})', 5],
    ['Promise.reject(1).catch(() => {}); const late = Promise.reject(2); await null; late.catch(() => {})', 0],
  ])('%s: %s', async (statements, code) => {
    expect(await endOf(statements)).toEqual({ ended: code, stdout: '', stderr: '' })
  })

  it.each([
    [`throw new TypeError('bad\\n"thing"')`, 'uncaught: TypeError: bad "thing"'],
    [`await null; throw new Error('later')`, 'uncaught: Error: later'],
    [`void Promise.reject(new RangeError('nobody awaits it'))`, 'uncaught: RangeError: nobody awaits it'],
    [`void Promise.reject(new Error('first')); exit(0)`, 'uncaught: Error: first'],
    [`const a = Promise.reject(new Error('a')), b = Promise.reject(new Error('b')); a.catch(() => {})`, 'uncaught: '],
    [`Promise.resolve().then(() => { nothing() })`, "uncaught: ReferenceError: 'nothing' is not defined"],
    [`throw 'a text'`, 'uncaught: a text'],
    [`throw Symbol('a symbol')`, 'uncaught: '],
    [`throw { toString() { throw 1 } }`, 'uncaught: '],
    [`throw null`, 'uncaught: null, or out of memory'],
    [`await new Promise(() => {})`, 'cannot go on: it awaits what nothing brings about'],
    [`const f = () => f() + 1; f()`, 'uncaught: InternalError: stack overflow'],
    [`throw new Error('ü'.repeat(2000))`, 'uncaught: Error: üüü'],
  ])('%s: exit code 1 and one line', async (statements, message) => {
    const { ended, stdout, stderr } = await endOf(statements)
    expect({ ended, stdout }).toEqual({ ended: 1, stdout: '' })
    expect(stderr).toContain(`program: ${message}`)
    expect(stderr.split('\n')).toHaveLength(1)
    expect(stderr).not.toContain('\ufffd')
  })

  it('names the functions in which it was thrown', async () => {
    const { stderr } = await endOf(`function inner() { throw new Error('x') }\nfunction outer() { inner() }\nouter()`)
    expect(stderr).toMatch(/Error: x.*inner.*outer/)
  })

  it('is an error for a CNI runtime, unless a result was written', async () => {
    const statements = `throw new Error('a "quoted" \\\\ é\\n')`
    const { ended, stdout, stderr } = await endOf(statements, { env: { CNI_COMMAND: 'ADD' } })
    expect(ended).toBe(1)
    expect(JSON.parse(stdout)).toEqual({
      cniVersion: '1.1.0',
      code: 999,
      msg: expect.stringContaining('a "quoted" \\ é'),
    })
    expect(stderr).toContain('uncaught')
    const written = await endOf(`print('{}'); ${statements}`, { env: { CNI_COMMAND: 'ADD' } })
    expect(written).toMatchObject({ ended: 1, stdout: '{}' })
  })

  it('is what a program says it is, where it cannot go on', async () => {
    const statements = `fatal('the "reason":\\n${'é'.repeat(1000)}')`
    const msg = expect.stringMatching(/^the "reason": é{400,}$/)
    const { ended, stdout, stderr } = await endOf(statements, { env: { CNI_COMMAND: 'ADD' } })
    expect({ ended, stderr }).toEqual({ ended: 1, stderr: expect.stringMatching(/^program: the "reason": é{400,}$/) })
    expect(JSON.parse(stdout)).toEqual({ cniVersion: '1.1.0', code: 999, msg })
    expect(await endOf(statements)).toMatchObject({ ended: 1, stdout: '' })
    const written = await endOf(`print('{}'); fatal('late')`, { env: { CNI_COMMAND: 'ADD' } })
    expect(written).toEqual({ ended: 1, stdout: '{}', stderr: 'program: late' })
  })

  it.each(['0<&-', '1>&-', '2>&-', '<&- >&- 2>&-', '>/dev/full 2>/dev/full'])(
    'has no signal with %s',
    async (streams) => {
      const bash = `CNI_COMMAND=ADD "$0" ${streams}; echo "$?" >&3`
      const { stdout } = await endOf(`throw 1`, { bash: `exec 3>&1; ${bash}` })
      expect(stdout.split('\n').at(-1)).toBe('1')
    },
  )

  it('does not open anything as a standard stream that is closed', async () => {
    const statements = `
      const file = syscall(numbers.openat, AT_FDCWD, zeroEnded('/dev/null'), 0, 0)
      exit(file > 2 && print('lost') === -9 && syscall(numbers.read, 0, new Uint8Array(1), 1) === -9 ? 0 : 1)`
    expect(await endOf(statements, { bash: 'exec "$0" <&- >&- 2>&-' })).toMatchObject({ ended: 0 })
  })

  it('is no signal where the reader of a pipe has gone, or a file may not grow', async () => {
    expect(
      await endOf(`exit(print('x') === -32 ? 7 : 1)`, { bash: '"$0" > >(exec >&- <&-; exit) ; exit $?' }),
    ).toMatchObject({ ended: expect.any(Number) })
    const pipe = `
      const ends = new Int32Array(2)
      syscall(numbers.pipe2, new Uint8Array(ends.buffer), 0)
      syscall(numbers.close, ends[0])
      exit(syscall(numbers.write, ends[1], encode('x'), 1) === -32 ? 0 : 1)`
    expect(await endOf(pipe)).toMatchObject({ ended: 0 })
    const grown = await endOf(`exit(print('x'.repeat(2048)) === -27 ? 0 : 1)`, {
      bash: 'ulimit -f 0; f=$(mktemp); "$0" > "$f"; c=$?; rm "$f"; exit $c',
    })
    expect(grown).toMatchObject({ ended: 0 })
  })

  it('is an error with a small stack', async () => {
    const { ended, stderr } = await endOf(`const f = (n) => f(n + 1) + 1; f(0)`, { bash: 'ulimit -s 64; exec "$0"' })
    expect({ ended, stderr }).toEqual({ ended: 1, stderr: expect.stringContaining('program: ') })
  })
})

describe('an executable of limited resources', () => {
  it('has memory in 8 MiB of addresses', async () => {
    const statements = `
      let garbage
      for (let n = 0; n < 300000; n++) { const a = { n }, b = { a }; a.b = b; garbage = b }
      print('done ' + garbage.a.n)`
    expect(await run(await programOf(statements), { bash: 'ulimit -v 8192; exec "$0"' })).toEqual({
      ended: 0,
      stdout: 'done 299999',
      stderr: '',
    })
  })

  it.each([8192, 16384, 100000])('ends with an error where %s KiB are not enough', async (limitKiB) => {
    const program = await programOf(
      `const all = []; for (;;) all.push({ text: 'x' + all.length, array: new Uint8Array(100) })`,
    )
    const { ended, stdout, stderr } = await run(program, { bash: `ulimit -v ${limitKiB}; CNI_COMMAND=ADD exec "$0"` })
    expect({ ended, stderr }).toEqual({
      ended: 1,
      stderr: expect.stringMatching(/^program: uncaught: .*out of memory/),
    })
    expect(JSON.parse(stdout)).toMatchObject({ code: 999 })
  })

  it.each([500, 1000, 1500, 2000, 2500, 3000])('never ends by a signal of its own: %s KiB', async (limitKiB) => {
    const program = await programOf(`print('hello')`)
    const { ended } = await run(program, { bash: `ulimit -v ${limitKiB}; "$0" 2>/dev/null; exit $?` })
    // 126, 127 and SIGKILL, SIGSEGV of the shell: the kernel could not even start it.
    expect([0, 1, 126, 127, 137, 139]).toContain(ended)
  })

  it('gives back what a long command does not need', async () => {
    const statements = `
      let sum = 0
      for (let round = 0; round < 200; round++) {
        const list = Array.from({ length: 2000 }, (_, n) => ({ n, text: 'endpoint ' + n + ' of ' + round }))
        for (const each of list) each.all = list
        sum += JSON.stringify(list.map(({ text }) => text)).length
      }
      print(/VmHWM:\\s+(\\d+)/.exec(readFile('/proc/self/status'))[1])`
    const { stdout } = await run(await programOf(statements))
    expect(Number(stdout)).toBeLessThan(24 * 1024)
  })
})

describe('a file that is not whole', () => {
  it.each([1, 10, 5000, 9000])('is an error without its last %s bytes', async (missing) => {
    const program = await programOf(`print('${'x'.repeat(10_000)}')`)
    await truncate(program, (await readFile(program)).length - missing)
    const { ended, stderr } = await run(program)
    expect({ ended, stderr }).toEqual({
      ended: 1,
      stderr: expect.stringMatching(/^program: (crashed|broken bytecode): .*incomplete/),
    })
  })

  it('is an error with bytecode of another version', async () => {
    const program = await programOf(`print('x')`)
    const file = await open(program, 'r+')
    // Behind the module's name and length.
    await file.write(Buffer.of(255), 0, 1, (await readFile(program)).lastIndexOf('bundle.js\0') + 64)
    await file.close()
    const { ended, stderr } = await run(program)
    expect({ ended, stderr }).toEqual({
      ended: 1,
      stderr: expect.stringContaining('broken bytecode: SyntaxError: invalid version'),
    })
  })

  it('is an error as the host alone', async () => {
    const program = await programOf('')
    const host = `${program}.host`
    await writeFile(host, await readFile(new URL('../dist/host-linux-x64', import.meta.url)), { mode: 0o755 })
    expect(await run(host)).toMatchObject({ ended: 1, stderr: expect.stringContaining('no program in it') })
  })
})
