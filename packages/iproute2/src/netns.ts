import { type Driver, driverNetns, type NamespaceFile, type Netns, type Opener } from '@vpc-bridge/kernel'
import { perform } from './change.ts'
import {
  addressesOf,
  linkOf,
  linksOf,
  neighbourOf,
  neighboursOf,
  rejectRoutesOf,
  routesOf,
  rulesOf,
} from './look-up.ts'
import type { Run } from './run.ts'

/** The handle of an open network namespace. */
export function createNetns(
  file: NamespaceFile,
  run: Run,
  { open, openFile }: Opener,
  means: Pick<Driver, 'filters' | 'syscalls'>,
): Netns {
  const runInside: Run = (words) => {
    const { path, isOwn } = file.forChildren()
    return run(isOwn ? words : ['nsenter', `--net=${path}`, '--', ...words])
  }
  return driverNetns(
    file,
    {
      link: (name) => linkOf(runInside, name),
      links: (query) => linksOf(runInside, query),
      addresses: (dev) => addressesOf(runInside, dev),
      routes: (query) => routesOf(runInside, query),
      rejectRoutes: (family) => rejectRoutesOf(runInside, family),
      rules: (family) => rulesOf(runInside, family),
      neighbours: (dev) => neighboursOf(runInside, dev),
      neighbour: (dev, address) => neighbourOf(runInside, dev, address),
    },
    { ...means, perform: (operation) => perform(operation, runInside, openFile) },
    open,
  )
}
