/**
 * What an action gives. If it throws, which only a bug does, the rest of the walk is done all the same before it is thrown
 * on: a host must not be left half-way.
 */
export async function despiteBug<T>(action: () => PromiseLike<T>, rest: () => Promise<unknown>): Promise<T> {
  try {
    return await action()
  } catch (bug) {
    await rest()
    throw bug
  }
}
