import type { Operation, Recorded } from '@vpc-bridge/kernel'

/** Returns changes that each undo a part of what a command made. Settings of the whole machine are left alone. */
export function singleChanges(made: readonly Recorded[]): readonly Recorded[] {
  return made.flatMap(({ netns, operation }) => undoing(operation).map((undo) => ({ netns, operation: undo })))
}

function undoing(operation: Operation): readonly Operation[] {
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
    case 'add address':
      return [{ do: 'delete address', address: operation.address }]
    case 'add route':
    case 'set route':
      return [{ do: 'delete route', route: operation.route }]
    case 'set neighbour':
      return [{ do: 'delete neighbour', neighbour: operation.neighbour }]
    default:
      return []
  }
}
