import { okAsync } from 'neverthrow'
import { describe, expect, test } from 'vitest'
import { apply, type Progress, type Step } from '../src/index.ts'
import { put, type Shelf, shelf } from './shelf.ts'

describe('apply', () => {
  test('applies every step in order', async () => {
    const on = shelf()
    expect((await apply([put('cup'), put('jug')], on)).isOk()).toBe(true)
    expect(on.history).toEqual(['+cup', '+jug'])
  })

  test('changes nothing when everything is there', async () => {
    const on = shelf('cup', 'jug')
    await apply([put('cup'), put('jug')], on)
    expect(on.history).toEqual([])
  })

  test('takes back what it changed, and only that, in reverse order', async () => {
    const on = shelf('cup')
    const result = await apply([put('cup'), put('jug'), put('bowl'), put('vase', { stuck: ['vase'] })], on)
    expect(result._unsafeUnwrapErr()).toEqual({
      kind: 'step failed',
      step: 'vase',
      cause: 'vase is stuck',
      rollback: { undone: ['take bowl', 'take jug'], left: [], failed: [] },
    })
    expect([...on.things]).toEqual(['cup'])
    expect(on.history).toEqual(['+jug', '+bowl', '-bowl', '-jug'])
  })

  test('takes back the part that the failed step has done', async () => {
    const on = shelf()
    const set = put('set', { parts: ['fork', 'knife', 'spoon'], stuck: ['spoon'] })
    const error = (await apply([set], on))._unsafeUnwrapErr()
    expect(error.rollback.undone).toEqual(['take knife', 'take fork'])
    expect(on.things.size).toBe(0)
  })

  test('goes on with the rollback past an error, and reports it', async () => {
    const on = shelf()
    const steps = [put('cup'), put('jug', { glued: ['jug'] }), put('vase', { stuck: ['vase'] })]
    const error = (await apply(steps, on))._unsafeUnwrapErr()
    expect(error.rollback).toEqual({
      undone: ['take cup'],
      left: [],
      failed: [{ what: 'take jug', cause: 'jug is glued' }],
    })
    expect([...on.things]).toEqual(['jug'])
  })

  test('leaves what others may rely on, and tells of it', async () => {
    const on = shelf()
    const events: Progress<string>[] = []
    const shared: Step<Shelf, string> = {
      ...put('lamp'),
      apply: (context, undo) => {
        context.things.add('lamp')
        undo({ what: 'put the lamp out', run: () => okAsync('left') })
        return okAsync()
      },
    }
    const steps = [put('cup'), shared, put('vase', { stuck: ['vase'] })]
    const error = (await apply(steps, on, { observe: (event) => events.push(event) }))._unsafeUnwrapErr()
    expect(error.rollback).toEqual({ undone: ['take cup'], left: ['put the lamp out'], failed: [] })
    expect([...on.things]).toEqual(['lamp'])
    expect(events).toContainEqual({ type: 'left', what: 'put the lamp out' })
  })

  test('takes back what it changed even if a step, or an undo, throws', async () => {
    const on = shelf()
    const thrower: Step<Shelf, string> = {
      ...put('jug'),
      apply: (_, undo) => {
        const run = () => {
          throw new Error('a bug of the undo')
        }
        undo({ what: 'nothing', run })
        throw new Error('a bug')
      },
    }
    await expect(apply([put('cup'), put('bowl'), thrower], on)).rejects.toThrow('a bug')
    expect(on.things.size).toBe(0)
  })

  test('finishes the running step when interrupted, and rolls back', async () => {
    const on = shelf()
    let reason: string | undefined
    const interrupting: Step<Shelf, string> = {
      ...put('jug'),
      apply: (context, undo) => {
        reason = 'SIGTERM'
        return put('jug').apply(context, undo)
      },
    }
    const error = (
      await apply([put('cup'), interrupting, put('bowl')], on, { interruption: async () => reason })
    )._unsafeUnwrapErr()
    expect(error).toEqual({
      kind: 'interrupted',
      reason: 'SIGTERM',
      rollback: { undone: ['take jug', 'take cup'], left: [], failed: [] },
    })
    expect(on.history).toEqual(['+cup', '+jug', '-jug', '-cup'])
  })

  test('asks before each step, the first too, whether it is to stop', async () => {
    const on = shelf()
    const reasons = ['SIGTERM']
    const error = (await apply([put('cup')], on, { interruption: async () => reasons.pop() }))._unsafeUnwrapErr()
    expect(error).toEqual({ kind: 'interrupted', reason: 'SIGTERM', rollback: { undone: [], left: [], failed: [] } })
    expect(on.history).toEqual([])
  })

  test('rolls back even when interrupted during the last step', async () => {
    const on = shelf()
    let reason: string | undefined
    const last: Step<Shelf, string> = {
      ...put('jug'),
      apply: () => {
        reason = 'SIGINT'
        return okAsync()
      },
    }
    const result = await apply([put('cup'), last], on, { interruption: async () => reason })
    expect(result.isErr()).toBe(true)
    expect(on.things.size).toBe(0)
  })

  test('takes back what it changed even if the question throws', async () => {
    const on = shelf()
    let questions = 0
    const interruption = async () => {
      questions += 1
      if (questions === 2) throw new Error('a bug')
    }
    await expect(apply([put('cup'), put('jug')], on, { interruption })).rejects.toThrow('a bug')
    expect(on.history).toEqual(['+cup', '-cup'])
  })

  test('tells its observer what happens', async () => {
    const events: Progress<string>[] = []
    const steps = [put('cup'), put('jug'), put('mug', { glued: ['mug'] }), put('vase', { stuck: ['vase'] })]
    await apply(steps, shelf('cup'), { observe: (event) => events.push(event) })
    expect(events).toEqual([
      { type: 'started', step: 'cup' },
      { type: 'applied', step: 'cup', changed: false },
      { type: 'started', step: 'jug' },
      { type: 'applied', step: 'jug', changed: true },
      { type: 'started', step: 'mug' },
      { type: 'applied', step: 'mug', changed: true },
      { type: 'started', step: 'vase' },
      { type: 'failed', step: 'vase', cause: 'vase is stuck' },
      { type: 'undo failed', what: 'take mug', cause: 'mug is glued' },
      { type: 'undone', what: 'take jug' },
    ])
  })
})
