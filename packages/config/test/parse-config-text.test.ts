import { describe, expect, test } from 'vitest'
import { describeProblem, parseConfig, parseConfigText } from '../src/index.ts'

const config = { name: 'vpc', eniName: 'eth10', ipAddresses: ['192.168.1.43/24'] }

function problemsOf(text: string): readonly string[] {
  return parseConfigText(text)._unsafeUnwrapErr().map(describeProblem)
}

describe('parseConfigText', () => {
  test.each(['', '\ufeff'])('reads what parseConfig reads, after %j', (mark) => {
    expect(parseConfigText(mark + JSON.stringify(config))).toEqual(parseConfig(config))
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
    expect(parseConfigText(text)._unsafeUnwrap().name).toBe('vpc')
  })
})
