#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { err, ok, type Result } from 'neverthrow'
import { type BuildOptions, build, platforms, thisPlatform } from './index.ts'

const usage = `usage: standalone build BUNDLE.js -o FILE [--platform ${platforms.join('|')}] [--sanitized]`

const options = parse(process.argv.slice(2))
if (options.isErr()) end(2, `${options.error}\n${usage}`)
const built = await build(options.value)
if (built.isErr()) end(1, built.error)

function parse(args: string[]): Result<BuildOptions, string> {
  try {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      options: { output: { type: 'string', short: 'o' }, platform: { type: 'string' }, sanitized: { type: 'boolean' } },
    })
    const [command, bundle, ...more] = positionals
    if (command !== 'build' || bundle === undefined || more.length > 0)
      return err('the words are `build` and one bundle')
    if (values.output === undefined) return err('where to write the executable is missing: -o FILE')
    const wanted = values.platform ?? thisPlatform() ?? `${process.platform}-${process.arch}`
    const platform = platforms.find((each) => each === wanted)
    if (platform === undefined) return err(`unknown platform ${wanted}: there are ${platforms.join(' and ')}`)
    return ok({ bundle, output: values.output, platform, sanitized: values.sanitized === true })
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error))
  }
}

function end(code: number, message: string): never {
  process.stderr.write(`standalone: ${message}\n`)
  process.exit(code)
}
