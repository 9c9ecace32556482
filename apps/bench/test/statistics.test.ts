import { expect, test } from 'vitest'
import { collect, summarize } from '../src/statistics.ts'

test('a median is the middle, and quartiles are the middles of the halves', () => {
  expect(summarize([5, 1, 3, 2, 4])).toEqual({ rounds: 5, median: 3, lower: 2, upper: 4 })
  expect(summarize([1, 2])).toEqual({ rounds: 2, median: 1.5, lower: 1.25, upper: 1.75 })
})

test('samples are collected by row and column', () => {
  const { note, table } = collect()
  note('one', { ms: 1 })
  note('other', { ms: 5 })
  note('one', { ms: 3, MiB: 7 })
  expect(Object.keys(table())).toEqual(['one', 'other'])
  expect(table()['one']).toEqual({ ms: summarize([1, 3]), MiB: summarize([7]) })
})
