export { type Belongings, belongingsOf, giveAddresses, isLinkLocal, onLink } from './belongings.ts'
export { describeKernelError, type KernelError, operationError } from './error.ts'
export { failing } from './failing.ts'
export { hopsOf, renameLinks } from './hops.ts'
export { type Interceptor, intercept, type Recorded, record } from './intercept.ts'
export { lookUpOnce } from './look-up-once.ts'
export { type MacTranslator, noMacTranslator, type TranslatorFailure, type TranslatorNetns } from './mac-translator.ts'
export { inodeOf, type Kernel, type LinkQuery, type Lock, type LockMode, type Netns, type RouteQuery } from './netns.ts'
export {
  actionWords,
  isMacTranslation,
  type LinkSettings,
  type MacTranslationOperation,
  type NewLink,
  type NewPeer,
  type NewTap,
  type Operation,
  objectOf,
} from './operation.ts'
export { absentIfGone, changeReversibly, isGone } from './reversible.ts'
export { nameOf, numberOf, routeMetrics, routeProtocols, routeTypes, scopes } from './route-names.ts'
export { type Snapshot, snapshot } from './snapshot.ts'
export type {
  Address,
  AddressFlag,
  Family,
  Link,
  ListedRule,
  MacTranslation,
  MacTranslationEntry,
  Neighbour,
  NeighbourEntry,
  NextHop,
  Route,
  RouteType,
  Rule,
  RuleAction,
} from './state.ts'
