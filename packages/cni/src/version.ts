/** The newest version of the CNI specification that this package speaks. */
export const newestVersion = '1.1.0'

/** The versions of the CNI specification that this package speaks, oldest first. */
export const specVersions = ['0.3.0', '0.3.1', '0.4.0', '1.0.0', newestVersion] as const

/** A version of the CNI specification. */
export type SpecVersion = (typeof specVersions)[number]

/** The version that a configuration without `cniVersion` is of (CNI specification before 0.2.0 had none). */
export const assumedVersion = '0.1.0'

/** The version of that name; `undefined` when it is not one that this package speaks. */
export function toSpecVersion(text: string): SpecVersion | undefined {
  return specVersions.find((version) => version === text)
}

/** Whether a version is at least another one. */
export function isAtLeast(version: SpecVersion, least: SpecVersion): boolean {
  return specVersions.indexOf(version) >= specVersions.indexOf(least)
}
