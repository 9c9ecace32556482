import packageJson from '../package.json' with { type: 'json' }

/** The commit that the program was built from; the build puts it here. */
declare const VPC_BRIDGE_COMMIT: string | undefined

/** What `--version` prints: the version, the commit, and the driver. */
export function versionLine(driver: string): string {
  const commit = typeof VPC_BRIDGE_COMMIT === 'undefined' ? 'unknown' : VPC_BRIDGE_COMMIT
  return `${packageJson.version} (commit ${commit}, driver ${driver})`
}
