import { describe, expect, test } from 'vitest'
import { parse } from '../src/command-line/parse.ts'
import { hasLooks, plain, red } from '../src/command-line/style.ts'

const endpoint = {
  netns: { type: 'text', letter: 'n', value: 'name', default: 'blue', help: 'a namespace' },
  config: { type: 'text', value: 'file', help: 'a file' },
  keep: { type: 'repeatable text', value: 'id', help: 'what to keep' },
  json: { type: 'flag', help: 'for programs', negationHelp: 'for people' },
  all: { type: 'flag', help: 'everything' },
} as const

const program = {
  name: 'tool',
  summary: 'Does things.',
  commands: [
    { name: 'add', summary: 'connect', options: endpoint, help: 'Exit status: 0.' },
    { name: 'plan add', summary: `show what would be done ${'and more '.repeat(12)}`.trim(), options: {} },
    { name: 'plan delete', summary: 'show what would be removed', options: {} },
  ],
  help: 'Examples: none',
} as const

const absent = { netns: 'blue', config: undefined, keep: [], json: undefined, all: undefined }

describe('words', () => {
  test.each<readonly [string, object]>([
    ['add', {}],
    ['add --netns red', { netns: 'red' }],
    ['add --netns=red=x', { netns: 'red=x' }],
    ['add --netns=', { netns: '' }],
    ['add --netns=-x', { netns: '-x' }],
    ['add -n red', { netns: 'red' }],
    ['add -nred', { netns: 'red' }],
    ['add --config -', { config: '-' }],
    ['add --keep a --keep b --netns x --netns y', { keep: ['a', 'b'], netns: 'y' }],
    ['add --json --all', { json: true, all: true }],
    ['add --json --no-json', { json: false }],
  ])('%s', (words, given) => {
    expect(parse(program, words.split(' '))).toEqual({
      kind: 'invocation',
      invocation: { command: 'add', options: { ...absent, ...given } },
    })
  })

  test('of a command of several', () => {
    expect(parse(program, ['plan', 'delete'])).toEqual({
      kind: 'invocation',
      invocation: { command: 'plan delete', options: {} },
    })
  })

  test.each([['--version'], ['-V']])('%s', (word) => {
    expect(parse(program, [word])).toEqual({ kind: 'version' })
  })
})

describe('wrong usage', () => {
  test.each([
    ['remove', "error: unknown command 'remove'\nnext: tool --help tells how it is used"],
    ['ad', "error: unknown command 'ad'; did you mean add?\nnext: tool --help tells how it is used"],
    ['plan ad', "error: unknown command 'plan ad'; did you mean plan add?\nnext: tool --help tells how it is used"],
    ['--json', "error: unknown option '--json'\nnext: tool --help tells how it is used"],
    ['plan --json', "error: unknown option '--json'\nnext: tool --help tells how it is used"],
    ['add --netn x', "error: unknown option '--netn'; did you mean --netns?"],
    ['add --jsn', "error: unknown option '--jsn'; did you mean --json?"],
    ['add --no-all', "error: unknown option '--no-all'"],
    ['add -x', "error: unknown option '-x'\nnext: tool add --help tells how it is used"],
    ['add --', "error: unknown option '--'"],
    ['add --netns', "error: option '-n, --netns <name>': argument missing"],
    ['add --netns --json', "error: option '-n, --netns <name>': argument missing"],
    ['add --config -n red', "error: option '--config <file>': argument missing"],
    ['add --json=3', "error: option '--json' takes no value"],
    ['add blue', 'error: too many arguments: blue'],
    ['help remove', "error: unknown command 'remove'"],
    ['__proto__', "error: unknown command '__proto__'"],
    ['add --__proto__ x', "error: unknown option '--__proto__'"],
  ])('%s', (words, text) => {
    expect(parse(program, words.split(' '))).toEqual({ kind: 'wrong usage', text: expect.stringContaining(text) })
  })

  test('a word with a space in it is not two words', () => {
    expect(parse(program, ['plan add'])).toMatchObject({ kind: 'wrong usage' })
  })

  test('without a word, or with the first of two, the help', () => {
    expect(parse(program, [])).toEqual({ kind: 'wrong usage', text: helpOf('--help') })
    expect(parse(program, ['plan'])).toEqual({ kind: 'wrong usage', text: helpOf('plan --help') })
  })
})

/** The help that is asked for. */
function helpOf(words: string): string {
  const parsed = parse(program, words.split(' '))
  return parsed.kind === 'help' ? parsed.text : parsed.kind
}

describe('help', () => {
  test('of a command tells its options, what they are by default, and more', () => {
    expect(helpOf('add --help').split('\n')).toEqual([
      'Usage: tool add [options]',
      '',
      'connect',
      '',
      'Options:',
      '  -n, --netns <name>  a namespace (default: "blue")',
      '  --config <file>     a file',
      '  --keep <id>         what to keep',
      '  --json              for programs',
      '  --no-json           for people',
      '  --all               everything',
      '  -h, --help          tell how it is used',
      '',
      'Exit status: 0.',
    ])
    for (const words of ['add -h', 'help add', 'add --netns red --help', 'add --unknown --help'])
      expect(helpOf(words)).toBe(helpOf('add --help'))
  })

  test('of the program tells its commands, in lines that fit', () => {
    const help = helpOf('--help')
    for (const text of ['Does things.', '  add             connect', '  -V, --version', 'Examples: none'])
      expect(help).toContain(text)
    expect(help).toMatch(
      /^ {2}plan add +show what would be done( and more)+\n( +(and|more)( and| more)*\n)+ {2}plan delete/m,
    )
    for (const line of help.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
    for (const words of ['-h', 'help', 'help --help']) expect(helpOf(words)).toBe(help)
  })

  test('of the first of two words tells the commands that begin with it', () => {
    expect(helpOf('plan --help')).toMatch(
      /^Usage: tool plan … \[options\]\n\nCommands:\n {2}plan add .*(\n.*)*\n {2}plan delete/,
    )
    expect(helpOf('plan --help')).not.toContain('connect')
  })
})

describe('looks', () => {
  test.each<readonly [boolean, boolean, Record<string, string>]>([
    [true, true, { TERM: 'xterm' }],
    [false, false, { TERM: 'xterm' }],
    [false, true, { TERM: 'dumb' }],
    [false, true, {}],
    [false, true, { TERM: 'xterm', NO_COLOR: '1' }],
    [true, true, { TERM: 'xterm', NO_COLOR: '' }],
    [true, false, { FORCE_COLOR: '1' }],
    [true, false, { FORCE_COLOR: '', NO_COLOR: '1', TERM: 'dumb' }],
    [false, true, { FORCE_COLOR: '0', TERM: 'xterm' }],
  ])('%s: terminal %s, %o', (expected, isTerminal, environment) => {
    const asked: number[] = []
    const files = { isTerminal: (descriptor: number) => asked.push(descriptor) > 0 && isTerminal }
    expect(hasLooks({ environment, files }, 2)).toBe(expected)
    expect(asked.every((descriptor) => descriptor === 2)).toBe(true)
  })

  test('go from a text that is to be plain', () => {
    expect(red('x')).toBe('\u001b[31mx\u001b[39m')
    expect(plain(`a ${red('x')} [31m`)).toBe('a x [31m')
  })
})
