import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isNetworkName } from '../src/names.ts'

describe('isNetworkName', () => {
  test('takes the names of the CNI specification that leave room for "br" and a digit', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,14}$/), (name) => {
        expect(isNetworkName(name)).toBe(`${name}br1`.length <= 15)
      }),
    )
  })

  test.each(['', '-a', '.a', '_a', 'a b', 'a/b', 'a\n', 'é', 'a:b', 'a%d'])('refuses %j', (name) => {
    expect(isNetworkName(name)).toBe(false)
  })
})
