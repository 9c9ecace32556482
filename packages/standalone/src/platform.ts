/** What a standalone executable can be made for. */
export const platforms = ['linux-x64', 'linux-arm64'] as const

export type Platform = (typeof platforms)[number]

/** Returns the platform of this machine; undefined where it is none of {@link platforms}. */
export function thisPlatform(): Platform | undefined {
  return platforms.find((platform) => platform === `${process.platform}-${process.arch}`)
}
