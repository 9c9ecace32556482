import { isGone, type KernelError, type Link, type Netns } from '@vpc-bridge/kernel'
import type { Reverted } from '@vpc-bridge/step'
import { errAsync, ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import { furnish } from './furnish.ts'
import { parseHomeRecord, piecesOf } from './home-record.ts'

/**
 * Gives a link that has come home what it had, its name if that is free. Its record goes last; pieces without an alias are no
 * record.
 */
export function comeHome(home: Netns, found: Link | undefined): ResultAsync<Reverted, KernelError> {
  return safeTry<Reverted, KernelError>(async function* () {
    if (found === undefined) return ok<Reverted>('absent')
    const record = parseHomeRecord(found)
    const link = yield* named(home, found, record?.name ?? found.name)
    if (record !== undefined) {
      yield* furnish(home, link, record, () => {})
      yield* home.change({ do: 'set link', name: link.name, set: { alias: record.alias } })
    }
    for (const altName of piecesOf(link)) {
      yield* home
        .change({ do: 'delete altname', name: link.name, altName })
        .orElse((error) => (isGone(error) ? okAsync() : errAsync(error)))
    }
    return ok<Reverted>(record === undefined ? 'absent' : 'removed')
  })
}

/** Renames a link, unless the name is taken: then it keeps the one that it has. Returns it as it is then. */
function named(home: Netns, link: Link, to: string): ResultAsync<Link, KernelError> {
  return safeTry<Link, KernelError>(async function* () {
    const { name, up } = link
    if (name === to || (yield* home.link(to)) !== undefined) return ok(link)
    if (up) yield* home.change({ do: 'set link', name, set: { up: false } })
    yield* home.change({ do: 'rename link', name, to })
    return ok({ ...link, name: to, up: false })
  })
}
