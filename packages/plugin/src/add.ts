import type { KernelError, Netns } from '@vpc-bridge/kernel'
import { linkAlias } from '@vpc-bridge/link'
import { apply, type Observe } from '@vpc-bridge/step'
import { err, ok, type ResultAsync, safeTry } from 'neverthrow'
import type { Definition, Endpoint, Steps } from './definition.ts'
import { writeEndpoint } from './endpoint-record.ts'
import type { Failure } from './failure.ts'
import { isComplete } from './is-complete.ts'
import { type Held, type Waiting, withLock } from './lock.ts'
import { openContainer } from './open-container.ts'
import type { RecordFormat } from './record.ts'
import { refuseLongId } from './to-endpoint.ts'

/** How a command is carried out. An interruption makes the running step of an ADD the last one, and rolls back. */
export interface WalkOptions extends Waiting {
  readonly observe?: Observe<KernelError>
}

/** The steps of an endpoint: those of what the network shares, and its own, which end with its record. */
export interface EndpointSteps {
  readonly shared: Steps
  readonly own: Steps
}

/** Returns the steps of an endpoint, in the order in which they are made. */
export function stepsOf<C, V>(
  { phases }: Definition<C, V>,
  format: RecordFormat,
  view: V,
  endpoint: Endpoint<C>,
): EndpointSteps {
  const all = phases(view, endpoint)
  const of = (whose: 'network' | 'endpoint') => all.filter((phase) => phase.of === whose).flatMap(({ steps }) => steps)
  const record = writeEndpoint(format, { ...endpoint, addresses: endpoint.ips.map(({ address }) => address) })
  const finish = linkAlias({ name: endpoint.hostLink.name, alias: format.alias(record) })
  return { shared: of('network'), own: [...of('endpoint'), finish] }
}

/**
 * Refuses an ADD for what is known before its addresses are. An unfinished endpoint counts as one: the addresses that an IPAM
 * plugin gave for it are not for another ADD to release. Changes nothing.
 */
export function refuseExisting<C>(
  format: RecordFormat,
  host: Netns,
  endpoint: Endpoint<C>,
): ResultAsync<void, Failure> {
  return safeTry<void, Failure>(async function* () {
    yield* refuseLongId(format, endpoint)
    const { ifName, containerId, netns, hostLink } = endpoint
    const container = yield* openContainer(host, netns)
    const hostVeth = yield* host.link(hostLink.name)
    if (format.isNewer(hostVeth?.alias)) return err<void, Failure>({ kind: 'newer record', link: hostLink.name })
    if ((yield* container.link(ifName)) !== undefined)
      return err<void, Failure>({ kind: 'interface exists', ifName, netns })
    return hostVeth === undefined
      ? ok()
      : err<void, Failure>({ kind: 'endpoint elsewhere', ifName, containerId, netns })
  })
}

/**
 * Makes an endpoint, and what its network lacks: on an existing network under the shared lock, so that ADDs run in parallel.
 * When it fails, everything is as it was before.
 */
export function add<C, V>(
  plugin: Definition<C, V>,
  format: RecordFormat,
  host: Netns,
  endpoint: Endpoint<C>,
  options: WalkOptions,
): ResultAsync<void, Failure> {
  const { observe } = options
  const steps = () =>
    safeTry<EndpointSteps, Failure>(async function* () {
      const view = yield* plugin.observe(host, endpoint)
      const reasons = (plugin.rules ?? []).flatMap((rule) => rule(view, endpoint) ?? [])
      if (reasons.length > 0) return err<EndpointSteps, Failure>({ kind: 'refused', reasons })
      return ok(stepsOf(plugin, format, view, endpoint))
    })
  const join = ({ release }: Held) =>
    safeTry<boolean, Failure>(async function* () {
      const { shared, own } = yield* steps()
      if (!(yield* isComplete(shared, host, observe))) return ok(false)
      yield* apply(releasing(own, release), host, options)
      return ok(true)
    })
  const make = () =>
    safeTry<void, Failure>(async function* () {
      const { shared, own } = yield* steps()
      return apply([...shared, ...own], host, options)
    })
  return withLock(host, 'shared', join, options).andThen((isMade) =>
    isMade ? ok() : withLock(host, 'exclusive', make, options),
  )
}

/** Once the first step has made the link with the record, no other process takes the network away. */
function releasing([first, ...others]: Steps, release: Held['release']): Steps {
  if (first === undefined) return others
  return [{ ...first, apply: (...args) => first.apply(...args).andTee(release) }, ...others]
}
