import { expect, test } from 'vitest'
import { blackhole } from '../src/index.ts'
import { newHost } from './host.ts'

test.each(['169.254.169.254/32', 'fd00:ec2::254/128'])(
  'A blackhole for %s is made once, undone and removed.',
  async (destination) => {
    const { kernel, host, undo, undos, rollBack } = await newHost()
    const before = kernel.state()
    const step = blackhole({ destination })
    const family = destination.includes(':') ? 'inet6' : 'inet'
    ;(await step.apply(host, undo))._unsafeUnwrap()
    expect((await host.rejectRoutes(family))._unsafeUnwrap()).toMatchObject([{ type: 'blackhole', destination }])
    ;(await step.apply(host, undo))._unsafeUnwrap()
    expect(undos).toHaveLength(1)
    await rollBack()
    expect(kernel.state()).toEqual(before)
    await step.apply(host, () => {})
    expect((await step.revert(host))._unsafeUnwrap()).toBe('removed')
    expect((await step.revert(host))._unsafeUnwrap()).toBe('absent')
    expect(kernel.state()).toEqual(before)
  },
)

test('Another route to the destination is not taken for a blackhole, nor removed.', async () => {
  const { kernel, host, undo } = await newHost()
  const destination = '169.254.169.254/32'
  const route = { type: 'prohibit', destination, protocol: 'boot', metric: 0 } as const
  ;(await host.change({ do: 'add reject route', route }))._unsafeUnwrap()
  const before = kernel.state()
  expect((await blackhole({ destination }).apply(host, undo))._unsafeUnwrapErr()).toMatchObject({ errno: 'EEXIST' })
  expect((await blackhole({ destination }).revert(host))._unsafeUnwrap()).toBe('absent')
  expect(kernel.state()).toEqual(before)
})
