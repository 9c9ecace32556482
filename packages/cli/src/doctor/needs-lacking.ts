import type { ExplorablePlugin } from '@vpc-bridge/plugin'
import type { Finding } from './model.ts'
import type { FindNeeds } from './run-doctor.ts'

/** Returns the needs of a plugin by what it says that an ADD lacks. */
export function needsLacking({ type, explore }: ExplorablePlugin): FindNeeds {
  const shared = { id: 'needs', what: `needs of ${type}` }
  return async ({ host }) => {
    const modes = [{ mode: type, needs: [shared.id] }]
    if (host === undefined) {
      return { findings: [{ ...shared, state: 'unknown', found: 'nobody could be asked' }], modes }
    }
    const findings = await explore.lacks(host).match(
      (lacks): readonly Finding[] =>
        lacks.length === 0
          ? [{ ...shared, state: 'there', found: 'it knows of nothing that is missing' }]
          : lacks.map(({ msg, details }) => ({
              ...shared,
              state: 'missing',
              found: msg,
              ...(details === undefined ? {} : { remedy: details }),
            })),
      ({ msg }): readonly Finding[] => [{ ...shared, state: 'unknown', found: msg }],
    )
    return { findings, modes }
  }
}
