import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { output } from '@vpc-bridge/testbed'
import type { Command } from './host.ts'

const bun = createRequire(import.meta.url).resolve('bun/bin/bun.exe')

/**
 * A program that does nothing, compiled as vpc-bridge is: what of a command's time is over before its first line.
 *
 * @param directory for the program
 */
export async function emptyProgram(directory: string): Promise<Command> {
  const source = join(directory, 'empty.js')
  const file = join(directory, 'empty')
  writeFileSync(source, 'process.exit(0)\n')
  const options = ['--compile', '--bytecode', '--minify', '--format=esm', '--compile-jit-policy=100']
  await output([bun, 'build', ...options, source, `--outfile=${file}`])
  return { file, input: '' }
}
