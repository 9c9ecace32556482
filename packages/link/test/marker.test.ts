import { expect, test } from 'vitest'
import { marker } from '../src/index.ts'
import { newHost } from './host.ts'

const wanted = { name: 'mark0', mac: '02:00:00:00:00:02', alias: 'whose it is' }

test.each([[], ['dummy']])(
  'A marker is a link that is down, with its text, and goes without a trace.',
  async (...missing) => {
    const { kernel, host, undo, undos, rollBack } = await newHost({ missingDrivers: missing })
    const before = kernel.state()
    ;(await marker(wanted).apply(host, undo))._unsafeUnwrap()
    const kind = missing.length === 0 ? 'dummy' : 'ifb'
    expect((await host.link('mark0'))._unsafeUnwrap()).toMatchObject({ ...wanted, kind, up: false })
    const done = undos.length
    ;(await marker(wanted).apply(host, undo))._unsafeUnwrap()
    expect(undos).toHaveLength(done)
    await rollBack()
    expect(kernel.state()).toEqual(before)
    await marker(wanted).apply(host, () => {})
    expect((await marker(wanted).revert(host))._unsafeUnwrap()).toBe('removed')
    expect(kernel.state()).toEqual(before)
  },
)
