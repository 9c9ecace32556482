import { type AddRequest, specVersions } from '@vpc-bridge/cni'
import type { EndpointIdentity } from '@vpc-bridge/plugin'
import type { Runtime } from '@vpc-bridge/runtime'
import type { JsonObject } from '../json-object.ts'

/** The version of the specification for a configuration that names none, and in which results are written. */
export const usualVersion = '1.0.0'

/** Where other plugins are if CNI_PATH does not say. */
const usualPath = '/opt/cni/bin'

/** Returns the request that a container runtime would make of a plugin, for other plugins in its turn. */
export function requestFor(
  document: JsonObject,
  { containerId, ifName, netns }: EndpointIdentity & { readonly netns: string },
  { environment, files, runChild }: Runtime,
): AddRequest {
  const path = environment['CNI_PATH'] || usualPath
  return {
    cniVersion: specVersions.find((version) => version === document['cniVersion']) ?? usualVersion,
    document,
    input: JSON.stringify({ cniVersion: usualVersion, ...document }),
    path: path.split(':').filter((directory) => directory !== ''),
    environment: {
      ...environment,
      CNI_CONTAINERID: containerId,
      CNI_IFNAME: ifName,
      CNI_NETNS: netns,
      CNI_PATH: path,
    },
    runtime: { files, runChild },
    containerId,
    ifName,
    netns,
    args: {},
  }
}
