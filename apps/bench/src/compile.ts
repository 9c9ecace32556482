import { createRequire } from 'node:module'
import { output } from '@vpc-bridge/testbed'

const bun = createRequire(import.meta.url).resolve('bun/bin/bun.exe')

/** Compiles a program as vpc-bridge is compiled; returns the path of the executable. */
export async function compile(source: string, file: string): Promise<string> {
  const settings = ['--no-compile-autoload-dotenv', '--no-compile-autoload-bunfig', '--compile-jit-policy=100']
  const options = ['--compile', '--bytecode', '--minify', '--format=esm', ...settings]
  await output([bun, 'build', ...options, source, `--outfile=${file}`])
  return file
}
