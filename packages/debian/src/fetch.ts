import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { ok, type Result, ResultAsync, safeTry } from 'neverthrow'
import { type Apt, prepareApt, type Release, type SourceType } from './apt.ts'
import { run } from './run.ts'

/**
 * Has packages unpacked into a directory of their own. They are not configured, and what they depend on is not fetched.
 *
 * @param names as apt knows them
 * @returns the directory, or in one line why they cannot be had
 */
export function unpackedPackages(names: readonly string[], release: Release): ResultAsync<string, string> {
  const name = [release.suite, release.architecture ?? 'native', ...names.toSorted()].join('+')
  return cached(name, release, 'deb', (apt, directory) =>
    safeTry(async function* () {
      const packages = `${directory}.packages`
      mkdirSync(packages)
      yield* apt.get(['download', ...names], packages)
      for (const file of readdirSync(packages)) yield* run(['dpkg', '-x', join(packages, file), directory])
      return ok()
    }),
  )
}

/**
 * Has the files of a source package: the description, the upstream archive, Debian's changes.
 *
 * @param name as apt knows it
 * @returns the directory with them, or in one line why they cannot be had
 */
export function sourceFiles(name: string, release: Pick<Release, 'suite'>): ResultAsync<string, string> {
  return cached([release.suite, 'source', name].join('+'), release, 'deb-src', (apt, directory) =>
    apt.get(['source', '--download-only', name], directory),
  )
}

type Fill = (apt: Apt, directory: string) => ResultAsync<void, string>

/** A directory of the cache. It is filled beside its place and then moved there, so it is whole, whoever else fills it. */
function cached(name: string, release: Release, type: SourceType, fill: Fill): ResultAsync<string, string> {
  const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'vpc-bridge')
  const place = join(cache, name)
  const filled = async (): Promise<Result<string, string>> => {
    if (existsSync(place)) return ok(place)
    mkdirSync(cache, { recursive: true })
    const work = mkdtempSync(join(cache, 'work-'))
    try {
      const directory = join(work, 'directory')
      mkdirSync(directory)
      const result = await prepareApt(work, release, type).andThen((apt) => fill(apt, directory))
      if (result.isOk() && !existsSync(place)) renameSync(directory, place)
      return result.map(() => place)
    } finally {
      rmSync(work, { recursive: true })
    }
  }
  const whyNot = (error: unknown) => `${place}: ${error instanceof Error ? error.message : error}`
  return ResultAsync.fromPromise(filled(), whyNot).andThen((result) => result)
}
