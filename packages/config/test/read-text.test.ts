import { describe, expect, test } from 'vitest'
import { describeProblem, readText } from '../src/index.ts'
import { parseConfig, sample } from './sample.ts'

const config = { name: 'vpc', eniName: 'eth10', ipAddresses: ['192.168.1.43/24'] }

function problemsOf(text: string): readonly string[] {
  return readText(text, sample)._unsafeUnwrapErr().map(describeProblem)
}

describe('readText', () => {
  test.each(['', '\ufeff'])('reads what parseConfig reads, after %j', (mark) => {
    expect(readText(mark + JSON.stringify(config), sample)).toEqual(parseConfig(config))
  })

  test.each(['', '{"name": ', 'vpc', "{'name': 'vpc'}"])('refuses %j: not JSON', (text) => {
    expect(problemsOf(text)).toEqual([expect.stringMatching(/^the configuration: found ".*", expected JSON/)])
  })

  test('repeats no control characters of what is not JSON', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(problemsOf('{"name": \u001b[2J}').join('')).not.toMatch(/[\u0000-\u001f]/)
  })

  test('takes the last of two equal keys', () => {
    const text = JSON.stringify(config).replace('{', '{"name":"first",')
    expect(readText(text, sample)._unsafeUnwrap().name).toBe('vpc')
  })
})
