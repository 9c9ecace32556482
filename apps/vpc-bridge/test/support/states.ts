import { captureState, inside, output } from '@vpc-bridge/testbed'

/** The state of a namespace, with the rules of the packet filter. */
export async function captureAll(netns: string) {
  return { ...(await captureState(netns)), rules: await rulesOf(netns) }
}

/** The rules of the packet filter in a namespace. */
export function rulesOf(netns: string): Promise<string> {
  return output(inside(netns, ['nft', 'list', 'ruleset']))
}

/** A link that is created or comes again has another index than before. */
export function withoutIndexes(state: unknown): unknown {
  return JSON.parse(JSON.stringify(state, (key, value) => (/index$/.test(key) ? undefined : value)))
}
