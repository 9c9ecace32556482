import { describe, expect, test } from 'vitest'
import { isInterfaceName } from '../src/index.ts'

describe('isInterfaceName', () => {
  // What Linux says of each was seen on 6.18.
  test.each(['eth10', 'a'.repeat(15), 'eth0.100', '...', '-', '"$(id)"', 'é', '😀😀😀'])('takes %j', (name) => {
    expect(isInterfaceName(name)).toBe(true)
  })

  test.each([
    ['empty', ''],
    ['16 bytes', 'a'.repeat(16)],
    ['16 bytes of four characters', '😀😀😀😀'],
    ['a directory', '.'],
    ['the directory above', '..'],
    ['all interfaces, to the settings', 'all'],
    ['new interfaces, to the settings', 'default'],
    ['a path', 'a/b'],
    ['an alias of old', 'eth0:1'],
    ['a template', 'eth%d'],
    ['a per cent sign', 'a%b'],
    ['a space', 'a b'],
    ['a line', 'a\n'],
    ['a byte that is white space to Linux', 'à'],
    ['NUL', 'a\0b'],
    ['a control character', 'a\u001bb'],
    ['an invisible character', 'a\u200bb'],
    ['half a character', '\ud800'],
  ])('refuses what is %s', (_, name) => {
    expect(isInterfaceName(name)).toBe(false)
  })
})
