import type { CniError } from '@vpc-bridge/cni'
import type { Asked, Checked, Exploration, RecordedEndpoint, Subject } from '@vpc-bridge/plugin'
import { openContainer } from '@vpc-bridge/plugin'
import { okAsync, type ResultAsync } from 'neverthrow'
import { readEndpointAlias } from './alias.ts'
import { checkEndpoint } from './check-endpoint.ts'
import { configurationProblemsOf } from './configuration-problems.ts'
import { del } from './del.ts'
import { type Failure, toCniError } from './failure.ts'
import { endpointsOf, removeLeftovers } from './gc.ts'
import { endsOf } from './refuse-taken.ts'
import { type Configured, toAttachment } from './to-attachment.ts'

/** What a command line can ask of vpc-bridge. */
export const exploration: Exploration = {
  readEndpoint: readEndpointAlias,
  problems: configurationProblemsOf,
  lacks: () => okAsync([]),
  configure: ({ document, endpoint, command, warn, program }: Asked) =>
    toAttachment(document, endpoint, command, warn)
      .map((configured) => subjectOf(configured, program))
      .mapErr((failure) => (failure.kind === 'wrong configuration' ? failure.problems : [])),
}

function subjectOf({ attachment, ipam }: Configured, program: string): Subject {
  const { network, eni, addresses } = attachment
  const toError = (failure: Failure): CniError => toCniError(failure, program)
  return {
    network,
    place: `on ${eni.by === 'name' ? eni.name : `the ENI with MAC address ${eni.mac}`}`,
    addresses,
    ...(ipam === undefined ? {} : { ipam }),
    compare: (host, { isInstalled = () => true }): ResultAsync<Checked, CniError> =>
      checkEndpoint(host, attachment, isInstalled).mapErr(toError),
    isConnected: (host) =>
      openContainer(host, attachment.netns ?? '')
        .andThen((container) => endsOf(host, container, attachment))
        .map(({ near, far }) => near !== undefined && far?.peer === near.index && near.peer === far.index)
        .mapErr(toError),
    endpoints: (host) =>
      endpointsOf(host, attachment)
        .map((records) =>
          records.map(
            (record): RecordedEndpoint => ({
              ...record,
              remove: (options) => del(host, { ...attachment, ...record }, options).mapErr(toError),
            }),
          ),
        )
        .mapErr(toError),
    removeLeftovers: async (host, options) => (await removeLeftovers(host, attachment, options)).map(toError),
  }
}
