/* Options that several commands have. */

export const config = {
  type: 'text',
  letter: 'c',
  value: 'file',
  help: 'network configuration (JSON), "-" for the standard input',
} as const

export const json = {
  type: 'flag',
  help: 'print the result alone, as JSON; so too when the output is not a terminal',
  negationHelp: 'print text even when the output is not a terminal',
} as const
