import { describe, expect, it } from 'vitest'
import { here, programOf, run } from './program.ts'

describe.each([false, true])('a program (sanitized: %s)', (sanitized) => {
  const programWith = (statements: string) => programOf(statements, { sanitized })
  const outputOf = async (statements: string, options: Parameters<typeof run>[1] = {}) => {
    const { ended, stdout, stderr } = await run(await programWith(statements), options)
    expect({ ended, stderr }).toEqual({ ended: 0, stderr: '' })
    return stdout
  }

  it('has arguments, environment and architecture', async () => {
    const statements = `print(JSON.stringify([args().slice(1), environment()]))`
    const stdout = await outputOf(statements, {
      bash: `env -i A=1 EMPTY= 'É=ü=ö' __proto__=x NONE "$0" '' 'a b' é $'\\xff'`.replace(' NONE', ''),
    })
    expect(JSON.parse(stdout)).toEqual([
      ['', 'a b', 'é', '\ufffd'],
      ['A=1', 'EMPTY=', 'É=ü=ö', '__proto__=x'],
    ])
    expect(await outputOf(`print(architecture)`)).toBe(here.replace('linux-', ''))
  })

  it('makes bytes of texts, and texts of bytes', async () => {
    const texts = ['', 'abc', 'é€😀', '\0', '\ud7ff\ue000\uffff', '\ufeffx']
    const statements = `
      const texts = ${JSON.stringify(texts)}
      print(JSON.stringify([texts.map((text) => [...encode(text)]), texts.map((text) => toText(encode(text)))]))`
    expect(JSON.parse(await outputOf(statements))).toEqual([texts.map((text) => [...Buffer.from(text)]), texts])
  })

  it('makes system calls with numbers and bytes', async () => {
    const statements = `
      const path = zeroEnded('/nowhere')
      const results = [
        syscall(numbers.getpid) > 0,
        syscall(numbers.getpid, 1, 2n, -3, 4, 5, 6) > 0,
        syscall(numbers.openat, BigInt(AT_FDCWD), path, 0, 0),
        syscall(numbers.openat, AT_FDCWD, address(path), 0, 0),
        syscall(numbers.close, -1),
        syscall(100000),
        syscall(numbers.write, 1, new Uint8Array([65, 66, 67, 10]).subarray(1, 3), 2),
      ]
      for (const wrong of [undefined, null, {}, [], true, 'text', Symbol()]) {
        try { results.push(syscall(numbers.close, -1, wrong)) } catch (error) { results.push(error.name) }
      }
      try { syscall(1, 1, 1, 1, 1, 1, 1, 1) } catch (error) { results.push(error.message) }
      print(JSON.stringify(results))`
    expect(JSON.parse((await outputOf(statements)).replace('BC', ''))).toEqual([
      ...[true, true, -2, -2, -9, -38, 2],
      ...Array(7).fill('TypeError'),
      'a system call has up to six arguments',
    ])
  })

  it('has the usual objects; eval and import() of what is computed throw', async () => {
    const statements = `
      const found = ['eval', 'Function', 'RegExp', 'Proxy', 'Map', 'WeakRef', 'Promise', 'Reflect', 'JSON', 'BigInt', 'Date', 'Symbol', 'Uint8Array', 'DataView', 'Intl', 'TextEncoder', 'setTimeout']
      print(found.filter((name) => name in globalThis).join())
      let failed = []
      for (const f of [() => eval('1'), () => Function('1'), () => (0, eval)('1')]) { try { f() } catch (error) { failed.push(error.name) } }
      print(failed.join())
      async function* count() { yield* [1, 2, 3] }
      let sum = 0
      for await (const n of count()) sum += n
      const tag = (strings, ...values) => strings.raw.join('|') + values
      print([sum, 2n ** 64n, /(?<y>\\d{4})-\\p{L}/u.exec('in 2025-é').groups.y, new RegExp('A.c', 'is').test('a\\nC'), 'é'.normalize('NFD').length, tag\`a\${1}b\\n\`, new Date(0).toISOString(), [3, 1, 2].toSorted().join('')].join(' '))
      await import('./other' + '.js').catch((error) => print(error.message))`
    expect((await outputOf(statements)).split('\n')).toEqual([
      'eval,Function,RegExp,Proxy,Map,WeakRef,Promise,Reflect,JSON,BigInt,Date,Symbol,Uint8Array,DataView',
      'TypeError,TypeError,TypeError',
      '6 18446744073709551616 2025 true 2 a|b\\n1 1970-01-01T00:00:00.000Z 123',
      expect.stringContaining('import()'),
    ])
  })
})
