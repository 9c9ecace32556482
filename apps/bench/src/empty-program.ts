import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compile } from './compile.ts'
import type { Command } from './host.ts'

/**
 * A program that does nothing, compiled as vpc-bridge is: what of a command's time is over before its first line.
 *
 * @param directory for the program
 */
export async function emptyProgram(directory: string): Promise<Command> {
  const source = join(directory, 'empty.js')
  writeFileSync(source, 'process.exit(0)\n')
  return { file: await compile(source, join(directory, 'empty')), input: '' }
}
