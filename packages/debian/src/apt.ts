import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { err, ok, type ResultAsync, safeTry } from 'neverthrow'
import { run } from './run.ts'

/** A release of Debian, for one architecture. */
export interface Release {
  /** Its code name, such as `trixie`. */
  readonly suite: string
  /** As dpkg has it, such as `arm64`; absent: the system's. */
  readonly architecture?: string
}

/** What lists are fetched: of packages, or of source packages. */
export type SourceType = 'deb' | 'deb-src'

/** apt with a configuration and a state of its own. */
export interface Apt {
  /** Runs apt-get in a directory. */
  readonly get: (args: readonly string[], directory: string) => ResultAsync<void, string>
}

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'

/**
 * Prepares apt for a release, and fetches the lists of its packages or source packages.
 *
 * @param directory for configuration and state; exists and is empty
 */
export function prepareApt(
  directory: string,
  { suite, architecture }: Release,
  type: SourceType,
): ResultAsync<Apt, string> {
  return safeTry(async function* () {
    const sources = yield* mirrors(suite)
    writeFileSync(
      join(directory, 'sources.list'),
      sources.map((source) => `${type} [signed-by=${keyring}] ${source} main\n`).join(''),
    )
    writeFileSync(join(directory, 'status'), '')
    mkdirSync(join(directory, 'lists/partial'), { recursive: true })
    mkdirSync(join(directory, 'archives/partial'), { recursive: true })
    // Neither parts nor the main file: their hooks after an update would be for the system's own lists.
    const settings = [
      ...(yield* transport()),
      'Dir::Etc::Parts "/dev/null";',
      'Dir::Etc::Main "/dev/null";',
      'Dir::Etc::SourceParts "/dev/null";',
      `Dir::Etc::SourceList "${directory}/sources.list";`,
      `Dir::State "${directory}";`,
      `Dir::State::Status "${directory}/status";`,
      `Dir::Cache "${directory}";`,
      'Acquire::Languages "none";',
      // The user _apt cannot write here.
      'APT::Sandbox::User "root";',
      ...(architecture === undefined
        ? []
        : [`APT::Architecture "${architecture}";`, `APT::Architectures { "${architecture}"; };`]),
    ]
    const file = join(directory, 'apt.conf')
    writeFileSync(file, settings.join('\n'))
    const get: Apt['get'] = (args, cwd) =>
      run(['apt-get', '-qq', ...args], { cwd, env: { APT_CONFIG: file } }).map(() => undefined)
    yield* get(['-o', 'APT::Update::Error-Mode=any', 'update'], directory)
    return ok({ get })
  })
}

/** The system's mirrors with that release in place of its own: `URI suite`, those of updates included. */
function mirrors(suite: string): ResultAsync<readonly string[], string> {
  return safeTry(async function* () {
    const [, own = ''] = /^VERSION_CODENAME=(\w+)$/m.exec(yield* run(['cat', '/etc/os-release'])) ?? []
    const format = '$(SITE) $(RELEASE) $(COMPONENT)'
    const targets = (yield* run(['apt-get', 'indextargets', '--format', format, 'Created-By: Packages'])).split('\n')
    const sources = targets.flatMap((target) => {
      const [site, release = '', component] = target.split(' ')
      const [base, ...update] = release.split('-')
      return base === own && component === 'main' ? [`${site} ${[suite, ...update].join('-')}`] : []
    })
    return sources.some((source) => source.endsWith(` ${suite}`))
      ? ok([...new Set(sources)])
      : err(`Debian ${suite}: the sources of apt name no mirror of Debian's release ${own}`)
  })
}

/** Settings of the system on how to reach a mirror. */
function transport(): ResultAsync<readonly string[], string> {
  return run(['apt-config', 'dump']).map((dump) =>
    dump.split('\n').filter((line) => /^Acquire::(https?|Retries|Check-Valid-Until)\b/.test(line)),
  )
}
