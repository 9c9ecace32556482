import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'

/** Of Debian's package debian-archive-keyring, which every Debian has. */
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'

/**
 * Sets up apt with a configuration and a state of its own, for both architectures and for sources, from the mirror that the
 * machine has in its own configuration, which stays as it is.
 *
 * @param directory where all of it is, and where it downloads to
 * @param release of Debian, which need not be the machine's
 * @returns what runs a program of apt
 */
export async function aptOf(directory: string, release: string) {
  const file = (name: string) => join(directory, name)
  await mkdir(file('lists/partial'), { recursive: true })
  await mkdir(file('archives/partial'), { recursive: true })
  await mkdir(file('none'))
  await writeFile(file('status'), '')
  const source = [
    'Types: deb deb-src',
    `URIs: ${await mirror()}`,
    `Suites: ${release}`,
    'Components: main',
    `Signed-By: ${keyring}`,
  ]
  await writeFile(file('debian.sources'), `${source.join('\n')}\n`)
  const configuration = [
    `Dir::Etc::sourcelist "${file('debian.sources')}";`,
    `Dir::Etc::sourceparts "${file('none')}";`,
    `Dir::State::lists "${file('lists')}";`,
    `Dir::State::status "${file('status')}";`,
    `Dir::Cache "${directory}";`,
    // The user of apt's downloads may not reach the directory.
    'APT::Sandbox::User "";',
    'APT::Architectures { "amd64"; "arm64"; };',
    'Acquire::Languages "none";',
    'Acquire::http::Timeout "30";',
  ]
  await writeFile(file('apt.conf'), `${configuration.join('\n')}\n`)
  return execa({ cwd: directory, env: { APT_CONFIG: file('apt.conf') } })
}

/** Returns the machine's own mirror of Debian, as apt reads it from its sources in whatever format. */
async function mirror(): Promise<string> {
  const { stdout } = await execa('apt-get', ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages'])
  const found = stdout.split('\n').find((uri) => /\/debian\/?$/.test(uri))
  if (found === undefined) throw new Error('the sources of apt name no mirror of Debian')
  return found
}
