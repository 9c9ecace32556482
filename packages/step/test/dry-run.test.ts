import { describe, expect, test } from 'vitest'
import { dryRun } from '../src/index.ts'
import { put, shelf } from './shelf.ts'

describe('dryRun', () => {
  test('tells what each step would do', async () => {
    const copy = shelf('cup')
    const tried = await dryRun([put('cup'), put('set', { parts: ['fork', 'knife'] })], {
      context: copy,
      operations: copy.history,
    })
    expect(tried._unsafeUnwrap()).toEqual([
      { step: 'cup', operations: [] },
      { step: 'set', operations: ['+fork', '+knife'] },
    ])
  })

  test('tells which step would fail', async () => {
    const copy = shelf()
    const tried = await dryRun([put('cup'), put('vase', { stuck: ['vase'] })], {
      context: copy,
      operations: copy.history,
    })
    expect(tried._unsafeUnwrapErr()).toEqual({ kind: 'would fail', step: 'vase', cause: 'vase is stuck' })
  })
})
