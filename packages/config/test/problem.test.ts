import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describeProblem } from '../src/index.ts'

function foundIn(found: unknown): string {
  const line = describeProblem({ path: 'key', found, expected: 'x' })
  return line.slice('key: found '.length, -', expected x'.length)
}

describe('describeProblem', () => {
  test.each([
    ['text', '"text"'],
    ['say "x" \\', '"say \\"x\\" \\\\"'],
    ['', '""'],
    [7, '7'],
    [null, 'null'],
    [{}, '{}'],
    [[1, ['a'], { b: false, '\n': null }], '[1,["a"],{"b":false,"\\n":null}]'],
    ['\0\u001b\u007f\u0085', '"\\u0000\\u001b\\u007f\\u0085"'],
    ['\u202eabc\u200b\u2028\u00a0', '"\\u202eabc\\u200b\\u2028\\u00a0"'],
    ['\ud800', '"\\ud800"'],
  ])('writes %j as %s', (value, text) => {
    expect(foundIn(value)).toBe(text)
  })

  test('writes what JSON cannot', () => {
    expect(foundIn(10n)).toBe('10')
    expect(foundIn([undefined])).toBe('[undefined]')
  })

  test('says what is missing, and names the document itself', () => {
    expect(describeProblem({ path: 'name', found: undefined, expected: 'a name' })).toBe(
      'name is missing, expected a name',
    )
    expect(describeProblem({ path: '', found: [], expected: 'an object' })).toBe(
      'the configuration: found [], expected an object',
    )
  })

  test('cuts long values, between characters', () => {
    expect(foundIn('x'.repeat(100_000))).toBe(`"${'x'.repeat(79)}…`)
    expect(foundIn('😀'.repeat(100_000))).toBe(`"${'😀'.repeat(79)}…`)
    expect(foundIn(Array.from({ length: 100_000 }).fill(1))).toMatch(/^\[(1,){39}1…$/)
    expect(foundIn({ ['k'.repeat(100_000)]: 1 })).toMatch(/^\{"k+…$/)
  })

  test('writes deeply nested values and cycles', () => {
    const cycle: unknown[] = []
    cycle.push(cycle)
    expect(foundIn(cycle)).toBe(`${'['.repeat(80)}…`)
    expect(foundIn(JSON.parse('['.repeat(200_000) + ']'.repeat(200_000)))).toBe(`${'['.repeat(80)}…`)
  })

  test('writes any short JSON value as JSON, invisible characters by their numbers', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const text = foundIn(value)
        expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
        if (!text.endsWith('…')) expect(JSON.stringify(JSON.parse(text))).toBe(JSON.stringify(value))
        else expect([...text].length).toBe(81)
      }),
    )
  })
})
