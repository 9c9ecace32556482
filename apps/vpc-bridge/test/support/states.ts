/** A link that is created or comes again has another index than before. */
export function withoutIndexes(state: unknown): unknown {
  return JSON.parse(JSON.stringify(state, (key, value) => (/index$/.test(key) ? undefined : value)))
}
