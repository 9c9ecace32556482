/**
 * Returns the path of a network namespace that is given by name or path. Names are those of `ip netns`, kept in /var/run/netns.
 *
 * @param nameOrPath `blue`, or anything with a slash in it, which is a path already
 * @see ip-netns(8)
 */
export function netnsPath(nameOrPath: string): string {
  return nameOrPath.includes('/') ? nameOrPath : `/var/run/netns/${nameOrPath}`
}

/** Returns the name of a network namespace among those of `ip netns`, by its path; `undefined` when it has none. */
export function netnsName(path: string): string | undefined {
  return /^(?:\/var)?\/run\/netns\/([^/]+)$/.exec(path)?.[1]
}
