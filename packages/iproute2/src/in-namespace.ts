import type { Attached, NamespaceFile, OpenFile } from '@vpc-bridge/kernel'
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

/** Returns the driver in a namespace. */
export function inNamespace(file: NamespaceFile, run: Run, openFile: OpenFile): Attached {
  const runInside: Run = (words) => {
    const { path, isOwn } = file.forChildren()
    return run(isOwn ? words : ['nsenter', `--net=${path}`, '--', ...words])
  }
  return {
    lookUps: {
      link: (name) => linkOf(runInside, name),
      links: (query) => linksOf(runInside, query),
      addresses: (dev) => addressesOf(runInside, dev),
      routes: (query) => routesOf(runInside, query),
      rejectRoutes: (family) => rejectRoutesOf(runInside, family),
      rules: (family) => rulesOf(runInside, family),
      neighbours: (dev) => neighboursOf(runInside, dev),
      neighbour: (dev, address) => neighbourOf(runInside, dev, address),
    },
    perform: (operation) => perform(operation, runInside, openFile),
  }
}
