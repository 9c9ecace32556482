import type { CniError } from '@vpc-bridge/cni'
import { readDocument } from '@vpc-bridge/config'
import type { Netns } from '@vpc-bridge/kernel'
import { err, ok, okAsync, ResultAsync, safeTry } from 'neverthrow'
import { stepsOf, type WalkOptions } from './add.ts'
import { comparisonWith } from './compare-steps.ts'
import type { Definition } from './definition.ts'
import { del, removeUnusedNetwork } from './del.ts'
import { endpointsAmong, newerLink, readEndpoint } from './endpoint-record.ts'
import { errorTable } from './error-table.ts'
import type { Asked, Checked, Exploration, RecordedEndpoint, Subject } from './explore.ts'
import { engineErrors, type Failure } from './failure.ts'
import { openContainer } from './open-container.ts'
import type { RecordFormat } from './record.ts'
import { type Configured, type EndpointRef, readConfig, toEndpoint } from './to-endpoint.ts'

/** Returns what a command line can ask of a plugin that is defined. */
export function explorationOf<C, V>(definition: Definition<C, V>, format: RecordFormat): Exploration {
  const configured = ({ document, command, warn }: Pick<Asked, 'document' | 'command' | 'warn'>) =>
    readConfig(definition, { document }, command, warn)
  return {
    readEndpoint: (alias) => readEndpoint(format, alias),
    problems: (document) => configured({ document, command: 'ADD', warn: () => {} }).match(() => [], problemsOf),
    lacks: (host) =>
      readDocument({}, (document) => definition.config({ ...document, problems: [] }, 'STATUS')).match(
        (config) => definition.lacks?.(host, config) ?? okAsync([]),
        () => okAsync([]),
      ),
    configure: (asked) =>
      configured(asked)
        .map((config) => subjectOf(definition, format, config, asked))
        .mapErr(problemsOf),
  }
}

function problemsOf(failure: Failure) {
  return failure.kind === 'wrong configuration' ? failure.problems : []
}

function subjectOf<C, V>(
  definition: Definition<C, V>,
  format: RecordFormat,
  configured: Configured<C>,
  { endpoint: ref, program }: Asked,
): Subject {
  const { network, config, ipam } = configured
  const { toCniError } = errorTable<Failure>(engineErrors, program)
  const given = { ips: definition.ips?.(config) ?? [], routes: [] }
  const withAddresses = (about: EndpointRef, addresses: readonly string[]) => {
    const ips = addresses.map((address) => ({ address }))
    return toEndpoint(format, configured, about, { ips, routes: [] })
  }
  const endpoint = toEndpoint(format, configured, ref, given)
  const ends = (host: Netns) =>
    safeTry(async function* () {
      const container = yield* openContainer(host, endpoint.netns)
      return ok({ near: yield* host.link(endpoint.hostLink.name), far: yield* container.link(endpoint.ifName) })
    })
  return {
    network,
    addresses: given.ips.map(({ address }) => address),
    ...(ipam === undefined ? {} : { ipam }),
    compare: (host, comparing) =>
      safeTry<Checked, Failure>(async function* () {
        const { near, far } = yield* ends(host)
        if (near === undefined && far === undefined) return ok('not connected' as const)
        const recorded = readEndpoint(format, near?.alias)?.addresses ?? []
        const complete = given.ips.length > 0 ? endpoint : withAddresses(ref, recorded)
        const steps = stepsOf(definition, format, yield* definition.observe(host, complete), complete)
        const compare = yield* comparisonWith(host, comparing)
        return ResultAsync.fromSafePromise(compare([...steps.shared, ...steps.own]))
      }).mapErr((failure) => toCniError(failure)),
    isConnected: (host) =>
      ends(host)
        .map(({ near, far }) => near !== undefined && far?.peer === near.index && near.peer === far.index)
        .mapErr((failure) => toCniError(failure)),
    endpoints: (host) =>
      safeTry<readonly RecordedEndpoint[], Failure>(async function* () {
        const links = yield* host.links()
        const newer = newerLink(format, links)
        if (newer !== undefined) return err<never, Failure>({ kind: 'newer record', link: newer.name })
        const records = endpointsAmong(format, links, network)
        return ok(
          records.map((record) => ({
            containerId: record.containerId,
            ifName: record.ifName,
            remove: (options: WalkOptions) =>
              del(definition, format, host, withAddresses(record, record.addresses), options).mapErr(toCniError),
          })),
        )
      }).mapErr((failure) => toCniError(failure)),
    removeLeftovers: async (host, options) => {
      const none = withAddresses({ containerId: '', ifName: '' }, [])
      const removed = await removeUnusedNetwork(definition, format, host, none, options).andThen((removal) => removal)
      return removed.match(
        (): readonly CniError[] => [],
        (failure) => [toCniError(failure)],
      )
    },
  }
}
