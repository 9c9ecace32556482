import { type Result, ResultAsync } from 'neverthrow'

/** Returns an answer of a driver, which may be there at once, as the port has it. */
export function settled<T, E>(answer: Result<T, E> | ResultAsync<T, E>): ResultAsync<T, E> {
  return new ResultAsync(Promise.resolve(answer))
}
