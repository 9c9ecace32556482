/* Checks each package as it would be published: https://publint.dev/rules. In one process: with one for each it took 25 s. */

import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

let problems = 0
for (const file of globSync('{packages,apps,examples}/*/package.json')) {
  const manifest = JSON.parse(await readFile(file, 'utf8'))
  if (manifest.private) continue
  const { messages } = await publint({ pkgDir: dirname(file), pack: false, strict: true })
  for (const message of messages)
    process.stderr.write(`${file}: ${message.type}: ${formatMessage(message, manifest)}\n`)
  problems += messages.length
}
process.exitCode = problems === 0 ? 0 : 1
