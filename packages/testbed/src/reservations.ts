import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Reads the addresses that the IPAM plugin host-local holds: by network and address, whose they are (container ID and
 * interface). Which address was given last, so that another one is next, is no state: it stays when all are given back.
 *
 * @param directory its `dataDir`; one that is missing holds nothing
 * @see https://www.cni.dev/plugins/current/ipam/host-local/
 */
export async function captureReservations(directory: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(noEntries)
  const files = entries.filter((entry) => entry.isFile() && !/^lock$|^last_reserved_ip/.test(entry.name))
  const reservations = files.map(async ({ parentPath, name }) => {
    const path = join(parentPath, name)
    return [path.slice(directory.length + 1), (await readFile(path, 'utf8')).trim().split(/\r?\n/).join(' ')]
  })
  return Object.fromEntries((await Promise.all(reservations)).toSorted())
}

function noEntries(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT') return []
  throw error
}
