import { describe, expect, it } from 'vitest'
import { object, text } from '../../src/read/decode.ts'
import { decodeOutput } from '../../src/read/output.ts'

const entry = object<{ a: string }>({ a: text })

describe('decodeOutput', () => {
  it.each(['', '\n', '[]', '[]\n', '[{},{}]'])('reads an empty list: %j', (output) => {
    expect(decodeOutput(output, entry)._unsafeUnwrap()).toEqual([])
  })

  it('leaves out the empty objects that filters leave behind', () => {
    expect(decodeOutput('[{},{"a":"x"},{}]', entry)._unsafeUnwrap()).toEqual([{ a: 'x' }])
  })

  it('reads texts with control characters, which ip does not escape', () => {
    expect(decodeOutput('[{"a":"\x01\x1b[31m\x7f"}]', entry)._unsafeUnwrap()).toEqual([{ a: '\x01\x1b[31m\x7f' }])
  })

  it('reads output over several lines', () => {
    expect(decodeOutput('[ {\n\t"a": "x"\r\n} ]\n', entry)._unsafeUnwrap()).toEqual([{ a: 'x' }])
  })

  it.each([
    ['{"a":"x"}', /should be a list/],
    ['["a"]', /\[0\] should be an object, and is "a"/],
    ['[null]', /\[0\] should be an object, and is null/],
    ['[{"a":1}]', /\[0\]\.a should be a text, and is 1/],
    ['[{"a":"x"', /SyntaxError/],
    ['1: lo: <LOOPBACK>', /SyntaxError/],
    ['[{"__proto__":{"a":"x"}}]', /\[0\]\.a should be a text, and is nothing/],
  ])('refuses %j', (output, problem) => {
    expect(decodeOutput(output, entry)._unsafeUnwrapErr()).toMatch(problem)
  })
})
