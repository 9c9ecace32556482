import { err, ok, Result } from 'neverthrow'

/**
 * Checks that a value from outside has a shape.
 *
 * @param at where the value is: `[0].ifindex`
 * @returns the value, or one line that says where something else was found
 */
export type Decoder<T> = (value: unknown, at: string) => Result<T, string>

export const text: Decoder<string> = (value, at) => (typeof value === 'string' ? ok(value) : wrong(value, at, 'a text'))

export const integer: Decoder<number> = (value, at) =>
  typeof value === 'number' && Number.isSafeInteger(value) ? ok(value) : wrong(value, at, 'an integer')

export const boolean: Decoder<boolean> = (value, at) =>
  typeof value === 'boolean' ? ok(value) : wrong(value, at, 'true or false')

/** A value that may be absent; `ip` also prints null for nothing. */
export function optional<T>(decoder: Decoder<T>): Decoder<T | undefined> {
  return (value, at) => (value === undefined || value === null ? ok(undefined) : decoder(value, at))
}

export function list<T>(decoder: Decoder<T>): Decoder<T[]> {
  return (value, at) =>
    Array.isArray(value)
      ? Result.combine(value.map((element: unknown, index) => decoder(element, `${at}[${index}]`)))
      : wrong(value, at, 'a list')
}

/** An object of which only the given fields matter. */
export function object<T>(fields: { readonly [K in keyof T]: Decoder<T[K]> }): Decoder<T> {
  return (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong(value, at, 'an object')
    const found = new Map(Object.entries(value))
    const decoded: Partial<T> = {}
    for (const key in fields) {
      const field = fields[key](found.get(key), `${at}.${key}`)
      if (field.isErr()) return err(field.error)
      decoded[key] = field.value
    }
    // Every key of T has been decoded by the loop above.
    return ok(decoded as T)
  }
}

function wrong(value: unknown, at: string, expected: string): Result<never, string> {
  const found = value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80)
  return err(`${at} should be ${expected}, and is ${found}`)
}
