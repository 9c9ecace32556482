import { intercept, type Netns, objectOf } from '@vpc-bridge/kernel'
import type { Log } from './log.ts'

/** A handle like the given one that logs every change. */
export function logged(netns: Netns, log: Log): Netns {
  return intercept(netns, (operation, where, proceed) => {
    log('trace', `${operation.do}: ${objectOf(operation)} in ${where.path}`)
    if (operation.do === 'add link' && operation.link.kind === 'ifb') {
      log('warn', `the kernel has no dummy driver: ${operation.link.name} is an ifb link`)
    }
    return proceed()
  })
}
