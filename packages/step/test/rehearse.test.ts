import { describe, expect, test } from 'vitest'
import { rehearse } from '../src/index.ts'
import { put, shelf } from './shelf.ts'

describe('rehearse', () => {
  test('tells what each step would do', async () => {
    const copy = shelf('cup')
    const rehearsed = await rehearse([put('cup'), put('set', { parts: ['fork', 'knife'] })], {
      context: copy,
      operations: copy.history,
    })
    expect(rehearsed._unsafeUnwrap()).toEqual([
      { step: 'cup', operations: [] },
      { step: 'set', operations: ['+fork', '+knife'] },
    ])
  })

  test('tells which step would fail', async () => {
    const copy = shelf()
    const rehearsed = await rehearse([put('cup'), put('vase', { stuck: ['vase'] })], {
      context: copy,
      operations: copy.history,
    })
    expect(rehearsed._unsafeUnwrapErr()).toEqual({ kind: 'would fail', step: 'vase', cause: 'vase is stuck' })
  })
})
