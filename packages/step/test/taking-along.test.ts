import { expect, test } from 'vitest'
import { apply, revert, takingAlong } from '../src/index.ts'
import { put, shelf } from './shelf.ts'

test('What is taken along goes after the step that it goes with, when that is reverted and when it is undone.', async () => {
  const table = takingAlong(put('table'), [put('crumbs')])
  const on = shelf()
  ;(await apply([table], on))._unsafeUnwrap()
  on.things.add('crumbs')
  ;(await revert([table], on))._unsafeUnwrap()
  expect(on.history).toEqual(['+table', '-table', '-crumbs'])

  const again = shelf('crumbs')
  await apply([table, put('chair', { stuck: ['chair'] })], again)
  expect(again.history).toEqual(['+table', '-table', '-crumbs'])
})

test('Nothing goes with a step that has changed nothing.', async () => {
  const on = shelf('table', 'crumbs')
  await apply([takingAlong(put('table'), [put('crumbs')]), put('chair', { stuck: ['chair'] })], on)
  expect(on.history).toEqual([])
})
