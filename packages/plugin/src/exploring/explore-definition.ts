import type { CniError } from '@vpc-bridge/cni'
import { readDocument } from '@vpc-bridge/config'
import type { Netns } from '@vpc-bridge/kernel'
import { ok, okAsync, type ResultAsync, safeTry } from 'neverthrow'
import { compareEndpoint } from '../commands/check.ts'
import { endpointsOf, removeLeftovers, removeRecorded } from '../commands/gc.ts'
import { lacksOf } from '../commands/status.ts'
import type { WalkOptions } from '../commands/walk-options.ts'
import type { OwnFailure } from '../definition/definition.ts'
import type { Engine } from '../definition/engine.ts'
import { readConfig } from '../definition/read-config.ts'
import type { Configured, Endpoint } from '../endpoint/endpoint.ts'
import { attach, toEndpoint } from '../endpoint/to-endpoint.ts'
import type { Failure } from '../errors/failure.ts'
import { lookAround } from '../observation/look-around.ts'
import { openContainer } from '../observation/open-container.ts'
import { readEndpoint } from '../records/endpoint-record.ts'
import type { Asked, Exploration, Subject } from './explore.ts'

/** Returns what a command line can ask of a plugin that is defined. */
export function explorationOf<C, V, F extends OwnFailure>(engine: Engine<C, V, F>): Exploration {
  const { plugin, format } = engine
  const read = ({ document, command, warn }: Pick<Asked, 'document' | 'command' | 'warn'>) =>
    readConfig(plugin, { document }, command, warn)
  return {
    readEndpoint: (alias) => {
      const record = readEndpoint(format, alias)
      if (record === undefined) return undefined
      const { entries: _, ...shown } = record
      return shown
    },
    problems: (document) =>
      read({ document, command: 'ADD', warn: () => {} }).match(
        () => [],
        (problems) => problems,
      ),
    lacks: (host) => lacksByDefault(engine, host),
    configure: (asked) => read(asked).map((configured) => subjectOf(engine, configured, asked)),
  }
}

/** Tells what an ADD lacks where nothing is configured. */
function lacksByDefault<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  host: Netns,
): ResultAsync<readonly CniError[], CniError> {
  const { config, lacks, linkKinds } = engine.plugin
  if ((lacks === undefined && linkKinds === undefined) || 'whole' in config) return okAsync([])
  const { read } = config
  // Keys that an ADD needs are missing, of course.
  const lenient: typeof config = {
    ...config,
    read: (document, purpose) => read({ ...document, problems: [] }, purpose),
  }
  return readDocument({}, lenient, 'STATUS')
    .mapErr((problems): Failure => ({ kind: 'wrong configuration', problems }))
    .asyncAndThen((defaults) => lacksOf(engine, host, defaults))
    .mapErr((failure) => engine.errors.toCniError(failure))
}

function subjectOf<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  configured: Configured<C>,
  { endpoint: ref, program }: Asked,
): Subject {
  const { network, config, ipam } = configured
  const { plugin, errors } = engine
  const attached = attach(engine, configured)
  const endpoint = toEndpoint(engine, attached, ref, attached)
  const toError = (failure: Failure | F) => errors.toCniError(failure, program)
  return {
    network,
    ...(plugin.where === undefined ? {} : { place: plugin.where(config) }),
    addresses: attached.ips.map(({ address }) => address),
    ...(ipam === undefined ? {} : { ipam }),
    compare: (host, comparing) => compareEndpoint(engine, host, endpoint, comparing).mapErr(toError),
    isConnected: (host) => isConnected(engine, host, endpoint).mapErr(toError),
    endpoints: (host) =>
      endpointsOf(engine, host, endpoint)
        .map((records) =>
          records.map((record) => ({
            containerId: record.containerId,
            ifName: record.ifName,
            remove: (options: WalkOptions) => removeRecorded(engine, host, endpoint, record, options).mapErr(toError),
          })),
        )
        .mapErr(toError),
    removeLeftovers: async (host, options) => (await removeLeftovers(engine, host, endpoint, options)).map(toError),
  }
}

/** Returns true if the container's interface and the host's link are the two ends of one pair. */
function isConnected<C, V, F extends OwnFailure>(
  engine: Engine<C, V, F>,
  host: Netns,
  endpoint: Endpoint<C>,
): ResultAsync<boolean, Failure> {
  return safeTry<boolean, Failure>(async function* () {
    const container = yield* openContainer(host, endpoint.netns)
    const { hostLink } = yield* lookAround(engine, host, endpoint, container)
    const inside = yield* container.link(endpoint.ifName)
    return ok(hostLink !== undefined && inside?.peer === hostLink.index && hostLink.peer === inside.index)
  })
}
