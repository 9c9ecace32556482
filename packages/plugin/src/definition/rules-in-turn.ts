import type { OwnFailure, Rule } from './definition.ts'

/** Returns rules of which some are asked only where all others hold: of a network on which nothing can be made there is no more to say. */
export function rulesInTurn<C, V, F extends OwnFailure>(
  first: readonly Rule<C, V, F>[],
  further: readonly Rule<C, V, F>[],
): readonly Rule<C, V, F>[] {
  const ifFirstHold =
    (rule: Rule<C, V, F>): Rule<C, V, F> =>
    (view, endpoint) =>
      first.every((each) => each(view, endpoint) === undefined) ? rule(view, endpoint) : undefined
  return [...first, ...further.map(ifFirstHold)]
}
