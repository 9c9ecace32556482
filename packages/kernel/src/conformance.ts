import { addressCases } from './conformance/addresses.ts'
import { bridgeCases } from './conformance/bridges.ts'
import type { ConformanceCase } from './conformance/case.ts'
import { linkCases } from './conformance/links.ts'
import { fileLockCases, lockCases } from './conformance/locks.ts'
import { macTranslationCases } from './conformance/mac-translations.ts'
import { masqueradeCases } from './conformance/masquerades.ts'
import { moveCases } from './conformance/moves.ts'
import { nameCases } from './conformance/names.ts'
import { neighbourCases } from './conformance/neighbours.ts'
import { netnsCases } from './conformance/netns.ts'
import { rejectRouteCases } from './conformance/reject-routes.ts'
import { renameCases } from './conformance/renames.ts'
import { routeCases } from './conformance/routes.ts'
import { route6Cases } from './conformance/routes6.ts'
import { ruleCases } from './conformance/rules.ts'
import { sysctlCases } from './conformance/sysctls.ts'
import { tapCases } from './conformance/taps.ts'
import { unknownPropertyCases } from './conformance/unknown-properties.ts'
import { upperLinkCases } from './conformance/upper-links.ts'
import { vethCases } from './conformance/veth.ts'

export type { ConformanceCase, ConformanceWorld } from './conformance/case.ts'
export { performCases } from './conformance/perform.ts'

/** What every driver of the port must do as Linux does. A driver's tests run each case in a world of its own. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...linkCases,
  ...nameCases,
  ...bridgeCases,
  ...vethCases,
  ...tapCases,
  ...upperLinkCases,
  ...renameCases,
  ...moveCases,
  ...netnsCases,
  ...addressCases,
  ...routeCases,
  ...route6Cases,
  ...rejectRouteCases,
  ...ruleCases,
  ...neighbourCases,
  ...sysctlCases,
  ...lockCases,
  ...fileLockCases,
  ...macTranslationCases,
  ...masqueradeCases,
  ...unknownPropertyCases,
]
