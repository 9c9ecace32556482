import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Failure, toCniError } from '../src/failure.ts'
import { engineSamples, ownSamples } from './support/sample-failures.ts'

/* To write docs/errors.md anew: vitest run --project unit apps/vpc-bridge/test/errors.test.ts --update */

const file = join(import.meta.dirname, '../../../docs/errors.md')

/** Returns a table of errors by their codes, with an example of each. */
function tableOf(samples: Readonly<Record<string, readonly Failure[]>>): string {
  const errors = Object.values(samples).flatMap((each) => each.map((failure) => toCniError(failure)))
  const rows = errors
    .toSorted((one, other) => one.code - other.code)
    .map(({ code, msg, details = '' }) => `| ${code} | ${escaped(msg)} | ${escaped(details)} |`)
  return ['| code | `msg`, for example | `details`: what to do |', '|---|---|---|', ...rows].join('\n')
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
}

const document = `# Errors

A command that fails prints an error as the [CNI specification](https://github.com/containernetworking/cni/blob/main/SPEC.md#error) says:
\`code\`, \`msg\` (what failed: of what: why) and, where there is something to do, \`details\`. The command line prints the same words. A failed ADD has
left nothing behind, unless its message says so.

Codes below 100 are the specification's, those from 100 on the plugins' own. A code keeps its meaning in all later versions; words may change.
This page is made of the tables of errors of [the engine](../packages/plugin/src/errors/engine-errors.ts) and of
[vpc-bridge](../apps/vpc-bridge/src/failure.ts).

## Of every plugin

${tableOf(engineSamples)}

## Of vpc-bridge

${tableOf(ownSamples)}

## Of the protocol

| code | meaning |
|---|---|
| 1 | the version of the configuration is none that the plugin speaks |
| 2 | an IPAM plugin has given a route with something that is not supported |
| 4 | a variable of the environment (\`CNI_…\`) is missing or wrong |
| 5 | a standard stream, or an IPAM plugin, could not be read from or written to |
| 6 | a configuration, or the answer of an IPAM plugin, is not what it should be |
| 7 | \`prevResult\` or the list of valid attachments is wrong, or there is no such IPAM plugin |
| 11 | an IPAM plugin could not be waited for any longer |
| 50 | STATUS: an ADD would fail now; the message tells for what |
| 999 | a bug of the plugin |

An error of an IPAM plugin is passed on with its own code.
`

test('docs/errors.md lists every error with its code, words and hint.', async () => {
  await expect(document).toMatchFileSnapshot(file)
})
