import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { captureState } from '@vpc-bridge/testbed'
import { expect, test } from 'vitest'
import { buildSanitizedExecutable, temporaryDirectory } from './support/build-executable.ts'
import { config, execute, program } from './support/runtime.ts'
import { useWorld } from './support/use-world.ts'

/** What a child answers with that should not: as commands of a shell. */
const answers = {
  nothing: 'true',
  'no JSON': 'echo hello',
  'no end': 'exec yes',
  'no end of nesting': `head -c 200000 /dev/zero | tr '\\0' '['`,
  'no end of errors': 'yes >&2',
  'no text': `printf '\\377\\376\\0\\355\\240\\200{'`,
  'another kind of JSON': 'echo \'[null, {"ips": "x"}]\'',
  'names of the engine': `echo '{"__proto__": {"ips": []}, "constructor": 1, "nftables": {"length": -1}, "ips": {"length": 9}}'`,
  'huge numbers': `echo '{"ips": [{"address": "10.0.0.1/99999999999999999999", "interface": 1e400}], "nftables": 1e400}'`,
  'one long text': `printf '{"ips":[{"address":"'; head -c 500000 /dev/zero | tr '\\0' 1; printf '"}]}'`,
  'a signal': 'kill -SEGV $$',
  'a closed output': 'exec >&- 2>&- <&-; exit 3',
}

const children = {
  'an IPAM plugin': { file: 'fake', document: { ...config, ipAddresses: undefined, ipam: { type: 'fake' } } },
  nft: { file: 'nft', document: { ...config, bridgeType: 'L2' } },
}

test.each([
  ['the executable', async () => program],
  ['one that ends at the first error of memory', async () => [await buildSanitizedExecutable()]],
] as const)('%s names the child, whatever it answers, and leaves nothing', async (_, make) => {
  const program = await make()
  const { host, blue } = await useWorld()
  const before = [await captureState(host), await captureState(blue)]
  for (const [child, { file, document }] of Object.entries(children)) {
    const directory = join(await temporaryDirectory(), 'bin')
    await mkdir(directory)
    const environment = { CNI_PATH: directory, PATH: `${directory}:${process.env['PATH']}` }
    for (const [name, script] of Object.entries(answers)) {
      // To DEL, the IPAM plugin answers as it should.
      const lines = ['#!/bin/sh', 'PATH=/usr/bin:/bin', '[ "$CNI_COMMAND" = DEL ] && exit 0', script]
      await writeFile(join(directory, file), lines.join('\n'), { mode: 0o755 })
      const execution = { command: 'ADD', netns: blue, config: document, environment } as const
      const { exitCode, stdout } = await execute(program, host, execution)
      const { code, msg } = JSON.parse(stdout)
      expect({ exitCode, msg, isBug: code === 999 }, `${child}: ${name}`).toEqual({
        exitCode: 1,
        msg: expect.stringContaining(file),
        isBug: false,
      })
    }
  }
  expect([await captureState(host), await captureState(blue)]).toEqual(before)
})
