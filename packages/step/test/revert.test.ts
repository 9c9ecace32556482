import { describe, expect, test } from 'vitest'
import { apply, type Progress, revert } from '../src/index.ts'
import { put, shelf } from './shelf.ts'

describe('revert', () => {
  test('removes everything, last step first', async () => {
    const on = shelf('cup', 'jug')
    expect((await revert([put('cup'), put('jug')], on)).isOk()).toBe(true)
    expect(on.history).toEqual(['-jug', '-cup'])
  })

  test('goes on past what is gone', async () => {
    const on = shelf('cup')
    const events: Progress<string>[] = []
    const result = await revert([put('cup'), put('jug')], on, { observe: (event) => events.push(event) })
    expect(result.isOk()).toBe(true)
    expect(on.things.size).toBe(0)
    expect(events).toEqual([
      { type: 'started', step: 'jug' },
      { type: 'reverted', step: 'jug', outcome: 'absent' },
      { type: 'started', step: 'cup' },
      { type: 'reverted', step: 'cup', outcome: 'removed' },
    ])
  })

  test('goes on even if a step throws', async () => {
    const on = shelf()
    const steps = [put('cup'), put('bowl')]
    await apply(steps, on)
    const thrower = { ...put('jug'), revert: () => Promise.reject(new Error('a bug')) }
    // What a step of plain JavaScript may do.
    await expect(revert([...steps, thrower as never], on)).rejects.toThrow('a bug')
    expect(on.things.size).toBe(0)
  })

  test('goes on past errors and reports all of them', async () => {
    const on = shelf('cup', 'jug', 'mug')
    const steps = [put('cup', { glued: ['cup'] }), put('jug'), put('mug', { glued: ['mug'] })]
    expect((await revert(steps, on))._unsafeUnwrapErr()).toEqual({
      kind: 'not removed',
      failed: [
        { step: 'mug', cause: 'mug is glued' },
        { step: 'cup', cause: 'cup is glued' },
      ],
    })
    expect([...on.things]).toEqual(['cup', 'mug'])
  })
})
