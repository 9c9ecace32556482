import { statSync } from 'node:fs'
import type { Contestant } from './contestant.ts'
import { createHost } from './host.ts'
import { alternate, type Part } from './part.ts'
import { collect } from './statistics.ts'

type Program = Pick<Contestant, 'name' | 'files' | 'version'>

/** The programs alone: asked for their version, which touches nothing, and the size of their files. */
export const start: Part = async ({ programs, contestants, rounds }) => {
  const { note, table } = collect()
  const host = await createHost(programs.launcher)
  const empty: Program = { name: 'an empty program', files: [programs.empty], version: { file: programs.empty } }
  try {
    await alternate([...contestants.filter(isFirstOfItsProgram), empty], rounds, async ({ name, files, version }) => {
      const { timeMs } = await host.run([version])
      const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0)
      note(name, { 'VERSION ms': timeMs, 'files MiB': bytes / 2 ** 20 })
    })
  } finally {
    await host.destroy()
  }
  return { start: { title: 'the program alone', table: table() } }
}

/** Those with another configuration are the same program. */
function isFirstOfItsProgram({ files }: Contestant, n: number, all: readonly Contestant[]): boolean {
  return all.findIndex((each) => each.files[0] === files[0]) === n
}
