import type { Environment } from './environment.ts'

/** Where programs are on every distribution. */
const standardPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Returns where to look for the system's programs: in the PATH of a process, which may be unset, then where they usually are. */
export function programPath({ PATH: own }: Environment): string {
  return own ? `${own}:${standardPath}` : standardPath
}
