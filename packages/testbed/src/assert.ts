/*
 * As much of node:assert/strict as suites use that also run in a standalone executable, whose engine has no Node.js modules.
 */

const assert = {
  equal: (actual: unknown, expected: unknown, words?: string) =>
    check(Object.is(actual, expected), words, actual, expected),
  notEqual: (actual: unknown, other: unknown, words?: string) => check(!Object.is(actual, other), words, actual, other),
  deepEqual: (actual: unknown, expected: unknown, words?: string) =>
    check(isEqual(actual, expected), words, actual, expected),
  ok: (actual: unknown, words?: string) => check(Boolean(actual), words, actual, true),
  match: (text: string, pattern: RegExp, words?: string) => check(pattern.test(text), words, text, String(pattern)),
  doesNotMatch: (text: string, pattern: RegExp, words?: string) =>
    check(!pattern.test(text), words, text, String(pattern)),
  fail: (words: string): never => {
    throw new Error(words)
  },
}

export default assert

function check(isMet: boolean, words: string | undefined, actual: unknown, expected: unknown): void {
  if (!isMet) throw new Error(`${words ?? 'assertion failed'}: ${show(actual)}, expected ${show(expected)}`)
}

function isEqual(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null)
    return Object.is(one, other)
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false
  if (one instanceof Map || one instanceof Set || one instanceof Date)
    throw new Error('only arrays and plain objects are compared')
  const [entries, others] = [Object.entries(one), new Map(Object.entries(other))]
  return (
    entries.length === others.size &&
    entries.every(([key, value]) => others.has(key) && isEqual(value, others.get(key)))
  )
}

function show(value: unknown): string {
  const text = JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? `${each}n` : each))
  return (text ?? String(value)).slice(0, 2000)
}
