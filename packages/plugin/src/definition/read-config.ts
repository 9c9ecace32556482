import {
  type Command,
  type ConfigProblem,
  dns,
  type Field,
  fields,
  forMaking,
  ipam,
  keysWithoutEffect,
  neededIpam,
  networkName,
  readDocument,
  type Warn,
} from '@vpc-bridge/config'
import type { Result } from 'neverthrow'
import type { Configured, EndpointRef } from '../endpoint/endpoint.ts'
import type { Definition, OwnFailure } from './definition.ts'

const common = { network: networkName, dns: forMaking(dns) }

/** The engine's own keys. */
const engineKeys = {
  none: fields(common),
  optional: fields({ ...common, ipam }),
  required: fields({ ...common, ipam: neededIpam }),
}

/** Returns all keys of a plugin: the engine's, and its own, of which a removal must not fail for what is wrong. */
export function configurationOf<C, V, F extends OwnFailure>({
  config,
  ipam,
}: Definition<C, V, F>): Field<Configured<C>> {
  if ('whole' in config) return config.whole
  const [engine, own] = [engineKeys[ipam], forMaking(config)]
  return {
    keys: [...engine.keys, ...own.keys],
    conditions: [...(engine.conditions ?? []), ...(own.conditions ?? [])],
    read: (document, purpose) => ({ ...engine.read(document, purpose), config: own.read(document, purpose) }),
  }
}

/** A parsed configuration, with CNI_ARGS taken apart. */
interface ReadDocument extends Pick<EndpointRef, 'args'> {
  readonly document: unknown
}

/**
 * Reads a configuration as far as a command needs it.
 *
 * @param warn is told of keys in another case, and at an ADD of those without effect
 */
export function readConfig<C, V, F extends OwnFailure>(
  definition: Definition<C, V, F>,
  { document, args = {} }: ReadDocument,
  command: Command,
  warn: Warn,
): Result<Configured<C>, readonly ConfigProblem[]> {
  const configuration = configurationOf(definition)
  if (command === 'ADD') keysWithoutEffect(document, configuration).forEach(warn)
  return readDocument(document, configuration, command, { args, warn })
}
