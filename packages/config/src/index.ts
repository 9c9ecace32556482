export { type Addressing, addressing } from './addressing.ts'
export { type ArgKeys, withArgs } from './args.ts'
export { type CardSelection, card } from './card.ts'
export { type Dns, dns } from './dns.ts'
export { type Document, documentOf, type Warn } from './document.ts'
export {
  type Command,
  type Field,
  fields,
  forMaking,
  type Key,
  key,
  mapField,
  neededKey,
  orElse,
  type Purpose,
  section,
  withoutEffect,
} from './field.ts'
export type { Gateways } from './gateways.ts'
export { type Family, formatPrefix, type Ip } from './ip.ts'
export { ipam, neededIpam } from './ipam.ts'
export { jsonSchema } from './json-schema.ts'
export { keyTable } from './key-table.ts'
export {
  address,
  addressWithLength,
  boolean,
  interfaceName,
  type Kind,
  list,
  mac,
  netns,
  nonEmptyList,
  number,
  oneOf,
  prefix,
  type TextKind,
  text,
  textKind,
  userId,
} from './kind.ts'
export { mtu } from './mtu.ts'
export { networkName } from './network-name.ts'
export { type ConfigProblem, describeProblem } from './problem.ts'
export { type Caller, keysWithoutEffect, readDocument } from './read-document.ts'
export { readText } from './read-text.ts'
export { type RoutedAddress, routedAddresses } from './routed-addresses.ts'
export { withoutIpamType } from './without-ipam-type.ts'
