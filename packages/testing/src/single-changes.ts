import { isUpper, type Operation, type Recorded } from '@vpc-bridge/kernel'

/** Returns changes that each undo a part of what a command made. Settings of the whole machine are left alone. */
export function singleChanges(made: readonly Recorded[]): readonly Recorded[] {
  return made.flatMap(({ netns, operation }, index) =>
    undoing(operation, netns).map((undo) =>
      followed({ netns: placeOf(operation) ?? netns, operation: undo }, made.slice(index + 1)),
    ),
  )
}

/** Returns a change of a link where it is, and under the name that it has, after it was moved. */
function followed(change: Recorded, later: readonly Recorded[]): Recorded {
  const { operation, netns } = change
  if (operation.do !== 'set link') return change
  const [move, ...others] = later.filter((each) => each.netns === netns && isMoveOf(operation.name, each.operation))
  if (move?.operation.do !== 'move link') return change
  const { as = operation.name, netns: to } = move.operation
  return followed({ netns: to, operation: { ...operation, name: as } }, others)
}

/** Returns the namespace that what an operation is about comes to, if it is another one. */
function placeOf(operation: Operation): string | undefined {
  if (operation.do === 'move link') return operation.netns
  return operation.do === 'add link' && isUpper(operation.link) ? operation.link.netns : undefined
}

function isMoveOf(name: string, operation: Operation): boolean {
  return operation.do === 'move link' && operation.name === name
}

function undoing(operation: Operation, netns: string): readonly Operation[] {
  switch (operation.do) {
    case 'add link': {
      const { name } = operation.link
      return [
        { do: 'delete link', name },
        { do: 'set link', name, set: { up: false } },
        ...(operation.link.kind === 'tap' ? [] : [{ do: 'set link', name, set: { mtu: 1300 } } as const]),
      ]
    }
    case 'set link':
      return operation.set.alias === undefined ? [] : [{ do: 'set link', name: operation.name, set: { alias: '' } }]
    case 'move link': {
      const { name, as = name } = operation
      return [{ do: 'move link', name: as, netns, as: name }]
    }
    case 'add address':
      return [{ do: 'delete address', address: operation.address }]
    case 'add route':
    case 'set route':
      return [{ do: 'delete route', route: operation.route }]
    case 'add reject route':
      return [{ do: 'delete reject route', route: operation.route }]
    case 'set masquerade':
      return [{ do: 'delete masquerade', name: operation.name }]
    case 'set masquerade entry':
      return [{ do: 'delete masquerade entry', name: operation.name, entry: operation.entry }]
    case 'add rule':
      return [{ do: 'delete rule', rule: operation.rule }]
    case 'set neighbour':
      return [{ do: 'delete neighbour', neighbour: operation.neighbour }]
    default:
      return []
  }
}
