import packageJson from '../package.json' with { type: 'json' }

/** The commit that the program was built from; the build puts it here. */
declare const VPC_BRIDGE_COMMIT: string | undefined

/** Returns what `--version` prints: the version, the commit, and the build. */
export function versionLine(build: string): string {
  const commit = typeof VPC_BRIDGE_COMMIT === 'undefined' ? 'unknown' : VPC_BRIDGE_COMMIT
  return `${packageJson.version} (commit ${commit}, ${build})`
}
