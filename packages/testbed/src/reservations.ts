import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** By network and address, whose it is: container ID and interface. */
export type Reservations = Readonly<Record<string, string>>

/**
 * Reads the addresses that the IPAM plugin host-local holds. Which address was given last, so that another one is next, is no
 * state: it stays when all are given back.
 *
 * @param directory its `dataDir`; one that is missing holds nothing
 * @see https://www.cni.dev/plugins/current/ipam/host-local/
 */
export async function captureReservations(directory: string): Promise<Reservations> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(noEntries)
  const files = entries.filter((entry) => entry.isFile() && !/^lock$|^last_reserved_ip/.test(entry.name))
  const reservations = files.map(async ({ parentPath, name }) => {
    const path = join(parentPath, name)
    return [path.slice(directory.length + 1), (await readFile(path, 'utf8')).trim().split(/\r?\n/).join(' ')]
  })
  return Object.fromEntries((await Promise.all(reservations)).toSorted())
}

/** Makes host-local hold addresses, as `captureReservations` has read them. */
export async function restoreReservations(directory: string, reservations: Reservations): Promise<void> {
  for (const [path, holder] of Object.entries(reservations)) {
    await mkdir(join(directory, dirname(path)), { recursive: true })
    await writeFile(join(directory, path), holder.replace(' ', '\r\n'))
  }
}

function noEntries(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT') return []
  throw error
}
