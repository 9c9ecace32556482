import { readFile, writeFile } from 'node:fs/promises'
import {
  type Address,
  type Kernel,
  type KernelError,
  type Link,
  type LinkQuery,
  type Neighbour,
  type Netns,
  type Operation,
  operationError,
  type Route,
  type RouteQuery,
} from '@vpc-bridge/kernel'
import { errAsync, okAsync, ResultAsync } from 'neverthrow'
import { ipArguments } from './command.ts'
import { parseAddresses, parseLinks, parseNeighbours, parseRoutes, type ShownLink } from './parse.ts'
import { type RunError, run } from './run.ts'

/** What a handle is made of. */
interface Opened {
  readonly path: string
  readonly id: string
  /** A path to enter the namespace by that stays valid; absent for the one that this program runs in. */
  readonly inside: string | undefined
  readonly open: Kernel['open']
}

/** The handle of a namespace. */
export function openNetns({ path, id, inside, open }: Opened): Netns {
  const enter = (command: readonly string[]) =>
    inside === undefined ? command : ['nsenter', `--net=${inside}`, ...command]

  const show = (object: string, args: readonly string[]): ResultAsync<string, KernelError> =>
    run(enter(['ip', '-json', '-details', ...args])).mapErr(lookUpError(path, object))

  const link = (name: string): ResultAsync<Link | undefined, KernelError> => {
    // `ip` would take an empty or overlong name for a mistake of the caller's; here it is just not there.
    if (!isName(name)) return okAsync(undefined)
    return show(`link ${name}`, ['link', 'show', 'dev', name])
      .andThen((json) => resolve(parseLinks(json)))
      .map(([found]) => found)
      .orElse((error) => (error.errno === 'ENODEV' ? okAsync(undefined) : errAsync(error)))
  }

  const links = ({ master, limit }: LinkQuery = {}): ResultAsync<readonly Link[], KernelError> =>
    present(master)
      .andThen(() => show('links', ['link', 'show', ...(master === undefined ? [] : ['master', master])]))
      .andThen((json) => resolve(parseLinks(json).slice(0, limit)))

  /** Puts indexes in place of the names by which `ip` refers to other links of the namespace. */
  const resolve = (shown: readonly ShownLink[]): ResultAsync<readonly Link[], KernelError> => {
    const names = new Set(
      shown.flatMap(({ masterName, peer }) => [masterName ?? [], peer && 'name' in peer ? peer.name : []].flat()),
    )
    if (names.size === 0) return okAsync(shown.map((each) => withIndexes(each, new Map())))
    return show('links', ['link', 'show']).map((json) => {
      const indexes = new Map(parseLinks(json).map((each) => [each.link.name, each.link.index]))
      return shown.map((each) => withIndexes(each, indexes))
    })
  }

  /** Refuses the name of a link that does not exist. */
  const present = (dev: string | undefined): ResultAsync<void, KernelError> => {
    if (dev === undefined) return okAsync()
    return link(dev).andThen((found) =>
      found === undefined
        ? errAsync(lookUpError(path, `link ${dev}`)({ errno: 'ENODEV', message: `Cannot find device "${dev}"` }))
        : okAsync(),
    )
  }

  const addresses = (dev?: string): ResultAsync<readonly Address[], KernelError> =>
    present(dev)
      .andThen(() => show('addresses', ['address', 'show', ...option('dev', dev)]))
      .map(parseAddresses)

  const routes = (query: RouteQuery): ResultAsync<readonly Route[], KernelError> =>
    present(query.dev)
      .andThen(() =>
        show('routes', [
          ...(query.family === 'inet6' ? ['-6'] : []),
          ...['route', 'show', 'table', 'main'],
          ...option('exact', query.destination),
          ...option('dev', query.dev),
        ]),
      )
      .map((json) => parseRoutes(json, query))

  const neighbours = (dev?: string): ResultAsync<readonly Neighbour[], KernelError> =>
    present(dev)
      .andThen(() => show('neighbours', ['neighbour', 'show', ...option('dev', dev), 'nud', 'permanent']))
      .map((json) => parseNeighbours(json, dev))

  const sysctl = (name: string): ResultAsync<string, KernelError> => {
    const file = `/proc/sys/${name}`
    // Which namespace's settings are below /proc/sys/net depends on the process that looks.
    const read = inside === undefined ? fromFile(readFile(file, 'utf8')) : run(enter(['cat', '--', file]))
    return read.map((text) => text.replace(/\n$/, '')).mapErr(lookUpError(path, `sysctl ${name}`))
  }

  const writeSysctl = (name: string, value: string): ResultAsync<unknown, RunError> => {
    const file = `/proc/sys/${name}`
    return inside === undefined ? fromFile(writeFile(file, value)) : run(enter(['tee', '--', file]), value)
  }

  const perform = (operation: Operation): ResultAsync<unknown, RunError> => {
    if (operation.do === 'write sysctl') return writeSysctl(operation.path, operation.value)
    return run(enter(['ip', ...ipArguments(operation)]))
  }

  return {
    path,
    id,
    link,
    links,
    addresses,
    routes,
    neighbours,
    sysctl,
    change: (operation) =>
      perform(operation)
        .map(() => undefined)
        .mapErr(({ errno, message }) => operationError(operation, path, errno, message)),
    open,
  }
}

function withIndexes({ link, masterName, peer }: ShownLink, indexes: ReadonlyMap<string, number>): Link {
  const master = masterName === undefined ? undefined : indexes.get(masterName)
  const far = peer === undefined ? undefined : 'index' in peer ? peer.index : indexes.get(peer.name)
  return { ...link, ...(master === undefined ? {} : { master }), ...(far === undefined ? {} : { peer: far }) }
}

function isName(name: string): boolean {
  return name !== '' && Buffer.byteLength(name) <= 127 && !/[\s\0]/.test(name)
}

function lookUpError(netns: string, object: string): (error: RunError) => KernelError {
  return ({ errno, message }) => ({ kind: 'kernel', operation: 'look up', object, netns, errno, message })
}

function fromFile<T>(access: Promise<T>): ResultAsync<T, RunError> {
  return ResultAsync.fromPromise(access, (error) => {
    // node:fs rejects with nothing else.
    const { code = 'EIO', message } = error as NodeJS.ErrnoException
    return { errno: code, message }
  })
}

function option(name: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [name, value]
}
